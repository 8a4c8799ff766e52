package tui

import (
	"strings"

	"example.com/monitor/store/say"
	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// roomMenu is where a room is chosen, or a new one named.
type roomMenu struct {
	chat  *chat
	input kit.Field
	at    int
	top   int
}

func (c *chat) rooms() tea.Cmd {
	m := &roomMenu{chat: c, input: kit.NewField("")}
	m.input.Focus(true)
	return tea.Batch(c.env.Push(m), c.countRooms())
}

func (m *roomMenu) Start() tea.Cmd         { return nil }
func (m *roomMenu) Typing() bool           { return true }
func (m *roomMenu) Title() string          { return "" }
func (m *roomMenu) Leave()                 {}
func (m *roomMenu) View(w, h int) []string { return m.Box(w, h) }

func (m *roomMenu) Update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil
	}
	m.at = 0
	return m.input.Update(k)
}

func (m *roomMenu) name() string {
	return strings.TrimPrefix(strings.TrimSpace(m.input.Value()), "#")
}

// found are the rooms whose name holds what was typed.
func (m *roomMenu) found() []store.Sala {
	var out []store.Sala
	for _, s := range m.chat.roomList() {
		if strings.Contains(kit.Plain(s.Sala), kit.Plain(m.name())) {
			out = append(out, s)
		}
	}
	return out
}

func (m *roomMenu) Actions() []kit.Action {
	k := m.chat.env.keys
	desc := "entrar na sala"
	if len(m.found()) == 0 {
		desc = "abrir a sala nova"
	}
	return []kit.Action{
		{Key: k.Press, Desc: desc, Run: m.choose},
		{Key: k.MoveDown, Desc: "descer", Run: m.step(1)},
		{Key: k.MoveUp, Desc: "subir", Run: m.step(-1)},
		{Key: k.Back, Desc: "cancelar", Run: func() tea.Cmd {
			m.chat.env.Pop(m)
			return nil
		}},
	}
}

func (m *roomMenu) step(n int) func() tea.Cmd {
	return func() tea.Cmd {
		if all := len(m.found()); all > 0 {
			m.at = (m.at + n + all) % all
		}
		return nil
	}
}

func (m *roomMenu) choose() tea.Cmd {
	sala := m.name()
	if found := m.found(); len(found) > 0 {
		sala = found[min(m.at, len(found)-1)].Sala
	}
	m.chat.env.Pop(m)
	if sala == "" {
		return nil
	}
	return m.chat.enterRoom(sala)
}

func (m *roomMenu) Box(w, h int) []string {
	t := m.chat.env.Theme
	width := min(w, 50)
	inside := width - 4
	found := m.found()
	rows := max(1, min(h-4, max(1, len(found))))
	m.at = max(0, min(m.at, len(found)-1))
	m.top = max(min(m.top, m.at), m.at-rows+1)
	lines := []string{t.Accent.Render("# ") + m.input.View(t, inside-2, "procure ou dê nome a uma nova")}
	if len(found) == 0 {
		lines = append(lines, kit.Clip("Não há: enter abre “"+kit.Line(m.name())+"”", inside))
	}
	for i := m.top; i < min(len(found), m.top+rows); i++ {
		s := found[i]
		text := kit.Sides("#"+kit.Line(s.Sala), say.Thousands(s.Mensagens)+" · "+m.chat.env.Brief(s.Ultima.Time), inside-2)
		if i == m.at {
			lines = append(lines, t.Selected.Render("❯ "+text))
		} else {
			lines = append(lines, "  "+text)
		}
	}
	return t.Frame(kit.Framed{Title: "Salas", Lines: lines, Width: width, Height: min(h, len(lines)+2)})
}
