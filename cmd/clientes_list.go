package cmd

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"example.com/monitor/store"
)

const (
	defaultLimit = 50
	// window is how many records are held in memory while a list flows.
	window = 1000
)

type clienteQuery struct {
	busca           string
	ativo, inativo  bool
	pagina, limite  int
	limiteInformado bool
}

func (a *app) clientesList() *cobra.Command {
	var q clienteQuery
	var out outputFlags
	cmd := &cobra.Command{
		Use: "list", Aliases: []string{"listar"}, Short: "Lista os clientes, do cadastro mais novo ao mais antigo",
		SuggestFor: []string{"ls", "lista", "search", "buscar"},
		Long: `Lista os clientes, do cadastro mais novo ao mais antigo.

A busca olha nome, e-mail, empresa, telefone e CPF/CNPJ, sem distinguir
maiúsculas nem acentos; com vários termos, todos precisam ocorrer.
Em um terminal sai uma tabela; em um pipe, colunas separadas por tabulação.`,
		Example: "  monitor clientes list --busca joao\n  monitor clientes list --ativo --limite 0 -o csv > clientes.csv\n  monitor clientes list --campos nome,email,telefone",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			q.limiteInformado = cmd.Flags().Changed("limite")
			return a.runClientesList(cmd, q, out)
		},
	}
	cmd.Flags().StringVarP(&q.busca, "busca", "b", "", "`TEXTO` que deve ocorrer no cliente")
	cmd.Flags().BoolVar(&q.ativo, "ativo", false, "só os ativos")
	cmd.Flags().BoolVar(&q.inativo, "inativo", false, "só os desativados")
	cmd.Flags().IntVar(&q.pagina, "pagina", 1, "`N`: a página, a partir de 1")
	cmd.Flags().IntVar(&q.limite, "limite", defaultLimit, "`N` clientes por página; 0 lista todos")
	addOutput(cmd, &out, clienteCampos())
	return cmd
}

func (q clienteQuery) check() error {
	switch {
	case q.ativo && q.inativo:
		return usageError("sem nenhuma das duas saem todos", "use --ativo ou --inativo, não as duas")
	case q.limite < 0:
		return usageError("0 lista todos", "--limite não pode ser negativo")
	case q.pagina < 1:
		return usageError("a primeira página é --pagina 1", "--pagina começa em 1")
	case q.pagina > 1 && (q.limite == 0 || q.limite > window):
		return usageError("tire --pagina, ou peça páginas menores", "--pagina só vale com --limite de 1 a %s", thousands(window))
	}
	return nil
}

func (q clienteQuery) filter() store.ClienteFiltro {
	f := store.ClienteFiltro{Busca: q.busca, Pagina: q.pagina, PorPagina: min(q.limite, window)}
	if q.limite == 0 {
		f.PorPagina = window
	}
	if q.ativo || q.inativo {
		f.Ativo = &q.ativo
	}
	return f
}

func (a *app) runClientesList(cmd *cobra.Command, q clienteQuery, f outputFlags) error {
	if err := q.check(); err != nil {
		return err
	}
	out, err := outputFor(a, cmd, f, clienteCampos())
	if err != nil {
		return err
	}
	return a.withStore(cmd, func(ctx context.Context, s *session) error {
		shown, total, err := a.streamClientes(ctx, s, q, out.list())
		if err != nil {
			return err
		}
		a.tellShown(q, shown, total)
		return nil
	})
}

// streamClientes writes window after window, following the store's cursor, so
// that a list of any length needs the memory of one.
func (a *app) streamClientes(ctx context.Context, s *session, q clienteQuery, w writer[store.Cliente]) (shown, total int, err error) {
	p := a.working("Consultando os clientes")
	defer p.stop()
	f := q.filter()
	for {
		page, err := s.Clientes.List(ctx, f)
		if err != nil {
			return shown, total, err
		}
		if shown == 0 {
			total = page.Total
		}
		if q.limite > 0 && shown+len(page.Itens) > q.limite {
			page.Itens = page.Itens[:q.limite-shown]
		}
		if a.OutTerminal {
			p.stop()
		}
		if err := w.write(page.Itens); err != nil {
			return shown, total, err
		}
		shown += len(page.Itens)
		p.set("%s de %s clientes", thousands(shown), thousands(total))
		if page.Proximo == "" || (q.limite > 0 && shown >= q.limite) {
			break
		}
		f.Cursor, f.Pagina, f.SemTotal = page.Proximo, 0, true
	}
	p.stop()
	return shown, total, w.close()
}

// tellShown says on stderr what was left out. A script that did not choose a
// limit is told too: a list must not be cut in silence.
func (a *app) tellShown(q clienteQuery, shown, total int) {
	switch {
	case shown < total && (a.ErrTerminal || !q.limiteInformado):
		fmt.Fprintln(a.Err, q.cut(shown, total))
	case shown == 0 && a.OutTerminal:
		fmt.Fprintln(a.Err, q.empty())
	case shown > defaultLimit && a.OutTerminal:
		fmt.Fprintln(a.Err, count(shown, "cliente", "clientes"))
	}
}

// cut says that there are more clients than were shown.
func (q clienteQuery) cut(shown, total int) string {
	if shown > 0 {
		return fmt.Sprintf("Mostrando %s de %s — use --limite 0 para todos", thousands(shown), thousands(total))
	}
	pages := (total + q.limite - 1) / q.limite
	return fmt.Sprintf("A página %s não existe: há %s.", thousands(q.pagina), count(pages, "página", "páginas"))
}

// empty says that no client is there, or none such.
func (q clienteQuery) empty() string {
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
