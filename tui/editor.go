package tui

import (
	"errors"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// editor is what screens with a form have in common: moving over the entries,
// asking before something is lost, errors beside their fields. A screen embeds
// it and says what saving means.
type editor struct {
	env   *env
	page  screen // the screen that embeds it
	ask   question
	form  form
	news  string // an error that belongs to no field
	head  string
	doing string // "gravando…"
	save  func() tea.Cmd
	// light forms lose nothing when they are left.
	light bool
}

func newEditor(e *env, head string) editor {
	return editor{env: e, ask: newQuestion(e.shell), head: head, doing: "gravando…"}
}

func (f *editor) Start() tea.Cmd { return nil }
func (f *editor) Typing() bool   { return true }
func (f *editor) Leave()         { f.ask.stop() }

func (f *editor) typed(msg tea.KeyMsg) tea.Cmd {
	e := f.form.current()
	if e == nil || e.options != nil || e.pick != nil || f.ask.busy() {
		return nil
	}
	before := e.field.value()
	cmd := e.field.Update(msg)
	if e.field.value() != before {
		e.err = ""
	}
	return cmd
}

func (f *editor) Actions() []action {
	k := f.env.keys
	if f.ask.busy() {
		return []action{{key: k.Back, desc: "cancelar gravação", run: f.back}}
	}
	save := strings.ToLower(f.form.saveLabel())
	out := []action{{key: k.Save, desc: save, run: f.save}}
	e := f.form.current()
	switch {
	case f.form.onSave():
		out = append(out, action{key: k.Press, desc: save, run: f.save})
	case f.form.onCancel():
		out = append(out, action{key: k.Press, desc: "cancelar", run: f.back})
	case e.pick != nil:
		out = append(out, action{key: k.Press, desc: "escolher", run: e.pick})
	}
	out = append(out,
		action{key: k.NextField, run: f.step(1)},
		action{key: k.PreviousField, run: f.step(-1)})
	if e != nil && e.options != nil {
		out = append(out, action{key: k.Option, press: f.Turn})
	}
	return append(out, action{key: k.Back, desc: "cancelar", run: f.back})
}

func (f *editor) step(n int) func() tea.Cmd {
	return func() tea.Cmd {
		f.form.setFocus(f.form.focus + n)
		return nil
	}
}

func (f *editor) Turn(msg tea.KeyMsg) tea.Cmd {
	if msg.Type == tea.KeyLeft {
		f.form.Turn(-1)
	} else {
		f.form.Turn(1)
	}
	return nil
}

// back leaves, asking first when something would be lost.
func (f *editor) back() tea.Cmd {
	if f.ask.stop() {
		f.news = "Gravação cancelada. Ela pode ter chegado ao banco: confira antes de repetir."
		return nil
	}
	if f.light || len(f.form.changed()) == 0 {
		f.env.pop(f.page)
		return nil
	}
	d := newConfirm(f.env.shell, "Descartar alterações", "O que você digitou ainda não foi salvo. Descartar?", "Descartar")
	d.danger = true
	d.done = func() tea.Cmd {
		f.env.pop(f.page)
		return nil
	}
	return f.env.push(d)
}

// refused shows why nothing was saved: beside the fields where it can.
func (f *editor) refused(err error) {
	if invalid, ok := errors.AsType[*store.InvalidError](err); ok {
		f.news = strings.Join(f.form.setErrors(invalid.Campos), " ")
		return
	}
	problem := explain(err)
	f.news = strings.TrimSpace(problem.cause + ". Nada do que você digitou se perdeu. " + problem.remedy)
}

func (f *editor) View(w, h int) []string {
	t := f.env.th
	status := f.form.status
	if f.ask.slow {
		status = f.ask.mark() + " " + f.doing
	} else if n := len(f.form.changed()); n > 0 && !f.light {
		status = "✎ não salvo"
	}
	if !roomy(w, h) {
		body := f.body(t, w-2, h-1)
		return append(indent(tall(body, h-1)), " "+t.dim.Render(clip(status, w-2)))
	}
	return t.frame(framed{title: f.head, status: status, lines: f.body(t, w-4, h-2), width: w, height: h})
}

func (f *editor) body(t theme, w, h int) []string {
	var out []string
	if f.news != "" {
		out = styled(t.bad.Render, wrap("✗ "+line(f.news), w))
		out = out[:min(len(out), max(1, h/2))]
	}
	return append(out, f.form.View(t, w, h-len(out))...)
}
