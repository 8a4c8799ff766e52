package tui

import (
	"encoding/json"
	"strconv"

	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// bulkActions are the keys that act on all marked devices.
func (d *dispositivos) bulkActions() []kit.Action {
	e, k, n, blocked := d.env, d.env.keys, d.ChosenText(), d.env.manyBlocked()
	act := func(acao, after string, danger bool) func() tea.Cmd {
		return func() tea.Cmd { return e.propose(d.proposal(acao, after, danger)) }
	}
	return []kit.Action{
		{
			Key:     k.Situation,
			Desc:    "desativar " + n,
			Blocked: blocked,
			Run:     act(store.OperacaoDesativar, "Eles ficam no cadastro como aposentados.", true),
		},
		{
			Key:     k.Reactivate,
			Desc:    "reativar " + n,
			Blocked: blocked,
			Run:     act(store.OperacaoReativar, "Eles voltam a estar em uso.", false),
		},
		{Key: k.Move, Desc: "mover " + n + " para outro cliente", Blocked: blocked, Run: d.move},
		{
			Key:     k.Remove,
			Desc:    "remover " + n + " de vez",
			Quiet:   true,
			Blocked: blocked,
			Run:     act(store.OperacaoRemover, "Vão junto todas as conexões deles.", true),
		},
	}
}

// proposal is acao for the marked devices.
func (d *dispositivos) proposal(acao, after string, danger bool) proposal {
	p := proposal{
		Pedido: store.Pedido{Recurso: store.OperacaoDeDispositivos, Acao: acao},
		after:  after,
		danger: danger,
		begun:  d.List.LetGo,
	}
	if d.List.Every {
		filter := d.filter()
		p.Dispositivos = &filter
	} else {
		p.IDs = d.List.Marked()
	}
	return p
}

// move asks whose the marked devices are to be.
func (d *dispositivos) move() tea.Cmd {
	return d.env.Push(newClientePicker(d.env, "Mover "+d.ChosenText()+" dispositivos para", func(c store.Cliente) tea.Cmd {
		after := "O dono passa a ser “" + clienteLabel(c) + "”."
		if c.ID == 0 {
			after = "Eles ficam sem dono."
		}
		p := d.proposal(store.OperacaoAlterar, after, false)
		p.Campos = map[string]json.RawMessage{"cliente_id": json.RawMessage(strconv.FormatInt(c.ID, 10))}
		return d.env.propose(p)
	}))
}
