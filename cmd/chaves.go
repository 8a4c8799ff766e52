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

	"example.com/monitor/store"
)

func (a *app) chavesCommand() *cobra.Command {
	return noun("chaves", []string{"chave"}, "Cria, lista e revoga chaves de API",
		a.chavesList(), a.chavesCreate(), a.chavesRevogar())
}

func chaveCampos() []campo[store.Chave] {
	type c = store.Chave
	return []campo[c]{
		{nome: "id", titulo: "Id", valor: func(r *c) any { return r.ID }, tabela: true},
		{nome: "nome", titulo: "Nome", valor: func(r *c) any { return r.Nome }, tabela: true, minimo: 12},
		{nome: "nivel", titulo: "Nível", valor: func(r *c) any { return r.Nivel }, tabela: true},
		{nome: "inicio", titulo: "Começa com", valor: func(r *c) any { return r.Inicio }, tabela: true},
		{nome: "criada_em", titulo: "Criada em", valor: func(r *c) any { return r.CriadaEm }, tabela: true},
		{nome: "expira_em", titulo: "Expira em", valor: func(r *c) any { return r.ExpiraEm }, tabela: true},
		{nome: "revogada_em", titulo: "Revogada em", valor: func(r *c) any { return r.RevogadaEm }, tabela: true},
		{nome: "ultimo_uso", titulo: "Último uso", valor: func(r *c) any { return r.UltimoUso }, tabela: true},
		{nome: "usos", titulo: "Usos", valor: func(r *c) any { return r.Usos }},
		{nome: "usos_maximos", titulo: "Usos máximos", valor: func(r *c) any { return r.UsosMaximos }},
		{nome: "criada_por", titulo: "Criada por", valor: func(r *c) any { return r.CriadaPor }},
	}
}

func (a *app) chavesList() *cobra.Command {
	return listCommand(a, lista[store.Chave]{
		resumo: "Lista as chaves, sem os segredos", um: "chave", muitos: "chaves", feminino: true, campos: chaveCampos(),
		nada: nenhum("Nenhuma chave. Crie uma com: monitor chaves create NOME --nivel leitura"),
		busca: func(ctx context.Context, s *session, j janela) (store.Pagina[store.Chave], error) {
			return s.Chaves.List(ctx, store.ChaveFiltro{Pagina: j.pagina, PorPagina: j.tamanho, Cursor: j.cursor, SemTotal: j.semTotal})
		},
	})
}

// chaveCriada is a new key together with its secret.
type chaveCriada struct {
	segredo string
	chave   store.Chave
}

// MarshalJSON puts the secret, as "chave", before the fields of the record.
func (c chaveCriada) MarshalJSON() ([]byte, error) {
	record, err := json.Marshal(c.chave)
	if err != nil {
		return nil, err
	}
	segredo, err := json.Marshal(c.segredo)
	if err != nil {
		return nil, err
	}
	doc := append([]byte(`{"chave":`), segredo...)
	return append(append(doc, ','), record[1:]...), nil
}

type chaveFlags struct {
	nivel    string
	expiraEm string
	usos     int64
	// usosInformado tells the 0 that was typed from none.
	usosInformado bool
}

func (f chaveFlags) check(nome string) error {
	switch {
	case f.nivel == "":
		return usageError("exemplo: monitor chaves create "+shellQuote(nome)+" --nivel leitura", "falta --nivel: admin, leitura ou agente")
	case f.usosInformado && f.usos < 1:
		return usageError("sem --usos não há limite", "--usos precisa ser 1 ou mais")
	case f.usosInformado && f.nivel != store.Agente:
		return usageError("tire --usos, ou crie a chave com --nivel agente", "--usos só vale para chaves de agente, não de %s", f.nivel)
	}
	return nil
}

func (a *app) chavesCreate() *cobra.Command {
	var f chaveFlags
	var out outputFlags
	cmd := &cobra.Command{
		Use: "create NOME", Aliases: []string{"criar"}, Short: "Cria uma chave e mostra o segredo uma única vez",
		SuggestFor: []string{"add", "nova", "new"},
		Long: `Cria uma chave de API e mostra o segredo uma única vez: ele não fica guardado.
Fora de um terminal sai só o segredo, pronto para uma variável.

Níveis: admin pode tudo; leitura só consulta; agente só registra dispositivos e
informa o estado deles.`,
		Example: "  monitor chaves create painel --nivel leitura --expira-em 90d\n  CHAVE=$(monitor chaves create agentes --nivel agente --usos 20)",
		Args:    oneArg("o nome da chave", "monitor chaves create painel --nivel leitura"),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.usosInformado = cmd.Flags().Changed("usos")
			return a.runChavesCreate(cmd, args[0], f, out)
		},
	}
	addChoice(cmd, cmd.Flags(), &f.nivel, "nivel", "", "", []string{store.Admin, store.Leitura, store.Agente}, "o que a chave pode fazer (obrigatório)")
	cmd.Flags().StringVar(&f.expiraEm, "expira-em", "", "`PRAZO` (90d, 12h) ou data (31/12/2026); sem isto não expira")
	cmd.Flags().Int64Var(&f.usos, "usos", 0, "`N` dispositivos que uma chave de agente pode registrar; sem isto não há limite")
	addOutput(cmd, &out, criadaCampos())
	return cmd
}

func (a *app) runChavesCreate(cmd *cobra.Command, nome string, f chaveFlags, of outputFlags) error {
	out, err := outputFor(a, cmd, of, criadaCampos())
	if err != nil {
		return err
	}
	if err := f.check(nome); err != nil {
		return err
	}
	expira, err := parseExpiry(f.expiraEm, time.Now(), out.fuso)
	if err != nil {
		return err
	}
	return a.withStore(cmd, func(ctx context.Context, s *session) error {
		segredo, c, err := s.Chaves.Create(ctx, store.ChaveNova{Nome: nome, Nivel: f.nivel, ExpiraEm: expira, UsosMaximos: f.usos})
		if err != nil {
			return about(err, "chave "+nome, "")
		}
		if of.formato == "" && !of.json && !a.OutTerminal {
			_, err := fmt.Fprintln(a.Out, segredo)
			return err
		}
		a.notice("Chave criada. Guarde o segredo agora: ele não será mostrado de novo.")
		return out.one(chaveCriada{segredo, c})
	})
}

// criadaCampos puts the secret after the id, which -o ids needs first.
func criadaCampos() []campo[chaveCriada] {
	type c = chaveCriada
	fields := []campo[c]{
		{nome: "id", titulo: "Id", valor: func(r *c) any { return r.chave.ID }, tabela: true},
		{nome: "chave", titulo: "Chave", valor: func(r *c) any { return r.segredo }, tabela: true},
	}
	for _, f := range chaveCampos()[1:] {
		if f.nome == "revogada_em" || f.nome == "ultimo_uso" {
			f.tabela = false
		}
		fields = append(fields, campo[c]{nome: f.nome, titulo: f.titulo, tabela: f.tabela, minimo: f.minimo, valor: func(r *c) any { return f.valor(&r.chave) }})
	}
	return fields
}

var expiryForm = regexp.MustCompile(`^(\d{1,5})([hdsma])$`)

// parseExpiry reads a span from now or a date, which is taken as the end of
// that day in fuso.
func parseExpiry(text string, now time.Time, fuso *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	at, ok := parseSpan(text, now)
	for _, form := range []string{"2006-01-02", "02/01/2006"} {
		if day, err := time.ParseInLocation(form, text, fuso); !ok && err == nil {
			at, ok = day.AddDate(0, 0, 1).Add(-time.Second), true
		}
	}
	if t, err := time.Parse(time.RFC3339, text); !ok && err == nil {
		at, ok = t, true
	}
	if !ok {
		return time.Time{}, usageError("exemplos: 12h, 90d, 6m, 1a, 31/12/2026, 2026-12-31", "prazo inválido em --expira-em: %q", text)
	}
	if !at.After(now) {
		return time.Time{}, usageError("informe uma data futura", "o prazo de --expira-em já passou: %s", text)
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

func (a *app) chavesRevogar() *cobra.Command {
	var f outputFlags
	cmd := &cobra.Command{
		Use: "revogar ID", Short: "Revoga uma chave na hora", Args: oneArg("o id da chave", "monitor chaves revogar 3"),
		SuggestFor: []string{"delete", "excluir", "remover", "revoke"},
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return usageError("veja os ids com: monitor chaves list", "o id da chave é um número, não %q", args[0])
			}
			out, err := outputFor(a, cmd, f, chaveCampos())
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
				a.notice("Chave %d (%s) revogada.", c.ID, oneLine(c.Nome))
				return out.one(c)
			})
		},
	}
	addOutput(cmd, &f, chaveCampos())
	return cmd
}
