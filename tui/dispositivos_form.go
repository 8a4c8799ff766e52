package tui

import (
	"context"
	"errors"
	"strconv"

	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// dispositivoForm changes what people say of a device: name, type and owner.
type dispositivoForm struct {
	editor
	original  store.Dispositivo
	ownerName string // name of the owner that is chosen
}

func newDispositivoForm(e *env, d store.Dispositivo) *dispositivoForm {
	f := &dispositivoForm{editor: newEditor(e, "Editar · "+kit.Line(deviceName(d))), original: d, ownerName: d.ClienteNome}
	f.page, f.save, f.form.Status = f, f.write, "* obrigatório"
	f.form.Add(kit.EntrySpec{Column: "nome", Label: "Nome *"}, d.Nome)
	f.form.Add(kit.EntrySpec{Column: "tipo", Label: "Tipo *", Hint: "ex.: desktop, notebook, servidor"}, d.Tipo)
	f.form.AddChosen(kit.EntrySpec{Column: "cliente_id", Label: "Dono", Name: f.owner}, strconv.FormatInt(d.ClienteID, 10), f.choose)
	f.form.SetFocus(0)
	return f
}

func (f *dispositivoForm) Title() string { return "Editar" }

// owner names the client of that id, who is the one chosen.
func (f *dispositivoForm) owner(id string) string {
	if id == "0" {
		return "sem dono"
	}
	return kit.First(kit.Line(f.ownerName), "cliente nº "+id)
}

func (f *dispositivoForm) choose() tea.Cmd {
	return f.env.Push(newClientePicker(f.env, "Dono de "+kit.Line(deviceName(f.original)), func(c store.Cliente) tea.Cmd {
		f.ownerName = c.Nome
		f.form.Put("cliente_id", strconv.FormatInt(c.ID, 10))
		return nil
	}))
}

func (f *dispositivoForm) Update(msg tea.Msg) tea.Cmd {
	if a, ok := kit.Take[written[store.Dispositivo]](&f.ask, msg); ok {
		return f.answered(a)
	}
	if k, ok := msg.(tea.KeyMsg); ok {
		return f.typed(k)
	}
	return f.ask.Update(msg)
}

func (f *dispositivoForm) write() tea.Cmd {
	f.news = ""
	f.form.SetErrors(nil)
	values := f.form.Changed()
	if len(values) == 0 {
		f.env.Pop(f)
		f.env.Tell(kit.NoticeOK, "Nada foi alterado.")
		return nil
	}
	handle, id, edit := f.env.cfg.Handle, f.original.ID, deviceChange(values)
	return kit.Ask(&f.ask, func(ctx context.Context) (w written[store.Dispositivo], err error) {
		w.now, err = handle.Dispositivos.Change(ctx, id, edit, store.WithOperacao(&w.number))
		return w, err
	})
}

func deviceChange(values map[string]string) (m store.DispositivoMudanca) {
	if v, ok := values["nome"]; ok {
		m.Nome = &v
	}
	if v, ok := values["tipo"]; ok {
		m.Tipo = &v
	}
	if v, ok := values["cliente_id"]; ok {
		id, _ := strconv.ParseInt(v, 10, 64) // written by us
		m.ClienteID = &id
	}
	return m
}

func (f *dispositivoForm) answered(a kit.Answer[written[store.Dispositivo]]) tea.Cmd {
	switch {
	case errors.Is(a.Err, store.ErrConflict) && a.Value.now.ID != 0:
		f.overtaken(a.Value.now)
		return nil
	case a.Err != nil:
		f.refused(a.Err)
		return nil
	}
	f.env.Pop(f)
	name := "“" + kit.Line(deviceName(a.Value.now)) + "”"
	return f.env.noted(
		"Alterações em "+name+" salvas.",
		change{recurso: store.OperacaoDeDispositivos, record: f.original.ID, text: "a alteração de " + name},
	)(
		a.Value.number,
	)
}

// overtaken says what somebody else has saved meanwhile; saving again is about
// that state.
func (f *dispositivoForm) overtaken(now store.Dispositivo) {
	f.original = now
	f.news = "Outra pessoa alterou este dispositivo: agora é “" + kit.Line(
		deviceName(now),
	) + "”, tipo “" + kit.Line(
		now.Tipo,
	) + "”, dono " + ownerText(
		&now,
	) +
		". Nada do que você digitou se perdeu: confira e salve de novo."
}
