package tui

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// filterForm sets several filters of a list at once.
type filterForm struct {
	editor
	open func() tea.Cmd
	put  []func(value string)
	// try asks the store whether it takes the values; nil when any will do. Its
	// refusals come back beside the fields, which are called as the store calls them.
	try func(ctx context.Context, values map[string]string) error
}

func newFilterForm(e *env, head string, open func() tea.Cmd) *filterForm {
	f := &filterForm{editor: newEditor(e, head), open: open}
	f.doing = "consultando…"
	f.page, f.save, f.light = f, f.apply, true
	f.form.Button, f.form.Status = "Filtrar", "vazio não filtra"
	return f
}

func (f *filterForm) Title() string { return "Filtros" }

func (f *filterForm) Start() tea.Cmd {
	f.form.SetFocus(0)
	return nil
}

func (f *filterForm) Update(msg tea.Msg) tea.Cmd {
	if a, ok := kit.Take[struct{}](&f.ask, msg); ok {
		return f.tried(a.Err)
	}
	if k, ok := msg.(tea.KeyMsg); ok {
		return f.typed(k)
	}
	return f.ask.Update(msg)
}

// cycle offers the values of c.
func (f *filterForm) cycle(label string, c *kit.Cycle) {
	var at []string
	for i := range c.Names {
		at = append(at, strconv.Itoa(i))
	}
	f.form.Add(
		kit.EntrySpec{
			Column:  label,
			Label:   label,
			Options: at,
			Name:    func(v string) string { return c.Names[max(0, slices.Index(at, v))] },
		},
		strconv.Itoa(c.At),
	)
	f.put = append(f.put, func(v string) { c.At = max(0, slices.Index(at, v)) })
}

// Text offers a field for n.
func (f *filterForm) Text(label, hint string, n *kit.Narrow) {
	f.form.Add(kit.EntrySpec{Column: label, Label: label, Hint: hint}, n.Value)
	f.put = append(f.put, func(v string) { *n = kit.Narrow{Label: n.Label, Value: v} })
}

// choice offers fixed values of n; nome tells them to people.
func (f *filterForm) choice(label string, n *kit.Narrow, options []string, name func(string) string) {
	f.form.Add(kit.EntrySpec{Column: label, Label: label, Options: options, Name: name}, n.Value)
	f.put = append(f.put, func(v string) {
		*n = kit.Narrow{Label: n.Label, Value: v}
		if v != "" {
			n.Name = name(v)
		}
	})
}

// period offers the two ends of p.
func (f *filterForm) period(p *kit.Period) {
	const hint = "dd/mm/aaaa"
	f.form.Add(kit.EntrySpec{Column: "de", Label: "De", Hint: hint}, p.From)
	f.form.Add(kit.EntrySpec{Column: "ate", Label: "Até", Hint: hint}, p.Until)
	ends := func(from, until string) {
		if p.From, p.Until = from, until; p.Typed() {
			p.At = 0
		}
	}
	f.put = append(f.put, func(v string) { ends(v, p.Until) }, func(v string) { ends(p.From, v) })
}

// client offers the choice of a client for n.
func (f *filterForm) client(n *kit.Narrow) {
	chosen := *n
	f.form.AddChosen(kit.EntrySpec{Column: "cliente_id", Label: "Cliente", Name: func(v string) string {
		if v == "" {
			return "todos"
		}
		return kit.Line(kit.First(chosen.Name, "nº "+v))
	}}, n.Value, func() tea.Cmd {
		return f.env.Push(newClientePicker(f.env, "Filtrar por cliente", func(c store.Cliente) tea.Cmd {
			chosen.Value, chosen.Name = "", ""
			if c.ID != 0 {
				chosen.Value, chosen.Name = strconv.FormatInt(c.ID, 10), clienteName(c.Nome, c.ID)
			}
			f.form.Put("cliente_id", chosen.Value)
			return nil
		}))
	})
	f.put = append(f.put, func(string) { *n = chosen })
}

func (f *filterForm) apply() tea.Cmd {
	f.news = ""
	f.form.SetErrors(nil)
	if f.try == nil {
		return f.tried(nil)
	}
	try, values := f.try, f.typedValues()
	return kit.Ask(&f.ask, func(ctx context.Context) (struct{}, error) { return struct{}{}, try(ctx, values) })
}

func (f *filterForm) typedValues() map[string]string {
	values := f.form.Values()
	for k, v := range values {
		values[k] = strings.TrimSpace(v)
	}
	return values
}

// tried sets the filters and lists by them, unless the store refused.
func (f *filterForm) tried(err error) tea.Cmd {
	if err != nil {
		f.refused(err)
		return nil
	}
	values := f.typedValues()
	for i, put := range f.put {
		put(values[f.form.Entries[i].Column])
	}
	f.env.Pop(f)
	return f.open()
}

// idOf reads an id that a person typed; what is none finds nothing.
func idOf(text string) int64 {
	if text == "" {
		return 0
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 {
		return -1
	}
	return id
}
