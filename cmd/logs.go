package cmd

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
	"example.com/monitor/store/say"
)

func (a *app) logsCommand() *cobra.Command {
	return noun("logs", []string{"log"}, "Mostra, exporta e verifica a trilha de auditoria", a.logsList(), a.logsExport(), a.logsVerify())
}

func logFields() []term.Field[store.Log] {
	type l = store.Log
	return []term.Field[l]{
		{Name: "id", Title: "Id", Value: func(r *l) any { return r.ID }, InTable: true},
		{Name: "data_hora", Title: "Quando", Value: func(r *l) any { return r.DataHora }, InTable: true},
		{Name: "acao", Title: "Ação", Value: func(r *l) any { return r.Acao }, InTable: true},
		{Name: "descricao", Title: "Descrição", Value: func(r *l) any { return r.Descricao }, InTable: true, Least: 20},
		{Name: "nivel", Title: "Nível", Value: func(r *l) any { return r.Nivel }, InTable: true},
		{Name: "cliente_id", Title: "Id do cliente", Value: func(r *l) any { return r.ClienteID }},
		{Name: "ip_address", Title: "Endereço", Value: func(r *l) any { return r.IPAddress }},
		{Name: "user_agent", Title: "Programa", Value: func(r *l) any { return r.UserAgent }},
		{Name: "dados", Title: "Dados", Value: func(r *l) any { return r.Dados }},
		{Name: "ator", Title: "Quem", Value: func(r *l) any { return r.Autoria().Ator }, InTable: true},
		{Name: "canal", Title: "Por onde", Value: func(r *l) any { return r.Autoria().Canal }},
		{Name: "ip", Title: "De onde", Value: func(r *l) any { return r.Autoria().IP }, InTable: true},
		{Name: "email_informado", Title: "E-mail informado", Value: func(r *l) any { return r.Autoria().EmailInformado }, InTable: true},
	}
}

// logQuery is which audit rows are wanted, for the list and for the export.
type logQuery struct {
	store.LogFiltro
	cliente clienteFlag
}

func (q *logQuery) flags(a *app, cmd *cobra.Command) {
	cmd.Flags().StringVarP(&q.Busca, "busca", "b", "", "`TEXTO` que deve ocorrer na ação, na descrição ou nos dados")
	q.cliente.add(a, cmd, "cliente", "do cliente de que tratam")
	cmd.Flags().StringVar(&q.Acao, "acao", "", "`AÇÃO`, por exemplo login ou cliente_criado")
	cmd.Flags().StringVar(&q.Nivel, "nivel", "", "`NÍVEL`, por exemplo warning")
	term.CompleteFlag(cmd, "nivel", []string{"info", "warning", "error"})
	periodFlags(cmd, &q.De, &q.Ate)
}

func (q *logQuery) find(ctx context.Context, s *session) error {
	err := q.cliente.find(ctx, s)
	q.ClienteID = q.cliente.id
	return err
}

func (a *app) logsList() *cobra.Command {
	var q logQuery
	return listCommand(a, listSpec[store.Log]{
		resumo: "Lista a trilha de auditoria, do mais novo ao mais antigo", one: "registro", many: "registros",
		nothing: none("Nenhum registro."), fields: logFields(), prepare: q.find,
		example: "  monitor logs list --cliente joao@empresa.com --de 01/11/2026\n  monitor logs list --acao login_falhou --limite 0 -o json",
		flags:   func(cmd *cobra.Command) { q.flags(a, cmd) },
		search: func(ctx context.Context, s *session, j listWindow) (store.Pagina[store.Log], error) {
			f := q.LogFiltro
			f.Pagina, f.PorPagina, f.Cursor, f.SemTotal = j.page, j.size, j.cursor, j.noTotal
			return s.Logs.List(ctx, f)
		},
	})
}

func (a *app) logsExport() *cobra.Command {
	var q logQuery
	var format string
	cmd := &cobra.Command{
		Use: "exportar", Short: "Escreve a trilha de auditoria na saída, em CSV ou NDJSON", Args: term.NoArgs,
		Long: `Escreve na saída os registros que os filtros escolhem, do mais novo ao mais
antigo. A exportação fica registrada na própria trilha. No CSV, o que uma
planilha executaria como fórmula sai neutralizado.`,
		Example: "  monitor logs exportar --de 01/11/2026 > auditoria.csv\n  monitor logs exportar --formato ndjson --acao login_falhou | jq .dados",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if a.OutTerminal {
				return term.UsageError(
					"exemplo: monitor logs exportar > auditoria."+format,
					"a exportação é para um arquivo ou outro programa, não para a tela",
				)
			}
			return a.withStore(cmd, func(ctx context.Context, s *session) error {
				if err := q.find(ctx, s); err != nil {
					return err
				}
				e, err := s.Logs.Export(ctx, q.LogFiltro, format)
				if err != nil {
					return err
				}
				n, err := e.Write(ctx, a.Out, nil)
				if err == nil {
					a.notice("%s.", say.Count(n, "registro exportado", "registros exportados"))
				}
				return err
			})
		},
	}
	q.flags(a, cmd)
	term.AddChoice(
		cmd,
		cmd.Flags(),
		&format,
		"formato",
		"",
		store.FormatoCSV,
		[]string{store.FormatoCSV, store.FormatoNDJSON},
		"formato do arquivo",
	)
	return cmd
}

func verificationFields() []term.Field[store.Verificacao] {
	type v = store.Verificacao
	return []term.Field[v]{
		{Name: "integra", Title: "Íntegra", Value: func(r *v) any { return r.Integra }, InTable: true},
		{Name: "veredito", Title: "Veredito", Value: func(r *v) any { return r.Veredito }, InTable: true},
		{Name: "elos", Title: "Elos", Value: func(r *v) any { return r.Elos }, InTable: true},
		{Name: "faixas", Title: "Faixas", Value: func(r *v) any { return r.Faixas }, InTable: true},
		{Name: "fora_cadeia", Title: "Fora da cadeia", Value: func(r *v) any { return r.ForaCadeia }, InTable: true},
		{Name: "sem_chave", Title: "Com outra chave", Value: func(r *v) any { return r.SemChave }, InTable: true},
		{Name: "chaves", Title: "Chaves", Value: func(r *v) any { return len(r.Chaves) }},
		{Name: "problemas", Title: "Problemas", Value: func(r *v) any { return len(r.Problemas) }, InTable: true},
		{Name: "avisos", Title: "Avisos", Value: func(r *v) any { return len(r.Avisos) }},
	}
}

func (a *app) logsVerify() *cobra.Command {
	var f term.OutputFlags
	var anchor string
	cmd := &cobra.Command{
		Use: "verificar", Short: "Confere a cadeia da auditoria, elo por elo", Args: term.NoArgs,
		Long: `Confere a cadeia da auditoria. Cada registro tem um elo, que o assina junto com
o elo anterior. Sai com 1 se algum registro foi alterado, apagado ou trocado de
lugar (veredito adulterada), e com 9 se uma parte foi assinada com uma chave que
não está aqui (outra_chave), o que não é adulteração.

Enquanto o sistema antigo grava no mesmo banco, os registros dele ficam fora da
cadeia e são só contados. Depois que ele é encerrado, ou em um banco que nunca
foi dele, um registro sem elo é adulteração.

Os avisos dizem o que não pôde ser conferido, por exemplo uma âncora que não
acompanha a trilha; o código de saída continua 0. A âncora é o arquivo que anota
fora do banco até onde a trilha foi. Com --ancora, compara a trilha também com
uma cópia dela guardada onde quem mexe no banco não alcança.`,
		Example: "  monitor logs verificar\n  monitor logs verificar -o json\n  monitor logs verificar --ancora /mnt/fora/clientes.db.ancora",
		RunE: func(cmd *cobra.Command, _ []string) error {
			out, err := outputFor(a, cmd, f, verificationFields())
			if err != nil {
				return err
			}
			return a.withStore(cmd, func(ctx context.Context, s *session) error {
				p := a.Working("Conferindo a trilha de auditoria")
				v, err := verifyTrail(ctx, s, anchor)
				p.Stop()
				if err != nil {
					return err
				}
				if v.Problemas == nil {
					v.Problemas = []string{}
				}
				if err := out.One(v); err != nil {
					return err
				}
				for _, warning := range v.Avisos {
					fmt.Fprintln(a.Err, "aviso: "+term.OneLine(warning))
				}
				return a.brokenChain(v)
			})
		},
	}
	cmd.Flags().StringVar(&anchor, "ancora", "", "compara também com a âncora em `ARQUIVO`, guardada em outro lugar")
	term.AddOutput(cmd, &f, verificationFields())
	return cmd
}

func verifyTrail(ctx context.Context, s *session, anchor string) (store.Verificacao, error) {
	if anchor == "" {
		return s.Logs.Verify(ctx)
	}
	v, err := s.Logs.VerifyAgainst(ctx, anchor)
	return v, copyProblem(err)
}

// brokenChain turns a broken chain into a failure that names the first problem. One
// that was signed with a key which is not here is another failure.
func (a *app) brokenChain(v store.Verificacao) error {
	switch v.Veredito {
	case store.VereditoIntegra:
		return nil
	case store.VereditoOutraChave:
		return &term.ProblemError{
			Kind: store.ErrChaveAuditoria,
			Sentence: "a trilha não pôde ser conferida inteira: " + say.Count(
				v.SemChave,
				"elo foi assinado",
				"elos foram assinados",
			) + " com outra chave, e o resto confere",
			Hint: "traga a chave do computador que a tem: lá, monitor auditoria chave mostrar; aqui, monitor auditoria chave trazer",
		}
	}
	first := "a cadeia não confere"
	if len(v.Problemas) > 0 {
		first = v.Problemas[0]
		for _, p := range v.Problemas[1:] {
			fmt.Fprintln(a.Err, "também: "+term.OneLine(p))
		}
	}
	return &term.ProblemError{
		Kind: term.ErrFailed, Sentence: "a trilha de auditoria foi adulterada: " + first,
		Hint: "guarde uma cópia do banco como está e compare-a com o último backup",
	}
}
