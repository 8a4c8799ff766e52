package cmd

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/settings"
	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
)

// app is one run of the program: its streams and what it has read so far.
type app struct {
	*term.Terminal
	loaded  *settings.Config
	command *cobra.Command // the one that ran, once it has
	debug   bool
	// ajustar changes how the store is opened, for tests; nil otherwise.
	adjust func(*store.Config)
}

// Run executes the command line args and returns the exit status of the
// process (see exitCode). Ending ctx interrupts the work.
func Run(ctx context.Context, args []string, s term.Streams) (status int) {
	return newApp(s).run(ctx, args)
}

func newApp(s term.Streams) *app {
	return &app{Terminal: term.NewTerminal(s)}
}

func (a *app) run(ctx context.Context, args []string) (status int) {
	defer func() {
		if p := recover(); p != nil {
			status = a.panicked(p, debug.Stack())
		}
	}()
	root := a.root()
	root.SetArgs(args)
	root.SetIn(a.In)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	err := a.execute(ctx, root)
	code := exitCode(err)
	if code != exitOK {
		a.report(err)
	}
	return code
}

// execute prefers the interruption to whatever error it led to.
func (a *app) execute(ctx context.Context, root *cobra.Command) (err error) {
	a.command, err = root.ExecuteContextC(ctx)
	if code := exitCode(err); ctx.Err() != nil && (code == exitFailure || code == exitUnavailable) {
		return ctx.Err()
	}
	return err
}

// panicked leaves the trace in a private file: its text may hold what no
// screen or log should show.
func (a *app) panicked(value any, stack []byte) int {
	where := "não foi possível gravar o rastro do erro"
	if f, err := os.CreateTemp("", "monitor-*.log"); err == nil {
		text := a.Secrets.Mask(fmt.Sprintf("%v\n\n%s", value, stack))
		if _, err = f.WriteString(text); err == nil {
			where = "o rastro do erro ficou em " + f.Name()
		}
		_ = f.Close()
	}
	fmt.Fprintf(a.Err, "erro: falha interna do monitor\n  → %s; envie esse arquivo a quem cuida do programa\n", where)
	return exitFailure
}
