package tui

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// keyMap is every key of the console. Screens use it through actions only.
type keyMap struct {
	Cima, Baixo, PaginaCima, PaginaBaixo, Inicio, Fim  key.Binding
	Abrir, Buscar, Filtrar, Novo, Editar, Situacao     key.Binding
	Atualizar, Ajuda, Voltar, Sair, Encerrar           key.Binding
	Paginas, ProximaPagina, PaginaAnterior, Comando    key.Binding
	Executar, Completar, Historico, Exportar           key.Binding
	Copiar, CopiarJa, Periodo, Marcar, Reativar        key.Binding
	Senha, Email                                       key.Binding
	Filtros, Remover, Nenhum                           key.Binding
	IrCliente, IrDispositivos, IrConexoes              key.Binding
	IrSessoes, IrAuditoria, SoEsta, Verificar          key.Binding
	Salas, Responder, Enviar                           key.Binding
	Aplicar, Salvar, Proximo, Anterior, Opcao, Apertar key.Binding
	Escolher, Descer, Subir, DescerPagina, SubirPagina key.Binding
}

// binding is short for bubbles' type.
type binding = key.Binding

func bind(label, desc string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, desc))
}

func newKeyMap() keyMap {
	return keyMap{
		Cima:        bind("↑/k", "subir", "up", "k"),
		Baixo:       bind("↓/j", "descer", "down", "j"),
		PaginaCima:  bind("pgup", "página acima", "pgup", "ctrl+b"),
		PaginaBaixo: bind("pgdn", "página abaixo", "pgdown", "ctrl+f"),
		Inicio:      bind("g/home", "ir ao início", "home", "g"),
		Fim:         bind("G/end", "ir ao fim", "end", "G"),
		Abrir:       bind("enter", "abrir", "enter"),
		Buscar:      bind("/", "buscar", "/"),
		Filtrar:     bind("f", "filtrar por situação", "f"),
		Novo:        bind("n", "novo", "n"),
		Editar:      bind("e", "editar", "e"),
		Situacao:    bind("d", "desativar ou reativar", "d"),
		Atualizar:   bind("r", "atualizar agora", "r"),
		Ajuda:       bind("?", "ajuda", "?"),
		Voltar:      bind("esc", "voltar", "esc"),
		Sair:        bind("q", "sair", "q"),
		Encerrar:    bind("ctrl+c", "sair de qualquer tela", "ctrl+c"),

		Filtros: bind("F", "filtros", "F"),
		Nenhum:  bind("0", "nenhum", "0"),
		Remover: bind("del", "remover", "delete", "backspace"),

		SoEsta:    bind("=", "só esta ação", "="),
		Verificar: bind("v", "verificar", "v"),
		Salas:     bind("s", "salas", "s"),
		Responder: bind("a", "responder", "a"),
		Enviar:    bind("enter", "enviar", "enter"),

		// A capital letter leads to what belongs to the record.
		IrCliente:      bind("C", "cliente", "C"),
		IrDispositivos: bind("D", "dispositivos", "D"),
		IrConexoes:     bind("X", "conexões", "X"),
		IrSessoes:      bind("S", "sessões", "S"),
		IrAuditoria:    bind("A", "auditoria", "A"),

		Paginas:        bind("1–7", "ir à página com esse número", "1", "2", "3", "4", "5", "6", "7"),
		ProximaPagina:  bind("tab", "próxima página", "tab"),
		PaginaAnterior: bind("⇧tab", "página anterior", "shift+tab"),

		Comando:   bind(":", "digitar um comando", ":"),
		Executar:  bind("enter", "executar", "enter"),
		Completar: bind("tab", "completar", "tab", "shift+tab"),
		Historico: bind("↑/↓", "comandos anteriores", "up", "down"),
		Exportar:  bind("x", "exportar esta lista", "x"),
		Copiar:    bind("y", "copiar número, célula ou linha", "y"),
		Marcar:    bind("espaço", "marcar", " "),
		Senha:     bind("s", "definir a senha", "s"),
		Email:     bind("m", "mudar o e-mail", "m"),
		Reativar:  bind("a", "reativar", "a"),
		Periodo:   bind("p", "mudar o período", "p"),
		CopiarJa:  bind("enter/y", "copiar", "enter", "y"),

		// Keys for screens where letters are text.
		Aplicar:      bind("enter", "aplicar busca", "enter"),
		Descer:       bind("↓", "descer", "down"),
		Subir:        bind("↑", "subir", "up"),
		DescerPagina: bind("pgdn", "página abaixo", "pgdown"),
		SubirPagina:  bind("pgup", "página acima", "pgup"),
		Salvar:       bind("ctrl+s", "salvar", "ctrl+s"),
		Proximo:      bind("tab/↓", "próximo campo", "tab", "down", "enter"),
		Anterior:     bind("⇧tab/↑", "campo anterior", "shift+tab", "up"),
		Opcao:        bind("←/→", "mudar opção", "left", "right"),
		Apertar:      bind("enter", "confirmar a escolha", "enter"),
		Escolher:     bind("espaço", "alternar versão", " "),
	}
}

// action is a key that a screen handles now. Dispatch, footer and help page are
// made from the same list, so that none can know a key the others do not.
type action struct {
	key key.Binding
	run func() tea.Cmd
	// press is run for keys whose action depends on which of them it was.
	press func(tea.KeyMsg) tea.Cmd
	// desc replaces the general description where the screen knows better.
	desc string
	// blocked says why the action cannot be taken now; "" means it can. A
	// blocked action leaves the footer and tells its reason when pressed.
	blocked string
	// quiet actions are in the help page but not in the footer.
	quiet bool
}

func (a action) binding() key.Binding {
	if a.desc == "" {
		return a.key
	}
	return key.NewBinding(key.WithKeys(a.key.Keys()...), key.WithHelp(a.key.Help().Key, a.desc))
}

// do carries the action out for msg.
func (a action) do(sh *shell, msg tea.KeyMsg) tea.Cmd {
	switch {
	case a.blocked != "":
		sh.tell(noticeBad, a.blocked)
		return nil
	case a.press != nil:
		return a.press(msg)
	default:
		return a.run()
	}
}

// dispatch finds the action for msg among those given.
func dispatch(actions []action, msg tea.KeyMsg) (action, bool) {
	for _, a := range actions {
		if key.Matches(msg, a.key) {
			return a, true
		}
	}
	return action{}, false
}

func quit() tea.Cmd { return tea.Quit }
