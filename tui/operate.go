package tui

import (
	"context"
	"crypto/rand"
	"time"

	"example.com/monitor/store/say"
	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

const (
	// stretch is how long an operation is worked at before the screen shows how far it is.
	stretch = 400 * time.Millisecond
	// shownRefusals is how many refused records are named.
	shownRefusals = 50
)

// actWords name what operations do, and how one record and many are afterwards.
type actWords struct{ verb, name, one, many string }

var acaoNames = map[string]actWords{
	store.OperacaoAlterar:   {"Alterar", "a alteração", "alterado", "alterados"},
	store.OperacaoDesativar: {"Desativar", "a desativação", "desativado", "desativados"},
	store.OperacaoReativar:  {"Reativar", "a reativação", "reativado", "reativados"},
	store.OperacaoRemover:   {"Remover", "a remoção", "removido de vez", "removidos de vez"},
	store.OperacaoEncerrar:  {"Encerrar", "o encerramento", "encerrada", "encerradas"},
	store.OperacaoRevogar:   {"Revogar", "a revogação", "revogada", "revogadas"},
	store.OperacaoDesfazer:  {"Desfazer em", "o desfazer", "voltou ao que era", "voltaram ao que eram"},
	store.OperacaoImportar:  {"Importar", "a importação", "importado", "importados"},
}

// howMany counts records of a noun: "3 clientes".
func howMany(recurso string, n int) string { return say.NounOf(kit.Line(recurso)).Of(n) }

// headOf is what is to be done: "Desativar 3 clientes".
func headOf(acao, recurso string, n int) string {
	return kit.First(acaoNames[acao].verb, kit.Line(acao)) + " " + howMany(recurso, n)
}

// doneText is what was done: "3 clientes desativados".
func doneText(acao, recurso string, n int) string {
	switch n {
	case 0:
		return "nada mudou"
	case 1:
		return howMany(recurso, n) + " " + acaoNames[acao].one
	default:
		return howMany(recurso, n) + " " + acaoNames[acao].many
	}
}

// manyBlocked says why nothing can be done to many records at once.
func (e *env) manyBlocked() string {
	return kit.First(e.writeBlocked(), e.levelBlocked("alterar muitos registros de uma vez", store.Admin, store.Moderador))
}

// proposal is an operation that the person may want.
type proposal struct {
	store.Pedido
	after  string     // what follows from it
	danger bool       // something ends
	form   kit.Screen // is left when it begins; nil for none
	begun  func()     // it was begun
}

// propose asks before p is done, by what the store foresees.
func (e *env) propose(p proposal) tea.Cmd {
	handle, wanted := e.cfg.Handle, p.Pedido
	wait := kit.NewWait[planned](e.Shell, acaoNames[p.Acao].verb, "Conferindo o que mudaria…")
	wait.Danger = p.danger
	wait.Get = func(ctx context.Context) (planned, error) { return planOf(ctx, handle, wanted) }
	wait.Next = func(plan planned) tea.Cmd { return e.Push(e.preview(p, plan)) }
	return e.Push(wait)
}

func planOf(ctx context.Context, h *store.Handle, p store.Pedido) (planned, error) {
	plan, err := h.Operacoes.Plan(ctx, p)
	return withOwners(ctx, h, plan, err)
}

// preview shows what would happen and asks.
func (e *env) preview(p proposal, plan planned) *kit.Confirm {
	total, changing := plan.plan.Total, plan.plan.Mudam
	head, handle, once := headOf(p.Acao, p.Recurso, total), e.cfg.Handle, rand.Text()
	button, text := acaoNames[p.Acao].verb, head+"? "+plan.counts()+p.after
	if changing == 0 {
		button, text = "", head+": nada mudaria. "+plan.counts()
	}
	d := kit.NewConfirm(e.Shell, head, text, button)
	d.Danger = p.danger
	d.Details = func(w int) []string { return e.planLines(plan, w) }
	if p.Acao == store.OperacaoRemover && changing > 0 {
		d.RequireName(onlyName(plan.plan), onlyNumber(plan.plan))
	}
	p.Esperados = total
	d.Run = func(ctx context.Context) (int64, error) {
		op, err := handle.Operacoes.Start(ctx, p.Pedido, store.WithIdempotencia(once))
		return op.ID, err
	}
	d.Done = func(number int64) tea.Cmd {
		if p.form != nil {
			e.Pop(p.form)
		}
		if p.begun != nil {
			p.begun()
		}
		return e.Push(
			e.carryOut(store.Operacao{ID: number, Recurso: p.Recurso, Acao: p.Acao, Total: total, Reversivel: plan.plan.Reversivel}, nil),
		)
	}
	return d
}

// onlyName is the name of the one record that would go, which is typed to confirm it.
func onlyName(p *store.OperacaoPlano) string {
	if p.Mudam == 1 {
		return p.Amostra[0].Nome
	}
	return ""
}

// onlyNumber is what is typed where there is no one name: how many would go.
func onlyNumber(p *store.OperacaoPlano) int64 {
	if p.Mudam == 1 {
		return p.Amostra[0].ID
	}
	return int64(p.Mudam)
}

// carryOut works at an operation that was begun. over follows where it takes another back
// and came to its end; nil for one that can be taken back itself.
func (e *env) carryOut(op store.Operacao, over func() tea.Cmd) *kit.Bulk {
	handle, c := e.cfg.Handle, changeOf(&op)
	head := headOf(op.Acao, op.Recurso, op.Total)
	b := &kit.Bulk{Shell: e.Shell, Ask: kit.NewQuestion(e.Shell), Head: head, Now: progressOf(&op), Found: ", também na página Operações"}
	b.Step = func(ctx context.Context) (kit.Progress, error) {
		op, err := handle.Operacoes.Continue(ctx, op.ID, stretch, nil)
		return progressOf(&op), err
	}
	b.Refused = func(ctx context.Context) ([]kit.BulkFailure, error) { return refusedOf(ctx, handle, op.ID, op.Recurso) }
	b.Tally = func(p kit.Progress) string { return doneText(op.Acao, op.Recurso, p.Did) }
	reversible := over == nil && op.Reversivel
	if reversible {
		b.Undo = func() tea.Cmd { return e.takeBack(c, &undoing) }
	}
	b.Done = func(p kit.Progress) tea.Cmd {
		c.text = changeText(&op, p.Did)
		told := tea.Batch(changed(&c), kit.Send(kit.ChangedMsg[store.Operacao]{}))
		switch {
		case p.Open:
			e.Tell(kit.NoticeOK, "A operação "+number(op.ID)+" ficou aberta: a página Operações a continua ou desfaz.")
		case over != nil:
			return tea.Batch(over(), told)
		case reversible && p.Did > 0:
			e.Offer(kit.Capital(b.Tally(p))+".", "u desfaz")
		default:
			e.Tell(kit.NoticeOK, kit.Capital(b.Tally(p))+".")
		}
		if reversible && p.Did > 0 {
			e.made.done = without(e.made.done, c.number) // where it went on
			e.note(c)
		}
		return told
	}
	return b
}

// changeOf is an operation about many records as a change of this console.
func changeOf(op *store.Operacao) change {
	return change{number: op.ID, recurso: op.Recurso, text: changeText(op, op.Feitos)}
}

// changeText names what an operation did to n records.
func changeText(op *store.Operacao, n int) string {
	return kit.First(acaoNames[op.Acao].name, kit.Line(op.Acao)) + " de " + howMany(op.Recurso, n)
}

func progressOf(op *store.Operacao) kit.Progress {
	return kit.Progress{Did: op.Feitos, Same: op.Iguais, Refused: op.Recusados, Total: op.Total, Open: op.IsOpen()}
}

// refusedOf names those that an operation left out.
func refusedOf(ctx context.Context, h *store.Handle, id int64, recurso string) ([]kit.BulkFailure, error) {
	page, err := h.Operacoes.Items(ctx, id, store.ItemRecusado, store.OperacaoFiltro{PorPagina: shownRefusals, SemTotal: true})
	if err != nil {
		return nil, err
	}
	var out []kit.BulkFailure
	for _, item := range page.Itens {
		out = append(out, kit.BulkFailure{Name: recordName(ctx, h, recurso, item.Alvo), Why: string(item.Motivo)})
	}
	return out, ctx.Err()
}
