package tui

import (
	"context"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// removal counts what would go with a client before it asks.
type removal struct {
	env    *env
	ask    question
	c      store.Cliente
	detail screen // is left when the client is gone; nil on the list
	failed string
}

func newRemoval(e *env, c store.Cliente, detail screen) *removal {
	return &removal{env: e, ask: newQuestion(e.shell), c: c, detail: detail}
}

func (r *removal) Start() tea.Cmd {
	clients, id := r.env.cfg.Handle, r.c.ID
	return ask(&r.ask, func(ctx context.Context) (store.DeletePlan, error) { return clients.Clientes.PlanDelete(ctx, id) })
}

func (r *removal) Typing() bool  { return true }
func (r *removal) Title() string { return "" }
func (r *removal) Leave()        { r.ask.stop() }

func (r *removal) Update(msg tea.Msg) tea.Cmd {
	a, ok := take[store.DeletePlan](&r.ask, msg)
	switch {
	case !ok:
		return r.ask.Update(msg)
	case a.err != nil:
		r.failed = explain(a.err).cause
		return nil
	}
	r.env.pop(r)
	return r.env.push(newRemovalConfirm(r.env, a.value, r.detail))
}

func (r *removal) Actions() []action {
	close := func() tea.Cmd {
		r.env.pop(r)
		return nil
	}
	return []action{{key: r.env.keys.Back, desc: "cancelar", run: close}}
}

func (r *removal) View(w, h int) []string { return r.Box(w, h) }

func (r *removal) Box(w, h int) []string {
	t, width := r.env.th, min(w, 60)
	lines := wrap("Contando o que seria removido com “"+clienteLabel(r.c)+"”…", width-4)
	if r.failed != "" {
		lines = styled(t.bad.Render, wrap("✗ "+r.failed, width-4))
	}
	return t.frame(framed{title: "Remover cliente", lines: lines, width: width, height: min(h, len(lines)+2), danger: true})
}

// newRemovalConfirm tells what goes for good and asks for the name.
func newRemovalConfirm(e *env, p store.DeletePlan, detail screen) *confirm {
	clients, id, name := e.cfg.Handle, p.Cliente.ID, clienteLabel(p.Cliente)
	text := "Remover de vez “" + name + "” (nº " + strconv.FormatInt(id, 10) + ")" + belongings(p) +
		"? Não há como desfazer; a trilha de auditoria fica. Para só impedir o acesso, desative."
	d := newConfirm(e.shell, "Remover cliente", text, "Remover")
	d.danger = true
	d.requireName(first(p.Cliente.Nome, p.Cliente.Email), id)
	d.run = func(ctx context.Context) error { return clients.Clientes.Delete(ctx, id) }
	d.done = func() tea.Cmd {
		if detail != nil {
			e.pop(detail)
		}
		return told[store.Cliente](e.shell, "“"+name+"” foi removido de vez.", id)()
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
			parts = append(parts, thousands(x.n)+" "+x.many)
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
