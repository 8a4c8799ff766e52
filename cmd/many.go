package cmd

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
	"example.com/monitor/store/say"
)

// many is a command about several records: ids, whatever else names them, "-" for those on
// standard input, or a filter.
type many struct {
	recurso, acao string
	example       string // of the command with one id
	// filtered returns whether a filter was given; nil where there is none. check judges it.
	filtered func() bool
	check    func() error
	// prepare looks up what the filter names; nil where nothing needs it.
	prepare func(ctx context.Context, s *session) error
	// find makes an id of what was typed; nil where only ids do.
	find func(ctx context.Context, s *session, ref string) (int64, error)
	// filter puts the filter into the request.
	filter func(p *store.Pedido)
	// fields are the columns to set.
	fields  map[string]json.RawMessage
	consent *term.ConsentFlags
}

func (m *many) noun() say.Noun { return say.NounOf(m.recurso) }

// isOne returns whether the command is about one record, as it is typed most of the time.
func (m *many) isOne(args []string) bool { return len(args) == 1 && args[0] != "-" && !m.hasFilter() }

func (m *many) hasFilter() bool { return m.filtered != nil && m.filtered() }

// args asks for records or for a filter, not for both.
func (m *many) args(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) == 0 && !m.hasFilter() && m.filtered != nil:
			return term.UsageError(
				"exemplo: "+m.example+"; para muitos de uma vez: um filtro (--busca …), ou - para ler da entrada padrão",
				"falta informar %s",
				what,
			)
		case len(args) == 0 && !m.hasFilter():
			return term.UsageError("exemplo: "+m.example+"; com - são lidos da entrada padrão", "falta informar %s", what)
		case len(args) > 0 && m.hasFilter():
			return term.UsageError("tire o filtro, ou tire "+args[0], "ou se diz quais, ou se dá um filtro, não os dois")
		case m.hasFilter():
			return m.check()
		}
		return m.named(args)
	}
}

// named refuses what names no record, before the database is asked.
func (m *many) named(args []string) error {
	if err := onlyDash(args); err != nil {
		return err
	}
	for _, ref := range args {
		switch _, err := m.idOf(ref); {
		case ref == "-" || err == nil:
		case m.find == nil:
			return err
		case len(args) > 1 && !strings.Contains(ref, "@"):
			return term.UsageError(
				"procure com: monitor "+m.recurso+" list --busca "+term.ShellQuote(ref),
				"informe o id ou o e-mail, não %q",
				ref,
			)
		}
	}
	return nil
}

// run does it: preview, question, work with progress, and what came of it.
func (m *many) run(a *app, cmd *cobra.Command, args []string, of term.OutputFlags) error {
	if m.consent.DryRun && of.Format == "ids" {
		return errPlanIDs
	}
	if m.consent.DryRun {
		out, err := outputFor(a, cmd, of, planoFields())
		if err != nil {
			return err
		}
		return a.withStore(cmd, func(ctx context.Context, s *session) error {
			_, plan, err := m.plan(ctx, a, s, args)
			if err != nil {
				return err
			}
			a.tellPlan(plan, m.noun())
			a.notice("Simulação: nada foi alterado.")
			return out.One(*plan)
		})
	}
	out, err := outputFor(a, cmd, of, operacaoFields())
	if err != nil {
		return err
	}
	return a.withStore(cmd, func(ctx context.Context, s *session) error {
		p, plan, err := m.plan(ctx, a, s, args)
		if err != nil {
			return err
		}
		if err := m.ask(ctx, a, args, plan); err != nil {
			return err
		}
		p.Esperados = plan.Total
		op, err := s.Operacoes.Start(ctx, p)
		if err != nil {
			return err
		}
		return a.work(ctx, s, op, out)
	})
}

var errPlanIDs = term.UsageError("use -o json, ou tire --simular", "uma simulação não tem ids")

// plan finds the records and says what would come of it.
func (m *many) plan(ctx context.Context, a *app, s *session, args []string) (p store.Pedido, plan *store.OperacaoPlano, err error) {
	p = store.Pedido{Recurso: m.recurso, Acao: m.acao, Campos: m.fields}
	progress := a.Working("Consultando")
	defer progress.Stop()
	if m.hasFilter() {
		if m.prepare != nil {
			if err := m.prepare(ctx, s); err != nil {
				return p, nil, err
			}
		}
		m.filter(&p)
	} else if p.IDs, err = m.ids(ctx, a, s, args); err != nil {
		return p, nil, err
	}
	plan, err = s.Operacoes.Plan(ctx, p)
	if invalid, ok := errors.AsType[*store.InvalidError](err); ok && invalid.Campos["filtro"] != "" {
		err = notFound("o filtro não encontrou "+m.noun().Many, "veja o que há com: monitor "+m.recurso+" list")
	}
	return p, plan, err
}

// maxTyped bounds what is read from standard input.
const maxTyped = 8 << 20

// ids are the records that were typed or read.
func (m *many) ids(ctx context.Context, a *app, s *session, args []string) (ids []int64, err error) {
	if args, err = a.words(ctx, args); err != nil {
		return nil, err
	}
	var missing []string
	for _, ref := range args {
		id, err := m.idOf(ref)
		if err != nil && m.find != nil {
			id, err = m.find(ctx, s, ref)
		}
		if errors.Is(err, store.ErrNotFound) {
			missing = append(missing, ref)
			continue
		}
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	if len(missing) > 0 {
		return nil, notFound(
			fmt.Sprintf("não encontrado: %s; nada foi alterado", firstOf(missing, 5)),
			"procure com: monitor "+m.recurso+" list --busca "+term.ShellQuote(missing[0]),
		)
	}
	return ids, nil
}

func (m *many) idOf(ref string) (int64, error) {
	return idArg(ref, "de "+m.noun().One, "veja os ids com: monitor "+m.recurso+" list")
}

// firstOf names the first n of a list.
func firstOf(list []string, n int) string {
	if len(list) <= n {
		return strings.Join(list, ", ")
	}
	return strings.Join(list[:n], ", ") + " e mais " + say.Thousands(len(list)-n)
}

// readWords reads standard input, one record a line or several.
func (a *app) readWords(ctx context.Context) ([]string, error) {
	var words []string
	_, err := term.Await(ctx, func() (string, error) {
		lines := bufio.NewScanner(io.LimitReader(a.In, maxTyped+1))
		lines.Split(bufio.ScanWords)
		read := 0
		for lines.Scan() {
			words = append(words, strings.TrimPrefix(lines.Text(), "\ufeff")) // Windows begins files so
			read += len(lines.Bytes()) + 1
		}
		if read > maxTyped {
			return "", term.UsageError("divida em partes, ou use um filtro", "a entrada padrão traz registros demais")
		}
		return "", lines.Err()
	})
	if err == nil && len(words) == 0 {
		err = term.UsageError(
			"exemplo: monitor clientes list -o ids --busca joao | monitor clientes desativar -",
			"a entrada padrão não trouxe nada",
		)
	}
	return words, err
}

// ask has a person confirm what was not named record by record, and what is for good.
func (m *many) ask(ctx context.Context, a *app, args []string, plan *store.OperacaoPlano) error {
	if plan.Mudam == 0 {
		a.tellPlan(plan, m.noun())
		return &term.ProblemError{Kind: store.ErrConflict, Sentence: "nada para mudar: " + planWords(plan), Hint: "confira com --simular"}
	}
	named := !m.hasFilter() && !slices.Contains(args, "-")
	if named && plan.Reversivel {
		return nil
	}
	if !m.consent.Confirmed && a.CanAsk() {
		a.tellPlan(plan, m.noun())
	}
	what := m.acao + " " + m.noun().Of(plan.Mudam)
	if m.acao == store.OperacaoRemover {
		return a.ConfirmName(ctx, *m.consent, what+" para sempre", what)
	}
	return a.Confirm(ctx, *m.consent, strings.ToUpper(what[:1])+what[1:]+"?")
}

// planWords counts what a plan says.
func planWords(p *store.OperacaoPlano) string {
	parts := []string{say.Thousands(p.Mudam) + " a mudar"}
	if p.Iguais > 0 {
		parts = append(parts, say.Thousands(p.Iguais)+" já assim")
	}
	if p.Recusados > 0 {
		parts = append(parts, say.Thousands(p.Recusados)+" de fora")
	}
	return strings.Join(parts, ", ")
}

// tellPlan shows a person what would be done, and why some are left out.
func (a *app) tellPlan(p *store.OperacaoPlano, noun say.Noun) {
	if !a.ErrTerminal {
		return
	}
	fmt.Fprintf(a.Err, "%s: %s.\n", noun.Of(p.Total), planWords(p))
	for _, c := range p.Amostra[:min(3, len(p.Amostra))] {
		if len(c.Depois) > 0 {
			fmt.Fprintf(a.Err, "  %s: %s\n", term.OneLine(c.Nome), term.OneLine(differences(c.Antes, c.Depois)))
		}
	}
	for _, r := range p.Motivos {
		fmt.Fprintf(
			a.Err,
			"  de fora, %s: %s (%s)\n",
			say.Thousands(r.Quantos),
			term.OneLine(r.Frase),
			term.OneLine(strings.Join(r.Exemplos, ", ")),
		)
	}
	if p.Motivo != "" {
		fmt.Fprintf(a.Err, "  Não se desfaz: %s.\n", p.Motivo)
	}
}

// differences are the columns that change, by name.
func differences(before, after map[string]any) string {
	var parts []string
	for name, value := range after {
		parts = append(parts, fmt.Sprintf("%s: %s → %s", name, shown(before[name]), shown(value)))
	}
	slices.Sort(parts)
	return strings.Join(parts, "; ")
}

// shown is a value of the audit trail for people.
func shown(v any) string {
	text, err := json.Marshal(v)
	if err != nil || string(text) == "null" {
		return "(vazio)"
	}
	return string(text)
}

// work carries an operation on to its end, or to where it is stopped, and tells what came of it.
func (a *app) work(ctx context.Context, s *session, op store.Operacao, out *term.Output[store.Operacao]) error {
	progress := a.Working("Trabalhando")
	at, err := s.Operacoes.Continue(ctx, op.ID, 0, func(op store.Operacao) {
		progress.Set("%s de %s", say.Thousands(op.Total-op.Restam()), say.Thousands(op.Total))
	})
	progress.Stop()
	if err != nil {
		return stopped(err, op.ID, &at)
	}
	var refused error
	if at.Recusados > 0 {
		refused = a.tellRefused(ctx, s, &at)
	}
	if refused == nil {
		a.notice("%s", endWords(&at))
	}
	if err := out.One(at); err != nil {
		return err
	}
	return refused
}

// endWords says what came of an operation and how to take it back.
func endWords(op *store.Operacao) string {
	text := fmt.Sprintf("Operação %d: %s de %s", op.ID, say.Count(op.Feitos, "feito", "feitos"), say.Thousands(op.Total))
	if op.Iguais > 0 {
		text += fmt.Sprintf(", %s já estavam assim", say.Thousands(op.Iguais))
	}
	if op.Reversivel && op.Feitos > 0 {
		text += fmt.Sprintf(". Para desfazer: monitor desfazer %d", op.ID)
	}
	return text + "."
}

// toldRefused bounds the refused records that are named.
const toldRefused = 20

// tellRefused names the records that were left as they are.
func (a *app) tellRefused(ctx context.Context, s *session, op *store.Operacao) error {
	page, err := s.Operacoes.Items(ctx, op.ID, store.ItemRecusado, store.OperacaoFiltro{PorPagina: toldRefused})
	if err != nil {
		return err
	}
	for _, i := range page.Itens {
		fmt.Fprintf(a.Err, "recusado: %s %d: %s\n", op.Recurso, i.Alvo, term.OneLine(string(i.Motivo)))
	}
	if more := page.Total - len(page.Itens); more > 0 {
		fmt.Fprintf(a.Err, "… e mais %s; todos: monitor operacoes recusados %d --limite 0\n", say.Thousands(more), op.ID)
	}
	hint := ""
	if op.Reversivel && op.Feitos > 0 {
		hint = fmt.Sprintf("para desfazer o que foi feito: monitor desfazer %d", op.ID)
	}
	return &term.ProblemError{
		Kind: store.ErrConflict, Hint: hint,
		Sentence: refusedWords(op.Recusados, op.Total, op.Feitos) + fmt.Sprintf(" (operação %d)", op.ID),
	}
}

// refusedWords counts what was refused, and what was done beside it.
func refusedWords(refused, total, done int) string {
	verb := " foram recusados"
	if refused == 1 {
		verb = " foi recusado"
	}
	text := say.Thousands(refused) + " de " + say.Thousands(total) + verb
	if done > 0 {
		text += "; " + say.Count(done, "feito", "feitos")
	}
	return text
}

// stopped says how to go on with what was cut off. What a rule refuses is not to be gone on with.
func stopped(err error, id int64, at *store.Operacao) error {
	s := sentence(err)
	if errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrForbidden) {
		return about(err, "operação "+strconv.FormatInt(id, 10), seeOperacoes)
	}
	if errors.Is(err, context.Canceled) {
		s = "interrompida"
	}
	if s == "" {
		return err
	}
	done := ""
	if at.Total > 0 {
		done = fmt.Sprintf(", %s de %s feitos", say.Thousands(at.Feitos), say.Thousands(at.Total))
	}
	return &term.ProblemError{
		Kind: err, Sentence: fmt.Sprintf("operação %d: %s%s", id, s, done),
		Hint: fmt.Sprintf("continue com: monitor operacoes continuar %d, ou desfaça com: monitor desfazer %d", id, id),
	}
}
