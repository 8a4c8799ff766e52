package cmd

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"example.com/monitor/store"
)

const (
	defaultLimit = 50
	// window is how many records are held in memory while a list flows.
	window = 1000
)

// lista describes a list verb: what it shows and where its windows come from.
type lista[T any] struct {
	resumo, longa, exemplo string
	campos                 []campo[T]
	um, muitos             string // what one record is called, and many
	feminino               bool
	// nada tells a person that there is nothing.
	nada  func() string
	flags func(*cobra.Command)
	// check judges the flags before the database is opened; nil: nothing to judge.
	check func() error
	// prepara looks up what flags name; nil: nothing.
	prepara func(context.Context, *session) error
	busca   func(context.Context, *session, janela) (store.Pagina[T], error)
}

// janela is the part of a list that is read at once.
type janela struct {
	pagina, tamanho int
	cursor          string
	semTotal        bool
	tudo            bool // the whole list is wanted
}

// inteira is the window of a list that comes whole.
func inteira[T any](list []T, j janela) store.Pagina[T] {
	p := store.Pagina[T]{Itens: list, Total: len(list), Pagina: j.pagina, PorPagina: j.tamanho}
	if !j.tudo {
		from := min((j.pagina-1)*j.tamanho, len(list))
		p.Itens = list[from:min(from+j.tamanho, len(list))]
	}
	return p
}

// listFlags are how much of a list is wanted.
type listFlags struct {
	pagina, limite  int
	limiteInformado bool
}

func (f listFlags) check() error {
	switch {
	case f.limite < 0:
		return usageError("0 lista tudo", "--limite não pode ser negativo")
	case f.pagina < 1:
		return usageError("a primeira página é --pagina 1", "--pagina começa em 1")
	case f.pagina > 1 && (f.limite == 0 || f.limite > window):
		return usageError("tire --pagina, ou peça páginas menores", "--pagina só vale com --limite de 1 a %s", thousands(window))
	}
	return nil
}

func (f listFlags) janela() janela {
	j := janela{pagina: f.pagina, tamanho: min(f.limite, window), tudo: f.limite == 0}
	if j.tudo {
		j.tamanho = window
	}
	return j
}

// listCommand is the verb list of a noun.
func listCommand[T any](a *app, l lista[T]) *cobra.Command {
	var of outputFlags
	var f listFlags
	cmd := &cobra.Command{
		Use: "list", Aliases: []string{"listar"}, Short: l.resumo, Long: l.longa, Example: l.exemplo, Args: noArgs,
		SuggestFor: []string{"ls", "lista", "search", "buscar"},
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.limiteInformado = cmd.Flags().Changed("limite")
			return runList(a, cmd, l, f, of)
		},
	}
	if l.flags != nil {
		l.flags(cmd)
	}
	cmd.Flags().IntVar(&f.pagina, "pagina", 1, "`N`: a página, a partir de 1")
	cmd.Flags().IntVar(&f.limite, "limite", defaultLimit, "`N` "+l.muitos+" por página; 0 lista tudo")
	addOutput(cmd, &of, l.campos)
	return cmd
}

func runList[T any](a *app, cmd *cobra.Command, l lista[T], f listFlags, of outputFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	if l.check != nil {
		if err := l.check(); err != nil {
			return err
		}
	}
	out, err := outputFor(a, cmd, of, l.campos)
	if err != nil {
		return err
	}
	return a.withStore(cmd, func(ctx context.Context, s *session) error {
		if l.prepara != nil {
			if err := l.prepara(ctx, s); err != nil {
				return err
			}
		}
		shown, total, err := streamList(ctx, a, s, l, f, out.list())
		if err != nil {
			return err
		}
		tellShown(a, l, f, shown, total)
		return nil
	})
}

// streamList writes window after window, following the store's cursor, so that a
// list of any length needs the memory of one.
func streamList[T any](ctx context.Context, a *app, s *session, l lista[T], f listFlags, w writer[T]) (shown, total int, err error) {
	p := a.working("Consultando")
	defer p.stop()
	j := f.janela()
	for {
		page, err := l.busca(ctx, s, j)
		if err != nil {
			return shown, total, err
		}
		if shown == 0 {
			total = page.Total
		}
		if !j.tudo && shown+len(page.Itens) > f.limite {
			page.Itens = page.Itens[:f.limite-shown]
		}
		if a.OutTerminal {
			p.stop()
		}
		if err := w.write(page.Itens); err != nil {
			return shown, total, err
		}
		shown += len(page.Itens)
		p.set("%s de %s %s", thousands(shown), thousands(total), l.muitos)
		if page.Proximo == "" || (!j.tudo && shown >= f.limite) {
			break
		}
		j.cursor, j.pagina, j.semTotal = page.Proximo, 0, true
	}
	p.stop()
	return shown, total, w.close()
}

// tellShown says on stderr what was left out. A script that did not choose a
// limit is told too: a list must not be cut in silence.
func tellShown[T any](a *app, l lista[T], f listFlags, shown, total int) {
	switch {
	case shown < total && (a.ErrTerminal || !f.limiteInformado):
		fmt.Fprintln(a.Err, l.cut(f, shown, total))
	case shown == 0 && a.OutTerminal:
		fmt.Fprintln(a.Err, l.nada())
	case shown > defaultLimit && a.OutTerminal:
		fmt.Fprintln(a.Err, count(shown, l.um, l.muitos))
	}
}

// cut says that there are more records than were shown.
func (l *lista[T]) cut(f listFlags, shown, total int) string {
	if shown == 0 {
		pages := (total + f.limite - 1) / f.limite
		return fmt.Sprintf("A página %s não existe: há %s.", thousands(f.pagina), count(pages, "página", "páginas"))
	}
	todos := "todos"
	if l.feminino {
		todos = "todas"
	}
	return fmt.Sprintf("Mostrando %s de %s — use --limite 0 para %s", thousands(shown), thousands(total), todos)
}

// idArg reads an id that was typed.
func idArg(text, what, hint string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		return 0, usageError(hint, "o id %s é um número, não %q", what, text)
	}
	return id, nil
}

// clienteFlag is --cliente, which takes an id or an e-mail as everywhere.
type clienteFlag struct {
	ref string
	id  int64
}

func (f *clienteFlag) add(a *app, cmd *cobra.Command, usage string) {
	cmd.Flags().StringVar(&f.ref, "cliente", "", "`ID|E-MAIL` "+usage)
	a.completeFlagWith(cmd, "cliente", matchingClientes)
}

// find looks the client up. An id is taken as it is: what it owned may be there
// when it is not.
func (f *clienteFlag) find(ctx context.Context, s *session) error {
	if f.ref == "" {
		return nil
	}
	if id, err := strconv.ParseInt(f.ref, 10, 64); err == nil {
		f.id = id
		return nil
	}
	c, err := findCliente(ctx, s, f.ref)
	f.id = c.ID
	return err
}

// periodoFlags are --de and --ate.
func periodoFlags(cmd *cobra.Command, de, ate *string) {
	cmd.Flags().StringVar(de, "de", "", "desde este `DIA` (24/11/2026 ou 2026-11-24) ou instante")
	cmd.Flags().StringVar(ate, "ate", "", "até este `DIA`, inclusive, ou instante")
}

// nenhum is a sentence for an empty list without filters to blame.
func nenhum(text string) func() string { return func() string { return text } }
