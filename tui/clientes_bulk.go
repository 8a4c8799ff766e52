package tui

import (
	"context"
	"sync/atomic"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// clienteNome names a client in questions.
func clienteLabel(c store.Cliente) string {
	return first(line(c.Nome), line(c.Email), "sem nome")
}

func (c *clientes) mark() tea.Cmd { return c.list.toggleMark(clienteLabel) }

// bulkActions are the keys that act on all marked clients.
func (c *clientes) bulkActions(write string) []action {
	k, n := c.env.keys, thousands(len(c.list.marks))
	return []action{
		{key: k.Situation, desc: "desativar " + n, run: c.bulkOff, blocked: write},
		{key: k.Reactivate, desc: "reativar " + n, run: c.bulkOn, blocked: write},
	}
}

func (c *clientes) bulkOff() tea.Cmd {
	clients := c.env.cfg.Handle
	b := c.bulk("Desativar", "desativado", func(ctx context.Context, id int64) error {
		_, err := clients.Clientes.Deactivate(ctx, id)
		return err
	})
	return c.confirmBulk(b, "Elas não entram mais no sistema e as sessões abertas delas terminam. Os dados ficam.", "Desativar", true)
}

func (c *clientes) bulkOn() tea.Cmd {
	clients := c.env.cfg.Handle
	b := c.bulk("Reativar", "reativado", func(ctx context.Context, id int64) error {
		_, err := clients.Clientes.Reactivate(ctx, id)
		return err
	})
	return c.confirmBulk(b, "Elas voltam a poder entrar no sistema.", "Reativar", false)
}

func (c *clientes) bulk(verb, past string, run func(context.Context, int64) error) *bulk {
	return &bulk{
		shell: c.env.shell, ask: newQuestion(c.env.shell), head: verb + " clientes", past: past, items: c.list.marked(), run: run, count: &atomic.Int64{},
		done: func() tea.Cmd {
			c.list.marks = nil
			return c.list.retry()
		},
	}
}

func (c *clientes) confirmBulk(b *bulk, what, button string, danger bool) tea.Cmd {
	question := button + " " + thousands(len(b.items)) + " clientes: " + someNames(b.items, 4) + "? " + what
	d := newConfirm(c.env.shell, b.head, question, button)
	d.danger = danger
	d.done = func() tea.Cmd { return c.env.push(b) }
	return c.env.push(d)
}
