package tui

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"

	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// change is something that was done at this console and can be taken back.
type change struct {
	number  int64  // of its operation
	recurso string // what it was about: store.OperacaoDeClientes or another
	record  int64  // the record; 0 for many
	text    string // for people: "a alteração de “Ana”"
}

func (c *change) ofMany() bool { return c.record == 0 }

// changes are what was done at this console, the last at the end, and what was taken back
// again. Both are dealt with from their ends, for each noun by itself.
type changes struct{ done, undone []change }

// lastOf is the last change of a noun.
func lastOf(list []change, recurso string) (change, bool) {
	for _, c := range slices.Backward(list) {
		if c.recurso == recurso {
			return c, true
		}
	}
	return change{}, false
}

func without(list []change, number int64) []change {
	return slices.DeleteFunc(list, func(c change) bool { return c.number == number })
}

// note remembers a change. What was taken back before it has another past now.
func (e *env) note(c change) {
	e.made.done = append(e.made.done, c)
	e.made.undone = slices.DeleteFunc(e.made.undone, func(u change) bool { return u.recurso == c.recurso })
}

// noted is what follows a change of one record: it is told and can be taken back.
func (e *env) noted(text string, c change) func(number int64) tea.Cmd {
	return func(number int64) tea.Cmd {
		if number == 0 { // a repeated request changed nothing
			e.Tell(kit.NoticeOK, text)
			return changed(&c)
		}
		c.number = number
		e.note(c)
		e.Offer(text, "u desfaz")
		return changed(&c)
	}
}

func (e *env) notedCliente(text, what string, c *store.Cliente) func(int64) tea.Cmd {
	return e.noted(text, change{recurso: store.OperacaoDeClientes, record: c.ID, text: what + " de “" + clienteLabel(*c) + "”"})
}

// changed lets all screens know.
func changed(c *change) tea.Cmd {
	switch c.recurso {
	case store.OperacaoDeClientes:
		return kit.Send(kit.ChangedMsg[store.Cliente]{ID: c.record})
	case store.OperacaoDeDispositivos:
		return kit.Send(kit.ChangedMsg[store.Dispositivo]{ID: c.record})
	default:
		return kit.Send(kit.ChangedMsg[store.SessaoAberta]{ID: c.record})
	}
}

// undoActions are the keys that go back and forth in what was done to a noun.
func (e *env) undoActions(recurso string) []kit.Action {
	undo := kit.Action{Key: e.keys.Undo, Quiet: true, Blocked: e.writeBlocked()}
	if c, ok := lastOf(e.made.done, recurso); ok {
		undo.Desc, undo.Run = "desfazer "+c.text, func() tea.Cmd { return e.takeBack(c, &undoing) }
	} else {
		undo.Blocked = kit.First(undo.Blocked, "Nada a desfazer: aqui nada foi alterado desde que o console foi aberto.")
	}
	redo := kit.Action{Key: e.keys.Redo, Quiet: true, Blocked: e.writeBlocked()}
	if c, ok := lastOf(e.made.undone, recurso); ok {
		redo.Desc, redo.Run = "refazer "+c.text, func() tea.Cmd { return e.takeBack(c, &redoing) }
	} else {
		redo.Blocked = kit.First(redo.Blocked, "Nada a refazer: aqui nada foi desfeito.")
	}
	return []kit.Action{undo, redo}
}

// way is a direction in the changes of this console.
type way struct {
	verb, past, hint string
	move             func(m *changes, from int64, to *change) // after it was done
}

var (
	undoing = way{"Desfazer", "Desfeito", "U refaz", func(m *changes, from int64, to *change) {
		m.done, m.undone = without(m.done, from), append(m.undone, *to)
	}}
	redoing = way{"Refazer", "Refeito", "u desfaz", func(m *changes, from int64, to *change) {
		m.done, m.undone = append(m.done, *to), without(m.undone, from)
	}}
)

// takeBack asks before a change is taken back, by what the store foresees.
func (e *env) takeBack(c change, w *way) tea.Cmd {
	handle := e.cfg.Handle
	wait := kit.NewWait[planned](e.Shell, w.verb, "Conferindo o que mudaria…")
	wait.Get = func(ctx context.Context) (planned, error) {
		plan, err := handle.Operacoes.PlanUndo(ctx, c.number)
		if rule, ok := errors.AsType[*store.RuleError](err); ok && errors.Is(err, store.ErrConflict) {
			return planned{refused: rule.Frase}, nil
		}
		return withOwners(ctx, handle, plan, err)
	}
	wait.Next = func(p planned) tea.Cmd {
		if p.refused == "" && p.plan.Mudam > 0 {
			return e.Push(e.undoConfirm(c, w, p))
		}
		// It would stand in the way of those before it.
		e.made.done, e.made.undone = without(e.made.done, c.number), without(e.made.undone, c.number)
		return e.Push(e.undoRefusal(c, w, p))
	}
	return e.Push(wait)
}

func (e *env) undoConfirm(c change, w *way, p planned) *kit.Confirm {
	handle, once := e.cfg.Handle, rand.Text()
	d := kit.NewConfirm(e.Shell, w.verb, w.verb+" "+c.text+"? "+p.counts(), w.verb)
	d.Details = func(width int) []string { return e.planLines(p, width) }
	d.Run = func(ctx context.Context) (int64, error) {
		op, err := handle.Operacoes.Undo(ctx, c.number, store.WithIdempotencia(once))
		return op.ID, err
	}
	d.Done = func(number int64) tea.Cmd {
		to := c
		to.number = number
		over := func() tea.Cmd {
			w.move(&e.made, c.number, &to)
			e.Offer(w.past+": "+c.text+".", w.hint)
			return changed(&c)
		}
		if !c.ofMany() {
			return over()
		}
		return e.Push(
			e.carryOut(
				store.Operacao{
					ID:      number,
					Recurso: c.recurso,
					Acao:    store.OperacaoDesfazer,
					Total:   p.plan.Mudam + p.plan.Recusados + p.plan.Iguais,
				},
				over,
			),
		)
	}
	return d
}

// undoRefusal says why a change stays.
func (e *env) undoRefusal(c change, w *way, p planned) *kit.Confirm {
	text := "Não dá para " + kit.Lower(w.verb) + " " + c.text + ". " + p.counts()
	d := kit.NewConfirm(e.Shell, w.verb, text, "")
	d.Details = func(width int) []string {
		if p.refused != "" {
			return append([]string{""}, kit.Styled(e.Theme.Bad.Render, kit.Wrap("✗ "+kit.Line(p.refused)+".", width))...)
		}
		return e.planLines(p, width)
	}
	return d
}
