package tui

import (
	"context"
	"sync/atomic"

	"example.com/monitor/store/say"
	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// clienteLabel names a client in questions.
func clienteLabel(c store.Cliente) string {
	return kit.First(kit.Line(c.Nome), kit.Line(c.Email), "sem nome")
}

func (c *clientes) mark() tea.Cmd { return c.List.ToggleMark(clienteLabel) }

// bulkActions are the keys that act on all marked clients.
func (c *clientes) bulkActions(write string) []kit.Action {
	k, n := c.env.keys, say.Thousands(len(c.List.Marks))
	return []kit.Action{
		{Key: k.Situation, Desc: "desativar " + n, Run: c.bulkOff, Blocked: write},
		{Key: k.Reactivate, Desc: "reativar " + n, Run: c.bulkOn, Blocked: write},
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

func (c *clientes) bulk(verb, past string, run func(context.Context, int64) error) *kit.Bulk {
	return &kit.Bulk{
		Shell: c.env.Shell, Ask: kit.NewQuestion(c.env.Shell), Head: verb + " clientes", Past: past, Items: c.List.Marked(), Run: run, Count: &atomic.Int64{},
		Done: func() tea.Cmd {
			c.List.Marks = nil
			return c.List.Retry()
		},
	}
}

func (c *clientes) confirmBulk(b *kit.Bulk, what, button string, danger bool) tea.Cmd {
	question := button + " " + say.Thousands(len(b.Items)) + " clientes: " + kit.SomeNames(b.Items, 4) + "? " + what
	d := kit.NewConfirm(c.env.Shell, b.Head, question, button)
	d.Danger = danger
	d.Done = func() tea.Cmd { return c.env.Push(b) }
	return c.env.Push(d)
}
