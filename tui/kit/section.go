package kit

import (
	"context"
	"errors"
	"time"

	"example.com/monitor/store/say"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

const (
	// RetryFirst is how long the first try after a failure waits.
	RetryFirst = 2 * time.Second
	retryMost  = 30 * time.Second
)

// Section is a list of records that keeps itself up to date: a window of rows,
// the questions that fill it, and what to show when there is none. It knows
// nothing of the record but its id and its columns.
type Section[T any] struct {
	shell  *Shell
	Window window[T]
	grid   Grid[T]
	List   Question
	count  Question
	fetch  Fetcher[T]
	total  Counter
	Kind   loadKind  // of the running question
	goal   int64     // id to put the cursor on when the rows come
	fresh  time.Time // when the rows were last read
	Loaded bool      // rows came at least once for this fetch
	asked  bool      // the total was asked for
	// Recount counts again at every refresh, where counting is cheap.
	Recount bool
	// Marks are the records that the person has marked, by id; Every marks all that the
	// list finds, whichever they are, until it is asked for another list.
	Marks map[int64]bool
	Every bool
	// FromEnd lists are read from their end, and a cursor at the end stays there
	// when more comes.
	FromEnd bool
	rowsAt  int       // the line of bodyView on which the rows begin
	fail    Failure   // why the last question failed; zero when it did not
	tries   int       // failures in a row
	again   time.Time // when the next try is due
	halted  bool      // the person cancelled the first question
}

// Counter counts the whole list; it runs in a command.
type Counter func(ctx context.Context) (int, error)

type loadKind int

// What a section asks for: the ends of the list, what comes after or before the
// rows at hand, or these rows again.
const (
	LoadFirst loadKind = iota
	LoadLast
	LoadAfter
	LoadBefore
	LoadAgain
)

// LoadedRows is the answer to a section's question. first is the part from
// which a refresh read.
type LoadedRows[T any] struct {
	Kind  loadKind
	First int
	Parts []Part[T]
}

// NewSection makes an empty list; id names a record.
func NewSection[T any](sh *Shell, id func(T) int64, g Grid[T]) Section[T] {
	return Section[T]{shell: sh, Window: newWindow(id), grid: g, List: NewQuestion(sh), count: NewQuestion(sh)}
}

// Open shows the list that fetch reads, from its start. The rows at hand stay
// on the screen until the new ones come.
func (s *Section[T]) Open(fetch Fetcher[T], total Counter) tea.Cmd {
	s.fetch, s.total = fetch, total
	s.Loaded, s.asked = false, false
	s.count.Stop()
	s.Window.Total = -1
	return s.first()
}

func (s *Section[T]) first() tea.Cmd {
	if s.FromEnd {
		return s.load(LoadLast, Place{Last: true}, 0, 1)
	}
	return s.load(LoadFirst, Place{}, 0, 1)
}

func (s *Section[T]) load(kind loadKind, at Place, first, n int) tea.Cmd {
	fetch := s.fetch
	s.Kind, s.halted = kind, false
	read := fetch.read
	if kind == LoadAgain {
		read = fetch.readAgain
	}
	return Ask(&s.List, func(ctx context.Context) (LoadedRows[T], error) {
		parts, err := read(ctx, at, n)
		return LoadedRows[T]{kind, first, parts}, err
	})
}

// Refresh reads again what is on the screen.
func (s *Section[T]) Refresh() tea.Cmd {
	if !s.Loaded || s.Window.Empty() {
		return s.first()
	}
	first, n := s.Window.Shown()
	return s.load(LoadAgain, s.Window.parts[first].At, first, n)
}

// askTotal counts in a question of its own, so that rows never wait for it.
func (s *Section[T]) askTotal() tea.Cmd {
	if s.total == nil || s.asked {
		return nil
	}
	s.asked = true
	return Ask(&s.count, s.total)
}

// extend asks for the rows that the cursor is coming near to.
func (s *Section[T]) extend() tea.Cmd {
	if s.List.Busy() && s.Kind != LoadAgain {
		return nil
	}
	at, before, ok := s.Window.wanted()
	if !ok || s.fail.Cause != "" {
		return nil
	}
	if before {
		return s.load(LoadBefore, at, 0, 1)
	}
	return s.load(LoadAfter, at, 0, 1)
}

// Move moves the cursor by delta rows.
func (s *Section[T]) Move(delta int) tea.Cmd {
	s.Window.move(delta)
	return s.extend()
}

func (s *Section[T]) page(direction int) tea.Cmd {
	s.Window.page(direction)
	return s.extend()
}

// Home and end jump to the ends of the whole list, wherever they are.
func (s *Section[T]) Home() tea.Cmd {
	if !s.Window.atHead() {
		return s.load(LoadFirst, Place{}, 0, 1)
	}
	s.Window.toEdge(false)
	return s.extend()
}

// End jumps to the end of the whole list.
func (s *Section[T]) End() tea.Cmd {
	if !s.Window.atTail() {
		return s.load(LoadLast, Place{Last: true}, 0, 1)
	}
	s.Window.toEdge(true)
	return s.extend()
}

// Stop cancels what is running on the person's wish and says whether anything was.
func (s *Section[T]) Stop() bool {
	if !s.List.Stop() {
		return false
	}
	s.Window.owed = 0
	if !s.Loaded {
		// The rows on the screen belong to an earlier question, and its cursors
		// would lead astray in this one.
		s.halted = true
		s.Window.Reset(nil, false)
	}
	return true
}

func (s *Section[T]) Leave() {
	s.List.Stop()
	s.count.Stop()
}

// Update takes in answers; live is false while refreshing would disturb.
func (s *Section[T]) Update(msg tea.Msg, live bool) tea.Cmd {
	if a, ok := Take[LoadedRows[T]](&s.List, msg); ok {
		return s.accept(a)
	}
	if a, ok := Take[int](&s.count, msg); ok {
		if a.Err == nil {
			s.Window.setTotal(a.Value)
		}
		return nil
	}
	if _, ok := msg.(TickMsg); ok {
		return s.tick(live)
	}
	return tea.Batch(s.List.Update(msg), s.count.Update(msg))
}

func (s *Section[T]) tick(live bool) tea.Cmd {
	now := s.shell.Now()
	switch {
	case s.List.Busy() || s.fetch == nil || s.halted:
		return nil
	case s.fail.Cause != "":
		if now.Before(s.again) || s.fail.Forbidden {
			return nil
		}
		return s.Refresh()
	case live && s.shell.Refresh > 0 && now.Sub(s.fresh) >= s.shell.Refresh:
		s.asked = s.asked && !s.Recount
		return s.Refresh()
	}
	return nil
}

func (s *Section[T]) accept(a Answer[LoadedRows[T]]) tea.Cmd {
	if a.Err != nil {
		s.failed(a.Err)
		return nil
	}
	if s.tries > 0 && !s.fail.Forbidden {
		s.shell.Tell(NoticeOK, "Conexão com o banco restabelecida.")
	}
	s.fail, s.tries = Failure{}, 0
	s.put(a.Value)
	s.fresh, s.Loaded = s.shell.Now(), true
	if s.goal != 0 {
		s.Window.moveTo(s.goal)
		s.goal = 0
	}
	return tea.Batch(s.extend(), s.askTotal())
}

func (s *Section[T]) put(l LoadedRows[T]) {
	switch l.Kind {
	case LoadFirst, LoadLast:
		s.Window.Reset(l.Parts, l.Kind == LoadLast)
	case LoadAgain:
		// The person has moved on since: the answer is about other rows.
		if first, _ := s.Window.Shown(); first == l.First {
			atEnd := s.FromEnd && s.Window.AtEnd()
			s.Window.refresh(l.First, l.Parts)
			if atEnd {
				s.Window.toEdge(true)
			}
		}
	default:
		for _, p := range l.Parts {
			s.Window.grow(p, l.Kind == LoadBefore)
		}
	}
}

func (s *Section[T]) failed(err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	s.Window.owed = 0
	s.fail = s.shell.Explain(err)
	wait := min(retryMost, RetryFirst<<min(s.tries, 8))
	s.tries++
	s.again = s.shell.Now().Add(wait)
}

// Retry tries at once.
func (s *Section[T]) Retry() tea.Cmd {
	s.asked = false
	return s.Refresh()
}

// Banner tells on w cells that the rows shown may be old, "" when they are not.
func (s *Section[T]) Banner(w int) string {
	if s.fail.Cause == "" || s.Window.Empty() {
		return ""
	}
	long := "⚠ " + s.fail.Cause + " · " + s.countdown()
	if ansi.StringWidth(long) <= w || s.List.Busy() {
		return Clip(long, w)
	}
	return Clip("⚠ "+s.fail.Cause+" · "+say.Span(s.wait()), w)
}

// wait is the time until the next try, in whole seconds.
func (s *Section[T]) wait() time.Duration { return s.again.Sub(s.shell.Now()) + time.Second - 1 }

func (s *Section[T]) countdown() string {
	if s.List.Busy() {
		return "tentando de novo…"
	}
	return "nova tentativa em " + say.Span(s.wait()) + " · r tenta já"
}

// Age tells how old the rows are.
func (s *Section[T]) Age() string {
	if s.fresh.IsZero() {
		return ""
	}
	return "atualizado há " + say.Span(s.shell.Now().Sub(s.fresh))
}

func (s *Section[T]) isMarked(r T) bool {
	return s.Every || s.Marks[s.Window.ID(r)]
}

// where is the place of the cursor in the whole list, as far as it is known.
func (s *Section[T]) where() string {
	total, pos := "", "?"
	if s.Window.Total >= 0 {
		total = " de " + say.Thousands(s.Window.Total)
	}
	if s.Window.Empty() {
		return ""
	}
	if n := s.Window.position(); n > 0 {
		pos = say.Thousands(n)
	}
	if n := len(s.Marks); s.Every {
		total += " · todos ✓"
	} else if n > 0 {
		total += " · " + say.Thousands(n) + " ✓"
	}
	if pos == "?" && total == "" {
		return ""
	}
	return pos + total
}

// size is the length of the list for its title, "" while unknown.
func (s *Section[T]) size() string {
	if s.Window.Total < 0 {
		return ""
	}
	return say.Thousands(s.Window.Total)
}

// thumb is the scroll bar for a border of h lines; none while the place of the
// rows in the whole list is unknown.
func (s *Section[T]) thumb(h int) thumb {
	if s.Window.offset < 0 || s.Window.Total < 0 {
		return thumb{}
	}
	return newThumb(h, s.Window.offset+s.Window.top, s.Window.Height, s.Window.Total)
}

// Alone is what is shown instead of rows: the first line is the news, the others
// say what to do.
type Alone struct {
	Glyph, News string
	Next        []string
	Bad         bool
}

// State says what to show when there are no rows; ok is false when there are.
func (s *Section[T]) State(empty Alone) (Alone, bool) {
	switch {
	case !s.Window.Empty() && !s.fail.Forbidden:
		return Alone{}, false
	case s.fail.Forbidden:
		return Alone{"⊘", "Sem permissão", []string{s.fail.Cause + ".", s.fail.Remedy}, true}, true
	case s.fail.Cause != "":
		return Alone{"⚠", s.fail.Cause, []string{s.fail.Remedy, Capital(s.countdown())}, true}, true
	case s.halted:
		return Alone{"■", "Consulta cancelada", []string{"r consulta de novo"}, false}, true
	case !s.Loaded && s.List.Slow:
		return Alone{s.List.Mark(), "Consultando o banco…", []string{"esc cancela"}, false}, true
	case !s.Loaded:
		return Alone{}, true
	default:
		return empty, true
	}
}

// bodyView draws the banner and the rows on w by h cells.
func (s *Section[T]) bodyView(w, h int, empty Alone) []string {
	banner := s.Banner(w)
	if banner == "" || h < 2 {
		s.rowsAt = 0
		return s.rowsView(w, h, empty)
	}
	s.rowsAt = 1
	return append([]string{s.shell.Theme.Warn.Render(banner)}, s.rowsView(w, h-1, empty)...)
}

// rowsView draws column heads and rows, or what stands for them, on w by h cells.
func (s *Section[T]) rowsView(w, h int, empty Alone) []string {
	heads := h >= 4
	if heads {
		h--
	}
	s.Window.Resize(h)
	if a, ok := s.State(empty); ok {
		if heads {
			h++
		}
		return s.shell.Theme.Alone(a, w, h)
	}
	cols := s.grid.Layout(w)
	var out []string
	if heads {
		s.rowsAt++
		out = append(out, s.shell.Theme.Strong.Render(cols.Heads()))
	}
	for i, r := range s.Window.visible() {
		out = append(out, cols.Row(s.shell.Theme, r, s.Window.top+i == s.Window.Cursor, s.isMarked(r)))
	}
	return out
}

// Alone draws what stands for rows in the middle of w by h cells.
func (t Theme) Alone(a Alone, w, h int) []string {
	style := t.Strong
	if a.Bad {
		style = t.Bad
	}
	var block []string
	if a.News != "" {
		for _, l := range Wrap(a.Glyph+" "+a.News, w) {
			block = append(block, style.Render(Center(l, w)))
		}
	}
	for _, n := range a.Next {
		for _, l := range Wrap(n, w) {
			block = append(block, t.Dim.Render(Center(l, w)))
		}
	}
	block = block[:min(len(block), h)]
	out := make([]string, max(0, (h-len(block))/2), h)
	return append(out, block...)
}
