package kit

import (
	"strings"

	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

// breakSign stands for a line break in a field, which has one line.
const breakSign = "↵"

// Field is a line of text that can be edited. bubbles' text input does the
// editing; the drawing is ours, because its own measures some scripts wrongly
// and shows no cursor without colour.
type Field struct {
	input  textinput.Model
	secret bool
}

// NewField makes a field that holds a value.
func NewField(value string) Field {
	in := textinput.New()
	in.Cursor.SetMode(cursor.CursorStatic)
	f := Field{input: in}
	f.Set(value)
	return f
}

// Set takes a value of a record; see value.
func (f *Field) Set(value string) {
	value = strings.ReplaceAll(strings.ReplaceAll(value, "\r\n", "\n"), "\n", breakSign)
	f.input.SetValue(value)
	f.input.CursorEnd()
}

// Value is the text with its line breaks.
func (f *Field) Value() string {
	return strings.ReplaceAll(f.input.Value(), breakSign, "\n")
}

// Focus shows the cursor in the field or hides it.
func (f *Field) Focus(on bool) {
	if on {
		f.input.Focus()
	} else {
		f.input.Blur()
	}
}

func (f *Field) Update(msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	f.input, cmd = f.input.Update(msg)
	return cmd
}

// View draws the text on at most width cells. The placeholder is seen with the
// focus only: elsewhere it could be taken for a value.
func (f *Field) View(t Theme, width int, placeholder string) string {
	runes := []rune(f.input.Value())
	if f.secret {
		runes = []rune(strings.Repeat("•", len(runes)))
	}
	if !f.input.Focused() {
		return Clip(Line(string(runes[:min(len(runes), CellRunes)])), width)
	}
	pos := min(f.input.Position(), len(runes))
	if len(runes) == 0 {
		return f.withCursor(t, "", placeholder, width, true)
	}
	before := Printable(string(runes[max(0, pos-CellRunes):pos]), CellRunes)
	rest := Printable(string(runes[pos:min(len(runes), pos+CellRunes)]), CellRunes)
	return f.withCursor(t, before, rest, width, false)
}

// withCursor shows as much as fits around the cursor. Without colour a bar
// stands before the letter; with colour the letter is reversed.
func (f *Field) withCursor(t Theme, before, rest string, width int, ghost bool) string {
	room := max(0, width-2)
	if w := ansi.StringWidth(before); w > room {
		before = ellipsis + ansi.TruncateLeft(before, w-room+1, "")
	}
	if t.Mono {
		return Clip(before+"▏"+rest, width)
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
		tail = t.Dim.Render(rest)
	}
	return Clip(before+t.cursor.Render(under)+tail, width)
}
