package cmd

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"example.com/monitor/store"
)

func (a *app) logsCommand() *cobra.Command {
	return noun("logs", []string{"log"}, "Mostra, exporta e verifica a trilha de auditoria", a.logsList(), a.logsExport(), a.logsVerify())
}

func logFields() []field[store.Log] {
	type l = store.Log
	return []field[l]{
		{name: "id", title: "Id", value: func(r *l) any { return r.ID }, inTable: true},
		{name: "data_hora", title: "Quando", value: func(r *l) any { return r.DataHora }, inTable: true},
		{name: "acao", title: "Ação", value: func(r *l) any { return r.Acao }, inTable: true},
		{name: "descricao", title: "Descrição", value: func(r *l) any { return r.Descricao }, inTable: true, least: 20},
		{name: "nivel", title: "Nível", value: func(r *l) any { return r.Nivel }, inTable: true},
		{name: "cliente_id", title: "Id do cliente", value: func(r *l) any { return r.ClienteID }},
		{name: "ip_address", title: "Endereço", value: func(r *l) any { return r.IPAddress }},
		{name: "user_agent", title: "Programa", value: func(r *l) any { return r.UserAgent }},
		{name: "dados", title: "Dados", value: func(r *l) any { return r.Dados }},
		{name: "ator", title: "Quem", value: func(r *l) any { return r.Autoria().Ator }, inTable: true},
		{name: "canal", title: "Por onde", value: func(r *l) any { return r.Autoria().Canal }},
		{name: "ip", title: "De onde", value: func(r *l) any { return r.Autoria().IP }, inTable: true},
		{name: "email_informado", title: "E-mail informado", value: func(r *l) any { return r.Autoria().EmailInformado }, inTable: true},
	}
}

// logQuery is which audit rows are wanted, for the list and for the export.
type logQuery struct {
	store.LogFiltro
	cliente clienteFlag
}

func (q *logQuery) flags(a *app, cmd *cobra.Command) {
	cmd.Flags().StringVarP(&q.Busca, "busca", "b", "", "`TEXTO` que deve ocorrer na ação, na descrição ou nos dados")
	q.cliente.add(a, cmd, "do cliente de que tratam")
	cmd.Flags().StringVar(&q.Acao, "acao", "", "`AÇÃO`, por exemplo login ou cliente_criado")
	cmd.Flags().StringVar(&q.Nivel, "nivel", "", "`NÍVEL`, por exemplo warning")
	completeFlag(cmd, "nivel", []string{"info", "warning", "error"})
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
		Use: "exportar", Short: "Escreve a trilha de auditoria na saída, em CSV ou NDJSON", Args: noArgs,
		Long: `Escreve na saída os registros que os filtros escolhem, do mais novo ao mais
antigo. A exportação fica registrada na própria trilha. No CSV, o que uma
planilha executaria como fórmula sai neutralizado.`,
		Example: "  monitor logs exportar --de 01/11/2026 > auditoria.csv\n  monitor logs exportar --formato ndjson --acao login_falhou | jq .dados",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if a.OutTerminal {
				return usageError("exemplo: monitor logs exportar > auditoria."+format, "a exportação é para um arquivo ou outro programa, não para a tela")
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
					a.notice("%s.", count(n, "registro exportado", "registros exportados"))
				}
				return err
			})
		},
	}
	q.flags(a, cmd)
	addChoice(cmd, cmd.Flags(), &format, "formato", "", store.FormatoCSV, []string{store.FormatoCSV, store.FormatoNDJSON}, "formato do arquivo")
	return cmd
}

func verificationFields() []field[store.Verificacao] {
	type v = store.Verificacao
	return []field[v]{
		{name: "integra", title: "Íntegra", value: func(r *v) any { return r.Integra }, inTable: true},
		{name: "veredito", title: "Veredito", value: func(r *v) any { return r.Veredito }, inTable: true},
		{name: "elos", title: "Elos", value: func(r *v) any { return r.Elos }, inTable: true},
		{name: "faixas", title: "Faixas", value: func(r *v) any { return r.Faixas }, inTable: true},
		{name: "fora_cadeia", title: "Fora da cadeia", value: func(r *v) any { return r.ForaCadeia }, inTable: true},
		{name: "sem_chave", title: "Com outra chave", value: func(r *v) any { return r.SemChave }, inTable: true},
		{name: "chaves", title: "Chaves", value: func(r *v) any { return len(r.Chaves) }},
		{name: "problemas", title: "Problemas", value: func(r *v) any { return len(r.Problemas) }, inTable: true},
		{name: "avisos", title: "Avisos", value: func(r *v) any { return len(r.Avisos) }},
	}
}

func (a *app) logsVerify() *cobra.Command {
	var f outputFlags
	var anchor string
	cmd := &cobra.Command{
		Use: "verificar", Short: "Confere a cadeia da auditoria, elo por elo", Args: noArgs,
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
				p := a.working("Conferindo a trilha de auditoria")
				v, err := verifyTrail(ctx, s, anchor)
				p.stop()
				if err != nil {
					return err
				}
				if v.Problemas == nil {
					v.Problemas = []string{}
				}
				if err := out.one(v); err != nil {
					return err
				}
				for _, warning := range v.Avisos {
					fmt.Fprintln(a.Err, "aviso: "+oneLine(warning))
				}
				return a.brokenChain(v)
			})
		},
	}
	cmd.Flags().StringVar(&anchor, "ancora", "", "compara também com a âncora em `ARQUIVO`, guardada em outro lugar")
	addOutput(cmd, &f, verificationFields())
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
		return &problem{
			Kind:     store.ErrChaveAuditoria,
			sentence: "a trilha não pôde ser conferida inteira: " + count(v.SemChave, "elo foi assinado", "elos foram assinados") + " com outra chave, e o resto confere",
			hint:     "traga a chave do computador que a tem: lá, monitor auditoria chave mostrar; aqui, monitor auditoria chave trazer",
		}
	}
	first := "a cadeia não confere"
	if len(v.Problemas) > 0 {
		first = v.Problemas[0]
		for _, p := range v.Problemas[1:] {
			fmt.Fprintln(a.Err, "também: "+oneLine(p))
		}
	}
	return &problem{
		Kind: errFailed, sentence: "a trilha de auditoria foi adulterada: " + first,
		hint: "guarde uma cópia do banco como está e compare-a com o último backup",
	}
}
