package tui

import (
	"context"
	"slices"
	"strconv"
	"strings"

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
	f.form.button, f.form.status = "Filtrar", "vazio não filtra"
	return f
}

func (f *filterForm) Title() string { return "Filtros" }

func (f *filterForm) Start() tea.Cmd {
	f.form.setFocus(0)
	return nil
}

func (f *filterForm) Update(msg tea.Msg) tea.Cmd {
	if a, ok := take[struct{}](&f.ask, msg); ok {
		return f.tried(a.err)
	}
	if k, ok := msg.(tea.KeyMsg); ok {
		return f.typed(k)
	}
	return f.ask.Update(msg)
}

// cycle offers the values of c.
func (f *filterForm) cycle(label string, c *cycle) {
	var at []string
	for i := range c.names {
		at = append(at, strconv.Itoa(i))
	}
	f.form.add(entrySpec{column: label, label: label, options: at, name: func(v string) string { return c.names[max(0, slices.Index(at, v))] }}, strconv.Itoa(c.at))
	f.put = append(f.put, func(v string) { c.at = max(0, slices.Index(at, v)) })
}

// text offers a field for n.
func (f *filterForm) Text(label, hint string, n *narrow) {
	f.form.add(entrySpec{column: label, label: label, hint: hint}, n.value)
	f.put = append(f.put, func(v string) { *n = narrow{label: n.label, value: v} })
}

// choice offers fixed values of n; nome tells them to people.
func (f *filterForm) choice(label string, n *narrow, options []string, name func(string) string) {
	f.form.add(entrySpec{column: label, label: label, options: options, name: name}, n.value)
	f.put = append(f.put, func(v string) {
		*n = narrow{label: n.label, value: v}
		if v != "" {
			n.name = name(v)
		}
	})
}

// period offers the two ends of p.
func (f *filterForm) period(p *period) {
	const hint = "dd/mm/aaaa"
	f.form.add(entrySpec{column: "de", label: "De", hint: hint}, p.from)
	f.form.add(entrySpec{column: "ate", label: "Até", hint: hint}, p.until)
	ends := func(from, until string) {
		if p.from, p.until = from, until; p.typed() {
			p.at = 0
		}
	}
	f.put = append(f.put, func(v string) { ends(v, p.until) }, func(v string) { ends(p.from, v) })
}

// client offers the choice of a client for n.
func (f *filterForm) client(n *narrow) {
	chosen := *n
	f.form.addChosen(entrySpec{column: "cliente_id", label: "Cliente", name: func(v string) string {
		if v == "" {
			return "todos"
		}
		return line(first(chosen.name, "nº "+v))
	}}, n.value, func() tea.Cmd {
		return f.env.push(newClientePicker(f.env, "Filtrar por cliente", func(c store.Cliente) {
			chosen.value, chosen.name = "", ""
			if c.ID != 0 {
				chosen.value, chosen.name = strconv.FormatInt(c.ID, 10), clienteName(c.Nome, c.ID)
			}
			f.form.put("cliente_id", chosen.value)
		}))
	})
	f.put = append(f.put, func(string) { *n = chosen })
}

func (f *filterForm) apply() tea.Cmd {
	f.news = ""
	f.form.setErrors(nil)
	if f.try == nil {
		return f.tried(nil)
	}
	try, values := f.try, f.typedValues()
	return ask(&f.ask, func(ctx context.Context) (struct{}, error) { return struct{}{}, try(ctx, values) })
}

func (f *filterForm) typedValues() map[string]string {
	values := f.form.values()
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
		put(values[f.form.entries[i].column])
	}
	f.env.pop(f)
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
