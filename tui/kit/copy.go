package kit

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"unicode"

	"github.com/atotto/clipboard"
	"github.com/aymanbagabas/go-osc52/v2"

	"example.com/monitor/store/say"

	tea "github.com/charmbracelet/bubbletea"
)

// maxCopy bounds what is sent through the terminal: more than this some
// terminals drop without a word.
const maxCopy = 64 << 10

// CopyItem is something that can be copied, under its name.
type CopyItem struct{ Label, Text string }

// copyMenu asks which part of a record goes to the clipboard.
type copyMenu struct {
	shell *Shell
	items []CopyItem
	at    int
	top   int
}

// CopiedMsg tells how copying went.
type CopiedMsg struct {
	Label string
	Err   error
}

// NewCopyMenu offers items to copy.
func NewCopyMenu(sh *Shell, items []CopyItem) *copyMenu { return &copyMenu{shell: sh, items: items} }

func (c *copyMenu) Start() tea.Cmd         { return nil }
func (c *copyMenu) Update(tea.Msg) tea.Cmd { return nil }
func (c *copyMenu) Typing() bool           { return true }
func (c *copyMenu) Title() string          { return "" }
func (c *copyMenu) Leave()                 {}
func (c *copyMenu) View(w, h int) []string { return c.Box(w, h) }

func (c *copyMenu) Actions() []Action {
	k := c.shell.Keys
	return []Action{
		{Key: k.CopyNow, Run: c.copy},
		{Key: k.Down, Run: c.step(1)},
		{Key: k.Up, Run: c.step(-1)},
		{Key: k.Back, Desc: "cancelar", Run: func() tea.Cmd {
			c.shell.Pop(c)
			return nil
		}},
	}
}

func (c *copyMenu) step(n int) func() tea.Cmd {
	return func() tea.Cmd {
		c.at = (c.at + n + len(c.items)) % len(c.items)
		return nil
	}
}

func (c *copyMenu) copy() tea.Cmd {
	c.shell.Pop(c)
	return c.shell.copyText(c.items[c.at])
}

func (c *copyMenu) Box(w, h int) []string {
	t := c.shell.Theme
	width, rows := min(w, 64), min(h-2, len(c.items))
	inside := width - 4
	c.top = max(min(c.top, c.at), c.at-rows+1)
	var lines []string
	for i := c.top; i < min(len(c.items), c.top+rows); i++ {
		text := Fit(c.items[i].Label, 14) + "  " + Line(c.items[i].Text)
		if i == c.at {
			lines = append(lines, t.Selected.Render("❯ "+Fit(text, inside-2)))
		} else {
			lines = append(lines, "  "+Clip(text, inside-2))
		}
	}
	return t.Frame(Framed{Title: "Copiar", Lines: lines, Width: width, Height: rows + 2})
}

// copy offers the selected record: its id, its columns, the whole row and JSON.
func (b *Browser[T]) copy() tea.Cmd {
	sel, _ := b.List.Window.Selected()
	items := []CopyItem{{"Número", strconv.FormatInt(b.List.Window.ID(sel), 10)}}
	var row []string
	for _, c := range b.List.grid.Columns {
		text := c.Value(sel)
		row = append(row, strings.NewReplacer("\t", " ", "\n", " ", "\r", " ").Replace(text))
		if text != "" {
			items = append(items, CopyItem{Capital(strings.ToLower(c.Title)), text})
		}
	}
	items = append(items, CopyItem{"Linha", strings.Join(row, "\t")})
	if doc, err := json.Marshal(sel); err == nil {
		items = append(items, CopyItem{"JSON", string(doc)})
	}
	return b.shell.Push(NewCopyMenu(b.shell, items))
}

// copyText puts a text into the clipboard.
func (sh *Shell) copyText(item CopyItem) tea.Cmd {
	if len(item.Text) > maxCopy {
		sh.Tell(NoticeBad, "São "+say.Thousands(len(item.Text))+" bytes, mais do que o terminal aceita copiar: exporte com x.")
		return nil
	}
	out := sh.Out
	if out == nil {
		out = os.Stdout
	}
	text := Harmless(item.Text)
	return func() tea.Msg { return CopiedMsg{item.Label, toClipboard(out, text, os.Getenv)} }
}

// Harmless takes control characters out, which a shell would act on when the
// text is pasted; line breaks and tabs stay.
func Harmless(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cc, r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
}

// Copied tells how it went. Whether the terminal took the text cannot be known.
func (sh *Shell) Copied(msg CopiedMsg) {
	if msg.Err != nil {
		sh.Tell(NoticeBad, "Não foi possível copiar: "+Line(msg.Err.Error()))
		return
	}
	sh.Tell(NoticeOK, msg.Label+": enviado à área de transferência.")
}

// toClipboard asks the terminal to keep the text (OSC 52), which works over ssh
// too, and hands it to the system's own clipboard where the screen is this
// machine's. Each sequence is one write, which no frame can tear.
func toClipboard(out io.Writer, text string, getenv func(string) string) error {
	for _, seq := range OSC52Sequences(text, getenv) {
		if _, err := io.WriteString(out, seq); err != nil {
			return fmt.Errorf("o terminal não aceitou: %w", err)
		}
	}
	if NativeClipboard(getenv) {
		_ = clipboard.WriteAll(text) // the terminal may have taken it already
	}
	return nil
}

// OSC52Sequences is the request for this terminal. tmux keeps the plain one
// (set-clipboard on) or passes the wrapped one to the terminal around it
// (allow-passthrough on).
func OSC52Sequences(text string, getenv func(string) string) []string {
	seq := osc52.New(text)
	switch {
	case getenv("TMUX") != "":
		return []string{seq.String(), seq.Tmux().String()}
	case strings.HasPrefix(getenv("TERM"), "screen"):
		return []string{seq.Screen().String()}
	}
	return []string{seq.String()}
}

// NativeClipboard says that the person sits at this machine and it has a clipboard.
func NativeClipboard(getenv func(string) string) bool {
	switch {
	case getenv("SSH_CONNECTION") != "" || getenv("SSH_TTY") != "" || clipboard.Unsupported:
		return false
	case runtime.GOOS == "darwin" || runtime.GOOS == "windows":
		return true
	}
	return getenv("DISPLAY") != "" || getenv("WAYLAND_DISPLAY") != ""
}
