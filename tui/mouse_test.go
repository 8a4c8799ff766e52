package tui

import (
	"encoding/base64"
	"strings"
	"testing"

	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
)

// clickOn presses the left button on the first place where text stands.
func (b *bench) clickOn(text string) {
	for y, l := range strings.Split(ansi.Strip(b.View()), "\n") {
		if before, _, found := strings.Cut(l, text); found {
			b.send(tea.MouseMsg{X: ansi.StringWidth(before), Y: y, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
			return
		}
	}
	b.Fatalf("%q is not on the screen", text)
}

func (b *bench) notch(button tea.MouseButton) {
	b.send(tea.MouseMsg{X: 5, Y: 8, Button: button, Action: tea.MouseActionPress})
}

func TestMouseSelectsOpensScrollsAndChangesThePage(t *testing.T) {
	for _, size := range [][2]int{{40, 12}, {80, 24}, {120, 40}} {
		for _, withError := range []bool{false, true} {
			b := newBench(t, size[0], size[1])
			listed(b)
			if withError {
				b.wait(2e9)
				b.refuse(errOdd)
			}
			b.clickOn("王小明")
			sel, _ := b.page().List.Window.Selected()
			require.Equal(t, "王小明", sel.Nome, "%v", size)
			b.notch(tea.MouseButtonWheelDown)
			require.Equal(t, 3+wheelLines, b.page().List.Window.Cursor)
			b.notch(tea.MouseButtonWheelUp)
			b.clickOn("王小明")
			require.IsType(t, &clienteDetail{}, b.env.Top(), "a click on the selected row opens it")
		}
	}
	b := newBench(t, 80, 24)
	listed(b)
	b.clickOn("Painel")
	require.IsType(t, &painel{}, b.env.Top())
	b.clickOn("1Clientes")
	require.Equal(t, 0, b.env.shown)
}

func TestMouseDoesNotAnswerDialogsAndCanBeSwitchedOff(t *testing.T) {
	b := newBench(t, 80, 24)
	listed(b)
	b.keys("d", "right")
	b.arm()
	b.clickOn("Desativar ❮")
	b.clickOn("Painel")
	require.IsType(t, &kit.Confirm{}, b.env.Top())
	require.False(t, b.env.Top().(*kit.Confirm).Ask.Busy())
	b.keys("esc")
	b.command("mouse desligado")
	b.clickOn("王小明")
	require.Equal(t, 0, b.page().List.Window.Cursor)
	b.command("mouse ligado")
	b.clickOn("王小明")
	require.Equal(t, 3, b.page().List.Window.Cursor)
}

func TestCopySendsOSC52(t *testing.T) {
	var out strings.Builder
	b := newBench(t, 80, 24, func(c *Config) { c.Out = &out })
	t.Setenv("TMUX", "")
	t.Setenv("TERM", "xterm")
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	listed(b)
	b.keys("down", "y", "y")
	copied := func(text string) string {
		return "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(text)) + "\x07"
	}
	cmd := b.keys("y", "down", "enter")
	require.Equal(t, []tea.Msg{kit.CopiedMsg{Label: "Nome", Err: nil}}, messages(cmd))
	require.Equal(t, copied("João da Silva"), out.String())
	b.send(kit.CopiedMsg{Label: "Nome", Err: nil})
	require.Contains(t, b.View(), "✓ Nome: enviado à área de transferência")

	tmux := kit.OSC52Sequences("x", func(k string) string { return map[string]string{"TMUX": "/tmp/tmux"}[k] })
	require.Equal(t, []string{copied("x"), "\x1bPtmux;\x1b" + copied("x") + "\x1b\\"}, tmux)
	require.False(t, kit.NativeClipboard(func(k string) string { return map[string]string{"DISPLAY": ":0", "SSH_TTY": "/dev/pts/1"}[k] }),
		"over ssh the machine's clipboard is not the person's")
	require.Equal(t, "rm -rf\n\ttudo", kit.Harmless("rm -rf\x1b\n\ttudo\x00\r"))
}

func TestThemes(t *testing.T) {
	require.True(t, kit.NewTheme(&strings.Builder{}, kit.ColourAlways, kit.ThemeMono).Mono)
	require.True(t, kit.NewTheme(&strings.Builder{}, kit.ColourNever, kit.ThemeLight).Mono)
	t.Setenv("COLORFGBG", "0;15")
	require.Contains(
		t,
		kit.NewTheme(&strings.Builder{}, kit.ColourAlways, kit.ThemeAuto).Accent.Render("x"),
		"34",
		"blue can be read on white",
	)
	require.Contains(t, kit.NewTheme(&strings.Builder{}, kit.ColourAlways, kit.ThemeDark).Accent.Render("x"), "36")
	b := newBench(t, 80, 24, colour)
	listed(b)
	b.keys("enter")
	b.gotDetail(person(0), nil)
	before := b.View()
	b.send(messages(b.env.setTheme(kit.ThemeDark))[0])
	require.NotEqual(t, before, b.View(), "what was drawn before is drawn anew")
}
