package tui

import (
	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

// wheelLines is how far one notch of the wheel goes.
const wheelLines = 3

// setMouse hands the mouse to the console or leaves it to the terminal, where
// it selects text.
func (e *env) setMouse(on bool) tea.Cmd {
	e.cfg.NoMouse = !on
	if on {
		e.Tell(kit.NoticeOK, "Mouse ligado. Com shift o terminal seleciona texto.")
		return tea.EnableMouseCellMotion
	}
	e.Tell(kit.NoticeOK, "Mouse desligado: o terminal volta a selecionar texto.")
	return tea.DisableMouse
}

// mouse takes the wheel and clicks with the left button. Where letters are text
// nothing is done: a dialog is not answered by a stray click.
func (a *app) mouse(msg tea.MouseMsg) tea.Cmd {
	top := a.env.Top()
	if a.env.cfg.NoMouse || msg.Action != tea.MouseActionPress || top.Typing() {
		return nil
	}
	switch msg.Button {
	case tea.MouseButtonWheelUp:
		return a.wheel(tea.KeyUp)
	case tea.MouseButtonWheelDown:
		return a.wheel(tea.KeyDown)
	case tea.MouseButtonLeft:
		return a.Click(msg.X, msg.Y)
	}
	return nil
}

func (a *app) wheel(key tea.KeyType) tea.Cmd {
	var cmds []tea.Cmd
	for range wheelLines {
		cmds = append(cmds, a.press(tea.KeyMsg{Type: key}))
	}
	return tea.Batch(cmds...)
}

func (a *app) Click(x, y int) tea.Cmd {
	head := len(a.header())
	if y < head {
		if head == 2 && y == 1 {
			return a.clickTab(x)
		}
		return nil
	}
	body := a.height - 1 - head
	if c, ok := a.env.Top().(kit.Clicker); ok && y-head < body {
		a.env.Notice = kit.Notice{}
		return c.Click(x, y-head, a.width, body)
	}
	return nil
}

// clickTab shows the page whose name is under column x.
func (a *app) clickTab(x int) tea.Cmd {
	from := 0
	for i, text := range a.tabTexts() {
		to := from + ansi.StringWidth(text)
		if x >= from && x < to {
			return a.env.show(i)
		}
		from = to
	}
	return nil
}
