package tui

import (
	"context"
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

const (
	retryFirst = 2 * time.Second
	retryMost  = 30 * time.Second
)

// section is a list of records that keeps itself up to date: a window of rows,
// the questions that fill it, and what to show when there is none. It knows
// nothing of the record but its id and its columns.
type section[T any] struct {
	shell  *shell
	win    window[T]
	grid   grid[T]
	list   question
	count  question
	fetch  fetcher[T]
	total  counter
	kind   loadKind  // of the running question
	goal   int64     // id to put the cursor on when the rows come
	fresh  time.Time // when the rows were last read
	loaded bool      // rows came at least once for this fetch
	asked  bool      // the total was asked for
	// recount counts again at every refresh, where counting is cheap.
	recount bool
	// marks are the records that the person has chosen, by id, with their names.
	marks map[int64]string
	// fromEnd lists are read from their end, and a cursor at the end stays there
	// when more comes.
	fromEnd bool
	rowsAt  int       // the line of bodyView on which the rows begin
	fail    failure   // why the last question failed; zero when it did not
	tries   int       // failures in a row
	again   time.Time // when the next try is due
	halted  bool      // the person cancelled the first question
}

// counter counts the whole list; it runs in a command.
type counter func(ctx context.Context) (int, error)

type loadKind int

const (
	loadFirst loadKind = iota
	loadLast
	loadAfter
	loadBefore
	loadAgain
)

// loadedRows is the answer to a section's question. first is the part from
// which a refresh read.
type loadedRows[T any] struct {
	kind  loadKind
	first int
	parts []part[T]
}

func newSection[T any](sh *shell, id func(T) int64, g grid[T]) section[T] {
	return section[T]{shell: sh, win: newWindow(id), grid: g, list: newQuestion(sh), count: newQuestion(sh)}
}

// open shows the list that fetch reads, from its start. The rows at hand stay
// on the screen until the new ones come.
func (s *section[T]) open(fetch fetcher[T], total counter) tea.Cmd {
	s.fetch, s.total = fetch, total
	s.loaded, s.asked = false, false
	s.count.stop()
	s.win.total = -1
	return s.first()
}

func (s *section[T]) first() tea.Cmd {
	if s.fromEnd {
		return s.load(loadLast, place{Last: true}, 0, 1)
	}
	return s.load(loadFirst, place{}, 0, 1)
}

func (s *section[T]) load(kind loadKind, at place, first, n int) tea.Cmd {
	fetch := s.fetch
	s.kind, s.halted = kind, false
	read := fetch.read
	if kind == loadAgain {
		read = fetch.readAgain
	}
	return ask(&s.list, func(ctx context.Context) (loadedRows[T], error) {
		parts, err := read(ctx, at, n)
		return loadedRows[T]{kind, first, parts}, err
	})
}

// refresh reads again what is on the screen.
func (s *section[T]) refresh() tea.Cmd {
	if !s.loaded || s.win.empty() {
		return s.first()
	}
	first, n := s.win.shown()
	return s.load(loadAgain, s.win.parts[first].at, first, n)
}

// askTotal counts in a question of its own, so that rows never wait for it.
func (s *section[T]) askTotal() tea.Cmd {
	if s.total == nil || s.asked {
		return nil
	}
	s.asked = true
	return ask(&s.count, s.total)
}

// extend asks for the rows that the cursor is coming near to.
func (s *section[T]) extend() tea.Cmd {
	if s.list.busy() && s.kind != loadAgain {
		return nil
	}
	at, before, ok := s.win.wanted()
	if !ok || s.fail.cause != "" {
		return nil
	}
	if before {
		return s.load(loadBefore, at, 0, 1)
	}
	return s.load(loadAfter, at, 0, 1)
}

func (s *section[T]) move(delta int) tea.Cmd {
	s.win.move(delta)
	return s.extend()
}

func (s *section[T]) page(direction int) tea.Cmd {
	s.win.page(direction)
	return s.extend()
}

// home and end jump to the ends of the whole list, wherever they are.
func (s *section[T]) home() tea.Cmd {
	if !s.win.atHead() {
		return s.load(loadFirst, place{}, 0, 1)
	}
	s.win.toEdge(false)
	return s.extend()
}

func (s *section[T]) end() tea.Cmd {
	if !s.win.atTail() {
		return s.load(loadLast, place{Last: true}, 0, 1)
	}
	s.win.toEdge(true)
	return s.extend()
}

// stop cancels what is running on the person's wish and says whether anything was.
func (s *section[T]) stop() bool {
	if !s.list.stop() {
		return false
	}
	s.win.owed = 0
	if !s.loaded {
		// The rows on the screen belong to an earlier question, and its cursors
		// would lead astray in this one.
		s.halted = true
		s.win.reset(nil, false)
	}
	return true
}

func (s *section[T]) Leave() {
	s.list.stop()
	s.count.stop()
}

// update takes in answers; live is false while refreshing would disturb.
func (s *section[T]) Update(msg tea.Msg, live bool) tea.Cmd {
	if a, ok := take[loadedRows[T]](&s.list, msg); ok {
		return s.accept(a)
	}
	if a, ok := take[int](&s.count, msg); ok {
		if a.err == nil {
			s.win.setTotal(a.value)
		}
		return nil
	}
	if _, ok := msg.(tickMsg); ok {
		return s.tick(live)
	}
	return tea.Batch(s.list.Update(msg), s.count.Update(msg))
}

func (s *section[T]) tick(live bool) tea.Cmd {
	now := s.shell.now()
	switch {
	case s.list.busy() || s.fetch == nil || s.halted:
		return nil
	case s.fail.cause != "":
		if now.Before(s.again) || s.fail.forbidden {
			return nil
		}
		return s.refresh()
	case live && s.shell.refresh > 0 && now.Sub(s.fresh) >= s.shell.refresh:
		s.asked = s.asked && !s.recount
		return s.refresh()
	}
	return nil
}

func (s *section[T]) accept(a answer[loadedRows[T]]) tea.Cmd {
	if a.err != nil {
		s.failed(a.err)
		return nil
	}
	if s.tries > 0 && !s.fail.forbidden {
		s.shell.tell(noticeOK, "Conexão com o banco restabelecida.")
	}
	s.fail, s.tries = failure{}, 0
	s.put(a.value)
	s.fresh, s.loaded = s.shell.now(), true
	if s.goal != 0 {
		s.win.moveTo(s.goal)
		s.goal = 0
	}
	return tea.Batch(s.extend(), s.askTotal())
}

func (s *section[T]) put(l loadedRows[T]) {
	switch l.kind {
	case loadFirst, loadLast:
		s.win.reset(l.parts, l.kind == loadLast)
	case loadAgain:
		// The person has moved on since: the answer is about other rows.
		if first, _ := s.win.shown(); first == l.first {
			atEnd := s.fromEnd && s.win.atEnd()
			s.win.refresh(l.first, l.parts)
			if atEnd {
				s.win.toEdge(true)
			}
		}
	default:
		for _, p := range l.parts {
			s.win.grow(p, l.kind == loadBefore)
		}
	}
}

func (s *section[T]) failed(err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	s.win.owed = 0
	s.fail = s.shell.explain(err)
	wait := min(retryMost, retryFirst<<min(s.tries, 8))
	s.tries++
	s.again = s.shell.now().Add(wait)
}

// retry tries at once.
func (s *section[T]) retry() tea.Cmd {
	s.asked = false
	return s.refresh()
}

// banner tells on w cells that the rows shown may be old, "" when they are not.
func (s *section[T]) banner(w int) string {
	if s.fail.cause == "" || s.win.empty() {
		return ""
	}
	long := "⚠ " + s.fail.cause + " · " + s.countdown()
	if ansi.StringWidth(long) <= w || s.list.busy() {
		return clip(long, w)
	}
	return clip("⚠ "+s.fail.cause+" · "+span(s.wait()), w)
}

// wait is the time until the next try, in whole seconds.
func (s *section[T]) wait() time.Duration { return s.again.Sub(s.shell.now()) + time.Second - 1 }

func (s *section[T]) countdown() string {
	if s.list.busy() {
		return "tentando de novo…"
	}
	return "nova tentativa em " + span(s.wait()) + " · r tenta já"
}

// age tells how old the rows are.
func (s *section[T]) age() string {
	if s.fresh.IsZero() {
		return ""
	}
	return "atualizado há " + span(s.shell.now().Sub(s.fresh))
}

func (s *section[T]) isMarked(r T) bool {
	_, ok := s.marks[s.win.id(r)]
	return ok
}

// where is the place of the cursor in the whole list, as far as it is known.
func (s *section[T]) where() string {
	total, pos := "", "?"
	if s.win.total >= 0 {
		total = " de " + thousands(s.win.total)
	}
	if s.win.empty() {
		return ""
	}
	if n := s.win.position(); n > 0 {
		pos = thousands(n)
	}
	if n := len(s.marks); n > 0 {
		total += " · " + thousands(n) + " ✓"
	}
	if pos == "?" && total == "" {
		return ""
	}
	return pos + total
}

// size is the length of the list for its title, "" while unknown.
func (s *section[T]) size() string {
	if s.win.total < 0 {
		return ""
	}
	return thousands(s.win.total)
}

// thumb is the scroll bar for a border of h lines; none while the place of the
// rows in the whole list is unknown.
func (s *section[T]) thumb(h int) thumb {
	if s.win.offset < 0 || s.win.total < 0 {
		return thumb{}
	}
	return newThumb(h, s.win.offset+s.win.top, s.win.height, s.win.total)
}

// alone is what is shown instead of rows: the first line is the news, the others
// say what to do.
type alone struct {
	glyph, news string
	next        []string
	bad         bool
}

// state says what to show when there are no rows; ok is false when there are.
func (s *section[T]) state(empty alone) (alone, bool) {
	switch {
	case !s.win.empty() && !s.fail.forbidden:
		return alone{}, false
	case s.fail.forbidden:
		return alone{"⊘", "Sem permissão", []string{s.fail.cause + ".", s.fail.remedy}, true}, true
	case s.fail.cause != "":
		return alone{"⚠", s.fail.cause, []string{s.fail.remedy, capital(s.countdown())}, true}, true
	case s.halted:
		return alone{"■", "Consulta cancelada", []string{"r consulta de novo"}, false}, true
	case !s.loaded && s.list.slow:
		return alone{s.list.mark(), "Consultando o banco…", []string{"esc cancela"}, false}, true
	case !s.loaded:
		return alone{}, true
	default:
		return empty, true
	}
}

// bodyView draws the banner and the rows on w by h cells.
func (s *section[T]) bodyView(w, h int, empty alone) []string {
	banner := s.banner(w)
	if banner == "" || h < 2 {
		s.rowsAt = 0
		return s.rowsView(w, h, empty)
	}
	s.rowsAt = 1
	return append([]string{s.shell.th.warn.Render(banner)}, s.rowsView(w, h-1, empty)...)
}

// rowsView draws column heads and rows, or what stands for them, on w by h cells.
func (s *section[T]) rowsView(w, h int, empty alone) []string {
	heads := h >= 4
	if heads {
		h--
	}
	s.win.resize(h)
	if a, ok := s.state(empty); ok {
		if heads {
			h++
		}
		return s.shell.th.alone(a, w, h)
	}
	cols := s.grid.layout(w)
	var out []string
	if heads {
		s.rowsAt++
		out = append(out, s.shell.th.strong.Render(cols.heads()))
	}
	for i, r := range s.win.visible() {
		out = append(out, cols.row(s.shell.th, r, s.win.top+i == s.win.cursor, s.isMarked(r)))
	}
	return out
}

func (t theme) alone(a alone, w, h int) []string {
	style := t.strong
	if a.bad {
		style = t.bad
	}
	var block []string
	if a.news != "" {
		for _, l := range wrap(a.glyph+" "+a.news, w) {
			block = append(block, style.Render(center(l, w)))
		}
	}
	for _, n := range a.next {
		for _, l := range wrap(n, w) {
			block = append(block, t.dim.Render(center(l, w)))
		}
	}
	block = block[:min(len(block), h)]
	out := make([]string, max(0, (h-len(block))/2), h)
	return append(out, block...)
}
