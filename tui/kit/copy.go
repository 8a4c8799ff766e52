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

// CopiedMsg tells how copying went.
type CopiedMsg struct {
	Label string
	Err   error
}

// NewCopyMenu offers items to copy.
func NewCopyMenu(sh *Shell, items []MenuItem) *Menu {
	m := NewMenu(sh, "Copiar", items, func(i int) tea.Cmd { return sh.copyText(items[i]) })
	m.key, m.verb = sh.Keys.CopyNow, ""
	return m
}

// copy offers the selected record: its id, its columns, the whole row and JSON.
func (b *Browser[T]) copy() tea.Cmd {
	sel, _ := b.List.Window.Selected()
	items := []MenuItem{{"Número", strconv.FormatInt(b.List.Window.ID(sel), 10)}}
	var row []string
	for _, c := range b.List.grid.Columns {
		text := c.Value(sel)
		row = append(row, strings.NewReplacer("\t", " ", "\n", " ", "\r", " ").Replace(text))
		if text != "" {
			items = append(items, MenuItem{Capital(strings.ToLower(c.Title)), text})
		}
	}
	items = append(items, MenuItem{"Linha", strings.Join(row, "\t")})
	if doc, err := json.Marshal(sel); err == nil {
		items = append(items, MenuItem{"JSON", string(doc)})
	}
	return b.shell.Push(NewCopyMenu(b.shell, items))
}

// copyText puts a text into the clipboard.
func (sh *Shell) copyText(item MenuItem) tea.Cmd {
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
