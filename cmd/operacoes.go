package cmd

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
	"example.com/monitor/store/say"
)

func (a *app) operacoesCommand() *cobra.Command {
	return noun("operacoes", []string{"operacao"}, "Mostra e continua o que muda muitos registros de uma vez",
		a.operacoesList(), a.operacoesGet(), a.operacoesRefused(), a.operacoesContinue(), a.operacoesStop())
}

func operacaoFields() []term.Field[store.Operacao] {
	type o = store.Operacao
	return []term.Field[o]{
		{Name: "id", Title: "Id", Value: func(r *o) any { return r.ID }, InTable: true},
		{Name: "acao", Title: "Ação", Value: func(r *o) any { return r.Acao }, InTable: true},
		{Name: "recurso", Title: "De", Value: func(r *o) any { return r.Recurso }, InTable: true},
		{Name: "estado", Title: "Estado", Value: func(r *o) any { return r.Estado }, InTable: true},
		{Name: "total", Title: "Total", Value: func(r *o) any { return r.Total }, InTable: true},
		{Name: "feitos", Title: "Feitos", Value: func(r *o) any { return r.Feitos }, InTable: true},
		{Name: "iguais", Title: "Já assim", Value: func(r *o) any { return r.Iguais }},
		{Name: "recusados", Title: "Recusados", Value: func(r *o) any { return r.Recusados }, InTable: true},
		{Name: "iniciada_em", Title: "Iniciada em", Value: func(r *o) any { return r.IniciadaEm }, InTable: true},
		{Name: "ator", Title: "Quem", Value: func(r *o) any { return r.Ator }, InTable: true, Least: 10},
		{Name: "desfaz", Title: "Desfaz", Value: func(r *o) any { return idOrNil(int64(r.Desfaz)) }},
		{Name: "desfeita_por", Title: "Desfeita por", Value: func(r *o) any { return idOrNil(int64(r.DesfeitaPor)) }},
		{Name: "reversivel", Title: "Pode ser desfeita", Value: func(r *o) any { return r.Reversivel }},
		{Name: "motivo", Title: "Motivo", Value: func(r *o) any { return string(r.Motivo) }},
		{Name: "pode_continuar", Title: "Pode ser continuada", Value: func(r *o) any { return r.PodeContinuar }},
		{Name: "pode_encerrar", Title: "Pode ser encerrada", Value: func(r *o) any { return r.PodeEncerrar }},
		{Name: "pode_desfazer", Title: "Pode ser desfeita agora", Value: func(r *o) any { return r.PodeDesfazer }},
	}
}

func planoFields() []term.Field[store.OperacaoPlano] {
	type p = store.OperacaoPlano
	return []term.Field[p]{
		{Name: "acao", Title: "Ação", Value: func(r *p) any { return r.Acao }, InTable: true},
		{Name: "recurso", Title: "De", Value: func(r *p) any { return r.Recurso }, InTable: true},
		{Name: "total", Title: "Total", Value: func(r *p) any { return r.Total }, InTable: true},
		{Name: "mudam", Title: "Mudam", Value: func(r *p) any { return r.Mudam }, InTable: true},
		{Name: "iguais", Title: "Já assim", Value: func(r *p) any { return r.Iguais }, InTable: true},
		{Name: "recusados", Title: "De fora", Value: func(r *p) any { return r.Recusados }, InTable: true},
		{Name: "reversivel", Title: "Pode ser desfeita", Value: func(r *p) any { return r.Reversivel }, InTable: true},
		{Name: "motivo", Title: "Motivo", Value: func(r *p) any { return string(r.Motivo) }},
	}
}

func (a *app) operacoesList() *cobra.Command {
	return listCommand(a, listSpec[store.Operacao]{
		resumo: "Lista as operações, da mais nova à mais antiga", one: "operação", many: "operações", feminine: true, fields: operacaoFields(),
		long: `Lista as operações que mudaram muitos registros de uma vez, da mais nova à mais
antiga. Uma interrompida pode ser continuada ou desfeita.`,
		nothing: none("Nenhuma operação."), example: "  monitor operacoes list",
		search: func(ctx context.Context, s *session, j listWindow) (store.Pagina[store.Operacao], error) {
			return s.Operacoes.List(ctx, store.OperacaoFiltro{Pagina: j.page, PorPagina: j.size, Cursor: j.cursor, SemTotal: j.noTotal})
		},
	})
}

const seeOperacoes = "veja as operações com: monitor operacoes list"

// oneOperacao runs do with the number of an operation that was typed.
func (a *app) oneOperacao(cmd *cobra.Command, typed string, do func(context.Context, *session, int64) error) error {
	id, err := idArg(typed, "da operação", seeOperacoes)
	if err != nil {
		return err
	}
	return a.withStore(cmd, func(ctx context.Context, s *session) error {
		err := do(ctx, s, id)
		if errors.Is(err, store.ErrNotFound) {
			return notFound("operação "+typed+" não encontrada", seeOperacoes)
		}
		if told, ok := errors.AsType[*term.ProblemError](err); ok {
			return told
		}
		return about(err, "operação "+typed, seeOperacoes)
	})
}

// operacaoVerb is a verb about one operation that shows it afterwards.
func (a *app) operacaoVerb(
	use, short, long string,
	do func(context.Context, *session, int64, *term.Output[store.Operacao]) error,
) *cobra.Command {
	var f term.OutputFlags
	cmd := &cobra.Command{
		Use: use + " ID", Short: short, Long: long, Args: term.OneArg("o número da operação", "monitor operacoes "+use+" 512"),
		ValidArgsFunction: a.completing(matchingOperacoes),
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := outputFor(a, cmd, f, allShown(operacaoFields()))
			if err != nil {
				return err
			}
			return a.oneOperacao(cmd, args[0], func(ctx context.Context, s *session, id int64) error { return do(ctx, s, id, out) })
		},
	}
	term.AddOutput(cmd, &f, operacaoFields())
	return cmd
}

func (a *app) operacoesGet() *cobra.Command {
	cmd := a.operacaoVerb(
		"get",
		"Mostra uma operação",
		"",
		func(ctx context.Context, s *session, id int64, out *term.Output[store.Operacao]) error {
			op, err := s.Operacoes.Get(ctx, id)
			if err != nil {
				return err
			}
			return out.One(op)
		},
	)
	cmd.Aliases, cmd.SuggestFor = []string{"ver"}, []string{"show", "mostrar"}
	return cmd
}

func (a *app) operacoesContinue() *cobra.Command {
	cmd := a.operacaoVerb("continuar", "Continua uma operação que parou no meio",
		"Continua uma operação que parou no meio. O que já foi feito não é feito de novo.",
		func(ctx context.Context, s *session, id int64, out *term.Output[store.Operacao]) error {
			op, err := s.Operacoes.Get(ctx, id)
			if err != nil {
				return err
			}
			return a.work(ctx, s, op, out)
		})
	cmd.SuggestFor = []string{"continue", "resume", "retomar"}
	return cmd
}

func (a *app) operacoesStop() *cobra.Command {
	cmd := a.operacaoVerb("encerrar", "Desiste do que falta de uma operação",
		"Desiste do que falta de uma operação. O que foi feito fica; para voltar atrás:\nmonitor desfazer.",
		func(ctx context.Context, s *session, id int64, out *term.Output[store.Operacao]) error {
			op, err := s.Operacoes.Stop(ctx, id)
			if err != nil {
				return err
			}
			a.notice("Operação %d: %s.", id, say.StateName(op.Estado))
			return out.One(op)
		})
	cmd.SuggestFor = []string{"stop", "cancelar"}
	return cmd
}

func itemFields() []term.Field[store.OperacaoItem] {
	type i = store.OperacaoItem
	return []term.Field[i]{
		{Name: "alvo", Title: "Id", Value: func(r *i) any { return r.Alvo }, InTable: true},
		{Name: "motivo", Title: "Motivo", Value: func(r *i) any { return string(r.Motivo) }, InTable: true, Least: 30},
		{Name: "situacao", Title: "Situação", Value: func(r *i) any { return r.Situacao }},
	}
}

func (a *app) operacoesRefused() *cobra.Command {
	var id int64
	cmd := listCommand(a, listSpec[store.OperacaoItem]{
		resumo: "Lista os registros que uma operação deixou como estavam, e por quê", one: "recusado", many: "recusados", fields: itemFields(),
		nothing: none("Nenhum registro foi recusado."), example: "  monitor operacoes recusados 512",
		search: func(ctx context.Context, s *session, j listWindow) (store.Pagina[store.OperacaoItem], error) {
			page, err := s.Operacoes.Items(
				ctx,
				id,
				store.ItemRecusado,
				store.OperacaoFiltro{Pagina: j.page, PorPagina: j.size, Cursor: j.cursor, SemTotal: j.noTotal},
			)
			return page, about(err, "operação "+strconv.FormatInt(id, 10), seeOperacoes)
		},
	})
	cmd.Use, cmd.Aliases, cmd.SuggestFor = "recusados ID", nil, []string{"itens", "erros"}
	cmd.Args = func(cmd *cobra.Command, args []string) (err error) {
		if err = term.OneArg("o número da operação", "monitor operacoes recusados 512")(cmd, args); err == nil {
			id, err = idArg(args[0], "da operação", seeOperacoes)
		}
		return err
	}
	cmd.ValidArgsFunction = a.completing(matchingOperacoes)
	return cmd
}

// matchingOperacoes are numbers of operations.
func matchingOperacoes(ctx context.Context, s *session, typed string) []string {
	page, err := s.Operacoes.List(ctx, store.OperacaoFiltro{PorPagina: completionLimit, SemTotal: true})
	if err != nil {
		return nil
	}
	var names []string
	for _, op := range page.Itens {
		if id := strconv.FormatInt(op.ID, 10); strings.HasPrefix(id, typed) {
			names = append(names, fmt.Sprintf("%s\t%s %d %s, %s", id, op.Acao, op.Total, op.Recurso, say.StateName(op.Estado)))
		}
	}
	return names
}

// allShown is fields with every field in the card.
func allShown[T any](fields []term.Field[T]) []term.Field[T] {
	for i := range fields {
		fields[i].InTable = true
	}
	return fields
}

// records are what an undo is about, whatever they are.
var records = say.Noun{One: "registro", Many: "registros"}

func (a *app) undoCommand() *cobra.Command {
	var f term.OutputFlags
	var consent term.ConsentFlags
	cmd := &cobra.Command{
		Use: "desfazer ID", Short: "Desfaz uma mudança, ou uma operação de muitas", GroupID: groupData,
		SuggestFor: []string{"undo", "reverter", "voltar"},
		Long: `Desfaz uma mudança pelo número dela, que monitor historico e monitor logs list
mostram, ou uma operação de muitas. O que foi alterado depois fica como está e é
dito. Desfazer é uma mudança como as outras: também se desfaz.

Não se desfazem: remoções de vez, trocas de senha, chaves e sessões revogadas.`,
		Example: "  monitor desfazer 512 --simular\n  monitor desfazer 512",
		Args: term.OneArg(
			"o número da mudança ou da operação",
			"monitor desfazer 512",
		), ValidArgsFunction: a.completing(matchingOperacoes),
		RunE: func(cmd *cobra.Command, args []string) error { return a.runUndo(cmd, args[0], consent, f) },
	}
	term.AddConsent(cmd, &consent)
	term.AddOutput(cmd, &f, operacaoFields())
	return cmd
}

func (a *app) runUndo(cmd *cobra.Command, typed string, consent term.ConsentFlags, of term.OutputFlags) error {
	if consent.DryRun && of.Format == "ids" {
		return errPlanIDs
	}
	if consent.DryRun {
		return a.runPlanUndo(cmd, typed, of)
	}
	out, err := outputFor(a, cmd, of, operacaoFields())
	if err != nil {
		return err
	}
	return a.oneOperacao(cmd, typed, func(ctx context.Context, s *session, id int64) error {
		plan, err := s.Operacoes.PlanUndo(ctx, id)
		if err != nil {
			return err
		}
		if plan.Total > 1 {
			if !consent.Confirmed && a.CanAsk() {
				a.tellPlan(plan, records)
			}
			if err := a.Confirm(ctx, consent, "Desfazer?"); err != nil {
				return err
			}
		}
		op, err := s.Operacoes.Undo(ctx, id)
		if err != nil {
			return err
		}
		if op.Estado == store.OperacaoConcluida {
			a.notice("Desfeito. Para voltar a como estava: monitor desfazer %d", op.ID)
			return out.One(op)
		}
		return a.work(ctx, s, op, out)
	})
}

func (a *app) runPlanUndo(cmd *cobra.Command, typed string, of term.OutputFlags) error {
	out, err := outputFor(a, cmd, of, planoFields())
	if err != nil {
		return err
	}
	return a.oneOperacao(cmd, typed, func(ctx context.Context, s *session, id int64) error {
		plan, err := s.Operacoes.PlanUndo(ctx, id)
		if err != nil {
			return err
		}
		a.tellPlan(plan, records)
		a.notice("Simulação: nada foi alterado.")
		return out.One(*plan)
	})
}

func (a *app) historyCommand() *cobra.Command {
	var ref string
	var client store.Cliente
	cmd := listCommand(a, listSpec[store.ClienteVersao]{
		resumo: "Mostra o que mudou em um cliente, quando e por quem", one: "mudança", many: "mudanças", feminine: true, fields: versionFields(),
		long: `Mostra o que mudou em um cliente, da mudança mais nova à mais antiga: quem a fez,
quando, de onde, e a diferença. O número da primeira coluna serve a monitor
desfazer.`,
		nothing: none(
			"Nada foi registrado sobre este cliente.",
		), example: "  monitor historico joao@empresa.com\n  monitor historico 12 -o json",
		prepare: func(ctx context.Context, s *session) (err error) {
			if id, e := strconv.ParseInt(ref, 10, 64); e == nil { // also of somebody who was removed
				client.ID = id
				return nil
			}
			client, err = findCliente(ctx, s, ref)
			return err
		},
		search: func(ctx context.Context, s *session, j listWindow) (store.Pagina[store.ClienteVersao], error) {
			return s.Clientes.History(
				ctx,
				client.ID,
				store.OperacaoFiltro{Pagina: j.page, PorPagina: j.size, Cursor: j.cursor, SemTotal: j.noTotal},
			)
		},
	})
	cmd.Use, cmd.Aliases, cmd.SuggestFor, cmd.GroupID = "historico ID|E-MAIL", []string{"histórico"}, []string{"history"}, groupData
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		err := clienteArg("monitor historico 12")(cmd, args)
		if err == nil {
			ref = args[0]
		}
		return err
	}
	cmd.ValidArgsFunction = a.completing(matchingClientes)
	return cmd
}

func versionFields() []term.Field[store.ClienteVersao] {
	type v = store.ClienteVersao
	return []term.Field[v]{
		{Name: "id", Title: "Nº", Value: func(r *v) any { return r.ID }, InTable: true},
		{Name: "data_hora", Title: "Quando", Value: func(r *v) any { return r.DataHora }, InTable: true},
		{Name: "ator", Title: "Quem", Value: func(r *v) any { return string(r.Ator) }, InTable: true, Least: 12},
		{Name: "canal", Title: "Por", Value: func(r *v) any { return string(r.Canal) }, InTable: true},
		{Name: "campos", Title: "Mudança", Value: func(r *v) any { return fieldWords(r) }, InTable: true, Least: 24},
		{Name: "acao", Title: "Ação", Value: func(r *v) any { return r.Acao }},
		{Name: "descricao", Title: "Descrição", Value: func(r *v) any { return r.Descricao }},
		{Name: "ip", Title: "Endereço", Value: func(r *v) any { return string(r.IP) }},
		{Name: "operacao", Title: "Operação", Value: func(r *v) any { return idOrNil(int64(r.Operacao)) }},
		{Name: "desfaz", Title: "Desfaz", Value: func(r *v) any { return idOrNil(int64(r.Desfaz)) }},
		{Name: "reversivel", Title: "Pode ser desfeita", Value: func(r *v) any { return r.Reversivel }},
		{Name: "motivo", Title: "Motivo", Value: func(r *v) any { return string(r.Motivo) }},
	}
}

// fieldWords are the columns that a change touched; what it was where there are none.
func fieldWords(v *store.ClienteVersao) string {
	if len(v.Campos) == 0 || v.Acao == "cliente_criado" || v.Acao == "cliente_deletado" {
		return v.Descricao
	}
	parts := make([]string, 0, len(v.Campos))
	for _, f := range v.Campos {
		parts = append(parts, fmt.Sprintf("%s: %s → %s", f.Campo, shown(f.Antes), shown(f.Depois)))
	}
	return strings.Join(parts, "; ")
}
