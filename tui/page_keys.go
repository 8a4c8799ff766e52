package tui

import (
	"github.com/charmbracelet/bubbles/key"

	"example.com/monitor/tui/kit"
)

// pageKeyMap is every key of the console: those of the kit, which every list and
// form has, and those of the pages.
type pageKeyMap struct {
	kit.KeyMap
	Filter, New, Edit, Situation, Period                key.Binding
	Reactivate, Password, Email, Filters, Move          key.Binding
	Remove, None, ToCliente, ToDispositivos, ToConexoes key.Binding
	ToSessoes, ToAuditoria, OnlyThis, Verify, Salas     key.Binding
	Reply, Send, Toggle, ToHistory, Restore             key.Binding
}

func newPageKeyMap(general kit.KeyMap) pageKeyMap {
	return pageKeyMap{
		KeyMap: general,

		Filter:     kit.Bind("f", "filtrar por situação", "f"),
		New:        kit.Bind("n", "novo", "n"),
		Edit:       kit.Bind("e", "editar", "e"),
		Situation:  kit.Bind("d", "desativar ou reativar", "d"),
		Period:     kit.Bind("p", "mudar o período", "p"),
		Reactivate: kit.Bind("a", "reativar", "a"),
		Password:   kit.Bind("s", "definir a senha", "s"),
		Email:      kit.Bind("m", "mudar o e-mail", "m"),
		Filters:    kit.Bind("F", "filtros", "F"),
		Move:       kit.Bind("m", "mover para outro cliente", "m"),
		Restore:    kit.Bind("v", "voltar um valor", "v"),
		Remove:     kit.Bind("del", "remover", "delete", "backspace"),
		None:       kit.Bind("0", "nenhum", "0"),
		OnlyThis:   kit.Bind("=", "só esta ação", "="),
		Verify:     kit.Bind("v", "verificar", "v"),
		Salas:      kit.Bind("s", "salas", "s"),
		Reply:      kit.Bind("a", "responder", "a"),
		Send:       kit.Bind("enter", "enviar", "enter"),
		Toggle:     kit.Bind("espaço", "alternar versão", " "),

		// A capital letter leads to what belongs to the record.
		ToCliente:      kit.Bind("C", "cliente", "C"),
		ToDispositivos: kit.Bind("D", "dispositivos", "D"),
		ToConexoes:     kit.Bind("X", "conexões", "X"),
		ToSessoes:      kit.Bind("S", "sessões", "S"),
		ToAuditoria:    kit.Bind("A", "auditoria", "A"),
		ToHistory:      kit.Bind("H", "histórico", "H"),
	}
}
