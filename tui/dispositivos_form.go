package tui

import (
	"context"
	"errors"
	"strconv"

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
	f := &dispositivoForm{editor: newEditor(e, "Editar · "+line(deviceName(d))), original: d, ownerName: d.ClienteNome}
	f.page, f.save, f.form.status = f, f.write, "* obrigatório"
	f.form.add(entrySpec{column: "nome", label: "Nome *"}, d.Nome)
	f.form.add(entrySpec{column: "tipo", label: "Tipo *", hint: "ex.: desktop, notebook, servidor"}, d.Tipo)
	f.form.addChosen(entrySpec{column: "cliente_id", label: "Dono", name: f.owner}, strconv.FormatInt(d.ClienteID, 10), f.choose)
	f.form.setFocus(0)
	return f
}

func (f *dispositivoForm) Title() string { return "Editar" }

// owner names the client of that id, who is the one chosen.
func (f *dispositivoForm) owner(id string) string {
	if id == "0" {
		return "sem dono"
	}
	return first(line(f.ownerName), "cliente nº "+id)
}

func (f *dispositivoForm) choose() tea.Cmd {
	return f.env.push(newClientePicker(f.env, "Dono de "+line(deviceName(f.original)), func(c store.Cliente) {
		f.ownerName = c.Nome
		f.form.put("cliente_id", strconv.FormatInt(c.ID, 10))
	}))
}

func (f *dispositivoForm) Update(msg tea.Msg) tea.Cmd {
	if a, ok := take[store.Dispositivo](&f.ask, msg); ok {
		return f.answered(a)
	}
	if k, ok := msg.(tea.KeyMsg); ok {
		return f.typed(k)
	}
	return f.ask.Update(msg)
}

func (f *dispositivoForm) write() tea.Cmd {
	f.news = ""
	f.form.setErrors(nil)
	values := f.form.changed()
	if len(values) == 0 {
		f.env.pop(f)
		f.env.tell(noticeOK, "Nada foi alterado.")
		return nil
	}
	handle, id, change := f.env.cfg.Handle, f.original.ID, deviceChange(values)
	return ask(&f.ask, func(ctx context.Context) (store.Dispositivo, error) {
		return handle.Dispositivos.Change(ctx, id, change)
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

func (f *dispositivoForm) answered(a answer[store.Dispositivo]) tea.Cmd {
	switch {
	case errors.Is(a.err, store.ErrConflict) && a.value.ID != 0:
		f.overtaken(a.value)
		return nil
	case a.err != nil:
		f.refused(a.err)
		return nil
	}
	f.env.pop(f)
	return told[store.Dispositivo](f.env.shell, "Alterações em “"+line(deviceName(a.value))+"” salvas.", f.original.ID)()
}

// overtaken says what somebody else has saved meanwhile; saving again is about
// that state.
func (f *dispositivoForm) overtaken(now store.Dispositivo) {
	f.original = now
	f.news = "Outra pessoa alterou este dispositivo: agora é “" + line(deviceName(now)) + "”, tipo “" + line(now.Tipo) + "”, dono " + ownerText(&now) +
		". Nada do que você digitou se perdeu: confira e salve de novo."
}
