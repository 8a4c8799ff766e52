package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

func TestExitCode(t *testing.T) {
	wrap := func(err error) error { return fmt.Errorf("outer: %w", err) }
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, 0},
		{errors.New("qualquer"), 1},
		{&term.ProblemError{Kind: term.ErrFailed}, 1},
		{term.UsageError("", "x"), 2},
		{store.ErrNotFound, 3},
		{store.ErrForbidden, 4},
		{store.ErrReadOnly, 4},
		{store.ErrUnauthenticated, 4},
		{store.ErrUnavailable, 5},
		{&store.SchemaError{Estado: store.SchemaMissing}, 5},
		{context.DeadlineExceeded, 5},
		{term.ErrUnconfirmed, 6},
		{&store.InvalidError{Campos: map[string]string{"nome": "x"}}, 7},
		{store.ErrConflict, 8},
		{store.ErrIdempotency, 8},
		{&store.RuleError{Kind: store.ErrConflict, Frase: "x"}, 8},
		{context.Canceled, 130},
		{syscall.EPIPE, 0},
	} {
		require.Equal(t, c.want, exitCode(c.err), "%v", c.err)
		if c.err != nil {
			require.Equal(t, c.want, exitCode(wrap(c.err)), "wrapped %v", c.err)
		}
	}
	for code := range 9 {
		require.Contains(t, exitCodesText, fmt.Sprintf("\n%5d  ", code))
	}
	require.Contains(t, exitCodesText, "\n  130  ")
}

// Every error says cause and next step, one line each, and no error that was
// not written for people shows its text.
func TestReport(t *testing.T) {
	for _, err := range []error{
		errors.New("sql: no rows\nmore"), term.UsageError("dica", "frase"), store.ErrNotFound, store.ErrForbidden, store.ErrUnavailable,
		&store.SchemaError{Estado: store.SchemaBehind, Banco: "/x"}, &store.SchemaError{Estado: store.SchemaNewer, Banco: "/x"}, &store.SchemaError{Estado: store.SchemaAlien, Banco: "/x"},
		&store.InvalidError{Campos: map[string]string{"nome": "ruim.", "cep": "pior."}}, store.ErrConflict, context.Canceled,
		term.ErrUnconfirmed, context.DeadlineExceeded, &fs.PathError{Op: "open", Path: "/x", Err: fs.ErrPermission},
	} {
		var b strings.Builder
		a := &app{Terminal: &term.Terminal{Streams: term.Streams{Err: &b}, Secrets: term.NewRedactor()}}
		a.report(err)
		require.Equal(t, 2, strings.Count(b.String(), "\n"), b.String())
		require.Contains(t, b.String(), "\n  → ")
		require.NotContains(t, b.String(), "sql:")
		requirePortuguese(t, err.Error(), b.String())
	}
}

// Another program's database is not to be mended with setup.
func TestAlienDatabaseIsNotOfferedToSetup(t *testing.T) {
	fresh(t)
	require.NoError(t, os.WriteFile("outro.db", nil, 0o600))
	storetest.Exec(t, storetest.Foreign(t, "outro.db"), "CREATE TABLE receitas(nome TEXT)")
	for _, args := range [][]string{{"clientes", "list"}, {"serve", "--endereco", "127.0.0.1:0"}, {"setup", "--sim"}} {
		r := runMonitor(t, append(args, "--banco", "sqlite:///outro.db")...)
		require.Equal(t, exitUnavailable, r.code, "%v: %s", args, r.err)
		require.Contains(t, r.err, "tem tabelas de outro programa")
		require.NotContains(t, r.err, "monitor setup")
	}
}

func TestReportShowsTechnicalTextOnlyWithDebug(t *testing.T) {
	a := &app{Terminal: &term.Terminal{Secrets: term.NewRedactor()}}
	require.Equal(t, "falha inesperada", a.cause(errors.New("driver: boom")))
	a.debug = true
	require.Equal(t, "falha inesperada: driver: boom", a.cause(errors.New("driver: boom")))
}

func TestAboutKeepsTheKind(t *testing.T) {
	err := about(&store.RuleError{Kind: store.ErrConflict, Frase: "Email já cadastrado"}, "cliente x", "")
	require.ErrorIs(t, err, store.ErrConflict)
	require.EqualError(t, err, "cliente x: Email já cadastrado")
	invalid := &store.InvalidError{Campos: map[string]string{"a": "b"}}
	require.Equal(t, invalid, about(invalid, "x", "y"))
	require.NoError(t, about(nil, "x", "y"))
}

func TestNearest(t *testing.T) {
	names := []string{"clientes", "chaves", "setup", "serve", "list", "listar"}
	for word, want := range map[string]string{"clients": "clientes", "setpu": "setup", "lsit": "list", "serv": "serve", "zzz": "", "x": ""} {
		require.Equal(t, want, term.Nearest(word, names), word)
	}
}

// A refusal says its whole sentence and names only options that the command has.
func TestRefusalsNameOptionsOfTheCommand(t *testing.T) {
	fresh(t)
	require.Equal(t, 0, runMonitor(t, "setup").code)
	for _, c := range []struct {
		args, cause, hint string
	}{
		{"clientes create --nome X --email x@x.com --senha-stdin", "Senha curta demais", "(--senha-stdin)\n"},
		{"clientes senha 1 --senha-stdin", "Senha curta demais", "(--senha-stdin)\n"},
		{"setup --banco sqlite:///novo.db --admin-email eu@x.com --senha-stdin", "Senha curta demais", "(--senha-stdin)\n"},
		{"setup --banco sqlite:///outro.db --admin-email eu", "email: ", "(--admin-email)\n"},
		{"clientes create --nome X --email x --cpf-cnpj 1", "email: ", "(--cpf-cnpj, --email)\n"},
		{"chaves create  --nivel leitura", "Dê um nome à chave", "repita o comando\n"},
	} {
		r := runWith(t, term.Streams{In: strings.NewReader("curta\n")}, strings.Split(c.args, " ")...)
		require.Equal(t, exitInvalid, r.code, "%s: %s", c.args, r.err)
		require.Contains(t, r.err, c.cause)
		require.True(t, strings.HasSuffix(r.err, c.hint), r.err)
		require.NotContains(t, r.err, term.Hidden)
	}
}
