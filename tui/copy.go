package tui

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
	tea "github.com/charmbracelet/bubbletea"
)

// maxCopy bounds what is sent through the terminal: more than this some
// terminals drop without a word.
const maxCopy = 64 << 10

// copyItem is something that can be copied, under its name.
type copyItem struct{ label, text string }

// copyMenu asks which part of a record goes to the clipboard.
type copyMenu struct {
	shell *shell
	items []copyItem
	at    int
	top   int
}

type copiedMsg struct {
	label string
	err   error
}

func newCopyMenu(sh *shell, items []copyItem) *copyMenu { return &copyMenu{shell: sh, items: items} }

func (c *copyMenu) Start() tea.Cmd         { return nil }
func (c *copyMenu) Update(tea.Msg) tea.Cmd { return nil }
func (c *copyMenu) Typing() bool           { return true }
func (c *copyMenu) Title() string          { return "" }
func (c *copyMenu) Leave()                 {}
func (c *copyMenu) View(w, h int) []string { return c.Box(w, h) }

func (c *copyMenu) Actions() []action {
	k := c.shell.keys
	return []action{
		{key: k.CopyNow, run: c.copy},
		{key: k.Down, run: c.step(1)},
		{key: k.Up, run: c.step(-1)},
		{key: k.Back, desc: "cancelar", run: func() tea.Cmd {
			c.shell.pop(c)
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
	c.shell.pop(c)
	return c.shell.copyText(c.items[c.at])
}

func (c *copyMenu) Box(w, h int) []string {
	t := c.shell.th
	width, rows := min(w, 64), min(h-2, len(c.items))
	inside := width - 4
	c.top = max(min(c.top, c.at), c.at-rows+1)
	var lines []string
	for i := c.top; i < min(len(c.items), c.top+rows); i++ {
		text := fit(c.items[i].label, 14) + "  " + line(c.items[i].text)
		if i == c.at {
			lines = append(lines, t.selected.Render("❯ "+fit(text, inside-2)))
		} else {
			lines = append(lines, "  "+clip(text, inside-2))
		}
	}
	return t.frame(framed{title: "Copiar", lines: lines, width: width, height: rows + 2})
}

// copy offers the selected record: its id, its columns, the whole row and JSON.
func (b *browser[T]) copy() tea.Cmd {
	sel, _ := b.list.win.selected()
	items := []copyItem{{"Número", strconv.FormatInt(b.list.win.id(sel), 10)}}
	var row []string
	for _, c := range b.list.grid.columns {
		text := c.value(sel)
		row = append(row, strings.NewReplacer("\t", " ", "\n", " ", "\r", " ").Replace(text))
		if text != "" {
			items = append(items, copyItem{capital(strings.ToLower(c.title)), text})
		}
	}
	items = append(items, copyItem{"Linha", strings.Join(row, "\t")})
	if doc, err := json.Marshal(sel); err == nil {
		items = append(items, copyItem{"JSON", string(doc)})
	}
	return b.shell.push(newCopyMenu(b.shell, items))
}

// copyText puts a text into the clipboard.
func (sh *shell) copyText(item copyItem) tea.Cmd {
	if len(item.text) > maxCopy {
		sh.tell(noticeBad, "São "+thousands(len(item.text))+" bytes, mais do que o terminal aceita copiar: exporte com x.")
		return nil
	}
	out := sh.out
	if out == nil {
		out = os.Stdout
	}
	text := harmless(item.text)
	return func() tea.Msg { return copiedMsg{item.label, toClipboard(out, text, os.Getenv)} }
}

// harmless takes control characters out, which a shell would act on when the
// text is pasted; line breaks and tabs stay.
func harmless(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cc, r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
}

// copied tells how it went. Whether the terminal took the text cannot be known.
func (sh *shell) copied(msg copiedMsg) {
	if msg.err != nil {
		sh.tell(noticeBad, "Não foi possível copiar: "+line(msg.err.Error()))
		return
	}
	sh.tell(noticeOK, msg.label+": enviado à área de transferência.")
}

// toClipboard asks the terminal to keep the text (OSC 52), which works over ssh
// too, and hands it to the system's own clipboard where the screen is this
// machine's. Each sequence is one write, which no frame can tear.
func toClipboard(out io.Writer, text string, getenv func(string) string) error {
	for _, seq := range osc52Sequences(text, getenv) {
		if _, err := io.WriteString(out, seq); err != nil {
			return fmt.Errorf("o terminal não aceitou: %w", err)
		}
	}
	if nativeClipboard(getenv) {
		_ = clipboard.WriteAll(text) // the terminal may have taken it already
	}
	return nil
}

// osc52Sequences is the request for this terminal. tmux keeps the plain one
// (set-clipboard on) or passes the wrapped one to the terminal around it
// (allow-passthrough on).
func osc52Sequences(text string, getenv func(string) string) []string {
	seq := osc52.New(text)
	switch {
	case getenv("TMUX") != "":
		return []string{seq.String(), seq.Tmux().String()}
	case strings.HasPrefix(getenv("TERM"), "screen"):
		return []string{seq.Screen().String()}
	}
	return []string{seq.String()}
}

// nativeClipboard says that the person sits at this machine and it has a clipboard.
func nativeClipboard(getenv func(string) string) bool {
	switch {
	case getenv("SSH_CONNECTION") != "" || getenv("SSH_TTY") != "" || clipboard.Unsupported:
		return false
	case runtime.GOOS == "darwin" || runtime.GOOS == "windows":
		return true
	}
	return getenv("DISPLAY") != "" || getenv("WAYLAND_DISPLAY") != ""
}
