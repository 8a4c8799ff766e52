package tui

import (
	"context"
	"encoding/json"
	"strings"

	"example.com/monitor/store/say"
	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"example.com/monitor/store"
)

// history lists what has been changed in a client, the newest first.
type history struct {
	kit.Browser[store.ClienteVersao]
	env *env
	of  store.Cliente
}

func newHistory(e *env, of store.Cliente) *history {
	h := &history{env: e, of: of}
	id := func(v store.ClienteVersao) int64 { return v.ID }
	h.Browser = kit.NewBrowser(e.Shell, id, versionGrid(e), kit.Look{
		Head: "Histórico" + ofCliente(of), Noun: "alteração", Feminine: true,
		Blank: func() kit.Alone {
			return kit.Alone{
				News: "Nenhuma alteração registrada",
				Next: []string{"O que for mudado neste cliente aparece aqui.", "esc volta"},
			}
		},
	})
	h.Page, h.Query = h, h.question
	h.List.Recount = true
	return h
}

func (h *history) Title() string { return "Histórico" }

func (h *history) question() (kit.Fetcher[store.ClienteVersao], kit.Counter) {
	handle, id := h.env.cfg.Handle, h.of.ID
	rows := func(ctx context.Context, at kit.Place, n int) (kit.Stretch[store.ClienteVersao], error) {
		return stretchOf(
			handle.Clientes.History(ctx, id, store.OperacaoFiltro{Cursor: at.Cursor, Ultima: at.Last, PorPagina: n, SemTotal: true}),
		)
	}
	total := func(ctx context.Context) (int, error) {
		p, err := handle.Clientes.History(ctx, id, store.OperacaoFiltro{PorPagina: 1})
		return p.Total, err
	}
	return rows, total
}

func (h *history) Update(msg tea.Msg) tea.Cmd {
	if c, ok := msg.(kit.ChangedMsg[store.Cliente]); ok && (c.ID == h.of.ID || c.ID == 0) {
		return h.List.Retry()
	}
	return h.Browser.Update(msg)
}

func (h *history) Actions() []kit.Action {
	none := h.NoneBlocked()
	sel, _ := h.List.Window.Selected()
	own := []kit.Action{
		{Key: h.env.keys.Open, Run: func() tea.Cmd { return h.env.Push(newVersionDetail(h.env, h.of, sel)) }, Blocked: none},
	}
	return h.Around(append(own, h.env.versionActions(h.of, &sel, none)...)...)
}

// versionActions are what can be done about a change of a client.
func (e *env) versionActions(c store.Cliente, v *store.ClienteVersao, none string) []kit.Action {
	undo := kit.First(e.writeBlocked(), none)
	if undo == "" && !v.Reversivel {
		undo = kit.First(kit.Line(string(v.Motivo)), "Isto não se desfaz") + "."
	}
	restore := kit.First(e.writeBlocked(), none)
	if restore == "" && len(restorable(v)) == 0 {
		restore = "Esta alteração não tem valor anterior que se possa pôr de volta."
	}
	what := change{
		number:  v.ID,
		recurso: store.OperacaoDeClientes,
		record:  c.ID,
		text:    "“" + say.ActionName(v.Acao) + "” de " + e.Moment(v.DataHora.Time),
	}
	return []kit.Action{
		{Key: e.keys.Undo, Desc: "desfazer esta", Blocked: undo, Run: func() tea.Cmd { return e.takeBack(what, &undoing) }},
		{Key: e.keys.Restore, Blocked: restore, Run: func() tea.Cmd { return e.restore(c.ID, restorable(v)) }},
	}
}

// pastValue is a value that a field once had.
type pastValue struct {
	column string
	value  json.RawMessage
}

// restorable are the values that a change took away and an edit can bring back.
func restorable(v *store.ClienteVersao) (out []pastValue) {
	if v.Acao == "cliente_criado" || v.Acao == "cliente_deletado" {
		return nil
	}
	for _, f := range v.Campos {
		if new(store.Cliente).Set(map[string]json.RawMessage{f.Campo: f.Antes}, false) == nil {
			out = append(out, pastValue{f.Campo, f.Antes})
		}
	}
	return out
}

// restore lets one of several values be brought back into the client as it is now.
func (e *env) restore(id int64, values []pastValue) tea.Cmd {
	handle := e.cfg.Handle
	ask := func(i int) tea.Cmd {
		w := kit.NewWait[store.Cliente](e.Shell, "Voltar um valor", "Lendo o cadastro como está agora…")
		w.Get = func(ctx context.Context) (store.Cliente, error) { return handle.Clientes.Get(ctx, id) }
		w.Next = func(now store.Cliente) tea.Cmd { return e.Push(newRestoration(e, now, values[i])) }
		return e.Push(w)
	}
	if len(values) == 1 {
		return ask(0)
	}
	items := make([]kit.MenuItem, 0, len(values))
	for _, v := range values {
		items = append(items, kit.MenuItem{Label: fieldName(v.column), Text: planned{}.fieldText(v.column, v.value)})
	}
	return e.Push(kit.NewMenu(e.Shell, "Voltar um valor", items, ask))
}

// newRestoration asks before a value is brought back; it is an edit like another.
func newRestoration(e *env, now store.Cliente, v pastValue) *kit.Confirm {
	handle, id, base := e.cfg.Handle, now.ID, now.Versao()
	value, _ := now.Column(v.column)
	field, text := fieldName(v.column), planned{}.fieldText
	if text(v.column, value) == text(v.column, v.value) && string(encoded(value)) == string(v.value) {
		return kit.NewConfirm(e.Shell, "Voltar um valor", field+" de “"+clienteLabel(now)+"” já é “"+text(v.column, v.value)+"”.", "")
	}
	d := kit.NewConfirm(e.Shell, "Voltar um valor", "Voltar "+field+" de “"+clienteLabel(now)+"” para o que era?", "Voltar o valor")
	d.Details = func(w int) []string {
		return append(
			[]string{""},
			difference(e.Theme, map[string]any{v.column: plain(value)}, map[string]any{v.column: plain(v.value)}, w)...)
	}
	d.Run = func(ctx context.Context) (number int64, err error) {
		_, err = handle.Clientes.Change(
			ctx,
			id,
			base,
			func(c *store.Cliente) { _ = c.Set(map[string]json.RawMessage{v.column: v.value}, false) },
			store.WithOperacao(&number),
		)
		return number, err
	}
	d.Done = e.notedCliente(field+" voltou ao que era.", "a volta de "+field, &now)
	return d
}

func encoded(v any) []byte {
	doc, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return doc
}

func versionGrid(e *env) kit.Grid[store.ClienteVersao] {
	return kit.Grid[store.ClienteVersao]{
		Columns: []kit.Column[store.ClienteVersao]{
			{Title: "QUANDO", Width: 11, Value: func(v store.ClienteVersao) string { return e.Brief(v.DataHora.Time) }},
			{Title: "O QUE MUDOU", Width: 20, Share: 5, Value: func(v store.ClienteVersao) string { return changesText(&v) }},
			{
				Title: "QUEM FEZ",
				Width: 14,
				Share: 2,
				Rank:  1,
				Value: func(v store.ClienteVersao) string { return actorName(string(v.Ator)) },
			},
			{Title: "POR ONDE", Width: 8, Rank: 2, Value: func(v store.ClienteVersao) string { return string(v.Canal) }},
			{Title: "DE ONDE", Width: 15, Rank: 3, Value: func(v store.ClienteVersao) string { return string(v.IP) }},
		},
		Glyph: func(v store.ClienteVersao) (string, lipgloss.Style) {
			if v.Desfaz != 0 {
				return "↶", e.Theme.Warn
			}
			return "·", e.Theme.Dim
		},
		Faded: func(store.ClienteVersao) bool { return false },
	}
}

// changesText is a change on one line: its fields, before and after, or what it was.
func changesText(v *store.ClienteVersao) string {
	if v.Acao == "cliente_criado" || v.Acao == "cliente_deletado" || v.Acao == "senha_alterada" || len(v.Campos) == 0 {
		return say.ActionName(v.Acao)
	}
	parts := make([]string, 0, len(v.Campos))
	for _, f := range v.Campos {
		parts = append(parts, fieldName(f.Campo)+": "+planned{}.fieldText(f.Campo, f.Antes)+" → "+planned{}.fieldText(f.Campo, f.Depois))
	}
	return strings.Join(parts, "; ")
}

// versionDetail shows one change whole. What was changed once stays so.
type versionDetail struct {
	kit.Pager
	env *env
	of  store.Cliente
	v   store.ClienteVersao
}

func newVersionDetail(e *env, of store.Cliente, v store.ClienteVersao) *versionDetail {
	return &versionDetail{env: e, Pager: kit.NewPager(e.Shell), of: of, v: v}
}

func (d *versionDetail) Start() tea.Cmd         { return nil }
func (d *versionDetail) Update(tea.Msg) tea.Cmd { return nil }
func (d *versionDetail) Typing() bool           { return false }
func (d *versionDetail) Title() string          { return "Alteração " + number(d.v.ID) }
func (d *versionDetail) Leave()                 {}

func (d *versionDetail) Actions() []kit.Action {
	own := append([]kit.Action{d.env.goBack(d)}, d.env.versionActions(d.of, &d.v, "")...)
	return append(own, d.Scrolls()...)
}

func (d *versionDetail) View(w, h int) []string {
	return d.env.Panel(
		&d.Pager,
		kit.Framed{Title: kit.Line(say.ActionName(d.v.Acao)) + " · " + number(d.v.ID), Width: w, Height: h},
		d.lines,
	)
}

func (d *versionDetail) lines(w int) []string {
	v, e := &d.v, d.env
	list := []kit.Fact{
		{Label: "Quando", Value: e.Stamp(v.DataHora.Time, "02/01/2006 15:04:05")},
		{Label: "Quem fez", Value: actorName(string(v.Ator))},
		{Label: "Por onde", Value: string(v.Canal)},
		{Label: "De onde", Value: string(v.IP)},
	}
	if v.Operacao != 0 {
		list = append(list, kit.Fact{Label: "Parte de", Value: "operação " + number(int64(v.Operacao))})
	}
	if v.Desfaz != 0 {
		list = append(list, kit.Fact{Label: "Desfaz", Value: "alteração " + number(int64(v.Desfaz))})
	}
	if !v.Reversivel {
		list = append(list, kit.Fact{Label: "Desfazer", Value: string(v.Motivo)})
	}
	out := append(e.Theme.Facts(list, w), "", e.Theme.Accent.Render(kit.Clip("O que mudou", w)))
	before, after := map[string]any{}, map[string]any{}
	for _, f := range v.Campos {
		before[f.Campo], after[f.Campo] = plain(f.Antes), plain(f.Depois)
	}
	return append(out, difference(e.Theme, before, after, w)...)
}
