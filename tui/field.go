package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

// breakSign stands for a line break in a field, which has one line.
const breakSign = "↵"

// field is a line of text that can be edited. bubbles' text input does the
// editing; the drawing is ours, because its own measures some scripts wrongly
// and shows no cursor without colour.
type field struct {
	input  textinput.Model
	secret bool
}

func newField(value string) field {
	in := textinput.New()
	in.Cursor.SetMode(cursor.CursorStatic)
	f := field{input: in}
	f.set(value)
	return f
}

// set takes a value of a record; see value.
func (f *field) set(value string) {
	value = strings.ReplaceAll(strings.ReplaceAll(value, "\r\n", "\n"), "\n", breakSign)
	f.input.SetValue(value)
	f.input.CursorEnd()
}

// value is the text with its line breaks.
func (f *field) value() string {
	return strings.ReplaceAll(f.input.Value(), breakSign, "\n")
}

func (f *field) focus(on bool) {
	if on {
		f.input.Focus()
	} else {
		f.input.Blur()
	}
}

func (f *field) Update(msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	f.input, cmd = f.input.Update(msg)
	return cmd
}

// view draws the text on at most width cells. The placeholder is seen with the
// focus only: elsewhere it could be taken for a value.
func (f *field) View(t theme, width int, placeholder string) string {
	runes := []rune(f.input.Value())
	if f.secret {
		runes = []rune(strings.Repeat("•", len(runes)))
	}
	if !f.input.Focused() {
		return clip(line(string(runes[:min(len(runes), cellRunes)])), width)
	}
	pos := min(f.input.Position(), len(runes))
	if len(runes) == 0 {
		return f.withCursor(t, "", placeholder, width, true)
	}
	before := printable(string(runes[max(0, pos-cellRunes):pos]), cellRunes)
	rest := printable(string(runes[pos:min(len(runes), pos+cellRunes)]), cellRunes)
	return f.withCursor(t, before, rest, width, false)
}

// withCursor shows as much as fits around the cursor. Without colour a bar
// stands before the letter; with colour the letter is reversed.
func (f *field) withCursor(t theme, before, rest string, width int, ghost bool) string {
	room := max(0, width-2)
	if w := ansi.StringWidth(before); w > room {
		before = ellipsis + ansi.TruncateLeft(before, w-room+1, "")
	}
	if t.mono {
		return clip(before+"▏"+rest, width)
	}
	under, tail := " ", ""
	if rest != "" && !ghost {
		under = ansi.Truncate(rest, 1, "")
		if under == "" { // a wide letter
			under = ansi.Truncate(rest, 2, "")
		}
		tail = rest[len(under):]
	}
	if ghost {
		tail = t.dim.Render(rest)
	}
	return clip(before+t.cursor.Render(under)+tail, width)
}
