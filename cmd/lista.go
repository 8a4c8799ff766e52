package cmd

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"
)

// lista describes a list verb: what it shows and where the records come from.
type lista[T any] struct {
	resumo, longa, exemplo string
	campos                 []campo[T]
	// nada tells a person that there is nothing.
	nada  string
	flags func(*cobra.Command)
	// busca returns records and how many there are in all; a total of -1 says that
	// nothing was left out.
	busca func(ctx context.Context, s *session) ([]T, int, error)
}

// listCommand is the verb list of a noun whose records fit into memory.
func listCommand[T any](a *app, l lista[T]) *cobra.Command {
	var f outputFlags
	cmd := &cobra.Command{
		Use: "list", Aliases: []string{"listar"}, Short: l.resumo, Long: l.longa, Example: l.exemplo, Args: noArgs,
		SuggestFor: []string{"ls", "lista", "buscar"},
		RunE: func(cmd *cobra.Command, _ []string) error {
			out, err := outputFor(a, cmd, f, l.campos)
			if err != nil {
				return err
			}
			return a.withStore(cmd, func(ctx context.Context, s *session) error {
				list, total, err := l.busca(ctx, s)
				if err != nil {
					return err
				}
				w := out.list()
				if err := w.write(list); err != nil {
					return err
				}
				if err := w.close(); err != nil {
					return err
				}
				a.tellRest(len(list), total, l.nada)
				return nil
			})
		},
	}
	if l.flags != nil {
		l.flags(cmd)
	}
	addOutput(cmd, &f, l.campos)
	return cmd
}

// tellRest says what a list left out: never in silence.
func (a *app) tellRest(shown, total int, nada string) {
	switch {
	case shown == 0 && a.OutTerminal:
		fmt.Fprintln(a.Err, nada)
	case shown < total:
		fmt.Fprintf(a.Err, "Mostrando %s de %s — peça mais com --limite, ou a página seguinte com --pagina\n", thousands(shown), thousands(total))
	}
}

// idArg reads an id that was typed.
func idArg(text, what, hint string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		return 0, usageError(hint, "o id %s é um número, não %q", what, text)
	}
	return id, nil
}
