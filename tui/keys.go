package tui

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// keyMap is every key of the kit. Screens use it through actions only.
type keyMap struct {
	Up, Down, PageUp, PageDown, Home                  key.Binding
	End, Open, Search, Refresh, Help                  key.Binding
	Back, Quit, Exit, Pages, NextPage                 key.Binding
	PreviousPage, Command, Run, Complete, History     key.Binding
	Export, Copy, CopyNow, Apply, Save                key.Binding
	NextField, PreviousField, Option, Press, MoveDown key.Binding
	MoveUp, MovePageDown, MovePageUp                  key.Binding
}

// binding is short for bubbles' type.
type binding = key.Binding

func bind(label, desc string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, desc))
}

func newKeyMap() keyMap {
	return keyMap{
		Up:           bind("↑/k", "subir", "up", "k"),
		Down:         bind("↓/j", "descer", "down", "j"),
		PageUp:       bind("pgup", "página acima", "pgup", "ctrl+b"),
		PageDown:     bind("pgdn", "página abaixo", "pgdown", "ctrl+f"),
		Home:         bind("g/home", "ir ao início", "home", "g"),
		End:          bind("G/end", "ir ao fim", "end", "G"),
		Open:         bind("enter", "abrir", "enter"),
		Search:       bind("/", "buscar", "/"),
		Refresh:      bind("r", "atualizar agora", "r"),
		Help:         bind("?", "ajuda", "?"),
		Back:         bind("esc", "voltar", "esc"),
		Quit:         bind("q", "sair", "q"),
		Exit:         bind("ctrl+c", "sair de qualquer tela", "ctrl+c"),
		Pages:        bind("1–7", "ir à página com esse número", "1", "2", "3", "4", "5", "6", "7"),
		NextPage:     bind("tab", "próxima página", "tab"),
		PreviousPage: bind("⇧tab", "página anterior", "shift+tab"),
		Command:      bind(":", "digitar um comando", ":"),
		Run:          bind("enter", "executar", "enter"),
		Complete:     bind("tab", "completar", "tab", "shift+tab"),
		History:      bind("↑/↓", "comandos anteriores", "up", "down"),
		Export:       bind("x", "exportar esta lista", "x"),
		Copy:         bind("y", "copiar número, célula ou linha", "y"),
		CopyNow:      bind("enter/y", "copiar", "enter", "y"),

		// Keys for screens where letters are text.
		Apply:         bind("enter", "aplicar busca", "enter"),
		MoveDown:      bind("↓", "descer", "down"),
		MoveUp:        bind("↑", "subir", "up"),
		MovePageDown:  bind("pgdn", "página abaixo", "pgdown"),
		MovePageUp:    bind("pgup", "página acima", "pgup"),
		Save:          bind("ctrl+s", "salvar", "ctrl+s"),
		NextField:     bind("tab/↓", "próximo campo", "tab", "down", "enter"),
		PreviousField: bind("⇧tab/↑", "campo anterior", "shift+tab", "up"),
		Option:        bind("←/→", "mudar opção", "left", "right"),
		Press:         bind("enter", "confirmar a escolha", "enter"),
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
