package tui

import (
	"context"
	"encoding/json"
	"strings"

	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// clienteLabel names a client in questions.
func clienteLabel(c store.Cliente) string {
	return kit.First(kit.Line(c.Nome), kit.Line(c.Email), "sem nome")
}

// bulkActions are the keys that act on all marked clients.
func (c *clientes) bulkActions() []kit.Action {
	e, k, n, blocked := c.env, c.env.keys, c.ChosenText(), c.env.manyBlocked()
	act := func(acao, after string, danger bool) func() tea.Cmd {
		return func() tea.Cmd { return e.propose(c.proposal(acao, after, danger)) }
	}
	return []kit.Action{
		{
			Key:     k.Situation,
			Desc:    "desativar " + n,
			Blocked: blocked,
			Run: act(
				store.OperacaoDesativar,
				"As pessoas não entram mais no sistema e as sessões abertas delas terminam. Os dados ficam.",
				true,
			),
		},
		{
			Key:     k.Reactivate,
			Desc:    "reativar " + n,
			Blocked: blocked,
			Run:     act(store.OperacaoReativar, "As pessoas voltam a poder entrar no sistema.", false),
		},
		{Key: k.Edit, Desc: "mudar um campo de " + n, Blocked: blocked, Run: c.chooseField},
		{
			Key: k.Remove, Desc: "remover " + n + " de vez", Quiet: true, Blocked: kit.First(blocked, e.levelBlocked("remover clientes", store.Admin)),
			Run: act(
				store.OperacaoRemover,
				"Vão junto os dispositivos, conexões, mensagens e sessões de cada um. Para só impedir o acesso, desative.",
				true,
			),
		},
	}
}

// proposal is acao for the marked clients.
func (c *clientes) proposal(acao, after string, danger bool) proposal {
	p := proposal{Pedido: store.Pedido{Recurso: store.OperacaoDeClientes, Acao: acao}, after: after, danger: danger, begun: c.List.LetGo}
	if c.List.Every {
		filter := c.filter()
		p.Clientes = &filter
	} else {
		p.IDs = c.List.Marked()
	}
	return p
}

// bulkFields are the fields that many clients may have in common.
func (e *env) bulkFields() (out []clienteField) {
	for _, f := range clienteFields() {
		own := f.onlyNew || f.Column == "nome" || f.Column == "cpf_cnpj"
		if !own && (f.Column != "nivel_acesso" || e.levelBlocked("", store.Admin) == "") {
			out = append(out, f)
		}
	}
	return out
}

// chooseField asks which field of the marked clients is to change.
func (c *clientes) chooseField() tea.Cmd {
	fields := c.env.bulkFields()
	items := make([]kit.MenuItem, 0, len(fields))
	for _, f := range fields {
		items = append(items, kit.MenuItem{Label: f.Label})
	}
	return c.env.Push(kit.NewMenu(c.env.Shell, "Mudar um campo de "+c.ChosenText()+" clientes", items, func(i int) tea.Cmd {
		return c.env.Push(newFieldForm(c.env, fields[i], c.ChosenText(), c.proposal(store.OperacaoAlterar, "", false)))
	}))
}

// fieldForm asks for the value that one field of many clients is to have.
type fieldForm struct {
	editor
	field clienteField
	p     proposal
}

func newFieldForm(e *env, field clienteField, n string, p proposal) *fieldForm {
	f := &fieldForm{editor: newEditor(e, field.Label+" de "+n+" clientes"), field: field, p: p}
	f.page, f.save, f.doing, f.light = f, f.plan, "conferindo…", true
	f.form.Button, f.form.Status = "Conferir", "vazio apaga o que há"
	value := ""
	if field.Options != nil {
		value, f.form.Status = field.Options[0], ""
	}
	f.form.Add(field.EntrySpec, value)
	f.form.SetFocus(0)
	return f
}

func (f *fieldForm) Title() string { return f.field.Label }

func (f *fieldForm) Update(msg tea.Msg) tea.Cmd {
	if a, ok := kit.Take[planned](&f.ask, msg); ok {
		if a.Err != nil {
			f.refused(a.Err)
			return nil
		}
		return f.env.Push(f.env.preview(f.p, a.Value))
	}
	if k, ok := msg.(tea.KeyMsg); ok {
		return f.typed(k)
	}
	return f.ask.Update(msg)
}

// plan asks what the value would change.
func (f *fieldForm) plan() tea.Cmd {
	f.news = ""
	f.form.SetErrors(nil)
	value := strings.TrimSpace(f.form.Values()[f.field.Column])
	doc, err := json.Marshal(value)
	if err != nil {
		f.refused(err)
		return nil
	}
	f.p.Campos = map[string]json.RawMessage{f.field.Column: doc}
	f.p.form = f
	f.p.after = f.field.Label + " passa a ser “" + kit.Line(planned{}.fieldText(f.field.Column, value)) + "”."
	if value == "" {
		f.p.after = f.field.Label + " fica sem valor."
	}
	handle, wanted := f.env.cfg.Handle, f.p.Pedido
	return kit.Ask(&f.ask, func(ctx context.Context) (planned, error) { return planOf(ctx, handle, wanted) })
}
