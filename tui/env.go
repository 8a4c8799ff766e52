package tui

import (
	"context"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// env is what all pages share: the shell of the kit, the operations of the
// store, the pages themselves and the session. It belongs to Update: no command
// may touch it.
type env struct {
	*shell
	cfg   Config
	tabs  []*tab
	shown int // the page in front
	// session is whose console it is when somebody logged in; check asks now and
	// then whether it still counts.
	session sessao
	check   question
	checked time.Time
}

func newEnv(ctx context.Context, cfg Config) *env {
	cfg = cfg.withDefaults()
	e := &env{cfg: cfg}
	e.shell = newShell(ctx, newTheme(cfg.Saida, cfg.Cor, cfg.Tema), settings{
		clock: cfg.Now, zone: cfg.Fuso, out: cfg.Saida, refresh: cfg.Atualizar, explain: explain,
		commands: func() []command { return commands(e) },
		export:   func() tea.Cmd { return e.openPalette("exportar " + e.exportName()) },
	})
	e.check = newQuestion(e.shell)
	return e
}

// writeBlocked says why nothing can be changed, "" when it can.
func (e *env) writeBlocked() string {
	if e.cfg.SomenteLeitura {
		return "O console foi aberto somente para leitura: abra-o sem --somente-leitura para alterar."
	}
	return ""
}

// levelBlocked says that the person's level does not reach for something, ""
// when it is one of those given.
func (e *env) levelBlocked(what string, niveis ...string) string {
	nivel := e.cfg.Handle.Actor().Nivel()
	if slices.Contains(niveis, nivel) {
		return ""
	}
	return "Quem entra como " + nivelNome(nivel) + " não pode " + what + "."
}
