package cmd

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"example.com/monitor/store"
)

type clienteQuery struct {
	busca          string
	ativo, inativo bool
}

func (a *app) clientesList() *cobra.Command {
	var q clienteQuery
	return listCommand(a, lista[store.Cliente]{
		resumo: "Lista os clientes, do cadastro mais novo ao mais antigo", um: "cliente", muitos: "clientes", campos: clienteCampos(),
		longa: `Lista os clientes, do cadastro mais novo ao mais antigo.

A busca olha nome, e-mail, empresa, telefone e CPF/CNPJ, sem distinguir
maiúsculas nem acentos; com vários termos, todos precisam ocorrer.
Em um terminal sai uma tabela; em um pipe, colunas separadas por tabulação.`,
		exemplo: "  monitor clientes list --busca joao\n  monitor clientes list --ativo --limite 0 -o csv > clientes.csv\n  monitor clientes list --campos nome,email,telefone",
		flags: func(cmd *cobra.Command) {
			cmd.Flags().StringVarP(&q.busca, "busca", "b", "", "`TEXTO` que deve ocorrer no cliente")
			cmd.Flags().BoolVar(&q.ativo, "ativo", false, "só os ativos")
			cmd.Flags().BoolVar(&q.inativo, "inativo", false, "só os desativados")
		},
		check: func() error { return onlyOne(q.ativo, q.inativo, "--ativo", "--inativo") },
		nada:  q.empty,
		busca: func(ctx context.Context, s *session, j janela) (store.Pagina[store.Cliente], error) {
			f := store.ClienteFiltro{Busca: q.busca, Pagina: j.pagina, PorPagina: j.tamanho, Cursor: j.cursor, SemTotal: j.semTotal}
			if q.ativo || q.inativo {
				f.Ativo = &q.ativo
			}
			return s.Clientes.List(ctx, f)
		},
	})
}

// onlyOne refuses two flags that would leave nothing.
func onlyOne(a, b bool, nameA, nameB string) error {
	if a && b {
		return usageError("sem nenhuma das duas saem todos", "use %s ou %s, não as duas", nameA, nameB)
	}
	return nil
}

// empty says that no client is there, or none such.
func (q *clienteQuery) empty() string {
	which := "Nenhum cliente"
	switch {
	case q.ativo:
		which += " ativo"
	case q.inativo:
		which += " inativo"
	case q.busca == "":
		return which + ". Cadastre o primeiro com: monitor clientes create --nome NOME --email E-MAIL"
	}
	if q.busca != "" {
		which += fmt.Sprintf(" encontrado para %q", oneLine(q.busca))
	}
	return which + "."
}
