package cmd

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
	"example.com/monitor/store/say"
)

const (
	defaultLimit = 50
	// window is how many records are held in memory while a list flows.
	window = 1000
)

// listSpec describes a list verb: what it shows and where its windows come from.
type listSpec[T any] struct {
	resumo, long, example string
	fields                []term.Field[T]
	one, many             string // what one record is called, and many
	feminine              bool
	// nada tells a person that there is nothing.
	nothing func() string
	flags   func(*cobra.Command)
	// check judges the flags before the database is opened; nil: nothing to judge.
	check func() error
	// prepara looks up what flags name; nil: nothing.
	prepare func(context.Context, *session) error
	search  func(context.Context, *session, listWindow) (store.Pagina[T], error)
}

// listWindow is the part of a list that is read at once.
type listWindow struct {
	page, size int
	cursor     string
	noTotal    bool
	all        bool // the whole list is wanted
}

// whole is the window of a list that comes whole.
func whole[T any](list []T, j listWindow) store.Pagina[T] {
	p := store.Pagina[T]{Itens: list, Total: len(list), Pagina: j.page, PorPagina: j.size}
	if !j.all {
		from := min((j.page-1)*j.size, len(list))
		p.Itens = list[from:min(from+j.size, len(list))]
	}
	return p
}

// listFlags are how much of a list is wanted.
type listFlags struct {
	page, limit int
	limitGiven  bool
}

func (f listFlags) check() error {
	switch {
	case f.limit < 0:
		return term.UsageError("0 lista tudo", "--limite não pode ser negativo")
	case f.page < 1:
		return term.UsageError("a primeira página é --pagina 1", "--pagina começa em 1")
	case f.page > 1 && (f.limit == 0 || f.limit > window):
		return term.UsageError("tire --pagina, ou peça páginas menores", "--pagina só vale com --limite de 1 a %s", say.Thousands(window))
	}
	return nil
}

func (f listFlags) window() listWindow {
	j := listWindow{page: f.page, size: min(f.limit, window), all: f.limit == 0}
	if j.all {
		j.size = window
	}
	return j
}

// listCommand is the verb list of a noun.
func listCommand[T any](a *app, l listSpec[T]) *cobra.Command {
	var of term.OutputFlags
	var f listFlags
	cmd := &cobra.Command{
		Use: "list", Aliases: []string{"listar"}, Short: l.resumo, Long: l.long, Example: l.example, Args: term.NoArgs,
		SuggestFor: []string{"ls", "lista", "search", "buscar"},
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.limitGiven = cmd.Flags().Changed("limite")
			return runList(a, cmd, l, f, of)
		},
	}
	if l.flags != nil {
		l.flags(cmd)
	}
	cmd.Flags().IntVar(&f.page, "pagina", 1, "`N`: a página, a partir de 1")
	cmd.Flags().IntVar(&f.limit, "limite", defaultLimit, "`N` "+l.many+" por página; 0 lista tudo")
	term.AddOutput(cmd, &of, l.fields)
	return cmd
}

func runList[T any](a *app, cmd *cobra.Command, l listSpec[T], f listFlags, of term.OutputFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	if l.check != nil {
		if err := l.check(); err != nil {
			return err
		}
	}
	out, err := outputFor(a, cmd, of, l.fields)
	if err != nil {
		return err
	}
	return a.withStore(cmd, func(ctx context.Context, s *session) error {
		if l.prepare != nil {
			if err := l.prepare(ctx, s); err != nil {
				return err
			}
		}
		shown, total, err := streamList(ctx, a, s, l, f, out.List())
		if err != nil {
			return err
		}
		tellShown(a, l, f, shown, total)
		return nil
	})
}

// streamList writes window after window, following the store's cursor, so that a
// list of any length needs the memory of one.
func streamList[T any](
	ctx context.Context,
	a *app,
	s *session,
	l listSpec[T],
	f listFlags,
	w term.Writer[T],
) (shown, total int, err error) {
	p := a.Working("Consultando")
	defer p.Stop()
	j := f.window()
	for {
		page, err := l.search(ctx, s, j)
		if err != nil {
			return shown, total, err
		}
		if shown == 0 {
			total = page.Total
		}
		if !j.all && shown+len(page.Itens) > f.limit {
			page.Itens = page.Itens[:f.limit-shown]
		}
		if a.OutTerminal {
			p.Stop()
		}
		if err := w.Write(page.Itens); err != nil {
			return shown, total, err
		}
		shown += len(page.Itens)
		p.Set("%s de %s %s", say.Thousands(shown), say.Thousands(total), l.many)
		if page.Proximo == "" || (!j.all && shown >= f.limit) {
			break
		}
		j.cursor, j.page, j.noTotal = page.Proximo, 0, true
	}
	p.Stop()
	return shown, total, w.Close()
}

// tellShown says on stderr what was left out. A script that did not choose a
// limit is told too: a list must not be cut in silence.
func tellShown[T any](a *app, l listSpec[T], f listFlags, shown, total int) {
	switch {
	case shown < total && (a.ErrTerminal || !f.limitGiven):
		fmt.Fprintln(a.Err, l.cut(f, shown, total))
	case shown == 0 && a.OutTerminal:
		fmt.Fprintln(a.Err, l.nothing())
	case shown > defaultLimit && a.OutTerminal:
		fmt.Fprintln(a.Err, say.Count(shown, l.one, l.many))
	}
}

// cut says that there are more records than were shown.
func (l *listSpec[T]) cut(f listFlags, shown, total int) string {
	if shown == 0 {
		pages := (total + f.limit - 1) / f.limit
		return fmt.Sprintf("A página %s não existe: há %s.", say.Thousands(f.page), say.Count(pages, "página", "páginas"))
	}
	everything := "todos"
	if l.feminine {
		everything = "todas"
	}
	return fmt.Sprintf("Mostrando %s de %s — use --limite 0 para %s", say.Thousands(shown), say.Thousands(total), everything)
}

// idArg reads an id that was typed.
func idArg(text, what, hint string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		return 0, term.UsageError(hint, "o id %s é um número, não %q", what, text)
	}
	return id, nil
}

// clienteFlag is --cliente, or a flag like it, which takes an id or an e-mail as everywhere.
type clienteFlag struct {
	ref string
	id  int64
}

func (f *clienteFlag) add(a *app, cmd *cobra.Command, name, usage string) {
	cmd.Flags().StringVar(&f.ref, name, "", "`ID|E-MAIL` "+usage)
	a.completeFlagWith(cmd, name, matchingClientes)
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

// periodFlags are --de and --ate.
func periodFlags(cmd *cobra.Command, de, until *string) {
	cmd.Flags().StringVar(de, "de", "", "desde este `DIA` (24/11/2026 ou 2026-11-24) ou instante")
	cmd.Flags().StringVar(until, "ate", "", "até este `DIA`, inclusive, ou instante")
}

// none is a sentence for an empty list without filters to blame.
func none(text string) func() string { return func() string { return text } }
