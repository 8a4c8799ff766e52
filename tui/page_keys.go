package tui

import "github.com/charmbracelet/bubbles/key"

// pageKeyMap is every key of the console: those of the kit, which every list and
// form has, and those of the pages.
type pageKeyMap struct {
	keyMap
	Filter, New, Edit, Situation, Period                key.Binding
	Mark, Reactivate, Password, Email, Filters          key.Binding
	Remove, None, ToCliente, ToDispositivos, ToConexoes key.Binding
	ToSessoes, ToAuditoria, OnlyThis, Verify, Salas     key.Binding
	Reply, Send, Toggle                                 key.Binding
}

func newPageKeyMap(general keyMap) pageKeyMap {
	return pageKeyMap{
		keyMap: general,

		Filter:     bind("f", "filtrar por situação", "f"),
		New:        bind("n", "novo", "n"),
		Edit:       bind("e", "editar", "e"),
		Situation:  bind("d", "desativar ou reativar", "d"),
		Period:     bind("p", "mudar o período", "p"),
		Mark:       bind("espaço", "marcar", " "),
		Reactivate: bind("a", "reativar", "a"),
		Password:   bind("s", "definir a senha", "s"),
		Email:      bind("m", "mudar o e-mail", "m"),
		Filters:    bind("F", "filtros", "F"),
		Remove:     bind("del", "remover", "delete", "backspace"),
		None:       bind("0", "nenhum", "0"),
		OnlyThis:   bind("=", "só esta ação", "="),
		Verify:     bind("v", "verificar", "v"),
		Salas:      bind("s", "salas", "s"),
		Reply:      bind("a", "responder", "a"),
		Send:       bind("enter", "enviar", "enter"),
		Toggle:     bind("espaço", "alternar versão", " "),

		// A capital letter leads to what belongs to the record.
		ToCliente:      bind("C", "cliente", "C"),
		ToDispositivos: bind("D", "dispositivos", "D"),
		ToConexoes:     bind("X", "conexões", "X"),
		ToSessoes:      bind("S", "sessões", "S"),
		ToAuditoria:    bind("A", "auditoria", "A"),
	}
}
