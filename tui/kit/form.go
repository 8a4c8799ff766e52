package kit

import (
	"maps"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

// EntrySpec is what a form is told of an entry.
type EntrySpec struct {
	Column, Label, Hint string
	Options             []string            // values of a choice; nil for text
	Name                func(string) string // a choice for people
	Secret              bool
}

// entry is one line of a form: a text field or a choice.
type entry struct {
	Column, Label, hint string
	Field               Field
	Options             []string // values of a choice; nil for text
	// escolhe opens the screen on which the value is chosen; nil for text.
	Pick    func() tea.Cmd
	Name    func(string) string
	option  int
	initial string
	Err     string
}

func (e *entry) Value() string {
	if e.Options != nil {
		return e.Options[e.option]
	}
	return e.Field.Value()
}

// Form is a list of entries followed by the buttons Salvar and Cancelar. It
// knows nothing of records.
type Form struct {
	Entries []entry
	Button  string // what its first button says, "" for Salvar
	Leave   string // what its second button says, "" for Cancelar
	Status  string // in the border while nothing was changed
	Focus   int    // an entry, then Salvar, then Cancelar
	top     int    // first line on the screen
}

// Add appends an entry with its present value. Only what the person changes
// counts as changed, whatever the field could not show of the old value.
func (f *Form) Add(c EntrySpec, value string) {
	e := entry{Column: c.Column, Label: c.Label, hint: c.Hint, Field: NewField("")}
	if c.Options != nil {
		e.choices(c.Options, value)
		e.Name = c.Name
	} else {
		e.Field.secret = c.Secret
		e.Field.Set(value)
	}
	e.initial = e.Value()
	f.Entries = append(f.Entries, e)
}

// AddChosen appends an entry whose value is chosen on a screen that open opens.
func (f *Form) AddChosen(c EntrySpec, value string, open func() tea.Cmd) {
	e := entry{Column: c.Column, Label: c.Label, hint: c.Hint, Field: NewField(value), Name: c.Name, Pick: open, initial: value}
	f.Entries = append(f.Entries, e)
}

// Put sets the value of an entry.
func (f *Form) Put(column, value string) {
	for i := range f.Entries {
		if f.Entries[i].Column == column {
			f.Entries[i].Field.Set(value)
		}
	}
}

// choices keeps a value of another program that is not among ours.
func (e *entry) choices(options []string, value string) {
	e.Options = slices.Clone(options)
	e.option = slices.Index(options, value)
	if e.option < 0 {
		e.Options = append(e.Options, value)
		e.option = len(options)
	}
}

// Changed are the entries that differ from what they were, by column.
func (f *Form) Changed() map[string]string {
	out := map[string]string{}
	for i := range f.Entries {
		if v := f.Entries[i].Value(); v != f.Entries[i].initial {
			out[f.Entries[i].Column] = v
		}
	}
	return out
}

// Values are the values of all entries, by column.
func (f *Form) Values() map[string]string {
	out := map[string]string{}
	for i := range f.Entries {
		out[f.Entries[i].Column] = f.Entries[i].Value()
	}
	return out
}

// OnSave is true where the first button has the focus.
func (f *Form) OnSave() bool { return f.Focus == len(f.Entries) }

// OnCancel is true where the second button has the focus.
func (f *Form) OnCancel() bool { return f.Focus == len(f.Entries)+1 }

// Current is the entry with the focus, nil on the buttons.
func (f *Form) Current() *entry {
	if f.Focus >= len(f.Entries) {
		return nil
	}
	return &f.Entries[f.Focus]
}

// SetFocus moves the focus to entry i; the two buttons come after the entries.
func (f *Form) SetFocus(i int) {
	n := len(f.Entries) + 2
	f.Focus = (i + n) % n
	for j := range f.Entries {
		f.Entries[j].Field.Focus(j == f.Focus && f.Entries[j].Options == nil && f.Entries[j].Pick == nil)
	}
}

func (f *Form) Turn(step int) {
	if e := f.Current(); e != nil && e.Options != nil {
		e.option = (e.option + step + len(e.Options)) % len(e.Options)
	}
}

// SetErrors puts messages beside their fields, the focus on the first of them,
// and returns the messages that belong to none of them.
func (f *Form) SetErrors(errs map[string]string) []string {
	first := -1
	left := maps.Clone(errs)
	for i := range f.Entries {
		f.Entries[i].Err = left[f.Entries[i].Column]
		delete(left, f.Entries[i].Column)
		if f.Entries[i].Err != "" && first < 0 {
			first = i
		}
	}
	if first >= 0 {
		f.SetFocus(first)
	}
	return slices.Sorted(maps.Values(left))
}

// View draws the form on w by h cells, scrolled so that the focus is in sight.
func (f *Form) View(t Theme, w, h int) []string {
	var lines []string
	from, to := 0, 0
	for i := range f.Entries {
		if i == f.Focus {
			from = len(lines)
		}
		lines = append(lines, f.entryView(t, i, w)...)
		if i == f.Focus {
			to = len(lines)
		}
	}
	if f.Focus >= len(f.Entries) {
		from = len(lines) + 1
		to = from + 1
	}
	lines = append(lines, "", f.buttons(t, w))
	f.top = max(0, min(min(f.top, from), len(lines)-h))
	f.top = max(f.top, to-h)
	return lines[f.top:min(len(lines), f.top+h)]
}

// SaveLabel is what the first button says.
func (f *Form) SaveLabel() string { return First(f.Button, "Salvar") }

func (f *Form) buttons(t Theme, w int) string {
	return Clip(t.Press(f.SaveLabel(), f.OnSave(), false)+" "+t.Press(First(f.Leave, "Cancelar"), f.OnCancel(), false), w)
}

func (f *Form) entryView(t Theme, i, w int) []string {
	e := &f.Entries[i]
	label := min(17, w/3)
	room := w - label - 3
	mark, style := "  ", t.Dim
	if e.Err != "" {
		mark, style = t.Bad.Render("✗ "), t.Bad
	}
	if i == f.Focus {
		mark, style = t.Accent.Render("❯ "), t.Accent
	}
	out := []string{mark + style.Render(Fit(e.Label, label)) + " " + e.show(t, room, i == f.Focus)}
	if e.Err == "" {
		return out
	}
	for j, l := range Wrap(Line(e.Err), max(8, room-2)) {
		sign := "  "
		if j == 0 {
			sign = "✗ "
		}
		out = append(out, t.Bad.Render(strings.Repeat(" ", label+3)+sign+l))
	}
	return out
}

func (e *entry) show(t Theme, w int, focused bool) string {
	switch {
	case e.Pick != nil && focused:
		return Clip(Line(e.Name(e.Value()))+t.Accent.Render(" ▾ enter escolhe"), w)
	case e.Pick != nil:
		return Clip(Line(e.Name(e.Value())), w)
	case e.Options == nil && !focused && e.Field.Value() == "":
		return t.Dim.Render("–")
	case e.Options == nil:
		return e.Field.View(t, w, e.hint)
	case !focused:
		return Clip(Line(e.Name(e.Value())), w)
	default:
		return Clip(t.Accent.Render("◂ ")+Line(e.Name(e.Value()))+t.Accent.Render(" ▸"), w)
	}
}
