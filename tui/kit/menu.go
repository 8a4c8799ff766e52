package kit

import tea "github.com/charmbracelet/bubbletea"

// MenuItem is something that can be chosen, under its name.
type MenuItem struct{ Label, Text string }

// Menu asks for one of several things.
type Menu struct {
	shell *Shell
	head  string
	key   Binding // that chooses
	verb  string
	items []MenuItem
	pick  func(i int) tea.Cmd // in Update, after the menu has left
	at    int
	top   int
}

// NewMenu offers items.
func NewMenu(sh *Shell, head string, items []MenuItem, pick func(i int) tea.Cmd) *Menu {
	return &Menu{shell: sh, head: head, key: sh.Keys.Press, verb: "escolher", items: items, pick: pick}
}

func (m *Menu) Start() tea.Cmd         { return nil }
func (m *Menu) Update(tea.Msg) tea.Cmd { return nil }
func (m *Menu) Typing() bool           { return true }
func (m *Menu) Title() string          { return "" }
func (m *Menu) Leave()                 {}
func (m *Menu) View(w, h int) []string { return m.Box(w, h) }

func (m *Menu) Actions() []Action {
	k := m.shell.Keys
	return []Action{
		{Key: m.key, Desc: m.verb, Run: m.choose},
		{Key: k.Down, Run: m.step(1)},
		{Key: k.Up, Run: m.step(-1)},
		{Key: k.Back, Desc: "cancelar", Run: func() tea.Cmd {
			m.shell.Pop(m)
			return nil
		}},
	}
}

func (m *Menu) step(n int) func() tea.Cmd {
	return func() tea.Cmd {
		m.at = (m.at + n + len(m.items)) % len(m.items)
		return nil
	}
}

func (m *Menu) choose() tea.Cmd {
	m.shell.Pop(m)
	return m.pick(m.at)
}

func (m *Menu) Box(w, h int) []string {
	t := m.shell.Theme
	width, rows := min(w, 64), min(h-2, len(m.items))
	inside := width - 4
	m.top = max(min(m.top, m.at), m.at-rows+1)
	var lines []string
	for i := m.top; i < min(len(m.items), m.top+rows); i++ {
		text := Fit(m.items[i].Label, 14) + "  " + Line(m.items[i].Text)
		if i == m.at {
			lines = append(lines, t.Selected.Render("❯ "+Fit(text, inside-2)))
		} else {
			lines = append(lines, "  "+Clip(text, inside-2))
		}
	}
	return t.Frame(Framed{Title: m.head, Lines: lines, Width: width, Height: rows + 2})
}
