package tui

import (
	"errors"
	"strings"

	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// editor is what screens with a form have in common: moving over the entries,
// asking before something is lost, errors beside their fields. A screen embeds
// it and says what saving means.
type editor struct {
	env   *env
	page  kit.Screen // the screen that embeds it
	ask   kit.Question
	form  kit.Form
	news  string // an error that belongs to no field
	head  string
	doing string // "gravando…"
	save  func() tea.Cmd
	// light forms lose nothing when they are left.
	light bool
}

func newEditor(e *env, head string) editor {
	return editor{env: e, ask: kit.NewQuestion(e.Shell), head: head, doing: "gravando…"}
}

func (f *editor) Start() tea.Cmd { return nil }
func (f *editor) Typing() bool   { return true }
func (f *editor) Leave()         { f.ask.Stop() }

func (f *editor) typed(msg tea.KeyMsg) tea.Cmd {
	e := f.form.Current()
	if e == nil || e.Options != nil || e.Pick != nil || f.ask.Busy() {
		return nil
	}
	before := e.Field.Value()
	cmd := e.Field.Update(msg)
	if e.Field.Value() != before {
		e.Err = ""
	}
	return cmd
}

func (f *editor) Actions() []kit.Action {
	k := f.env.keys
	if f.ask.Busy() {
		return []kit.Action{{Key: k.Back, Desc: "cancelar gravação", Run: f.back}}
	}
	save := strings.ToLower(f.form.SaveLabel())
	out := []kit.Action{{Key: k.Save, Desc: save, Run: f.save}}
	e := f.form.Current()
	switch {
	case f.form.OnSave():
		out = append(out, kit.Action{Key: k.Press, Desc: save, Run: f.save})
	case f.form.OnCancel():
		out = append(out, kit.Action{Key: k.Press, Desc: "cancelar", Run: f.back})
	case e.Pick != nil:
		out = append(out, kit.Action{Key: k.Press, Desc: "escolher", Run: e.Pick})
	}
	out = append(out,
		kit.Action{Key: k.NextField, Run: f.step(1)},
		kit.Action{Key: k.PreviousField, Run: f.step(-1)})
	if e != nil && e.Options != nil {
		out = append(out, kit.Action{Key: k.Option, Press: f.Turn})
	}
	return append(out, kit.Action{Key: k.Back, Desc: "cancelar", Run: f.back})
}

func (f *editor) step(n int) func() tea.Cmd {
	return func() tea.Cmd {
		f.form.SetFocus(f.form.Focus + n)
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
	if f.ask.Stop() {
		f.news = "Gravação cancelada. Ela pode ter chegado ao banco: confira antes de repetir."
		return nil
	}
	if f.light || len(f.form.Changed()) == 0 {
		f.env.Pop(f.page)
		return nil
	}
	d := kit.NewConfirm(f.env.Shell, "Descartar alterações", "O que você digitou ainda não foi salvo. Descartar?", "Descartar")
	d.Danger = true
	d.Done = func(int64) tea.Cmd {
		f.env.Pop(f.page)
		return nil
	}
	return f.env.Push(d)
}

// refused shows why nothing was saved: beside the fields where it can.
func (f *editor) refused(err error) {
	if invalid, ok := errors.AsType[*store.InvalidError](err); ok {
		f.news = strings.Join(f.form.SetErrors(invalid.Campos), " ")
		return
	}
	problem := explain(err)
	f.news = strings.TrimSpace(problem.Cause + ". Nada do que você digitou se perdeu. " + problem.Remedy)
}

func (f *editor) View(w, h int) []string {
	t := f.env.Theme
	status := f.form.Status
	if f.ask.Slow {
		status = f.ask.Mark() + " " + f.doing
	} else if n := len(f.form.Changed()); n > 0 && !f.light {
		status = "✎ não salvo"
	}
	if !kit.Roomy(w, h) {
		body := f.body(t, w-2, h-1)
		return append(kit.Indent(kit.Tall(body, h-1)), " "+t.Dim.Render(kit.Clip(status, w-2)))
	}
	return t.Frame(kit.Framed{Title: f.head, Status: status, Lines: f.body(t, w-4, h-2), Width: w, Height: h})
}

func (f *editor) body(t kit.Theme, w, h int) []string {
	var out []string
	if f.news != "" {
		out = kit.Styled(t.Bad.Render, kit.Wrap("✗ "+kit.Line(f.news), w))
		out = out[:min(len(out), max(1, h/2))]
	}
	return append(out, f.form.View(t, w, h-len(out))...)
}
