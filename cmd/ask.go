package cmd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// maxPassword bounds what is read from stdin; the store has its own rules.
const maxPassword = 4096

// canAsk says that a person is there to answer.
func (t *terminal) canAsk() bool { return t.InTerminal && t.ErrTerminal }

// errLeftQuestion is an interruption at a question. Questions come before the
// first change.
var errLeftQuestion = &problem{Kind: context.Canceled, sentence: "interrompido", hint: "nada foi alterado"}

// ask reads one line from the terminal. Ending ctx ends the wait.
func (t *terminal) ask(ctx context.Context, question string) (string, error) {
	fmt.Fprint(t.Err, question)
	line, err := await(ctx, func() (string, error) { return bufio.NewReader(t.In).ReadString('\n') })
	if !strings.HasSuffix(line, "\n") {
		fmt.Fprintln(t.Err) // Ctrl-C and Ctrl-D leave the cursor behind the question.
	}
	switch {
	case errors.Is(err, context.Canceled):
		return "", errLeftQuestion
	case errors.Is(err, io.EOF):
		err = nil
	}
	return strings.TrimSpace(line), err
}

// await runs a read that cannot be interrupted without making ctx wait for it.
func await(ctx context.Context, read func() (string, error)) (string, error) {
	type answer struct {
		text string
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		text, err := read()
		got <- answer{text, err}
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case r := <-got:
		return r.text, r.err
	}
}

// askSecrets reads one line per question without echo. The echo is off before
// the first question appears, so that a quick hand is not shown either, and the
// terminal gets it back also when ctx ends the wait.
func (t *terminal) askSecrets(ctx context.Context, questions ...string) ([]string, error) {
	file, ok := t.In.(interface{ Fd() uintptr })
	if !ok || !t.canAsk() {
		return nil, usageError("use --senha-stdin e mande a senha pela entrada padrão", "não há terminal em que pedir a senha")
	}
	before, err := term.MakeRaw(int(file.Fd()))
	if err != nil {
		return nil, fmt.Errorf("cmd: terminal: %w", err)
	}
	defer func() { _ = term.Restore(int(file.Fd()), before) }()
	screen := term.NewTerminal(readWriter{t.In, t.Err}, "")
	answers := make([]string, len(questions))
	for i, q := range questions {
		answers[i], err = await(ctx, func() (string, error) { return screen.ReadPassword(q) })
		if errors.Is(err, io.EOF) || errors.Is(err, context.Canceled) {
			// Ctrl-C and Ctrl-D are plain bytes on a raw terminal, which also needs
			// both characters for a new line.
			fmt.Fprint(t.Err, "\r\n")
			return nil, errLeftQuestion
		}
		if err != nil {
			return nil, err
		}
	}
	return answers, nil
}

type readWriter struct {
	io.Reader
	io.Writer
}

// passwordFlags are the two ways to hand over a password.
type passwordFlags struct {
	stdin bool
	ask   bool
}

func addPasswordStdin(cmd *cobra.Command, f *passwordFlags) {
	cmd.Flags().BoolVar(&f.stdin, "senha-stdin", false, "lê a senha da primeira linha da entrada padrão")
}

// newPassword reads the new password, twice where it is typed.
func (t *terminal) newPassword(ctx context.Context, f passwordFlags) (string, error) {
	if f.stdin {
		return t.passwordFromStdin(ctx)
	}
	typed, err := t.askSecrets(ctx, "Nova senha: ", "Repita a senha: ")
	if err != nil {
		return "", err
	}
	if typed[0] != typed[1] {
		return "", usageError("nada foi alterado; repita o comando", "as duas senhas não são iguais")
	}
	t.secrets.learnPassword(typed[0])
	return typed[0], nil
}

func (t *terminal) passwordFromStdin(ctx context.Context) (string, error) {
	text, err := await(ctx, func() (string, error) {
		line, err := bufio.NewReader(io.LimitReader(t.In, maxPassword)).ReadString('\n')
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return strings.TrimRight(line, "\r\n"), err
	})
	if err != nil {
		return "", err
	}
	if text == "" {
		return "", usageError("exemplo: monitor clientes senha 12 --senha-stdin < arquivo-com-a-senha", "a entrada padrão não trouxe senha")
	}
	t.secrets.learnPassword(text)
	return text, nil
}

// consentFlags are --sim and --simular.
type consentFlags struct {
	confirmed bool
	dryRun    bool
}

func addConsent(cmd *cobra.Command, f *consentFlags) {
	cmd.Flags().BoolVar(&f.confirmed, "sim", false, "confirma sem perguntar")
	cmd.Flags().BoolVar(&f.confirmed, "yes", false, "o mesmo que --sim")
	_ = cmd.Flags().MarkHidden("yes")
	cmd.Flags().BoolVar(&f.dryRun, "simular", false, "mostra o que seria feito e não altera nada")
}

// confirmName asks for the name of what is going to be removed for good.
func (t *terminal) confirmName(ctx context.Context, f consentFlags, what, name string) error {
	if f.confirmed {
		return nil
	}
	if !t.canAsk() {
		return &problem{Kind: errUnconfirmed, sentence: what + " não foi confirmado; nada foi alterado", hint: "confirme com --sim, ou veja antes o que seria feito com --simular"}
	}
	typed, err := t.ask(ctx, fmt.Sprintf("Para confirmar, digite o nome: %s\n> ", oneLine(name)))
	if err != nil {
		return err
	}
	if typed != strings.TrimSpace(oneLine(name)) {
		return &problem{Kind: errUnconfirmed, sentence: "o nome digitado não confere; nada foi alterado", hint: "repita o comando e digite exatamente: " + name}
	}
	return nil
}

// confirm asks a yes-or-no question whose default is no.
func (t *terminal) confirm(ctx context.Context, f consentFlags, question string) error {
	if f.confirmed {
		return nil
	}
	refused := &problem{Kind: errUnconfirmed, sentence: "a operação não foi confirmada; nada foi alterado", hint: "confirme com --sim, ou veja antes o que seria feito com --simular"}
	if !t.canAsk() {
		return refused
	}
	typed, err := t.ask(ctx, question+" [s/N] ")
	if err != nil {
		return err
	}
	switch strings.ToLower(typed) {
	case "s", "sim":
		return nil
	}
	return refused
}
