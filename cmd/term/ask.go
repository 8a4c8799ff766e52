package term

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

// MaxPassword bounds what is read from stdin; the store has its own rules.
const MaxPassword = 4096

// CanAsk says that a person is there to answer.
func (t *Terminal) CanAsk() bool { return t.InTerminal && t.ErrTerminal }

// errLeftQuestion is an interruption at a question. Questions come before the
// first change.
var errLeftQuestion = &ProblemError{Kind: context.Canceled, Sentence: "interrompido", Hint: "nada foi alterado"}

// Ask reads one line from the terminal. Ending ctx ends the wait.
func (t *Terminal) Ask(ctx context.Context, question string) (string, error) {
	fmt.Fprint(t.Err, question)
	line, err := Await(ctx, func() (string, error) { return bufio.NewReader(t.In).ReadString('\n') })
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

// Await runs a read that cannot be interrupted without making ctx wait for it.
func Await(ctx context.Context, read func() (string, error)) (string, error) {
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

// AskSecrets reads one line per question without echo. The echo is off before
// the first question appears, so that a quick hand is not shown either, and the
// terminal gets it back also when ctx ends the wait.
func (t *Terminal) AskSecrets(ctx context.Context, questions ...string) ([]string, error) {
	file, ok := t.In.(interface{ Fd() uintptr })
	if !ok || !t.CanAsk() {
		return nil, UsageError("use --senha-stdin e mande a senha pela entrada padrão", "não há terminal em que pedir a senha")
	}
	before, err := term.MakeRaw(int(file.Fd()))
	if err != nil {
		return nil, fmt.Errorf("cmd: terminal: %w", err)
	}
	defer func() { _ = term.Restore(int(file.Fd()), before) }()
	screen := term.NewTerminal(readWriter{t.In, t.Err}, "")
	answers := make([]string, len(questions))
	for i, q := range questions {
		answers[i], err = Await(ctx, func() (string, error) { return screen.ReadPassword(q) })
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

// PasswordFlags are the two ways to hand over a password.
type PasswordFlags struct {
	Stdin bool
	Ask   bool
}

// AddPasswordStdin adds the flag that reads a password from stdin.
func AddPasswordStdin(cmd *cobra.Command, f *PasswordFlags) {
	cmd.Flags().BoolVar(&f.Stdin, "senha-stdin", false, "lê a senha da primeira linha da entrada padrão")
}

// NewPassword reads the new password, twice where it is typed.
func (t *Terminal) NewPassword(ctx context.Context, f PasswordFlags) (string, error) {
	if f.Stdin {
		return t.PasswordFromStdin(ctx)
	}
	typed, err := t.AskSecrets(ctx, "Nova senha: ", "Repita a senha: ")
	if err != nil {
		return "", err
	}
	if typed[0] != typed[1] {
		return "", UsageError("nada foi alterado; repita o comando", "as duas senhas não são iguais")
	}
	t.Secrets.LearnPassword(typed[0])
	return typed[0], nil
}

// PasswordFromStdin reads the first line, which must not be empty.
func (t *Terminal) PasswordFromStdin(ctx context.Context) (string, error) {
	text, err := Await(ctx, func() (string, error) {
		line, err := bufio.NewReader(io.LimitReader(t.In, MaxPassword)).ReadString('\n')
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return strings.TrimRight(line, "\r\n"), err
	})
	if err != nil {
		return "", err
	}
	if text == "" {
		return "", UsageError("exemplo: monitor clientes senha 12 --senha-stdin < arquivo-com-a-senha", "a entrada padrão não trouxe senha")
	}
	t.Secrets.LearnPassword(text)
	return text, nil
}

// ConsentFlags are --sim and --simular.
type ConsentFlags struct {
	Confirmed bool
	DryRun    bool
}

// AddConsent adds the flags of what asks before it changes something.
func AddConsent(cmd *cobra.Command, f *ConsentFlags) {
	cmd.Flags().BoolVar(&f.Confirmed, "sim", false, "confirma sem perguntar")
	cmd.Flags().BoolVar(&f.Confirmed, "yes", false, "o mesmo que --sim")
	_ = cmd.Flags().MarkHidden("yes")
	cmd.Flags().BoolVar(&f.DryRun, "simular", false, "mostra o que seria feito e não altera nada")
}

// ConfirmName asks for the name of what is going to be removed for good.
func (t *Terminal) ConfirmName(ctx context.Context, f ConsentFlags, what, name string) error {
	if f.Confirmed {
		return nil
	}
	if !t.CanAsk() {
		return &ProblemError{
			Kind:     ErrUnconfirmed,
			Sentence: what + " não foi confirmado; nada foi alterado",
			Hint:     "confirme com --sim, ou veja antes o que seria feito com --simular",
		}
	}
	typed, err := t.Ask(ctx, fmt.Sprintf("Para confirmar, digite o nome: %s\n> ", OneLine(name)))
	if err != nil {
		return err
	}
	if typed != strings.TrimSpace(OneLine(name)) {
		return &ProblemError{
			Kind:     ErrUnconfirmed,
			Sentence: "o nome digitado não confere; nada foi alterado",
			Hint:     "repita o comando e digite exatamente: " + name,
		}
	}
	return nil
}

// Confirm asks a yes-or-no question whose default is no.
func (t *Terminal) Confirm(ctx context.Context, f ConsentFlags, question string) error {
	if f.Confirmed {
		return nil
	}
	refused := &ProblemError{
		Kind:     ErrUnconfirmed,
		Sentence: "a operação não foi confirmada; nada foi alterado",
		Hint:     "confirme com --sim, ou veja antes o que seria feito com --simular",
	}
	if !t.CanAsk() {
		return refused
	}
	typed, err := t.Ask(ctx, question+" [s/N] ")
	if err != nil {
		return err
	}
	switch strings.ToLower(typed) {
	case "s", "sim":
		return nil
	}
	return refused
}
