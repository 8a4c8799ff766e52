package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
)

// someArgs asks for one argument or several, called name in the help; - reads them. Of several
// each is a number or has one of marks: what was meant as one value has spaces in it.
func someArgs(name, example, marks string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return term.UsageError("exemplo: "+example+"; com - são lidos da entrada padrão", "falta informar %s", name)
		}
		if err := onlyDash(args); err != nil {
			return err
		}
		for _, word := range args {
			if _, err := strconv.ParseInt(word, 10, 64); err != nil && len(args) > 1 && !strings.ContainsAny(word, marks) {
				return term.UsageError("se há espaços no valor, ponha-o entre aspas; exemplo: "+example, "%q não diz %s", word, name)
			}
		}
		return nil
	}
}

// onlyDash refuses - beside others.
func onlyDash(args []string) error {
	if len(args) > 1 && slices.Contains(args, "-") {
		return term.UsageError("ponha tudo na entrada padrão", "com - não se dizem outros")
	}
	return nil
}

// words are the arguments, or what standard input holds where they are -.
func (a *app) words(ctx context.Context, args []string) ([]string, error) {
	if len(args) == 1 && args[0] == "-" {
		return a.readWords(ctx)
	}
	return args, nil
}

// each runs do for every word, for the later ones also where an earlier one fails; those that
// failed are named.
func (a *app) each(ctx context.Context, words []string, do func(word string) error) error {
	if len(words) == 1 {
		return do(words[0])
	}
	failed, last := 0, error(nil)
	for _, word := range words {
		err := do(word)
		switch {
		case err == nil:
			continue
		case ctx.Err() != nil, errors.Is(err, store.ErrUnavailable), errors.Is(err, term.ErrUsage):
			return err
		}
		cause, _ := a.describe(err)
		fmt.Fprintf(a.Err, "recusado: %s: %s\n", term.OneLine(word), term.OneLine(cause))
		failed, last = failed+1, err
	}
	if failed == 0 {
		return nil
	}
	return &term.ProblemError{Kind: last, Sentence: refusedWords(failed, len(words), len(words)-failed)}
}

// showEach prints the records that words name: one as a card, several as a list.
func showEach[T any](ctx context.Context, a *app, words []string, out *term.Output[T], find func(word string) (T, error)) error {
	var found []T
	err := a.each(ctx, words, func(word string) error {
		record, err := find(word)
		if err == nil {
			found = append(found, record)
		}
		return err
	})
	if len(words) == 1 {
		if err != nil {
			return err
		}
		return out.One(found[0])
	}
	w := out.List()
	if writeErr := w.Write(found); writeErr != nil {
		return writeErr
	}
	if writeErr := w.Close(); writeErr != nil {
		return writeErr
	}
	return err
}
