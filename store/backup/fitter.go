package backup

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fold"
)

// Ajuste is a value that the target of a restore cannot hold as it is, or one that
// was changed so that it can.
type Ajuste struct {
	Tabela string `json:"tabela"`
	ID     string `json:"id"` // of the row; its place in the table where it has none
	Coluna string `json:"coluna"`
	Porque string `json:"porque"` // Portuguese
	Era    string `json:"era"`
	Fica   string `json:"fica"` // "" where nothing would be right
	// Assinada says that the row has a link in the audit trail, which will tell of
	// the change.
	Assinada bool `json:"assinada"`

	stuck bool // it cannot be mended
}

func (a Ajuste) String() string {
	text := fmt.Sprintf("%s, id %s, coluna %s: %s", a.Tabela, a.ID, a.Coluna, a.Porque)
	if a.stuck {
		return text + "; não há ajuste: corrija na origem"
	}
	text += "; era " + a.Era + ", fica " + a.Fica
	if a.Assinada {
		text += " (linha assinada: a trilha vai apontar a mudança)"
	}
	return text
}

// maxAdjusted bounds what is remembered by name; all are counted.
const maxAdjusted = 50_000

// pointers are the columns that point to rows of other tables.
var pointers = map[string]string{"cliente_id": "clientes", "dispositivo_id": "dispositivos", "resposta_para": "mensagens_chat"}

// unique are the columns of which no two rows may have the same value.
var unique = map[string]string{"clientes": "email", "sessoes": "token"}

// fitter gives the rows of a copy the form that the target holds, and tells of
// each value that has none. It is a sink: before anything is written it only
// looks; while rows are written the same goes before to.
type fitter struct {
	to   sink // nil while only looking
	kind engine.Kind
	same bool // the copy is of the same engine
	// fields are the target's, by table and column. Those that may take the origin's
	// form instead are loose.
	fields map[string]map[string]*engine.Field
	loose  func(table, column string) bool

	t       *tableDump
	cols    []*engine.Field
	id      int // the place of the id, -1 for none
	n       int64
	last    any
	line    []byte
	sum     rowSum
	ids     map[string][]int64
	all     map[string][]int64 // ids as the first look found them
	later   [][2]int64         // rows that point into their own table, until all its rows are known
	taken   map[uint64]bool
	byLog   map[int64][]int            // places in list, by the id of the audit entry
	sums    map[string]string          // of what the target will hold
	loosed  map[string]map[string]bool // columns that need the origin's form
	free    map[string]map[string]bool // foreign keys and unique values that the origin does not have
	aligned map[string]map[string]bool // columns of others: whether all values fit the kind chosen for them
	guesses map[string]map[string]int  // columns of others of whose kind nothing is known: what was seen
	list    []Ajuste
	count   int64
	stuck   int64
	signed  int64
}

// What was seen in a column of others.
const (
	seenBool = 1 << iota
	seenWhole
	seenBytes
	seenText
)

func newFitter(kind engine.Kind, same bool) *fitter {
	return &fitter{
		kind: kind, same: same, fields: map[string]map[string]*engine.Field{}, loose: func(string, string) bool { return false },
		ids: map[string][]int64{}, sums: map[string]string{}, byLog: map[int64][]int{}, guesses: map[string]map[string]int{},
		loosed: map[string]map[string]bool{}, free: map[string]map[string]bool{}, aligned: map[string]map[string]bool{},
	}
}

func mark(m map[string]map[string]bool, table, column string) {
	if m[table] == nil {
		m[table] = map[string]bool{}
	}
	m[table][column] = true
}

func (f *fitter) begin(ctx context.Context, t *tableDump) error {
	f.t, f.n, f.last, f.sum, f.later, f.taken = t, 0, nil, rowSum{}, nil, map[uint64]bool{}
	f.id = slices.Index(t.Colunas, "id")
	f.cols = f.cols[:0]
	for _, c := range t.Colunas {
		f.cols = append(f.cols, f.fields[t.Nome][c])
	}
	if f.to == nil {
		return nil
	}
	return f.to.begin(ctx, t)
}

func (f *fitter) row(ctx context.Context, values []any, _ []byte) error {
	f.n++
	for i, c := range f.cols {
		if c == nil {
			continue
		}
		out := f.value(c, values, i)
		out = f.pointer(c, values, out)
		out = f.only(c, values, out)
		values[i] = out
	}
	if err := f.known(values); err != nil {
		return err
	}
	f.line = appendRow(f.line[:0], values)
	f.sum.add(f.line)
	if f.to == nil {
		f.markSigned(values)
		return nil
	}
	return f.to.row(ctx, values, f.line)
}

func (f *fitter) rowID(values []any) (id int64, name string) {
	if f.id < 0 {
		return f.n, fmt.Sprintf("(linha %d)", f.n)
	}
	id, _ = values[f.id].(int64)
	return id, strings.Trim(shown(values[f.id]), `"`)
}

// value fits one value by itself.
func (f *fitter) value(c *engine.Field, values []any, i int) any {
	if _, extra := f.guesses[f.t.Nome][c.Nome]; extra {
		f.guesses[f.t.Nome][c.Nome] |= kindSeen(values[i])
		if _, raw := values[i].([]byte); raw {
			return values[i]
		}
	}
	out, why := fit(c, values[i], f.same)
	if why == "" {
		return out
	}
	if fits, extra := f.aligned[f.t.Nome][c.Nome]; extra {
		// A column of others may become one of texts.
		text := f.kind.Plain(f.t.Nome, c.Nome, engine.Texto)
		if plain, odd := fit(&text, values[i], f.same); odd == "" {
			if fits {
				f.aligned[f.t.Nome][c.Nome] = false
			}
			return plain
		}
	}
	if f.loose(f.t.Nome, c.Nome) {
		mark(f.loosed, f.t.Nome, c.Nome)
		return values[i]
	}
	id, _ := f.rowID(values)
	mended, ok := adjust(c, values[i], id)
	ok = ok && c.Nome != "id" && !strings.HasPrefix(f.t.Nome, "monitor_")
	f.tell(values, c.Nome, why, values[i], mended, !ok)
	return mended
}

func kindSeen(v any) int {
	switch v.(type) {
	case nil:
		return 0
	case bool:
		return seenBool
	case int64:
		return seenWhole
	case []byte:
		return seenBytes
	default:
		return seenText
	}
}

// guessed is the kind of a column by what was seen in it.
func guessed(seen int) engine.Tipo {
	switch seen {
	case seenBool:
		return engine.Booleano
	case seenWhole:
		return engine.Inteiro
	case seenBytes:
		return engine.Bytes
	default:
		return engine.Texto
	}
}

// pointer looks for the row that a column points to. Only PostgreSQL checks that
// while rows come in; elsewhere they come back as they were.
func (f *fitter) pointer(c *engine.Field, values []any, out any) any {
	to, is := pointers[c.Nome]
	n, whole := out.(int64)
	if !is || !whole || f.kind != engine.Postgres || strings.HasPrefix(f.t.Nome, "monitor_") || f.free[f.t.Nome][c.Nome] {
		return out
	}
	if f.all != nil {
		if _, found := slices.BinarySearch(f.all[to], n); found {
			return out
		}
		return f.dangling(c, values, to, n)
	}
	if to == f.t.Nome && f.id >= 0 {
		id, _ := f.rowID(values)
		if n != id && !f.exists(to, n) {
			f.later = append(f.later, [2]int64{id, n})
		}
		return out
	}
	if f.exists(to, n) {
		return out
	}
	return f.dangling(c, values, to, n)
}

func (f *fitter) dangling(c *engine.Field, values []any, to string, n int64) any {
	if f.same && f.loose(f.t.Nome, "") {
		mark(f.free, f.t.Nome, c.Nome)
		return n
	}
	f.tell(values, c.Nome, fmt.Sprintf("aponta para o id %d de %s, que não existe", n, to), n, nil, c.NotNull)
	return nil
}

func (f *fitter) exists(table string, id int64) bool {
	_, found := slices.BinarySearch(f.ids[table], id)
	return found
}

// known remembers the row for those that point to it. Rows come in the order of
// their ids; a file with millions in another would keep us sorting for hours.
func (f *fitter) known(values []any) error {
	if f.id < 0 {
		return nil
	}
	id, ok := values[f.id].(int64)
	if f.last != nil && ok && f.last == any(id) {
		f.tell(values, "id", "repete-se em outra linha", id, nil, true)
	}
	f.last = values[f.id]
	if !ok || !isPointedTo(f.t.Nome) {
		return nil
	}
	list := f.ids[f.t.Nome]
	switch n := len(list); {
	case n > 0 && list[n-1] > id:
		return errDamaged
	case n == 0 || list[n-1] < id:
		f.ids[f.t.Nome] = append(list, id)
	}
	return nil
}

func isPointedTo(table string) bool {
	return table == "clientes" || table == "dispositivos" || table == "mensagens_chat"
}

// only looks for a value that another row has.
func (f *fitter) only(c *engine.Field, values []any, out any) any {
	s, ok := out.(string)
	if !ok || unique[f.t.Nome] != c.Nome || f.free[f.t.Nome][c.Nome] {
		return out
	}
	if !f.take(c, s) {
		if f.same && f.loose(f.t.Nome, "") {
			mark(f.free, f.t.Nome, c.Nome)
			return out
		}
		_, id := f.rowID(values)
		other := nearestText(c, s)
		for n := 0; ; n++ {
			end := "~" + id
			if n > 0 {
				end += fmt.Sprintf(".%d", n)
			}
			room := []rune(other)
			if c.Max > 0 && int64(len(room)+len(end)) > c.Max {
				room = room[:max(0, int(c.Max)-len(end))]
			}
			if try := string(room) + end; f.take(c, try) {
				f.tell(values, c.Nome, "repete o valor de outra linha, e ali não pode", s, try, false)
				return try
			}
		}
	}
	return out
}

// take says that a text was not there yet, as the column compares.
func (f *fitter) take(c *engine.Field, s string) bool {
	if f.kind == engine.MySQL {
		s = strings.TrimRight(s, " ")
	}
	if c.CI {
		s = fold.Text(s)
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(s))
	if f.taken[h.Sum64()] {
		return false
	}
	f.taken[h.Sum64()] = true
	return true
}

// tell remembers a value that does not fit; while rows are written it was told before.
func (f *fitter) tell(values []any, column, why string, was, is any, stuck bool) {
	if f.to != nil {
		return
	}
	f.count++
	if stuck {
		f.stuck++
	}
	if len(f.list) >= maxAdjusted {
		return
	}
	id, name := f.rowID(values)
	a := Ajuste{Tabela: f.t.Nome, ID: name, Coluna: column, Porque: why, Era: shown(was), Fica: shown(is), stuck: stuck}
	if stuck {
		a.Fica = ""
	}
	if f.t.Nome == "logs_auditoria" && column != "cliente_id" { // which no link vouches for
		f.byLog[id] = append(f.byLog[id], len(f.list))
	}
	f.list = append(f.list, a)
}

func (f *fitter) end(ctx context.Context, t *tableDump, s *rowSum) error {
	for _, p := range f.later {
		if f.exists(t.Nome, p[1]) || f.free[t.Nome]["resposta_para"] {
			continue
		}
		// The row is behind: what points nowhere is taken away when all rows are there.
		values := make([]any, len(t.Colunas))
		values[f.id] = p[0]
		f.dangling(f.fields[t.Nome]["resposta_para"], values, t.Nome, p[1])
	}
	f.sums[t.Nome] = f.sum.String()
	if f.to == nil {
		return nil
	}
	return f.to.end(ctx, t, s)
}

// markSigned looks at a link of the trail: an entry that has one and changes is
// said to.
func (f *fitter) markSigned(values []any) {
	at := slices.Index(f.t.Colunas, "log_id")
	if f.t.Nome != "monitor_trilha" || len(f.byLog) == 0 || at < 0 {
		return
	}
	id, ok := values[at].(int64)
	if !ok {
		return
	}
	for _, at := range f.byLog[id] {
		f.list[at].Assinada = true
		f.signed++
	}
	delete(f.byLog, id)
}
