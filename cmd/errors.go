package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"syscall"

	"example.com/monitor/cmd/settings"
	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
	"example.com/monitor/tui"
)

// The exit statuses of the program; `monitor help codigos-de-saida` explains
// them to people.
const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2
	exitNotFound    = 3
	exitForbidden   = 4
	exitUnavailable = 5
	exitUnconfirmed = 6
	exitInvalid     = 7
	exitConflict    = 8
	exitTrailKey    = 9
	exitInterrupted = 130
)

// exitCode is the one place where errors become exit statuses.
func exitCode(err error) int {
	var schema *store.SchemaError
	var invalid *store.InvalidError
	switch {
	case err == nil, term.ClosedPipe(err):
		return exitOK
	case errors.Is(err, term.ErrUsage):
		return exitUsage
	case errors.Is(err, term.ErrUnconfirmed):
		return exitUnconfirmed
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &invalid):
		return exitInvalid
	case errors.Is(err, store.ErrNotFound):
		return exitNotFound
	case errors.Is(err, store.ErrForbidden),
		errors.Is(err, store.ErrReadOnly),
		errors.Is(err, store.ErrUnauthenticated),
		errors.Is(err, store.ErrBloqueado):
		return exitForbidden
	case errors.Is(err, store.ErrConflict), errors.Is(err, store.ErrIdempotency):
		return exitConflict
	case errors.Is(err, store.ErrChaveAuditoria):
		return exitTrailKey
	case errors.As(err, &schema), errors.Is(err, store.ErrUnavailable), errors.Is(err, context.DeadlineExceeded):
		return exitUnavailable
	default:
		return exitFailure
	}
}

// report tells a person what failed and what to do next, a line each.
func (a *app) report(err error) {
	cause, hint := a.describe(err)
	if hint == "" {
		fmt.Fprintf(a.Err, "erro: %s\n", term.OneLine(cause))
		return
	}
	fmt.Fprintf(a.Err, "erro: %s\n  → %s\n", term.OneLine(cause), term.OneLine(hint))
}

// describe is the one place where errors become words.
func (a *app) describe(err error) (cause, hint string) {
	var p *term.ProblemError
	var invalid *store.InvalidError
	var schema *store.SchemaError
	var crash *tui.CrashError
	switch {
	case errors.As(err, &p) && p.Hint != "":
		return p.Sentence, p.Hint
	case errors.Is(err, context.Canceled):
		return "interrompido", "o que já tinha sido confirmado continua valendo; o resto não foi feito"
	case errors.As(err, &invalid):
		return a.describeInvalid(invalid)
	case errors.As(err, &schema):
		return a.describeSchema(schema)
	case errors.As(err, &crash):
		return "a tela encontrou um erro interno e foi encerrada", crashHint(crash)
	default:
		return a.cause(err), a.hint(err)
	}
}

func crashHint(e *tui.CrashError) string {
	if e.File == "" {
		return "não foi possível gravar o rastro do erro"
	}
	return "o rastro do erro ficou em " + e.File + "; envie esse arquivo a quem cuida do programa"
}

// describeInvalid names the fields and those flags of the command that mend them.
func (a *app) describeInvalid(e *store.InvalidError) (cause, hint string) {
	var parts, flags []string
	for _, name := range slices.Sorted(maps.Keys(e.Campos)) {
		parts = append(parts, name+": "+strings.TrimSuffix(e.Campos[name], "."))
		if f := a.fieldFlag(name); f != "" {
			flags = append(flags, f)
		}
	}
	hint = "nada foi gravado; corrija e repita o comando"
	if len(flags) > 0 {
		hint += " (" + strings.Join(flags, ", ") + ")"
	}
	return "dados inválidos: " + strings.Join(parts, "; "), hint
}

// otherFlags are the flags whose names are not those of the fields that they set.
var otherFlags = map[string]string{
	"senha": "senha-stdin", "senha_nova": "senha-stdin", "usos_maximos": "usos", "email": "admin-email",
}

// fieldFlag is the flag of the command that sets a field, "" when it has none.
func (a *app) fieldFlag(name string) string {
	if a.command == nil {
		return ""
	}
	for _, name := range []string{strings.ReplaceAll(name, "_", "-"), otherFlags[name]} {
		if name != "" && a.command.Flag(name) != nil {
			return "--" + name
		}
	}
	return ""
}

// describeSchema names the database and the command that mends it, with the
// --banco that the caller needs again.
func (a *app) describeSchema(e *store.SchemaError) (cause, hint string) {
	setup := "monitor setup" + a.bancoFlag()
	switch e.Estado {
	case store.SchemaMissing:
		return "não há banco de dados em " + e.Banco, "crie-o com: " + setup
	case store.SchemaForeign:
		return "o banco " + e.Banco + " é do sistema antigo e ainda não foi adotado", "veja o plano com: " + setup + " --simular"
	case store.SchemaAlien:
		return "o banco " + e.Banco + " tem tabelas de outro programa", "informe outro arquivo com --banco, por exemplo " + settings.DefaultBanco
	case store.SchemaNewer:
		return "o banco " + e.Banco + " foi preparado por uma versão mais nova do monitor", "atualize este programa"
	default:
		return "o banco " + e.Banco + " está com o esquema atrasado", "atualize-o com: " + setup
	}
}

// bancoFlag repeats the --banco of this command for commands to paste.
func (a *app) bancoFlag() string {
	if a.loaded == nil || a.loaded.Origin("banco").Kind != settings.FromFlag {
		return ""
	}
	return " --banco " + term.ShellQuote(term.MaskBanco(a.loaded.Text("banco")))
}

// systemCauses are the failures of the operating system, whose own words are English.
var systemCauses = []struct {
	is       error
	sentence string
}{
	{fs.ErrNotExist, "arquivo ou pasta não existe"},
	{fs.ErrPermission, "sem permissão para acessar o arquivo ou a porta"},
	{fs.ErrExist, "o arquivo já existe"},
	{syscall.ENOSPC, "o disco está cheio"},
	{syscall.EROFS, "o disco só aceita leitura"},
}

// cause is the sentence of err. Texts that were not written for people are
// shown with --debug only.
func (a *app) cause(err error) string {
	if s := sentence(err); s != "" {
		return s
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "o banco de dados não respondeu a tempo"
	}
	for _, c := range systemCauses {
		if errors.Is(err, c.is) {
			return withPath(err, c.sentence)
		}
	}
	if a.debug {
		return "falha inesperada: " + err.Error()
	}
	return "falha inesperada"
}

// sentence is the text of errors whose words are our own.
func sentence(err error) string {
	var p *term.ProblemError
	var rule *store.RuleError
	switch {
	case errors.As(err, &p):
		return p.Sentence
	case errors.As(err, &rule):
		return rule.Frase
	}
	if k, ok := errors.AsType[*store.ChaveError](err); ok {
		return k.Frase
	}
	if errors.Is(err, store.ErrUnavailable) {
		return unavailableText(err)
	}
	if b, ok := errors.AsType[*store.BloqueioError](err); ok {
		return b.Error()
	}
	for _, known := range []error{store.ErrNotFound, store.ErrConflict, store.ErrForbidden, store.ErrUnauthenticated, store.ErrReadOnly, store.ErrIdempotency} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	return ""
}

// unavailableText is the text that the store wrote for people; what wraps it may
// be technical.
func unavailableText(err error) string {
	if u, ok := errors.AsType[*store.UnavailableError](err); ok {
		return u.Error()
	}
	return store.ErrUnavailable.Error()
}

func withPath(err error, text string) string {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Path + ": " + text
	}
	return text
}

// hint says what to do next about errors that bring no hint of their own.
func (a *app) hint(err error) string {
	if u, ok := errors.AsType[*store.UnavailableError](err); ok && u.Remedio != "" {
		return u.Remedio
	}
	if k, ok := errors.AsType[*store.ChaveError](err); ok {
		return k.Remedio
	}
	switch exitCode(err) {
	case exitNotFound:
		return "veja o que existe com o verbo list, por exemplo: monitor clientes list"
	case exitForbidden:
		return "peça a quem administra ou repita sem --somente-leitura"
	case exitUnavailable:
		return "confira o endereço com: monitor config mostrar; examine o banco com: monitor setup --verificar" + a.bancoFlag()
	case exitConflict:
		return "veja o estado atual com: monitor clientes list, e repita o comando"
	case exitUnconfirmed:
		return "confirme com --sim, ou veja antes o que seria feito com --simular"
	case exitUsage:
		return "veja as opções com --help"
	default:
		return "repita com --debug para ver os detalhes"
	}
}

// notFound is the sentence for an object that is not there.
func notFound(text, hint string) error {
	return &term.ProblemError{Kind: store.ErrNotFound, Sentence: text, Hint: hint}
}

// about names the object that err is about, keeping its kind.
func about(err error, object, hint string) error {
	if err == nil {
		return nil
	}
	var invalid *store.InvalidError
	var schema *store.SchemaError
	var told *term.ProblemError // what was not confirmed says how to confirm it
	if errors.As(err, &invalid) || errors.As(err, &schema) || errors.As(err, &told) || errors.Is(err, context.Canceled) {
		return err
	}
	s := sentence(err)
	if s == "" {
		return err
	}
	return &term.ProblemError{Kind: err, Sentence: object + ": " + s, Hint: hint}
}
