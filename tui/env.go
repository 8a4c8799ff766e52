package tui

import (
	"context"
	"slices"
	"time"

	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"
)

// env is what all pages share: the shell of the kit, the operations of the
// store, the pages themselves and the session. It belongs to Update: no command
// may touch it.
type env struct {
	*kit.Shell
	keys  pageKeyMap // instead of the shell's
	cfg   Config
	tabs  []*tab
	shown int // the page in front
	// session is whose console it is when somebody logged in; check asks now and
	// then whether it still counts.
	session session
	check   kit.Question
	checked time.Time
	made    changes
}

func newEnv(ctx context.Context, cfg Config) *env {
	cfg = cfg.withDefaults()
	e := &env{cfg: cfg}
	e.Shell = kit.NewShell(ctx, kit.NewTheme(cfg.Out, cfg.Colour, cfg.Theme), kit.Settings{
		Clock: cfg.Now, Zone: cfg.Zone, Out: cfg.Out, Refresh: cfg.Refresh, Explain: explain,
		Commands: func() []kit.Command { return commands(e) },
		Export:   func() tea.Cmd { return e.OpenPalette("exportar " + e.exportName()) },
	})
	e.keys = newPageKeyMap(e.Keys)
	e.check = kit.NewQuestion(e.Shell)
	return e
}

// writeBlocked says why nothing can be changed, "" when it can.
func (e *env) writeBlocked() string {
	if e.cfg.ReadOnly {
		return "O console foi aberto somente para leitura: abra-o sem --somente-leitura para alterar."
	}
	return ""
}

// levelBlocked says that the person's level does not reach for something, ""
// when it is one of those given.
func (e *env) levelBlocked(what string, levels ...string) string {
	level := e.cfg.Handle.Actor().Nivel()
	if slices.Contains(levels, level) {
		return ""
	}
	return "Quem entra como " + accessName(level) + " não pode " + what + "."
}
