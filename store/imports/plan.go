package imports

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/operation"
	"example.com/monitor/store/record"
	"example.com/monitor/store/say"
	"example.com/monitor/store/sheet"
)

// What becomes of a row.
const (
	Novo      = "novo"
	Muda      = "muda"
	Igual     = "igual"
	Conflito  = "conflito"
	Recusado  = "recusado"
	maxSample = 5
)

// Plan is a file that was read and compared, before anything is changed.
type Plan struct {
	Arquivo   string             `json:"arquivo"`
	Formato   string             `json:"formato"`
	Planilha  string             `json:"planilha,omitempty"`
	Colunas   []Column           `json:"colunas"`
	Total     int                `json:"total"`
	Novos     int                `json:"novos"`
	Mudam     int                `json:"mudam"`
	Iguais    int                `json:"iguais"`
	Conflitos int                `json:"conflitos"`
	Recusados int                `json:"recusados"`
	Motivos   []operation.Motivo `json:"motivos"`
	Linhas    []Row              `json:"linhas"` // the first of each situation

	base      Base
	overwrite bool
	known     people
	imported  map[int64]int64 // the entry of each client's last import
	seen      map[int64]int   // clients that a row is about, and its line
	fresh     map[string]int  // e-mails of new clients
	lot       []*line
	pending   []pending // by line
	rejects   []reject
	failing   *sync.Mutex // of rejects, while the rows are written
	reasons   *operation.Plano
	header    []string
	format    sheet.Format
}

// Row is what becomes of a row of the file.
type Row struct {
	Linha    int            `json:"linha"`
	Situacao string         `json:"situacao"`
	ID       record.ID      `json:"id"`
	Nome     string         `json:"nome"`
	Antes    map[string]any `json:"antes"`
	Depois   map[string]any `json:"depois"`
	Motivo   record.Text    `json:"motivo"`
}

// Options are what a person decides.
type Options struct {
	Name      string            // of the file
	Sheet     string            // of a workbook; "" is the first
	Columns   map[string]string // header: column, or Nothing
	Overwrite bool              // the file's values win over what was changed since the last import
}

// Base is the store, with the rights of whoever imports.
type Base interface {
	Read(ctx context.Context, fn func(ctx context.Context, q engine.Q) error) error
	Clientes(ctx context.Context, ids []int64) (map[int64]*record.Cliente, error)
	// New and Edited say whether the rules and rights allow it.
	New(ctx context.Context, c record.Cliente) (record.Cliente, error)
	Edited(was *record.Cliente, fn func(*record.Cliente)) (record.Cliente, error)
}

// line is a row while it is compared.
type line struct {
	number int
	cells  []sheet.Cell
	values values
	id     int64
}

// pending is a row that changes something.
type pending struct {
	number  int    // of the line
	id      int64  // 0: a new client
	version string // of the client as it was compared
	cells   packed
	revive  bool // an undone import left it inactive
}

type reject struct {
	number int
	cells  packed
	why    string
}

// lotSize is how many rows are compared at a time.
const lotSize = 500

// MaxRows bounds a file.
const MaxRows = 200_000

// Read reads t to its end and compares it with what is there. seen, where it is not nil, is told
// how many rows were read.
func Read(ctx context.Context, base Base, t *sheet.Table, o Options, seen func(rows int)) (*Plan, error) {
	columns, err := Columns(t.Header, o.Columns)
	if err != nil {
		return nil, err
	}
	p := &Plan{
		Arquivo: o.Name, Formato: string(t.Format), Planilha: t.Sheet, Colunas: columns, Motivos: []operation.Motivo{}, Linhas: []Row{},
		base: base, overwrite: o.Overwrite, failing: new(sync.Mutex), seen: map[int64]int{}, fresh: map[string]int{},
		reasons: operation.NewPlan(operation.Clientes, operation.Importar), header: t.Header, format: t.Format,
	}
	if err := base.Read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		if p.known, err = whoIsThere(ctx, q); err == nil {
			p.imported, err = lastImports(ctx, q)
		}
		return err
	}); err != nil {
		return nil, err
	}
	for {
		row, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		broken, ofRow := errors.AsType[*sheet.LineError](err)
		if err != nil && !ofRow {
			return nil, err
		}
		if p.Total++; p.Total > MaxRows {
			return nil, fault.Invalid("arquivo", "O arquivo tem linhas demais: o máximo é "+say.Thousands(MaxRows)+"; divida-o em dois")
		}
		if ofRow {
			p.refuse(&line{number: broken.Line, cells: row.Cells}, broken.Err.Error())
		} else if err := p.take(ctx, row); err != nil {
			return nil, err
		}
		if seen != nil && p.Total%lotSize == 0 {
			seen(p.Total)
		}
	}
	if err := p.compare(ctx); err != nil {
		return nil, err
	}
	p.Motivos = p.reasons.Ready().Motivos
	order := []string{Novo, Muda, Conflito, Recusado, Igual}
	slices.SortStableFunc(p.Linhas, func(a, b Row) int {
		return slices.Index(order, a.Situacao) - slices.Index(order, b.Situacao)
	})
	slices.SortFunc(p.pending, func(a, b pending) int { return a.number - b.number })
	p.imported = nil
	p.known, p.seen, p.fresh, p.lot = people{}, nil, nil, nil
	return p, nil
}

// take reads a row and finds out whom it is about.
func (p *Plan) take(ctx context.Context, row sheet.Row) error {
	l := &line{number: row.Line, cells: slices.Clone(row.Cells)}
	var err error
	if l.values, err = p.read(l.cells); err == nil {
		l.id, err = p.known.who(&l.values)
	}
	if err == nil && l.values.email == sampleOf("email") {
		err = fault.Invalid("email", "É a linha de exemplo do modelo")
	}
	if err != nil {
		p.refuse(l, err.Error())
		return nil
	}
	if l.id == 0 {
		return p.isNew(ctx, l)
	}
	if before, twice := p.seen[l.id]; twice {
		p.refuse(l, fmt.Sprintf("A linha %d é do mesmo cliente: deixe só uma", before))
		return nil
	}
	p.seen[l.id] = l.number
	if p.lot = append(p.lot, l); len(p.lot) >= lotSize {
		return p.compare(ctx)
	}
	return nil
}

// isNew judges a row about nobody who is there.
func (p *Plan) isNew(ctx context.Context, l *line) error {
	c := record.Cliente{Email: l.values.email}
	l.values.edit(&c)
	key := record.EmailKey(c.Email)
	if before, twice := p.fresh[key]; twice {
		p.refuse(l, fmt.Sprintf("A linha %d tem o mesmo e-mail: deixe só uma", before))
		return nil
	}
	made, err := p.base.New(ctx, c)
	if err != nil {
		if !operation.IsRefusal(err) {
			return err
		}
		p.refuse(l, err.Error())
		return nil
	}
	p.fresh[key] = l.number
	p.Novos++
	p.accept(l, pending{}, Row{Situacao: Novo, Nome: made.Nome, Depois: made.Values(&record.Cliente{})})
	return nil
}

// compare judges the rows of the lot, which are about clients who are there.
func (p *Plan) compare(ctx context.Context) error {
	ids := make([]int64, len(p.lot))
	for i, l := range p.lot {
		ids[i] = l.id
	}
	found, err := p.base.Clientes(ctx, ids)
	if err != nil {
		return err
	}
	var after map[int64]*later
	err = p.base.Read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		after, err = sinceImport(ctx, q, p.imported, ids)
		return err
	})
	if err != nil {
		return err
	}
	for _, l := range p.lot {
		if was := found[l.id]; was != nil {
			p.judge(l, was, after[l.id])
		} else {
			p.refuse(l, "O cliente acaba de ser removido")
		}
	}
	p.lot = p.lot[:0]
	return nil
}

// judge says what a row makes of a client.
func (p *Plan) judge(l *line, was *record.Cliente, since *later) {
	t := pending{id: l.id, version: was.Versao(), revive: since.revives(was) && l.values.ativo == nil}
	now, err := p.base.Edited(was, func(c *record.Cliente) { t.edit(&l.values, c) })
	if err == nil && l.values.email != "" && record.EmailKey(l.values.email) != record.EmailKey(was.Email) {
		err = fault.Invalid("email", "O id é de "+was.Nome+", cujo e-mail é "+was.Email+": o e-mail se muda no cadastro")
	}
	if err != nil {
		p.refuse(l, err.Error())
		return
	}
	depois := now.Values(was)
	if len(depois) == 0 {
		p.Iguais++
		p.sample(Row{Linha: l.number, Situacao: Igual, ID: record.ID(l.id), Nome: was.Nome})
		return
	}
	row := Row{Situacao: Muda, ID: record.ID(l.id), Nome: was.Nome, Antes: was.Only(depois, &now), Depois: depois}
	if by := since.clash(depois); len(by) > 0 && !p.overwrite {
		row.Linha, row.Situacao = l.number, Conflito
		p.conflict(l, row, by)
		return
	}
	p.Mudam++
	p.accept(l, t, row)
}

// edit puts what the row says into a client.
func (t *pending) edit(v *values, c *record.Cliente) {
	v.edit(c)
	if t.revive {
		yes := true
		c.Ativo = &yes
	}
}

func (p *Plan) accept(l *line, t pending, row Row) {
	row.Linha = l.number
	t.number, t.cells = l.number, pack(l.cells)
	p.pending = append(p.pending, t)
	p.sample(row)
}

// refuse leaves a row out.
func (p *Plan) refuse(l *line, why string) {
	p.Recusados++
	p.leave(l, Row{Linha: l.number, Situacao: Recusado, ID: record.ID(l.id), Nome: p.nameOf(l)}, why)
}

func (p *Plan) conflict(l *line, row Row, columns []string) {
	p.Conflitos++
	now := make([]string, len(columns))
	for i, c := range columns {
		now[i] = fmt.Sprintf("%s (agora %s)", titleOf(c), shown(row.Antes[c]))
	}
	p.leave(l, row, "Mudou depois da última importação: "+strings.Join(now, ", "))
}

func (p *Plan) leave(l *line, row Row, why string) {
	row.Motivo = record.Text(why)
	kind := why
	if row.Situacao == Conflito {
		kind = "Mudou depois da última importação"
	}
	p.reasons.Refuse(fmt.Sprintf("linha %d, %s", l.number, row.Nome), kind)
	p.rejects = append(p.rejects, reject{l.number, pack(l.cells), why})
	p.sample(row)
}

// nameOf names a row for people.
func (p *Plan) nameOf(l *line) string {
	for _, campo := range []string{"nome", "email", "cpf_cnpj", "id"} {
		for i, c := range p.Colunas {
			if c.Campo == campo && i < len(l.cells) && l.cells[i].String() != "" {
				return l.cells[i].String()
			}
		}
	}
	return "sem nome"
}

// sample keeps the first rows of each situation.
func (p *Plan) sample(row Row) {
	n := 0
	for i := range p.Linhas {
		if p.Linhas[i].Situacao == row.Situacao {
			n++
		}
	}
	if n < maxSample {
		if row.Antes == nil {
			row.Antes = map[string]any{}
		}
		if row.Depois == nil {
			row.Depois = map[string]any{}
		}
		p.Linhas = append(p.Linhas, row)
	}
}

func shown(v any) string {
	switch v := v.(type) {
	case record.Text:
		if v == "" {
			return "vazio"
		}
		return "“" + string(v) + "”"
	case *bool:
		if v != nil && *v {
			return "sim"
		}
		return "não"
	default:
		return fmt.Sprint(v)
	}
}

// Changes are the rows that change something, each by a number of its own.
func (p *Plan) Changes() []int64 {
	out := make([]int64, len(p.pending))
	for i := range p.pending {
		out[i] = -int64(p.pending[i].number) // never that of a client
	}
	return out
}

// row is what the row of a number does.
func (p *Plan) row(number int64) *pending {
	i, _ := slices.BinarySearchFunc(p.pending, int(-number), func(t pending, line int) int { return t.number - line })
	return &p.pending[i]
}

// Change is what one row does.
type Change struct {
	ID      int64          // 0: a new client
	Version string         // of the client as it was compared
	New     record.Cliente // where ID is 0
	Edit    func(*record.Cliente)
}

// Change is what row number does.
func (p *Plan) Change(number int64) (Change, error) {
	t := p.row(number)
	v, err := p.read(t.cells.cells())
	if err != nil {
		return Change{}, err
	}
	does := Change{ID: t.id, Version: t.version, New: record.Cliente{Email: v.email}, Edit: func(c *record.Cliente) { t.edit(&v, c) }}
	if t.id == 0 {
		v.edit(&does.New)
	}
	return does, nil
}

// Failed adds to the rejects what the writing left out; line is the number of its row.
func (p *Plan) Failed(number int64, why string) {
	p.failing.Lock()
	defer p.failing.Unlock()
	p.rejects = append(p.rejects, reject{int(-number), p.row(number).cells, why})
}

// columnsOf are the names in a map, in order.
func columnsOf(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
