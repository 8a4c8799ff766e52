package kit

import (
	"context"
	"maps"
	"slices"

	"example.com/monitor/store/say"

	tea "github.com/charmbracelet/bubbletea"
)

// Bulk carries out something about many records, a stretch at a time, until it is done or
// the person stops it, and then shows what came of it.
type Bulk struct {
	Shell *Shell
	Ask   Question
	Head  string // "Desativar 3 clientes"
	Now   Progress
	// Step does some of what is left and says how far it is then.
	Step func(context.Context) (Progress, error)
	// Refused names those that were left out, or the first of them.
	Refused func(context.Context) ([]BulkFailure, error)
	// Tally says what was done, for people: "3 clientes desativados".
	Tally func(Progress) string
	// Done follows when the screen has left; it tells the news where nothing was shown.
	Done func(Progress) tea.Cmd
	// Found says where one that stays open is found again: ", também na página Operações".
	Found string
	// Undo takes back what was done; nil where nothing does.
	Undo func() tea.Cmd

	stopping bool // the person does not want the next stretch
	over     bool
	failures []BulkFailure
	failed   string // why it could not go on
	top      int
}

// Progress is how far something about many records has come.
type Progress struct {
	Did, Same, Refused, Total int
	Open                      bool // there is more to do
}

// rest is how many are still to be done.
func (p Progress) rest() int { return p.Total - p.Did - p.Same - p.Refused }

// BulkFailure is a record that was left out, and why.
type BulkFailure struct{ Name, Why string }

// Chosen says whether anything is marked: some records, or all that the list finds.
func (s *Section[T]) Chosen() bool { return s.Every || len(s.Marks) > 0 }

// HowMany is how many records are marked, as far as is known.
func (s *Section[T]) HowMany() int {
	if s.Every {
		return max(0, s.Window.Total)
	}
	return len(s.Marks)
}

// Marked are the ids of the marked records, in order; of no use where all are.
func (s *Section[T]) Marked() []int64 { return slices.Sorted(maps.Keys(s.Marks)) }

// LetGo marks nothing any more.
func (s *Section[T]) LetGo() { s.Marks, s.Every = nil, false }

// ToggleMark marks the selected record or lets it go, and goes on to the next.
func (s *Section[T]) ToggleMark() tea.Cmd {
	sel, ok := s.Window.Selected()
	if !ok {
		return nil
	}
	id := s.Window.ID(sel)
	if s.Marks[id] {
		delete(s.Marks, id)
	} else {
		if s.Marks == nil {
			s.Marks = map[int64]bool{}
		}
		s.Marks[id] = true
	}
	return s.Move(1)
}

// Marking are the keys that mark a record, and all that the list finds; blocked says why
// nothing can be done with a choice.
func (b *Browser[T]) Marking(blocked string) []Action {
	k, l := b.shell.Keys, &b.List
	blocked = First(blocked, b.NoneBlocked())
	one := Action{Key: k.Mark, Run: l.ToggleMark, Blocked: blocked}
	all := Action{Key: k.MarkAll, Quiet: true, Blocked: blocked, Run: func() tea.Cmd {
		l.Every = !l.Every
		return nil
	}}
	switch {
	case l.Every:
		one.Blocked = First(blocked, "Tudo o que a lista acha está marcado: * ou esc desmarca.")
		all.Desc, all.Quiet = "desmarcar", false
	case l.Window.Total < 0:
		all.Blocked = First(blocked, "A lista ainda está sendo contada: espere um instante.")
	default:
		all.Desc = "marcar " + b.Look.all(l.Window.Total)
	}
	return []Action{one, all}
}

// all names the whole list: "os 1.471".
func (l Look) all(n int) string { return l.o() + "s " + say.Thousands(n) }

// ChosenText names what is marked: "3", "os 1.471".
func (b *Browser[T]) ChosenText() string {
	if b.List.Every {
		return b.Look.all(b.List.HowMany())
	}
	return say.Thousands(b.List.HowMany())
}

func (b *Bulk) Start() tea.Cmd { return Ask(&b.Ask, b.Step) }
func (b *Bulk) Typing() bool   { return true }
func (b *Bulk) Title() string  { return "" }
func (b *Bulk) Leave()         { b.Ask.Stop() }

func (b *Bulk) Update(msg tea.Msg) tea.Cmd {
	if a, ok := Take[Progress](&b.Ask, msg); ok {
		return b.stepped(a)
	}
	if a, ok := Take[[]BulkFailure](&b.Ask, msg); ok {
		b.over, b.failures = true, a.Value
		if a.Err != nil {
			b.failed = b.Shell.Explain(a.Err).Cause
		}
		return nil
	}
	return b.Ask.Update(msg)
}

// stepped goes on, or says what came of it.
func (b *Bulk) stepped(a Answer[Progress]) tea.Cmd {
	if a.Err != nil {
		b.over, b.failed = true, b.Shell.Explain(a.Err).Cause
		return nil
	}
	b.Now = a.Value
	switch {
	case b.Now.Open && !b.stopping:
		return b.Start()
	case b.Now.Refused > 0:
		return Ask(&b.Ask, b.Refused)
	case b.Now.Open:
		b.over = true
		return nil
	}
	return b.close()
}

func (b *Bulk) Actions() []Action {
	k := b.Shell.Keys
	if !b.over {
		return []Action{{Key: k.Back, Desc: "parar", Run: b.stop}}
	}
	out := []Action{{Key: k.Back, Desc: "fechar", Run: b.close}}
	if b.Now.Open {
		out = append(out, Action{Key: k.Resume, Run: b.resume})
	}
	if b.Undo != nil {
		out = append(out, Action{Key: k.Undo, Run: b.undo})
	}
	return append(out,
		Action{Key: k.Press, Desc: "fechar", Quiet: true, Run: b.close},
		Action{Key: k.MoveDown, Quiet: true, Run: b.scroll(1)},
		Action{Key: k.MoveUp, Quiet: true, Run: b.scroll(-1)})
}

// stop ends it after the stretch that is under way; asked for twice, at once.
func (b *Bulk) stop() tea.Cmd {
	if !b.stopping {
		b.stopping = true
		return nil
	}
	b.Ask.Stop()
	b.over = true
	return nil
}

func (b *Bulk) resume() tea.Cmd {
	b.over, b.stopping, b.failed, b.failures = false, false, "", nil
	return b.Start()
}

func (b *Bulk) close() tea.Cmd {
	b.Shell.Pop(b)
	return b.Done(b.Now)
}

func (b *Bulk) undo() tea.Cmd {
	cmd := b.close()
	return tea.Batch(cmd, b.Undo())
}

func (b *Bulk) scroll(n int) func() tea.Cmd {
	return func() tea.Cmd {
		b.top = max(0, b.top+n)
		return nil
	}
}

func (b *Bulk) View(w, h int) []string { return b.Box(w, h) }

func (b *Bulk) Box(w, h int) []string {
	t, width := b.Shell.Theme, min(w, 66)
	inside := width - 4
	f := Framed{Title: b.Head, Width: width, Danger: b.over && (b.Now.Refused > 0 || b.failed != "")}
	if !b.over {
		all := b.Now.Total
		n := all - b.Now.rest()
		f.Lines = []string{say.Thousands(n) + " de " + say.Thousands(all), t.Gauge(n, all, max(4, inside-7))}
		if b.stopping {
			f.Lines[0] += " · parando…"
		}
		f.Height = min(h, 4)
		return t.Frame(f)
	}
	text := b.text(inside)
	room := max(1, h-2)
	b.top = max(0, min(b.top, len(text)-room))
	f.Lines = text[b.top:min(len(text), b.top+room)]
	f.Height = min(h, len(f.Lines)+2)
	f.foot = t.Dim.Render("esc fecha")
	if len(text) > room {
		f.Status = "↑/↓ mostra o resto"
	}
	return t.Frame(f)
}

// text says on w cells what came of it.
func (b *Bulk) text(w int) []string {
	t := b.Shell.Theme
	var out []string
	if b.failed != "" {
		out = append(out, Styled(t.Bad.Render, Wrap("✗ "+Line(b.failed)+".", w))...)
	}
	out = append(out, Wrap(b.summary(), w)...)
	for _, x := range b.failures {
		out = append(out, Styled(t.Bad.Render, Wrap("✗ "+Line(x.Name)+": "+Line(x.Why), w))...)
	}
	if n := b.Now.Refused - len(b.failures); n > 0 && len(b.failures) > 0 {
		out = append(out, "  e mais "+say.Thousands(n)+".")
	}
	return out
}

func (b *Bulk) summary() string {
	text := Capital(b.Tally(b.Now))
	if n := b.Now.Same; n > 0 {
		text += ", " + say.Count(n, "já estava assim", "já estavam assim")
	}
	if n := b.Now.Refused; n > 0 {
		text += ", " + say.Count(n, "ficou de fora", "ficaram de fora")
	}
	if !b.Now.Open {
		return text + "."
	}
	text += ". " + Capital(say.Count(b.Now.rest(), "falta", "faltam")) + ". A operação fica aberta" + b.Found + ": c continua"
	if b.Undo != nil {
		text += ", u desfaz o que foi feito"
	}
	return text + "."
}
