package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
)

func (a *app) chavesCommand() *cobra.Command {
	return noun("chaves", []string{"chave"}, "Cria, lista e revoga chaves de API",
		a.chavesList(), a.chavesCreate(), a.chavesRevoke())
}

func chaveFields() []term.Field[store.Chave] {
	type c = store.Chave
	return []term.Field[c]{
		{Name: "id", Title: "Id", Value: func(r *c) any { return r.ID }, InTable: true},
		{Name: "nome", Title: "Nome", Value: func(r *c) any { return r.Nome }, InTable: true, Least: 12},
		{Name: "nivel", Title: "Nível", Value: func(r *c) any { return r.Nivel }, InTable: true},
		{Name: "inicio", Title: "Começa com", Value: func(r *c) any { return r.Inicio }, InTable: true},
		{Name: "criada_em", Title: "Criada em", Value: func(r *c) any { return r.CriadaEm }, InTable: true},
		{Name: "expira_em", Title: "Expira em", Value: func(r *c) any { return r.ExpiraEm }, InTable: true},
		{Name: "revogada_em", Title: "Revogada em", Value: func(r *c) any { return r.RevogadaEm }, InTable: true},
		{Name: "ultimo_uso", Title: "Último uso", Value: func(r *c) any { return r.UltimoUso }, InTable: true},
		{Name: "usos", Title: "Usos", Value: func(r *c) any { return r.Usos }},
		{Name: "usos_maximos", Title: "Usos máximos", Value: func(r *c) any { return r.UsosMaximos }},
		{Name: "criada_por", Title: "Criada por", Value: func(r *c) any { return r.CriadaPor }},
	}
}

func (a *app) chavesList() *cobra.Command {
	return listCommand(a, listSpec[store.Chave]{
		resumo: "Lista as chaves, sem os segredos", one: "chave", many: "chaves", feminine: true, fields: chaveFields(),
		nothing: none("Nenhuma chave. Crie uma com: monitor chaves create NOME --nivel leitura"),
		search: func(ctx context.Context, s *session, j listWindow) (store.Pagina[store.Chave], error) {
			return s.Chaves.List(ctx, store.ChaveFiltro{Pagina: j.page, PorPagina: j.size, Cursor: j.cursor, SemTotal: j.noTotal})
		},
	})
}

// createdChave is a new key together with its secret.
type createdChave struct {
	secret string
	chave  store.Chave
}

// MarshalJSON puts the secret, as "chave", before the fields of the record.
func (c createdChave) MarshalJSON() ([]byte, error) {
	record, err := json.Marshal(c.chave)
	if err != nil {
		return nil, err
	}
	secret, err := json.Marshal(c.secret)
	if err != nil {
		return nil, err
	}
	doc := append([]byte(`{"chave":`), secret...)
	return append(append(doc, ','), record[1:]...), nil
}

type chaveFlags struct {
	nivel     string
	expiresIn string
	uses      int64
	// usesGiven tells the 0 that was typed from none.
	usesGiven bool
}

func (f chaveFlags) check(name string) error {
	switch {
	case f.nivel == "":
		return term.UsageError(
			"exemplo: monitor chaves create "+term.ShellQuote(name)+" --nivel leitura",
			"falta --nivel: admin, leitura ou agente",
		)
	case f.usesGiven && f.uses < 1:
		return term.UsageError("sem --usos não há limite", "--usos precisa ser 1 ou mais")
	case f.usesGiven && f.nivel != store.Agente:
		return term.UsageError(
			"tire --usos, ou crie a chave com --nivel agente",
			"--usos só vale para chaves de agente, não de %s",
			f.nivel,
		)
	}
	return nil
}

func (a *app) chavesCreate() *cobra.Command {
	var f chaveFlags
	var out term.OutputFlags
	cmd := &cobra.Command{
		Use: "create NOME", Aliases: []string{"criar"}, Short: "Cria uma chave e mostra o segredo uma única vez",
		SuggestFor: []string{"add", "nova", "new"},
		Long: `Cria uma chave de API e mostra o segredo uma única vez: ele não fica guardado.
Fora de um terminal sai só o segredo, pronto para uma variável.

Níveis: admin pode tudo; leitura só consulta; agente só registra dispositivos e
informa o estado deles.`,
		Example: "  monitor chaves create painel --nivel leitura --expira-em 90d\n  CHAVE=$(monitor chaves create agentes --nivel agente --usos 20)",
		Args:    term.OneArg("o nome da chave", "monitor chaves create painel --nivel leitura"),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.usesGiven = cmd.Flags().Changed("usos")
			return a.runChavesCreate(cmd, args[0], f, out)
		},
	}
	term.AddChoice(
		cmd,
		cmd.Flags(),
		&f.nivel,
		"nivel",
		"",
		"",
		[]string{store.Admin, store.Leitura, store.Agente},
		"o que a chave pode fazer (obrigatório)",
	)
	cmd.Flags().StringVar(&f.expiresIn, "expira-em", "", "`PRAZO` (90d, 12h) ou data (31/12/2026); sem isto não expira")
	cmd.Flags().Int64Var(&f.uses, "usos", 0, "`N` dispositivos que uma chave de agente pode registrar; sem isto não há limite")
	term.AddOutput(cmd, &out, createdFields())
	return cmd
}

func (a *app) runChavesCreate(cmd *cobra.Command, name string, f chaveFlags, of term.OutputFlags) error {
	out, err := outputFor(a, cmd, of, createdFields())
	if err != nil {
		return err
	}
	if err := f.check(name); err != nil {
		return err
	}
	expires, err := parseExpiry(f.expiresIn, time.Now(), out.Zone)
	if err != nil {
		return err
	}
	return a.withStore(cmd, func(ctx context.Context, s *session) error {
		secret, c, err := s.Chaves.Create(ctx, store.ChaveNova{Nome: name, Nivel: f.nivel, ExpiraEm: expires, UsosMaximos: f.uses})
		if err != nil {
			return about(err, "chave "+name, "")
		}
		if of.Format == "" && !of.AsJSON && !a.OutTerminal {
			_, err := fmt.Fprintln(a.Out, secret)
			return err
		}
		a.notice("Chave criada. Guarde o segredo agora: ele não será mostrado de novo.")
		return out.One(createdChave{secret, c})
	})
}

// createdFields puts the secret after the id, which -o ids needs first.
func createdFields() []term.Field[createdChave] {
	type c = createdChave
	fields := []term.Field[c]{
		{Name: "id", Title: "Id", Value: func(r *c) any { return r.chave.ID }, InTable: true},
		{Name: "chave", Title: "Chave", Value: func(r *c) any { return r.secret }, InTable: true},
	}
	for _, f := range chaveFields()[1:] {
		if f.Name == "revogada_em" || f.Name == "ultimo_uso" {
			f.InTable = false
		}
		fields = append(
			fields,
			term.Field[c]{
				Name:    f.Name,
				Title:   f.Title,
				InTable: f.InTable,
				Least:   f.Least,
				Value:   func(r *c) any { return f.Value(&r.chave) },
			},
		)
	}
	return fields
}

var expiryForm = regexp.MustCompile(`^(\d{1,5})([hdsma])$`)

// parseExpiry reads a span from now or a date, which is taken as the end of
// that day in fuso.
func parseExpiry(text string, now time.Time, zone *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	at, ok := parseSpan(text, now)
	for _, form := range []string{"2006-01-02", "02/01/2006"} {
		if day, err := time.ParseInLocation(form, text, zone); !ok && err == nil {
			at, ok = day.AddDate(0, 0, 1).Add(-time.Second), true
		}
	}
	if t, err := time.Parse(time.RFC3339, text); !ok && err == nil {
		at, ok = t, true
	}
	if !ok {
		return time.Time{}, term.UsageError("exemplos: 12h, 90d, 6m, 1a, 31/12/2026, 2026-12-31", "prazo inválido em --expira-em: %q", text)
	}
	if !at.After(now) {
		return time.Time{}, term.UsageError("informe uma data futura", "o prazo de --expira-em já passou: %s", text)
	}
	return at, nil
}

func parseSpan(text string, now time.Time) (time.Time, bool) {
	m := expiryForm.FindStringSubmatch(strings.ToLower(text))
	if m == nil {
		return time.Time{}, false
	}
	n, _ := strconv.Atoi(m[1])
	switch m[2] {
	case "h":
		return now.Add(time.Duration(n) * time.Hour), true
	case "d":
		return now.AddDate(0, 0, n), true
	case "s":
		return now.AddDate(0, 0, 7*n), true
	case "m":
		return now.AddDate(0, n, 0), true
	default:
		return now.AddDate(n, 0, 0), true
	}
}

func (a *app) chavesRevoke() *cobra.Command {
	var f term.OutputFlags
	consent := &term.ConsentFlags{}
	m := &many{recurso: store.OperacaoDeChaves, acao: store.OperacaoRevogar, example: "monitor chaves revogar 3", consent: consent}
	cmd := &cobra.Command{
		Use: "revogar ID...", Short: "Revoga chaves na hora", Args: m.args("o id da chave"),
		SuggestFor: []string{"delete", "excluir", "remover", "revoke"},
		Example:    "  monitor chaves revogar 3\n  monitor chaves revogar 3 4 7",
		RunE: func(cmd *cobra.Command, args []string) error {
			if !m.isOne(args) || consent.DryRun {
				return m.run(a, cmd, args, f)
			}
			id, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return term.UsageError("veja os ids com: monitor chaves list", "o id da chave é um número, não %q", args[0])
			}
			out, err := outputFor(a, cmd, f, chaveFields())
			if err != nil {
				return err
			}
			return a.withStore(cmd, func(ctx context.Context, s *session) error {
				c, err := s.Chaves.Revoke(ctx, id)
				if errors.Is(err, store.ErrNotFound) {
					return notFound("chave "+args[0]+" não encontrada", "veja as chaves com: monitor chaves list")
				}
				if err != nil {
					return about(err, "chave "+args[0], "veja as chaves com: monitor chaves list")
				}
				a.notice("Chave %d (%s) revogada.", c.ID, term.OneLine(c.Nome))
				return out.One(c)
			})
		},
	}
	term.AddConsent(cmd, consent)
	term.AddOutput(cmd, &f, chaveFields())
	return cmd
}
