package tui

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.com/monitor/store/say"
	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// auditData is what an audit row tells beside its columns.
type auditData struct {
	Actor   string         `json:"ator"`
	Channel string         `json:"canal"`
	IP      string         `json:"ip"`
	Before  map[string]any `json:"antes"`
	After   map[string]any `json:"depois"`
	Head    int64          `json:"operacao"` // the operation about many records that it is a part of
	Undoes  int64          `json:"desfaz"`
}

// readAuditData reads our own form; other programs' rows have none of it.
func readAuditData(o store.Objeto) (d auditData) {
	if len(o) == 0 || len(o) > kit.ParagraphBytes || json.Unmarshal(o, &d) != nil {
		return auditData{}
	}
	return d
}

// whoText is who did it; for a refused login, who they said they were.
func whoText(l *store.Log) string {
	a := l.Autoria()
	return kit.First(a.EmailInformado, actorName(a.Ator))
}

// actorName leaves out of the actor what only programs need.
func actorName(actor string) string {
	if rest, ok := strings.CutPrefix(actor, "pessoa:"); ok {
		if _, name, ok := strings.Cut(rest, " "); ok {
			return name
		}
	}
	return actor
}

// logDetail shows one audit row with what it changed. Audit rows never change.
type logDetail struct {
	kit.Pager
	env *env
	l   store.Log
}

func newLogDetail(e *env, l store.Log) *logDetail {
	return &logDetail{env: e, Pager: kit.NewPager(e.Shell), l: l}
}

func (d *logDetail) Start() tea.Cmd         { return nil }
func (d *logDetail) Update(tea.Msg) tea.Cmd { return nil }
func (d *logDetail) Typing() bool           { return false }
func (d *logDetail) Title() string          { return "Registro " + number(d.l.ID) }
func (d *logDetail) Leave()                 {}

func (d *logDetail) Actions() []kit.Action {
	return append([]kit.Action{d.env.goBack(d), d.env.linkCliente(int64(d.l.ClienteID), "", "")}, d.Scrolls()...)
}

func (d *logDetail) View(w, h int) []string {
	return d.env.Panel(&d.Pager, kit.Framed{Title: kit.Line(say.ActionName(d.l.Acao)) + " · " + number(d.l.ID), Width: w, Height: h}, d.lines)
}

func (d *logDetail) lines(w int) []string {
	l, e, have, by := &d.l, d.env, readAuditData(d.l.Dados), d.l.Autoria()
	sign, style := levelSign(e.Theme, l.Nivel)
	list := []kit.Fact{
		{Value: "Registro"},
		{Label: "Quando", Value: e.Stamp(l.DataHora.Time, "02/01/2006 15:04:05")},
		{Label: "Ação", Value: say.ActionName(l.Acao) + " (" + l.Acao + ")"},
		{Label: "Descrição", Value: l.Descricao},
		{Label: "Nível", Ready: style.Render(sign) + " " + kit.Line(levelName(l.Nivel))},
		{Label: "Quem fez", Value: by.Ator},
		{Label: "Por onde", Value: by.Canal},
		{Label: "Endereço", Value: by.IP},
		{Label: "Cliente", Value: number(int64(l.ClienteID))},
	}
	if by.EmailInformado != "" {
		list = append(list, kit.Fact{Label: "E-mail informado", Value: by.EmailInformado})
	}
	if have.Head > 0 {
		list = append(list, kit.Fact{Label: "Operação", Value: number(have.Head)})
	}
	if have.Undoes > 0 {
		list = append(list, kit.Fact{Label: "Desfaz", Value: number(have.Undoes)})
	}
	out := e.Theme.Facts(list, w)
	switch {
	case len(have.Before)+len(have.After) > 0:
		out = append(out, "", e.Theme.Accent.Render(kit.Clip("O que mudou", w)))
		out = append(out, difference(e.Theme, have.Before, have.After, w)...)
	case have.Actor == "" && len(l.Dados) > 0:
		out = append(out, "", e.Theme.Accent.Render(kit.Clip("Dados", w)))
		out = append(out, kit.Indent(kit.Indent(e.Theme.Tree(l.Dados, w-2)))...)
	}
	return out
}

// difference shows field by field what was and what is: "-" before the old value,
// "+" before the new one.
func difference(t kit.Theme, before, after map[string]any, w int) []string {
	keys := maps.Clone(before)
	if keys == nil {
		keys = map[string]any{}
	}
	maps.Copy(keys, after)
	name, room := min(18, w/3), w-min(18, w/3)-6
	var out []string
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		was, had := before[k]
		is, has := after[k]
		head := kit.Fit(fieldName(k), name)
		put := func(sign, text string, render func(...string) string) {
			for i, l := range kit.Paragraph(text, room) {
				mark := "  "
				if i == 0 {
					mark = sign + " "
				}
				out = append(out, "  "+t.Dim.Render(head)+"  "+render(mark+l))
				head = strings.Repeat(" ", name)
			}
		}
		if had {
			put("-", planned{}.wholeText(k, was), t.Bad.Render)
		}
		if has {
			put("+", planned{}.wholeText(k, is), t.Good.Render)
		}
	}
	return out
}

// valueText is a JSON value for people.
func valueText(v any) string {
	switch v := v.(type) {
	case nil:
		return "(vazio)"
	case string:
		return kit.First(v, "(vazio)")
	case bool:
		return kit.YesNo(v)
	case float64:
		return strings.TrimSuffix(fmt.Sprintf("%.6f", v), ".000000")
	}
	doc, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(doc)
}
