package tui

import (
	"context"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// env is what all screens share. It belongs to Update: no command may touch it.
type env struct {
	ctx    context.Context //nolint:containedctx // the life of the program, from which every question derives
	cfg    Config
	th     theme
	keys   keyMap
	tabs   []*tab
	shown  int      // the page in front
	stack  []screen // what is open on it, the page itself first
	notice notice
	// session is whose console it is when somebody logged in; check asks now and
	// then whether it still counts.
	session sessao
	check   question
	checked time.Time
	// history are the commands typed, the newest last.
	history []string
	seq     int
}

func newEnv(ctx context.Context, cfg Config) *env {
	cfg = cfg.withDefaults()
	e := &env{ctx: ctx, cfg: cfg, th: newTheme(cfg.Saida, cfg.Cor, cfg.Tema), keys: newKeyMap()}
	e.check = newQuestion(e)
	return e
}

func (e *env) now() time.Time { return e.cfg.Now() }

func (e *env) nextSeq() int {
	e.seq++
	return e.seq
}

func (e *env) top() screen { return e.stack[len(e.stack)-1] }

// push opens s above the current screen.
func (e *env) push(s screen) tea.Cmd {
	e.stack = append(e.stack, s)
	return s.Start()
}

// above says that there is a screen below s to go back to.
func (e *env) above(s screen) bool { return len(e.stack) > 0 && e.stack[0] != s }

// pop leaves s and everything above it, ending their questions. The bottom
// screen stays.
func (e *env) pop(s screen) {
	for i := 1; i < len(e.stack); i++ {
		if e.stack[i] != s {
			continue
		}
		for _, left := range e.stack[i:] {
			left.Leave()
		}
		e.stack = e.stack[:i]
		return
	}
}

// deliver hands msg to screens: the ones below keep up with the world too.
func (e *env) deliver(msg tea.Msg, screens []screen) tea.Cmd {
	var cmds []tea.Cmd
	for _, s := range slices.Clone(screens) {
		cmds = append(cmds, s.Update(msg))
	}
	return tea.Batch(cmds...)
}

// toBottom leaves all that is open above the page.
func (e *env) toBottom() {
	if len(e.stack) > 1 {
		e.pop(e.stack[1])
	}
}

// after sends msg when d has passed.
func after(d time.Duration, msg tea.Msg) tea.Cmd {
	return tea.Tick(d, func(time.Time) tea.Msg { return msg })
}

// send hands msg to every screen of every page.
func send(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }

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
