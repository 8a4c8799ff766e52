package cmd

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
)

type clienteQuery struct {
	search           string
	active, inactive bool
}

func (a *app) clientesList() *cobra.Command {
	var q clienteQuery
	return listCommand(a, listSpec[store.Cliente]{
		resumo: "Lista os clientes, do cadastro mais novo ao mais antigo", one: "cliente", many: "clientes", fields: clienteFields(),
		long: `Lista os clientes, do cadastro mais novo ao mais antigo.

A busca olha nome, e-mail, empresa, telefone e CPF/CNPJ, sem distinguir
maiúsculas nem acentos; com vários termos, todos precisam ocorrer.
Em um terminal sai uma tabela; em um pipe, colunas separadas por tabulação.`,
		example: "  monitor clientes list --busca joao\n  monitor clientes list --ativo --limite 0 -o csv > clientes.csv\n  monitor clientes list --campos nome,email,telefone",
		flags: func(cmd *cobra.Command) {
			cmd.Flags().StringVarP(&q.search, "busca", "b", "", "`TEXTO` que deve ocorrer no cliente")
			cmd.Flags().BoolVar(&q.active, "ativo", false, "só os ativos")
			cmd.Flags().BoolVar(&q.inactive, "inativo", false, "só os desativados")
		},
		check:   func() error { return onlyOne(q.active, q.inactive, "--ativo", "--inativo") },
		nothing: q.empty,
		search: func(ctx context.Context, s *session, j listWindow) (store.Pagina[store.Cliente], error) {
			f := store.ClienteFiltro{Busca: q.search, Pagina: j.page, PorPagina: j.size, Cursor: j.cursor, SemTotal: j.noTotal}
			if q.active || q.inactive {
				f.Ativo = &q.active
			}
			return s.Clientes.List(ctx, f)
		},
	})
}

// onlyOne refuses two flags that would leave nothing.
func onlyOne(a, b bool, nameA, nameB string) error {
	if a && b {
		return term.UsageError("sem nenhuma das duas saem todos", "use %s ou %s, não as duas", nameA, nameB)
	}
	return nil
}

// empty says that no client is there, or none such.
func (q *clienteQuery) empty() string {
	which := "Nenhum cliente"
	switch {
	case q.active:
		which += " ativo"
	case q.inactive:
		which += " inativo"
	case q.search == "":
		return which + ". Cadastre o primeiro com: monitor clientes create --nome NOME --email E-MAIL"
	}
	if q.search != "" {
		which += fmt.Sprintf(" encontrado para %q", term.OneLine(q.search))
	}
	return which + "."
}
