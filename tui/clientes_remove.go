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

// newRemoval counts what would go with a client before it asks; detail is left when the
// client is gone, nil on the list.
func newRemoval(e *env, c store.Cliente, detail kit.Screen) *kit.Wait[store.DeletePlan] {
	handle, id := e.cfg.Handle, c.ID
	w := kit.NewWait[store.DeletePlan](e.Shell, "Remover cliente", "Contando o que seria removido com “"+clienteLabel(c)+"”…")
	w.Danger = true
	w.Get = func(ctx context.Context) (store.DeletePlan, error) { return handle.Clientes.PlanDelete(ctx, id) }
	w.Next = func(p store.DeletePlan) tea.Cmd { return e.Push(newRemovalConfirm(e, p, detail)) }
	return w
}

// newRemovalConfirm tells what goes for good and asks for the name.
func newRemovalConfirm(e *env, p store.DeletePlan, detail kit.Screen) *kit.Confirm {
	clients, id, name := e.cfg.Handle, p.Cliente.ID, clienteLabel(p.Cliente)
	text := "Remover de vez “" + name + "” (nº " + strconv.FormatInt(id, 10) + ")" + belongings(p) +
		"? Não há como desfazer; a trilha de auditoria fica. Para só impedir o acesso, desative."
	d := kit.NewConfirm(e.Shell, "Remover cliente", text, "Remover")
	d.Danger = true
	d.RequireName(kit.First(p.Cliente.Nome, p.Cliente.Email), id)
	d.Run = func(ctx context.Context) (int64, error) { return 0, clients.Clientes.Delete(ctx, id) }
	d.Done = func(n int64) tea.Cmd {
		if detail != nil {
			e.Pop(detail)
		}
		return kit.Told[store.Cliente](e.Shell, "“"+name+"” foi removido de vez.", id)(n)
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
