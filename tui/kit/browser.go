package kit

import (
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// debounce is how long the keyboard rests before a search is asked for.
const debounce = 150 * time.Millisecond

// Browser is what pages that list records have in common: the section, a search
// field, filters, and what is drawn around them. A page embeds it and says in
// look what is its own; actions and title stay with the page.
type Browser[T any] struct {
	shell     *Shell
	Page      Screen // the page that embeds it
	Look      Look
	List      Section[T]
	input     Field
	Searching bool // the search field has the focus
	Pending   int  // number of the search that waits for the keyboard to rest
	Filters   []Filter
	// Query says what is listed now, by search and filters.
	Query func() (Fetcher[T], Counter)
}

// Look are the words of one page.
type Look struct {
	Head     string // in the frame
	Hint     string // what is searched, "" when the page has no search
	Noun     string // the record: "cliente"
	Feminine bool
	// vazio stands for the rows when there is no record at all.
	Blank func() Alone
}

// none is "Nenhum cliente", or what l calls its record.
func (l Look) none() string {
	if l.Feminine {
		return "Nenhuma " + l.Noun
	}
	return "Nenhum " + l.Noun
}

// o is the ending of what is said of the record.
func (l Look) o() string {
	if l.Feminine {
		return "a"
	}
	return "o"
}

// SearchMsg tells a browser that the keyboard has rested since the search numbered seq.
type SearchMsg struct{ Seq int }

// NewBrowser makes the part of a page that lists records; the page sets Page, query and filters.
func NewBrowser[T any](sh *Shell, id func(T) int64, g Grid[T], l Look) Browser[T] {
	return Browser[T]{shell: sh, List: NewSection(sh, id, g), input: NewField(""), Look: l}
}

func (b *Browser[T]) Start() tea.Cmd { return b.Open() }
func (b *Browser[T]) Typing() bool   { return b.Searching }
func (b *Browser[T]) Leave()         { b.List.Leave() }

// Term is what is searched for, without blanks around it.
func (b *Browser[T]) Term() string { return strings.TrimSpace(b.input.Value()) }

// Open asks for the list that search and filters describe.
func (b *Browser[T]) Open() tea.Cmd {
	b.Pending = 0
	if b.List.Every {
		b.List.Every = false
		b.shell.Tell(NoticeOK, "A lista é outra: o que a anterior achava não está mais marcado.")
	}
	rows, total := b.Query()
	return b.List.Open(rows, total)
}

func (b *Browser[T]) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		return b.typed(msg)
	case SearchMsg:
		if msg.Seq == b.Pending {
			return b.Open()
		}
		return nil
	case ChangedMsg[T]:
		return b.follow(msg.ID)
	}
	if b.Searching {
		return tea.Batch(b.input.Update(msg), b.List.Update(msg, false))
	}
	return b.List.Update(msg, b.shell.Top() == b.Page)
}

// typed edits the search and starts it when the keyboard rests.
func (b *Browser[T]) typed(msg tea.KeyMsg) tea.Cmd {
	before := b.Term()
	cmd := b.input.Update(msg)
	if b.Term() == before {
		return cmd
	}
	b.Pending = b.shell.nextSeq()
	return tea.Batch(cmd, After(debounce, SearchMsg{b.Pending}))
}

// follow shows a record that has just been written, with the cursor on it.
func (b *Browser[T]) follow(id int64) tea.Cmd {
	if id == 0 {
		return b.List.Retry()
	}
	b.List.goal, b.List.asked = id, false
	if b.List.Window.Find(id) < 0 {
		return b.List.first()
	}
	return b.List.Refresh()
}

// Around completes the page's own actions, of which the first opens a record.
func (b *Browser[T]) Around(own ...Action) []Action {
	if b.Searching {
		return b.searchActions()
	}
	k := b.shell.Keys
	var out []Action
	if desc := b.backDesc(); desc != "" {
		out = append(out, Action{Key: k.Back, Desc: desc, Run: b.back})
	}
	open := own[0]
	open.Quiet = b.List.Chosen() // what can be done with the choice comes first
	out = append(out, open)
	if b.Look.Hint != "" {
		out = append(out, Action{Key: k.Search, Run: b.Search, Quiet: open.Quiet})
	}
	out = append(out, own[1:]...)
	for _, f := range b.Filters {
		if t, ok := f.(turner); ok {
			out = append(out, Action{Key: t.On(), Desc: "ver " + t.Next(), Run: func() tea.Cmd { return b.Turn(t) }})
		}
	}
	none := b.NoneBlocked()
	out = append(out,
		Action{Key: k.Copy, Run: b.copy, Blocked: none, Quiet: true},
		Action{Key: k.Export, Run: b.export, Blocked: none, Quiet: true},
		Action{Key: k.Refresh, Run: b.List.Retry, Quiet: true})
	return append(out, b.Moves(k.Down, k.Up, k.PageDown, k.PageUp)...)
}

// Moves are the keys that move the cursor.
func (b *Browser[T]) Moves(down, up, pageDown, pageUp Binding) []Action {
	k := b.shell.Keys
	out := []Action{
		{Key: down, Quiet: true, Run: func() tea.Cmd { return b.List.Move(1) }},
		{Key: up, Quiet: true, Run: func() tea.Cmd { return b.List.Move(-1) }},
		{Key: pageDown, Quiet: true, Run: func() tea.Cmd { return b.List.page(1) }},
		{Key: pageUp, Quiet: true, Run: func() tea.Cmd { return b.List.page(-1) }},
	}
	if b.Searching {
		return out
	}
	return append(out,
		Action{Key: k.Home, Quiet: true, Run: b.List.Home},
		Action{Key: k.End, Quiet: true, Run: b.List.End})
}

func (b *Browser[T]) searchActions() []Action {
	k := b.shell.Keys
	out := []Action{
		{Key: k.Apply, Run: b.Apply},
		{Key: k.Back, Desc: "limpar busca", Run: b.Clear},
	}
	return append(out, b.Moves(k.MoveDown, k.MoveUp, k.MovePageDown, k.MovePageUp)...)
}

// NoneBlocked says why a record's keys do nothing, "" when one is selected.
func (b *Browser[T]) NoneBlocked() string {
	if b.List.Window.Empty() {
		return b.Look.none() + " selecionad" + b.Look.o() + "."
	}
	return ""
}

// backDesc says what esc would undo on this page, "" when nothing.
func (b *Browser[T]) backDesc() string {
	switch {
	case b.List.List.Slow:
		return "cancelar consulta"
	case b.List.Chosen():
		return "desmarcar tudo"
	case b.Term() != "":
		return "limpar busca"
	case b.filtered():
		return "limpar filtro"
	case b.shell.Above(b.Page):
		return "voltar"
	}
	return ""
}

func (b *Browser[T]) back() tea.Cmd {
	switch {
	case b.List.List.Slow && b.List.Stop():
		return nil
	case b.List.Chosen():
		b.List.LetGo()
		return nil
	case b.Term() != "":
		return b.Clear()
	case b.filtered():
		for _, f := range b.Filters {
			f.Clear()
		}
		return b.Open()
	}
	b.shell.Pop(b.Page)
	return nil
}

// Search puts the focus into the search field.
func (b *Browser[T]) Search() tea.Cmd {
	b.Searching = true
	b.input.Focus(true)
	return nil
}

// Apply leaves the search field, keeping what it says.
func (b *Browser[T]) Apply() tea.Cmd {
	b.Searching = false
	b.input.Focus(false)
	if b.Pending != 0 {
		return b.Open()
	}
	return nil
}

// SearchFor shows what a text finds, as the command line asks for it.
func (b *Browser[T]) SearchFor(text string) tea.Cmd {
	if b.Look.Hint == "" {
		b.shell.Tell(NoticeBad, "A página "+b.Look.Head+" não tem busca.")
		return nil
	}
	b.input.Set(text)
	return b.Open()
}

func (b *Browser[T]) export() tea.Cmd { return b.shell.Export() }

// Clear goes back to the whole list, on the same record if its first rows hold it.
func (b *Browser[T]) Clear() tea.Cmd {
	had := b.Term() != ""
	if sel, ok := b.List.Window.Selected(); ok && had {
		b.List.goal = b.List.Window.ID(sel)
	}
	b.input.Set("")
	b.Searching = false
	b.input.Focus(false)
	if had || b.Pending != 0 {
		return b.Open()
	}
	return nil
}

func (b *Browser[T]) Turn(t turner) tea.Cmd {
	t.Turn()
	return b.Open()
}

func (b *Browser[T]) filtered() bool {
	for _, f := range b.Filters {
		if f.Active() {
			return true
		}
	}
	return false
}
