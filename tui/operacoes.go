package tui

import (
	"context"
	"maps"
	"slices"

	"example.com/monitor/store/say"
	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"example.com/monitor/store"
)

// operacoes is the page of what was done to many records at once, the newest first.
type operacoes struct {
	kit.Browser[store.Operacao]
	env *env
}

func newOperacoes(e *env) *operacoes {
	o := &operacoes{env: e}
	id := func(x store.Operacao) int64 { return x.ID }
	o.Browser = kit.NewBrowser(e.Shell, id, operacaoGrid(e), kit.Look{
		Head: "Operações", Noun: "operação", Feminine: true,
		Blank: func() kit.Alone {
			return kit.Alone{
				News: "Nenhuma operação sobre muitos registros",
				Next: []string{"Em Clientes ou Dispositivos, espaço marca um e * marca todos.", "r confere de novo"},
			}
		},
	})
	o.Page, o.Query = o, o.question
	o.List.Recount = true
	return o
}

func (o *operacoes) Title() string { return "Operações" }

func (o *operacoes) question() (kit.Fetcher[store.Operacao], kit.Counter) {
	handle := o.env.cfg.Handle
	rows := func(ctx context.Context, at kit.Place, n int) (kit.Stretch[store.Operacao], error) {
		return stretchOf(handle.Operacoes.List(ctx, store.OperacaoFiltro{Cursor: at.Cursor, Ultima: at.Last, PorPagina: n, SemTotal: true}))
	}
	total := func(ctx context.Context) (int, error) {
		p, err := handle.Operacoes.List(ctx, store.OperacaoFiltro{PorPagina: 1})
		return p.Total, err
	}
	return rows, total
}

func (o *operacoes) Actions() []kit.Action {
	none := o.NoneBlocked()
	sel, _ := o.List.Window.Selected()
	own := []kit.Action{{Key: o.env.keys.Open, Run: func() tea.Cmd { return o.env.Push(newOperacaoDetail(o.env, sel)) }, Blocked: none}}
	return o.Around(append(own, o.env.operacaoActions(sel, none)...)...)
}

// operacaoActions are what can be done about an operation.
func (e *env) operacaoActions(op store.Operacao, none string) []kit.Action {
	return []kit.Action{
		{
			Key:     e.keys.Resume,
			Blocked: kit.First(none, e.openBlocked(&op, op.PodeContinuar)),
			Run:     func() tea.Cmd { return e.Push(e.carryOut(op, nil)) },
		},
		{
			Key:     e.keys.Remove,
			Desc:    "encerrar",
			Blocked: kit.First(none, e.openBlocked(&op, op.PodeEncerrar)),
			Run:     func() tea.Cmd { return e.Push(newEnding(e, op)) },
		},
		{
			Key:     e.keys.Undo,
			Blocked: kit.First(none, e.undoBlocked(&op)),
			Run:     func() tea.Cmd { return e.takeBack(changeOf(&op), &undoing) },
		},
	}
}

// openBlocked says why an operation cannot be gone on with or ended, which may is about.
func (e *env) openBlocked(op *store.Operacao, may bool) string {
	switch {
	case e.writeBlocked() != "":
		return e.writeBlocked()
	case !op.IsOpen():
		return "Esta operação já terminou."
	case may:
		return ""
	case op.Acao == store.OperacaoImportar:
		return "Uma importação continua com o arquivo: importe-o de novo, e o que já foi feito não muda outra vez."
	case e.cfg.Handle.Actor().Nivel() == store.Admin:
		return "Só quem começou esta operação a continua: ela tem os direitos dessa pessoa."
	}
	return "Só quem começou a operação ou um administrador a continua."
}

func (e *env) undoBlocked(op *store.Operacao) string {
	switch {
	case e.writeBlocked() != "":
		return e.writeBlocked()
	case !op.Reversivel:
		return kit.First(kit.Line(string(op.Motivo)), "Isto não se desfaz") + "."
	case op.DesfeitaPor != 0:
		return "Esta operação já foi desfeita pela de " + number(int64(op.DesfeitaPor)) + "."
	}
	if op.PodeDesfazer {
		return ""
	}
	if op.IsOpen() && op.Feitos > 0 {
		return "Esta operação está em andamento: quem a começou está com ela aberta."
	}
	return "Esta operação não mudou nada."
}

// newEnding asks before an operation is given up.
func newEnding(e *env, op store.Operacao) *kit.Confirm {
	handle, id := e.cfg.Handle, op.ID
	d := kit.NewConfirm(e.Shell, "Encerrar operação", "Encerrar “"+operacaoTitle(&op)+"” antes do fim? "+
		kit.Capital(
			say.Count(op.Restam(), "registro que falta fica como está", "registros que faltam ficam como estão"),
		)+". O que foi feito continua feito e ainda pode ser desfeito.", "Encerrar")
	d.Danger = true
	d.Run = func(ctx context.Context) (int64, error) {
		_, err := handle.Operacoes.Stop(ctx, id)
		return id, err
	}
	d.Done = kit.Told[store.Operacao](e.Shell, "Operação "+number(id)+" encerrada.", id)
	return d
}

// operacaoTitle names an operation: "Desativar 3 clientes".
func operacaoTitle(op *store.Operacao) string { return headOf(op.Acao, op.Recurso, op.Total) }

func operacaoGrid(e *env) kit.Grid[store.Operacao] {
	return kit.Grid[store.Operacao]{
		Columns: []kit.Column[store.Operacao]{
			{Title: "OPERAÇÃO", Width: 20, Share: 4, Value: func(op store.Operacao) string { return operacaoTitle(&op) }},
			{Title: "ESTADO", Width: 12, Rank: 1, Value: func(op store.Operacao) string { return estadoName(&op) }},
			{
				Title: "FEITOS",
				Width: 14,
				Rank:  3,
				Value: func(op store.Operacao) string { return say.Thousands(op.Feitos) + " de " + say.Thousands(op.Total) },
			},
			{Title: "FORA", Width: 7, Rank: 4, Value: func(op store.Operacao) string { return say.Thousands(op.Recusados) }},
			{Title: "QUEM", Width: 14, Share: 2, Rank: 2, Value: func(op store.Operacao) string { return actorName(op.Ator) }},
			{Title: "QUANDO", Width: 11, Rank: 5, Value: func(op store.Operacao) string { return e.Brief(op.IniciadaEm.Time) }},
		},
		Glyph: func(op store.Operacao) (string, lipgloss.Style) { return e.estadoSign(&op) },
		Faded: func(op store.Operacao) bool { return op.DesfeitaPor != 0 },
	}
}

// estadoName is the state of an operation for people.
func estadoName(op *store.Operacao) string {
	if op.DesfeitaPor != 0 {
		return "desfeita"
	}
	return say.StateName(op.Estado)
}

func (e *env) estadoSign(op *store.Operacao) (string, lipgloss.Style) {
	t := e.Theme
	switch estadoName(op) {
	case "desfeita":
		return "↶", t.Dim
	case "concluída":
		if op.Recusados > 0 {
			return "⚠", t.Warn
		}
		return "✓", t.Good
	case "encerrada":
		return "■", t.Dim
	case "interrompida":
		return "⚠", t.Warn
	default:
		return "●", t.Good
	}
}

// operacaoCard is an operation with those that were left out.
type operacaoCard struct {
	store.Operacao
	refused []kit.BulkFailure
	names   planned // of the owner that it gives
}

// operacaoDetail shows an operation and keeps it up to date.
type operacaoDetail struct {
	kit.Detail[operacaoCard]
	env *env
}

func newOperacaoDetail(e *env, op store.Operacao) *operacaoDetail {
	handle, id := e.cfg.Handle, op.ID
	d := &operacaoDetail{env: e, Detail: kit.NewDetail(e.Shell, operacaoCard{Operacao: op}, id)}
	d.Page, d.Body, d.Missing = d, d.facts, "Esta operação não existe mais."
	d.Get = func(ctx context.Context) (card operacaoCard, err error) {
		if card.Operacao, err = handle.Operacoes.Get(ctx, id); err == nil {
			card.names.owners = map[int64]string{}
			card.names.learn(ctx, handle, card.Campos["cliente_id"])
			card.refused, err = refusedOf(ctx, handle, id, card.Recurso)
		}
		return card, err
	}
	return d
}

func (d *operacaoDetail) Title() string { return "Operação " + number(d.ID) }

func (d *operacaoDetail) Update(msg tea.Msg) tea.Cmd {
	if _, ok := msg.(kit.ChangedMsg[store.Operacao]); ok {
		return d.Load()
	}
	return d.Detail.Update(msg)
}

func (d *operacaoDetail) Actions() []kit.Action {
	return d.Around(d.env.operacaoActions(d.Record.Operacao, d.GoneBlocked())...)
}

func (d *operacaoDetail) View(w, h int) []string {
	return d.Panel(operacaoTitle(&d.Record.Operacao)+" · "+number(d.ID), w, h)
}

func (d *operacaoDetail) facts(w int) []string {
	op, e, t := &d.Record.Operacao, d.env, d.env.Theme
	sign, style := e.estadoSign(op)
	list := []kit.Fact{
		{Label: "Estado", Ready: style.Render(sign) + " " + estadoName(op)},
		{Label: "Quem começou", Value: actorName(op.Ator)},
		{Label: "Quando", Value: e.Moment(op.IniciadaEm.Time)},
		{Label: "Feitos", Value: say.Thousands(op.Feitos) + " de " + say.Thousands(op.Total)},
		{Label: "Já assim", Value: say.Thousands(op.Iguais)},
		{Label: "Fora", Value: say.Thousands(op.Recusados)},
	}
	if op.IsOpen() || op.Restam() > 0 {
		list = append(list, kit.Fact{Label: "Faltam", Value: say.Thousands(op.Restam())})
	}
	for _, column := range slices.Sorted(maps.Keys(op.Campos)) {
		list = append(list, kit.Fact{Label: fieldName(column), Value: "passa a ser " + d.Record.names.fieldText(column, op.Campos[column])})
	}
	if op.Desfaz != 0 {
		list = append(list, kit.Fact{Label: "Desfaz", Value: "operação " + number(int64(op.Desfaz))})
	}
	if op.DesfeitaPor != 0 {
		list = append(list, kit.Fact{Label: "Desfeita por", Value: "operação " + number(int64(op.DesfeitaPor))})
	}
	if !op.Reversivel {
		list = append(list, kit.Fact{Label: "Desfazer", Value: string(op.Motivo)})
	}
	out := t.Facts(list, w)
	if op.Total > 0 {
		out = append(out, "", "  "+t.Gauge(op.Total-op.Restam(), op.Total, max(4, min(40, w-10))))
	}
	if len(d.Record.refused) == 0 {
		return out
	}
	out = append(out, "", t.Accent.Render(kit.Clip("Ficaram de fora", w)))
	for _, x := range d.Record.refused {
		out = append(out, kit.Styled(t.Bad.Render, kit.Wrap("✗ "+kit.Line(x.Name)+": "+kit.Line(x.Why), w))...)
	}
	if more := op.Recusados - len(d.Record.refused); more > 0 {
		out = append(out, "  e mais "+say.Thousands(more)+".")
	}
	return out
}
