package tui

import (
	"context"
	"strconv"
	"strings"

	"example.com/monitor/store/say"
	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// removal counts what would go with a client before it asks.
type removal struct {
	env    *env
	ask    kit.Question
	c      store.Cliente
	detail kit.Screen // is left when the client is gone; nil on the list
	failed string
}

func newRemoval(e *env, c store.Cliente, detail kit.Screen) *removal {
	return &removal{env: e, ask: kit.NewQuestion(e.Shell), c: c, detail: detail}
}

func (r *removal) Start() tea.Cmd {
	clients, id := r.env.cfg.Handle, r.c.ID
	return kit.Ask(&r.ask, func(ctx context.Context) (store.DeletePlan, error) { return clients.Clientes.PlanDelete(ctx, id) })
}

func (r *removal) Typing() bool  { return true }
func (r *removal) Title() string { return "" }
func (r *removal) Leave()        { r.ask.Stop() }

func (r *removal) Update(msg tea.Msg) tea.Cmd {
	a, ok := kit.Take[store.DeletePlan](&r.ask, msg)
	switch {
	case !ok:
		return r.ask.Update(msg)
	case a.Err != nil:
		r.failed = explain(a.Err).Cause
		return nil
	}
	r.env.Pop(r)
	return r.env.Push(newRemovalConfirm(r.env, a.Value, r.detail))
}

func (r *removal) Actions() []kit.Action {
	close := func() tea.Cmd {
		r.env.Pop(r)
		return nil
	}
	return []kit.Action{{Key: r.env.keys.Back, Desc: "cancelar", Run: close}}
}

func (r *removal) View(w, h int) []string { return r.Box(w, h) }

func (r *removal) Box(w, h int) []string {
	t, width := r.env.Theme, min(w, 60)
	lines := kit.Wrap("Contando o que seria removido com “"+clienteLabel(r.c)+"”…", width-4)
	if r.failed != "" {
		lines = kit.Styled(t.Bad.Render, kit.Wrap("✗ "+r.failed, width-4))
	}
	return t.Frame(kit.Framed{Title: "Remover cliente", Lines: lines, Width: width, Height: min(h, len(lines)+2), Danger: true})
}

// newRemovalConfirm tells what goes for good and asks for the name.
func newRemovalConfirm(e *env, p store.DeletePlan, detail kit.Screen) *kit.Confirm {
	clients, id, name := e.cfg.Handle, p.Cliente.ID, clienteLabel(p.Cliente)
	text := "Remover de vez “" + name + "” (nº " + strconv.FormatInt(id, 10) + ")" + belongings(p) +
		"? Não há como desfazer; a trilha de auditoria fica. Para só impedir o acesso, desative."
	d := kit.NewConfirm(e.Shell, "Remover cliente", text, "Remover")
	d.Danger = true
	d.RequireName(kit.First(p.Cliente.Nome, p.Cliente.Email), id)
	d.Run = func(ctx context.Context) error { return clients.Clientes.Delete(ctx, id) }
	d.Done = func() tea.Cmd {
		if detail != nil {
			e.Pop(detail)
		}
		return kit.Told[store.Cliente](e.Shell, "“"+name+"” foi removido de vez.", id)()
	}
	return d
}

// belongings names what is removed with a client.
func belongings(p store.DeletePlan) string {
	var parts []string
	for _, x := range []struct {
		n         int
		one, many string
	}{
		{p.Dispositivos, "1 dispositivo", "dispositivos"},
		{p.Conexoes, "1 conexão", "conexões"},
		{p.Mensagens, "1 mensagem", "mensagens"},
		{p.Sessoes, "1 sessão", "sessões"},
	} {
		switch {
		case x.n == 1:
			parts = append(parts, x.one)
		case x.n > 1:
			parts = append(parts, say.Thousands(x.n)+" "+x.many)
		}
	}
	switch len(parts) {
	case 0:
		return ""
	case 1:
		return " e, com ele, " + parts[0]
	}
	return " e, com ele, " + strings.Join(parts[:len(parts)-1], ", ") + " e " + parts[len(parts)-1]
}
