package tui

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// clienteDetail shows one client with all its fields and keeps it up to date.
type clienteDetail struct {
	pager
	ask    question
	c      store.Cliente
	counts bool // c came from Get, with the number of devices
	fresh  time.Time
	fail   failure
	gone   bool
	again  time.Time
	laid   []string // the lines for laidAt columns; nil when they must be made anew
	laidAt int
}

func newClienteDetail(e *env, c store.Cliente) *clienteDetail {
	return &clienteDetail{pager: newPager(e), ask: newQuestion(e), c: c}
}

func (d *clienteDetail) start() tea.Cmd { return d.load() }
func (d *clienteDetail) typing() bool   { return false }
func (d *clienteDetail) title() string {
	return first(line(d.c.Nome), "nº "+strconv.FormatInt(d.c.ID, 10))
}
func (d *clienteDetail) leave() { d.ask.stop() }

func (d *clienteDetail) load() tea.Cmd {
	handle, id := d.env.cfg.Handle, d.c.ID
	return ask(&d.ask, func(ctx context.Context) (store.Cliente, error) { return handle.Clientes.Get(ctx, id) })
}

func (d *clienteDetail) update(msg tea.Msg) tea.Cmd {
	if a, ok := take[store.Cliente](&d.ask, msg); ok {
		d.accept(a)
		return nil
	}
	switch msg := msg.(type) {
	case tickMsg:
		return d.tick()
	case changedMsg:
		if msg.id == d.c.ID {
			return d.load()
		}
	}
	return d.ask.update(msg)
}

func (d *clienteDetail) accept(a answer[store.Cliente]) {
	d.again, d.laid = d.env.now().Add(retryFirst), nil
	switch {
	case a.err == nil:
		d.c, d.counts, d.fail, d.gone = a.value, true, failure{}, false
		d.fresh = d.env.now()
	case !errors.Is(a.err, context.Canceled):
		d.fail, d.gone = explain(a.err), errors.Is(a.err, store.ErrNotFound)
	}
}

func (d *clienteDetail) tick() tea.Cmd {
	now, every := d.env.now(), d.env.cfg.Atualizar
	switch {
	case d.ask.busy() || d.env.top() != screen(d) || d.gone:
		return nil
	case d.fail.cause != "" && now.Before(d.again):
		return nil
	case d.fail.cause != "", every > 0 && now.Sub(d.fresh) >= every:
		return d.load()
	}
	return nil
}

func (d *clienteDetail) actions() []action {
	k := d.env.keys
	write := d.env.writeBlocked()
	if d.gone {
		write = "Este cliente não existe mais."
	}
	change := "desativar"
	if !d.c.EstaAtivo() {
		change = "reativar"
	}
	out := []action{
		{key: k.Voltar, desc: d.backDesc(), run: d.back},
		{key: k.Editar, run: func() tea.Cmd { return d.env.push(newClienteForm(d.env, d.c)) }, blocked: write},
		{key: k.Situacao, desc: change, run: func() tea.Cmd { return d.env.push(newSituationConfirm(d.env, d.c)) }, blocked: write},
		{key: k.Atualizar, quiet: true, run: d.load},
	}
	return append(out, d.pager.actions()...)
}

func (d *clienteDetail) backDesc() string {
	if d.ask.slow {
		return "cancelar consulta"
	}
	return "voltar"
}

func (d *clienteDetail) back() tea.Cmd {
	if d.ask.slow && d.ask.stop() {
		return nil
	}
	d.env.pop(d)
	return nil
}

func (d *clienteDetail) view(w, h int) []string {
	status := "atualizado há " + span(d.env.now().Sub(d.fresh))
	switch {
	case d.ask.slow:
		status = d.ask.mark() + " consultando"
	case d.fresh.IsZero():
		status = ""
	}
	title := line(d.c.Nome) + " · nº " + strconv.FormatInt(d.c.ID, 10)
	return d.env.panel(&d.pager, framed{title: title, status: status, width: w, height: h}, d.lines)
}

const (
	// twoColumns is the width from which the facts stand in two columns.
	twoColumns = 96
	rightHalf  = "Uso" // the heading with which the right one begins
)

// fact is a label and a value; an empty label is a heading. A ready value is
// ours and styled.
type fact struct{ label, value, ready string }

func (d *clienteDetail) facts() []fact {
	c, e := &d.c, d.env
	devices := "…"
	if d.counts {
		devices = milhar(c.TotalDispositivos)
	}
	sign, style := situationSign(e.th, *c)
	return []fact{
		{value: "Identificação"},
		{label: "Nome", value: c.Nome},
		{label: "Situação", ready: style.Render(sign) + " " + situationName(*c)},
		{label: "Nível de acesso", value: nivelNome(c.NivelAcesso)},
		{label: "CPF/CNPJ", value: c.CPFCNPJ},
		{label: "Empresa", value: c.Empresa},
		{label: "Cargo", value: c.Cargo},
		{value: "Contato"},
		{label: "E-mail", value: c.Email},
		{label: "Telefone", value: c.Telefone},
		{label: "Endereço", value: c.Endereco},
		{label: "Cidade", value: cidadeUF(*c)},
		{label: "CEP", value: c.CEP},
		{label: "País", value: c.Pais},
		{value: rightHalf},
		{label: "Dispositivos", value: devices},
		{label: "Cadastro", value: e.moment(c.DataCadastro.Time)},
		{label: "Último acesso", value: e.moment(c.UltimoAcesso.Time)},
		{value: "Observações"},
		{label: "Texto", value: c.Observacoes},
		{label: "Dados extras", value: pretty(c.DadosExtras)},
	}
}

// pretty lays JSON out for reading; other text stays as it is.
func pretty(o store.Objeto) string {
	var b bytes.Buffer
	if len(o) > paragraphBytes || json.Indent(&b, o, "", "  ") != nil {
		return string(o)
	}
	if b.String() == "{}" {
		return ""
	}
	return b.String()
}

// lines lays the record out once for each width: a long text takes time.
func (d *clienteDetail) lines(w int) []string {
	if d.laid == nil || d.laidAt != w {
		d.laid, d.laidAt = d.layOut(w), w
	}
	return d.laid
}

func (d *clienteDetail) layOut(w int) []string {
	t := d.env.th
	var out []string
	if d.fail.cause != "" {
		out = append(styled(t.bad.Render, wrap("⚠ "+d.fail.cause+". "+d.fail.remedy, w)), "")
	}
	if w < twoColumns {
		return append(out, d.factsView(d.facts(), w)...)
	}
	half := w/2 - 1
	all := d.facts()
	split := slices.IndexFunc(all, func(f fact) bool { return f.label == "" && f.value == rightHalf })
	return append(out, beside(d.factsView(all[:split], half), d.factsView(all[split:], half), half+2)...)
}

// beside puts two columns of lines next to each other, the right one at x.
func beside(left, right []string, x int) []string {
	out := make([]string, max(len(left), len(right)))
	for i := range out {
		if i < len(left) {
			out[i] = left[i]
		}
		if i < len(right) {
			out[i] = fit(out[i], x) + right[i]
		}
	}
	return out
}

func (d *clienteDetail) factsView(facts []fact, w int) []string {
	t := d.env.th
	var out []string
	for _, f := range facts {
		if f.label == "" {
			if len(out) > 0 {
				out = append(out, "")
			}
			out = append(out, t.accent.Render(clip(f.value, w)))
			continue
		}
		out = append(out, factLines(t, f, w)...)
	}
	return out
}

func factLines(t theme, f fact, w int) []string {
	label := min(16, w/3)
	values := []string{t.dim.Render("–")}
	switch {
	case f.ready != "":
		values = []string{f.ready}
	case f.value != "":
		values = paragraph(f.value, w-label-4)
	}
	var out []string
	for i, v := range values {
		name := ""
		if i == 0 {
			name = f.label
		}
		out = append(out, "  "+t.dim.Render(fit(name, label))+"  "+v)
	}
	return out
}
