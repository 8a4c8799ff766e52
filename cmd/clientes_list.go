package cmd

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
)

// clienteQuery is the filter of clients on the command line.
type clienteQuery struct {
	search, city, company, nivel string
	active, inactive             bool
}

// add adds its flags; those whose names the command needs for columns begin with prefix.
func (q *clienteQuery) add(cmd *cobra.Command, prefix string) {
	fs := cmd.Flags()
	fs.StringVarP(&q.search, "busca", "b", "", "`TEXTO` que deve ocorrer no cliente")
	fs.StringVar(&q.city, prefix+"cidade", "", "só os desta `CIDADE` ou deste estado")
	fs.StringVar(&q.company, prefix+"empresa", "", "só os desta `EMPRESA`")
	term.AddChoice(cmd, fs, &q.nivel, "nivel", "", "", []string{store.Usuario, store.Moderador, store.Admin}, "só os deste nível de acesso")
	fs.BoolVar(&q.active, "ativo", false, "só os ativos")
	fs.BoolVar(&q.inactive, "inativo", false, "só os desativados")
}

// given returns whether anything was asked for.
func (q *clienteQuery) given() bool { return *q != (clienteQuery{}) }

func (q *clienteQuery) check() error { return onlyOne(q.active, q.inactive, "--ativo", "--inativo") }

// filter is the query as the store takes it.
func (q *clienteQuery) filter() store.ClienteFiltro {
	f := store.ClienteFiltro{Busca: q.search, Cidade: q.city, Empresa: q.company, Nivel: q.nivel}
	if q.active || q.inactive {
		f.Ativo = &q.active
	}
	return f
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
		flags:   func(cmd *cobra.Command) { q.add(cmd, "") },
		check:   q.check,
		nothing: q.empty,
		search: func(ctx context.Context, s *session, j listWindow) (store.Pagina[store.Cliente], error) {
			f := q.filter()
			f.Pagina, f.PorPagina, f.Cursor, f.SemTotal = j.page, j.size, j.cursor, j.noTotal
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
	case !q.given():
		return which + ". Cadastre o primeiro com: monitor clientes create --nome NOME --email E-MAIL"
	}
	if q.search != "" {
		return which + fmt.Sprintf(" encontrado para %q.", term.OneLine(q.search))
	}
	if q.city != "" || q.company != "" || q.nivel != "" {
		return which + " assim."
	}
	return which + "."
}
