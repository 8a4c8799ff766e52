package tui

import (
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// debounce is how long the keyboard rests before a search is asked for.
const debounce = 150 * time.Millisecond

// browser is what pages that list records have in common: the section, a search
// field, filters, and what is drawn around them. A page embeds it and says in
// look what is its own; actions and title stay with the page.
type browser[T any] struct {
	shell     *shell
	page      screen // the page that embeds it
	look      look
	list      section[T]
	input     field
	searching bool // the search field has the focus
	pending   int  // number of the search that waits for the keyboard to rest
	filters   []filter
	// query says what is listed now, by search and filters.
	query func() (fetcher[T], counter)
}

// look are the words of one page.
type look struct {
	head     string // in the frame
	hint     string // what is searched, "" when the page has no search
	noun     string // the record: "cliente"
	feminine bool
	// vazio stands for the rows when there is no record at all.
	blank func() alone
}

// nenhum is "Nenhum cliente", or what l calls its record.
func (l look) none() string {
	if l.feminine {
		return "Nenhuma " + l.noun
	}
	return "Nenhum " + l.noun
}

// o is the ending of what is said of the record.
func (l look) o() string {
	if l.feminine {
		return "a"
	}
	return "o"
}

type searchMsg struct{ seq int }

func newBrowser[T any](sh *shell, id func(T) int64, g grid[T], l look) browser[T] {
	return browser[T]{shell: sh, list: newSection(sh, id, g), input: newField(""), look: l}
}

func (b *browser[T]) Start() tea.Cmd { return b.open() }
func (b *browser[T]) Typing() bool   { return b.searching }
func (b *browser[T]) Leave()         { b.list.Leave() }
func (b *browser[T]) term() string   { return strings.TrimSpace(b.input.value()) }

// open asks for the list that search and filters describe.
func (b *browser[T]) open() tea.Cmd {
	b.pending = 0
	rows, total := b.query()
	return b.list.open(rows, total)
}

func (b *browser[T]) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		return b.typed(msg)
	case searchMsg:
		if msg.seq == b.pending {
			return b.open()
		}
		return nil
	case changedMsg[T]:
		return b.follow(msg.id)
	}
	if b.searching {
		return tea.Batch(b.input.Update(msg), b.list.Update(msg, false))
	}
	return b.list.Update(msg, b.shell.top() == b.page)
}

// typed edits the search and starts it when the keyboard rests.
func (b *browser[T]) typed(msg tea.KeyMsg) tea.Cmd {
	before := b.term()
	cmd := b.input.Update(msg)
	if b.term() == before {
		return cmd
	}
	b.pending = b.shell.nextSeq()
	return tea.Batch(cmd, after(debounce, searchMsg{b.pending}))
}

// follow shows a record that has just been written, with the cursor on it.
func (b *browser[T]) follow(id int64) tea.Cmd {
	b.list.goal, b.list.asked = id, false
	if b.list.win.find(id) < 0 {
		return b.list.first()
	}
	return b.list.refresh()
}

// around completes the page's own actions, of which the first opens a record.
func (b *browser[T]) around(own ...action) []action {
	if b.searching {
		return b.searchActions()
	}
	k := b.shell.keys
	var out []action
	if desc := b.backDesc(); desc != "" {
		out = append(out, action{key: k.Back, desc: desc, run: b.back})
	}
	out = append(out, own[:1]...)
	if b.look.hint != "" {
		out = append(out, action{key: k.Search, run: b.search})
	}
	out = append(out, own[1:]...)
	for _, f := range b.filters {
		if t, ok := f.(turner); ok {
			out = append(out, action{key: t.On(), desc: "ver " + t.Next(), run: func() tea.Cmd { return b.Turn(t) }})
		}
	}
	none := b.noneBlocked()
	out = append(out,
		action{key: k.Copy, run: b.copy, blocked: none, quiet: true},
		action{key: k.Export, run: b.export, blocked: none, quiet: true},
		action{key: k.Refresh, run: b.list.retry, quiet: true})
	return append(out, b.moves(k.Down, k.Up, k.PageDown, k.PageUp)...)
}

func (b *browser[T]) moves(down, up, pageDown, pageUp binding) []action {
	k := b.shell.keys
	out := []action{
		{key: down, quiet: true, run: func() tea.Cmd { return b.list.move(1) }},
		{key: up, quiet: true, run: func() tea.Cmd { return b.list.move(-1) }},
		{key: pageDown, quiet: true, run: func() tea.Cmd { return b.list.page(1) }},
		{key: pageUp, quiet: true, run: func() tea.Cmd { return b.list.page(-1) }},
	}
	if b.searching {
		return out
	}
	return append(out,
		action{key: k.Home, quiet: true, run: b.list.home},
		action{key: k.End, quiet: true, run: b.list.end})
}

func (b *browser[T]) searchActions() []action {
	k := b.shell.keys
	out := []action{
		{key: k.Apply, run: b.apply},
		{key: k.Back, desc: "limpar busca", run: b.Clear},
	}
	return append(out, b.moves(k.MoveDown, k.MoveUp, k.MovePageDown, k.MovePageUp)...)
}

// noneBlocked says why a record's keys do nothing, "" when one is selected.
func (b *browser[T]) noneBlocked() string {
	if b.list.win.empty() {
		return b.look.none() + " selecionad" + b.look.o() + "."
	}
	return ""
}

// backDesc says what esc would undo on this page, "" when nothing.
func (b *browser[T]) backDesc() string {
	switch {
	case b.list.list.slow:
		return "cancelar consulta"
	case len(b.list.marks) > 0:
		return "desmarcar tudo"
	case b.term() != "":
		return "limpar busca"
	case b.filtered():
		return "limpar filtro"
	case b.shell.above(b.page):
		return "voltar"
	}
	return ""
}

func (b *browser[T]) back() tea.Cmd {
	switch {
	case b.list.list.slow && b.list.stop():
		return nil
	case len(b.list.marks) > 0:
		b.list.marks = nil
		return nil
	case b.term() != "":
		return b.Clear()
	case b.filtered():
		for _, f := range b.filters {
			f.Clear()
		}
		return b.open()
	}
	b.shell.pop(b.page)
	return nil
}

func (b *browser[T]) search() tea.Cmd {
	b.searching = true
	b.input.focus(true)
	return nil
}

func (b *browser[T]) apply() tea.Cmd {
	b.searching = false
	b.input.focus(false)
	if b.pending != 0 {
		return b.open()
	}
	return nil
}

// searchFor shows what a text finds, as the command line asks for it.
func (b *browser[T]) SearchFor(text string) tea.Cmd {
	if b.look.hint == "" {
		b.shell.tell(noticeBad, "A página "+b.look.head+" não tem busca.")
		return nil
	}
	b.input.set(text)
	return b.open()
}

func (b *browser[T]) export() tea.Cmd { return b.shell.export() }

// clear goes back to the whole list, on the same record if its first rows hold it.
func (b *browser[T]) Clear() tea.Cmd {
	had := b.term() != ""
	if sel, ok := b.list.win.selected(); ok && had {
		b.list.goal = b.list.win.id(sel)
	}
	b.input.set("")
	b.searching = false
	b.input.focus(false)
	if had || b.pending != 0 {
		return b.open()
	}
	return nil
}

func (b *browser[T]) Turn(t turner) tea.Cmd {
	t.Turn()
	return b.open()
}

func (b *browser[T]) filtered() bool {
	for _, f := range b.filters {
		if f.Active() {
			return true
		}
	}
	return false
}
