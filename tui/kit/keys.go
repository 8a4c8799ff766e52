package kit

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// KeyMap is every key of the kit. Screens use it through actions only.
type KeyMap struct {
	Up, Down, PageUp, PageDown, Home                  key.Binding
	End, Open, Search, Refresh, Help                  key.Binding
	Back, Quit, Exit, Pages, NextPage                 key.Binding
	PreviousPage, Command, Run, Complete, History     key.Binding
	Export, Copy, CopyNow, Apply, Save                key.Binding
	NextField, PreviousField, Option, Press, MoveDown key.Binding
	MoveUp, MovePageDown, MovePageUp, Mark, MarkAll   key.Binding
	Undo, Redo, Resume                                key.Binding
}

// Binding is short for bubbles' type.
type Binding = key.Binding

// Bind makes a key with the help that people see.
func Bind(label, desc string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, desc))
}

// NewKeyMap is the one place where the keys of the kit are chosen.
func NewKeyMap() KeyMap {
	return KeyMap{
		Up:           Bind("↑/k", "subir", "up", "k"),
		Down:         Bind("↓/j", "descer", "down", "j"),
		PageUp:       Bind("pgup", "página acima", "pgup", "ctrl+b"),
		PageDown:     Bind("pgdn", "página abaixo", "pgdown", "ctrl+f"),
		Home:         Bind("g/home", "ir ao início", "home", "g"),
		End:          Bind("G/end", "ir ao fim", "end", "G"),
		Open:         Bind("enter", "abrir", "enter"),
		Search:       Bind("/", "buscar", "/"),
		Refresh:      Bind("r", "atualizar agora", "r"),
		Help:         Bind("?", "ajuda", "?"),
		Back:         Bind("esc", "voltar", "esc"),
		Quit:         Bind("q", "sair", "q"),
		Exit:         Bind("ctrl+c", "sair de qualquer tela", "ctrl+c"),
		Pages:        Bind("1–8", "ir à página com esse número", "1", "2", "3", "4", "5", "6", "7", "8"),
		NextPage:     Bind("tab", "próxima página", "tab"),
		PreviousPage: Bind("⇧tab", "página anterior", "shift+tab"),
		Command:      Bind(":", "digitar um comando", ":"),
		Run:          Bind("enter", "executar", "enter"),
		Complete:     Bind("tab", "completar", "tab", "shift+tab"),
		History:      Bind("↑/↓", "comandos anteriores", "up", "down"),
		Export:       Bind("x", "exportar esta lista", "x"),
		Copy:         Bind("y", "copiar número, célula ou linha", "y"),
		CopyNow:      Bind("enter/y", "copiar", "enter", "y"),
		Mark:         Bind("espaço", "marcar", " "),
		MarkAll:      Bind("*", "marcar tudo o que a lista acha", "*"),
		Undo:         Bind("u", "desfazer", "u"),
		Redo:         Bind("U", "refazer o que foi desfeito", "U"),
		Resume:       Bind("c", "continuar", "c"),

		// Keys for screens where letters are text.
		Apply:         Bind("enter", "aplicar busca", "enter"),
		MoveDown:      Bind("↓", "descer", "down"),
		MoveUp:        Bind("↑", "subir", "up"),
		MovePageDown:  Bind("pgdn", "página abaixo", "pgdown"),
		MovePageUp:    Bind("pgup", "página acima", "pgup"),
		Save:          Bind("ctrl+s", "salvar", "ctrl+s"),
		NextField:     Bind("tab/↓", "próximo campo", "tab", "down", "enter"),
		PreviousField: Bind("⇧tab/↑", "campo anterior", "shift+tab", "up"),
		Option:        Bind("←/→", "mudar opção", "left", "right"),
		Press:         Bind("enter", "confirmar a escolha", "enter"),
	}
}

// Action is a key that a screen handles now. Dispatch, footer and help page are
// made from the same list, so that none can know a key the others do not.
type Action struct {
	Key key.Binding
	Run func() tea.Cmd
	// Press is run for keys whose action depends on which of them it was.
	Press func(tea.KeyMsg) tea.Cmd
	// Desc replaces the general description where the screen knows better.
	Desc string
	// Blocked says why the action cannot be taken now; "" means it can. A
	// blocked action leaves the footer and tells its reason when pressed.
	Blocked string
	// Quiet actions are in the help page but not in the footer.
	Quiet bool
}

func (a Action) binding() key.Binding {
	if a.Desc == "" {
		return a.Key
	}
	return key.NewBinding(key.WithKeys(a.Key.Keys()...), key.WithHelp(a.Key.Help().Key, a.Desc))
}

// Do carries the action out for msg.
func (a Action) Do(sh *Shell, msg tea.KeyMsg) tea.Cmd {
	switch {
	case a.Blocked != "":
		sh.Tell(NoticeBad, a.Blocked)
		return nil
	case a.Press != nil:
		return a.Press(msg)
	default:
		return a.Run()
	}
}

// Dispatch finds the action for msg among those given.
func Dispatch(actions []Action, msg tea.KeyMsg) (Action, bool) {
	for _, a := range actions {
		if key.Matches(msg, a.Key) {
			return a, true
		}
	}
	return Action{}, false
}

// Quit ends the program.
func Quit() tea.Cmd { return tea.Quit }
