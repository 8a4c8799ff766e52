package cmd

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"example.com/monitor/store"
)

func (a *app) logsCommand() *cobra.Command {
	return noun("logs", []string{"log"}, "Mostra, exporta e verifica a trilha de auditoria", a.logsList(), a.logsExportar(), a.logsVerificar())
}

func logCampos() []campo[store.Log] {
	type l = store.Log
	return []campo[l]{
		{nome: "id", titulo: "Id", valor: func(r *l) any { return r.ID }, tabela: true},
		{nome: "data_hora", titulo: "Quando", valor: func(r *l) any { return r.DataHora }, tabela: true},
		{nome: "acao", titulo: "Ação", valor: func(r *l) any { return r.Acao }, tabela: true},
		{nome: "descricao", titulo: "Descrição", valor: func(r *l) any { return r.Descricao }, tabela: true, minimo: 20},
		{nome: "nivel", titulo: "Nível", valor: func(r *l) any { return r.Nivel }, tabela: true},
		{nome: "cliente_id", titulo: "Id do cliente", valor: func(r *l) any { return r.ClienteID }},
		{nome: "ip_address", titulo: "Endereço", valor: func(r *l) any { return r.IPAddress }},
		{nome: "user_agent", titulo: "Programa", valor: func(r *l) any { return r.UserAgent }},
		{nome: "dados", titulo: "Dados", valor: func(r *l) any { return r.Dados }},
		{nome: "ator", titulo: "Quem", valor: func(r *l) any { return r.Autoria().Ator }, tabela: true},
		{nome: "canal", titulo: "Por onde", valor: func(r *l) any { return r.Autoria().Canal }},
		{nome: "ip", titulo: "De onde", valor: func(r *l) any { return r.Autoria().IP }, tabela: true},
		{nome: "email_informado", titulo: "E-mail informado", valor: func(r *l) any { return r.Autoria().EmailInformado }, tabela: true},
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
	periodoFlags(cmd, &q.De, &q.Ate)
}

func (q *logQuery) find(ctx context.Context, s *session) error {
	err := q.cliente.find(ctx, s)
	q.ClienteID = q.cliente.id
	return err
}

func (a *app) logsList() *cobra.Command {
	var q logQuery
	return listCommand(a, lista[store.Log]{
		resumo: "Lista a trilha de auditoria, do mais novo ao mais antigo", um: "registro", muitos: "registros",
		nada: nenhum("Nenhum registro."), campos: logCampos(), prepara: q.find,
		exemplo: "  monitor logs list --cliente joao@empresa.com --de 01/11/2026\n  monitor logs list --acao login_falhou --limite 0 -o json",
		flags:   func(cmd *cobra.Command) { q.flags(a, cmd) },
		busca: func(ctx context.Context, s *session, j janela) (store.Pagina[store.Log], error) {
			f := q.LogFiltro
			f.Pagina, f.PorPagina, f.Cursor, f.SemTotal = j.pagina, j.tamanho, j.cursor, j.semTotal
			return s.Logs.List(ctx, f)
		},
	})
}

func (a *app) logsExportar() *cobra.Command {
	var q logQuery
	var formato string
	cmd := &cobra.Command{
		Use: "exportar", Short: "Escreve a trilha de auditoria na saída, em CSV ou NDJSON", Args: noArgs,
		Long: `Escreve na saída os registros que os filtros escolhem, do mais novo ao mais
antigo. A exportação fica registrada na própria trilha. No CSV, o que uma
planilha executaria como fórmula sai neutralizado.`,
		Example: "  monitor logs exportar --de 01/11/2026 > auditoria.csv\n  monitor logs exportar --formato ndjson --acao login_falhou | jq .dados",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if a.OutTerminal {
				return usageError("exemplo: monitor logs exportar > auditoria."+formato, "a exportação é para um arquivo ou outro programa, não para a tela")
			}
			return a.withStore(cmd, func(ctx context.Context, s *session) error {
				if err := q.find(ctx, s); err != nil {
					return err
				}
				e, err := s.Logs.Export(ctx, q.LogFiltro, formato)
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
	addChoice(cmd, cmd.Flags(), &formato, "formato", "", store.FormatoCSV, []string{store.FormatoCSV, store.FormatoNDJSON}, "formato do arquivo")
	return cmd
}

func verificacaoCampos() []campo[store.Verificacao] {
	type v = store.Verificacao
	return []campo[v]{
		{nome: "integra", titulo: "Íntegra", valor: func(r *v) any { return r.Integra }, tabela: true},
		{nome: "veredito", titulo: "Veredito", valor: func(r *v) any { return r.Veredito }, tabela: true},
		{nome: "elos", titulo: "Elos", valor: func(r *v) any { return r.Elos }, tabela: true},
		{nome: "faixas", titulo: "Faixas", valor: func(r *v) any { return r.Faixas }, tabela: true},
		{nome: "fora_cadeia", titulo: "Fora da cadeia", valor: func(r *v) any { return r.ForaCadeia }, tabela: true},
		{nome: "sem_chave", titulo: "Com outra chave", valor: func(r *v) any { return r.SemChave }, tabela: true},
		{nome: "chaves", titulo: "Chaves", valor: func(r *v) any { return len(r.Chaves) }},
		{nome: "problemas", titulo: "Problemas", valor: func(r *v) any { return len(r.Problemas) }, tabela: true},
		{nome: "avisos", titulo: "Avisos", valor: func(r *v) any { return len(r.Avisos) }},
	}
}

func (a *app) logsVerificar() *cobra.Command {
	var f outputFlags
	var ancora string
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
			out, err := outputFor(a, cmd, f, verificacaoCampos())
			if err != nil {
				return err
			}
			return a.withStore(cmd, func(ctx context.Context, s *session) error {
				p := a.working("Conferindo a trilha de auditoria")
				v, err := verifyTrail(ctx, s, ancora)
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
				for _, aviso := range v.Avisos {
					fmt.Fprintln(a.Err, "aviso: "+oneLine(aviso))
				}
				return a.brokenChain(v)
			})
		},
	}
	cmd.Flags().StringVar(&ancora, "ancora", "", "compara também com a âncora em `ARQUIVO`, guardada em outro lugar")
	addOutput(cmd, &f, verificacaoCampos())
	return cmd
}

func verifyTrail(ctx context.Context, s *session, ancora string) (store.Verificacao, error) {
	if ancora == "" {
		return s.Logs.Verify(ctx)
	}
	v, err := s.Logs.VerifyAgainst(ctx, ancora)
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
			Kind:  store.ErrChaveAuditoria,
			frase: "a trilha não pôde ser conferida inteira: " + count(v.SemChave, "elo foi assinado", "elos foram assinados") + " com outra chave, e o resto confere",
			dica:  "traga a chave do computador que a tem: lá, monitor auditoria chave mostrar; aqui, monitor auditoria chave trazer",
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
		Kind: errFailed, frase: "a trilha de auditoria foi adulterada: " + first,
		dica: "guarde uma cópia do banco como está e compare-a com o último backup",
	}
}
