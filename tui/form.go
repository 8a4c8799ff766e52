package tui

import (
	"maps"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

// entrySpec is what a form is told of an entry.
type entrySpec struct {
	column, label, hint string
	options             []string            // values of a choice; nil for text
	name                func(string) string // a choice for people
	secret              bool
}

// entry is one line of a form: a text field or a choice.
type entry struct {
	column, label, hint string
	field               field
	options             []string // values of a choice; nil for text
	// escolhe opens the screen on which the value is chosen; nil for text.
	pick    func() tea.Cmd
	name    func(string) string
	option  int
	initial string
	err     string
}

func (e *entry) value() string {
	if e.options != nil {
		return e.options[e.option]
	}
	return e.field.value()
}

// form is a list of entries followed by the buttons Salvar and Cancelar. It
// knows nothing of records.
type form struct {
	entries []entry
	button  string // what its first button says, "" for Salvar
	leave   string // what its second button says, "" for Cancelar
	status  string // in the border while nothing was changed
	focus   int    // an entry, then Salvar, then Cancelar
	top     int    // first line on the screen
}

// add appends an entry with its present value. Only what the person changes
// counts as changed, whatever the field could not show of the old value.
func (f *form) add(c entrySpec, value string) {
	e := entry{column: c.column, label: c.label, hint: c.hint, field: newField("")}
	if c.options != nil {
		e.choices(c.options, value)
		e.name = c.name
	} else {
		e.field.secret = c.secret
		e.field.set(value)
	}
	e.initial = e.value()
	f.entries = append(f.entries, e)
}

// addChosen appends an entry whose value is chosen on a screen that open opens.
func (f *form) addChosen(c entrySpec, value string, open func() tea.Cmd) {
	e := entry{column: c.column, label: c.label, hint: c.hint, field: newField(value), name: c.name, pick: open, initial: value}
	f.entries = append(f.entries, e)
}

// put sets the value of an entry.
func (f *form) put(column, value string) {
	for i := range f.entries {
		if f.entries[i].column == column {
			f.entries[i].field.set(value)
		}
	}
}

// choices keeps a value of another program that is not among ours.
func (e *entry) choices(options []string, value string) {
	e.options = slices.Clone(options)
	e.option = slices.Index(options, value)
	if e.option < 0 {
		e.options = append(e.options, value)
		e.option = len(options)
	}
}

// changed are the entries that differ from what they were, by column.
func (f *form) changed() map[string]string {
	out := map[string]string{}
	for i := range f.entries {
		if v := f.entries[i].value(); v != f.entries[i].initial {
			out[f.entries[i].column] = v
		}
	}
	return out
}

func (f *form) values() map[string]string {
	out := map[string]string{}
	for i := range f.entries {
		out[f.entries[i].column] = f.entries[i].value()
	}
	return out
}

func (f *form) onSave() bool   { return f.focus == len(f.entries) }
func (f *form) onCancel() bool { return f.focus == len(f.entries)+1 }

// current is the entry with the focus, nil on the buttons.
func (f *form) current() *entry {
	if f.focus >= len(f.entries) {
		return nil
	}
	return &f.entries[f.focus]
}

func (f *form) setFocus(i int) {
	n := len(f.entries) + 2
	f.focus = (i + n) % n
	for j := range f.entries {
		f.entries[j].field.focus(j == f.focus && f.entries[j].options == nil && f.entries[j].pick == nil)
	}
}

func (f *form) Turn(step int) {
	if e := f.current(); e != nil && e.options != nil {
		e.option = (e.option + step + len(e.options)) % len(e.options)
	}
}

// setErrors puts messages beside their fields, the focus on the first of them,
// and returns the messages that belong to none of them.
func (f *form) setErrors(errs map[string]string) []string {
	first := -1
	left := maps.Clone(errs)
	for i := range f.entries {
		f.entries[i].err = left[f.entries[i].column]
		delete(left, f.entries[i].column)
		if f.entries[i].err != "" && first < 0 {
			first = i
		}
	}
	if first >= 0 {
		f.setFocus(first)
	}
	return slices.Sorted(maps.Values(left))
}

// view draws the form on w by h cells, scrolled so that the focus is in sight.
func (f *form) View(t theme, w, h int) []string {
	var lines []string
	from, to := 0, 0
	for i := range f.entries {
		if i == f.focus {
			from = len(lines)
		}
		lines = append(lines, f.entryView(t, i, w)...)
		if i == f.focus {
			to = len(lines)
		}
	}
	if f.focus >= len(f.entries) {
		from = len(lines) + 1
		to = from + 1
	}
	lines = append(lines, "", f.buttons(t, w))
	f.top = max(0, min(min(f.top, from), len(lines)-h))
	f.top = max(f.top, to-h)
	return lines[f.top:min(len(lines), f.top+h)]
}

func (f *form) saveLabel() string { return first(f.button, "Salvar") }

func (f *form) buttons(t theme, w int) string {
	return clip(t.press(f.saveLabel(), f.onSave(), false)+" "+t.press(first(f.leave, "Cancelar"), f.onCancel(), false), w)
}

func (f *form) entryView(t theme, i, w int) []string {
	e := &f.entries[i]
	label := min(17, w/3)
	room := w - label - 3
	mark, style := "  ", t.dim
	if e.err != "" {
		mark, style = t.bad.Render("✗ "), t.bad
	}
	if i == f.focus {
		mark, style = t.accent.Render("❯ "), t.accent
	}
	out := []string{mark + style.Render(fit(e.label, label)) + " " + e.show(t, room, i == f.focus)}
	if e.err == "" {
		return out
	}
	for j, l := range wrap(line(e.err), max(8, room-2)) {
		sign := "  "
		if j == 0 {
			sign = "✗ "
		}
		out = append(out, t.bad.Render(strings.Repeat(" ", label+3)+sign+l))
	}
	return out
}

func (e *entry) show(t theme, w int, focused bool) string {
	switch {
	case e.pick != nil && focused:
		return clip(line(e.name(e.value()))+t.accent.Render(" ▾ enter escolhe"), w)
	case e.pick != nil:
		return clip(line(e.name(e.value())), w)
	case e.options == nil && !focused && e.field.value() == "":
		return t.dim.Render("–")
	case e.options == nil:
		return e.field.View(t, w, e.hint)
	case !focused:
		return clip(line(e.name(e.value())), w)
	default:
		return clip(t.accent.Render("◂ ")+line(e.name(e.value()))+t.accent.Render(" ▸"), w)
	}
}
