// Package drift compares the six tables, as other programs and years have left them, with
// what monitor needs: it names each difference, writes the statement that mends it, and
// tries an ordinary use that it takes back.
package drift

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/migrations"
	"example.com/monitor/store/schema"
	"example.com/monitor/store/when"
)

// Databases that live for years drift: columns come and go, a migration tool loses
// the default of an id, somebody adds a CHECK. What the six tables are is compared
// with what the Flask system makes, before anything is changed: what is ours to
// mend becomes part of setup's plan, what would make ordinary use fail stops it,
// and the rest is mentioned.

// Finding is one difference that matters.
type Finding struct {
	Reason string
	Detail string   // what it is, and why it matters
	Remedy string   // the statement that mends it
	Mends  []string // what setup runs; nil: it is not ours to mend
	Blocks bool     // ordinary use would fail
	rule   foreignRule
}

// foreignRule is what somebody else laid on a table, and the statement that takes it
// away; the zero value where the finding is about something else.
type foreignRule struct{ table, name, drop string }

// The reasons of findings.
const (
	ReasonLatin1         = "latin1"
	ReasonNoTable        = "nao_e_tabela"
	ReasonNoColumn       = "coluna_falta"
	ReasonColumnType     = "coluna_de_outro_tipo"
	ReasonShortColumn    = "coluna_curta"
	ReasonObligatory     = engine.RegraObrigatoria
	ReasonNoDefault      = "id_sem_padrao"
	ReasonNoKey          = "sem_chave_primaria"
	ReasonRepeatedIDs    = "ids_repetidos"
	ReasonSequence       = engine.RegraSequencia
	ReasonNoTransactions = "sem_transacoes"
	ReasonCheck          = engine.RegraCheck
	ReasonTrigger        = engine.RegraGatilho
	ReasonReference      = engine.RegraReferencia
	ReasonOwnRule        = "regra_do_banco"
	ReasonDependants     = "visoes_dependentes"
	ReasonLetterClash    = "emails_colidem"
	ReasonStaleFold      = "busca_antiga"
)

// columnKind is what a column holds, as far as it matters whether we can use it.
type columnKind int

const (
	otherKind columnKind = iota
	textKind
	intKind
	boolKind
	timeKind
)

var (
	intType  = regexp.MustCompile(`^((medium|big)?int|integer|serial|bigserial)\b`)
	boolType = regexp.MustCompile(`^(bool|tinyint|int\b|smallint)`)
	timeType = regexp.MustCompile(`^(timestamp|datetime)`)
	textType = regexp.MustCompile(`^(character|varchar|char|bpchar|text|tinytext|mediumtext|longtext|citext|name)\b`)
)

// kindOf is what a type of these engines holds. A MySQL boolean is a small number.
func kindOf(declared string) columnKind {
	d := strings.ToLower(declared)
	switch {
	case strings.HasPrefix(d, "bool"), strings.HasPrefix(d, "tinyint"):
		return boolKind
	case intType.MatchString(d):
		return intKind
	case timeType.MatchString(d):
		return timeKind
	case textType.MatchString(d):
		return textKind
	default:
		return otherKind
	}
}

// fits says whether a column of type declared can be used where kind is expected.
func fits(db engine.Kind, kind columnKind, declared string) bool {
	if db == engine.MySQL && kind == boolKind {
		return boolType.MatchString(strings.ToLower(declared))
	}
	return kindOf(declared) == kind
}

// expectedTables are the six tables as the Flask system makes them.
func expectedTables(kind engine.Kind) map[string][]engine.Field {
	tables := map[string][]engine.Field{}
	for _, table := range migrations.SixTables {
		tables[table] = slices.DeleteFunc(engine.Standard(kind, table), func(f engine.Field) bool { return engine.Ours(kind, f.Nome) })
	}
	return tables
}

// written are the columns that every INSERT of ours fills, so that NOT NULL harms
// nobody there.
var written = map[string][]string{
	"clientes":       {"nome", "email", "pais", "ativo", "nivel_acesso", "data_cadastro"},
	"dispositivos":   {"nome", "tipo", "hostname", "is_virtual", "ativo", "ultimo_heartbeat", "data_registro", "info_extra"},
	"conexoes":       {"protocolo", "status", "data_hora", "bytes_enviados", "bytes_recebidos"},
	"mensagens_chat": {"sala", "usuario", "mensagem", "tipo", "data_hora", "editada", "deletada"},
	"sessoes":        {"cliente_id", "token", "data_inicio", "data_expiracao", "ultima_atividade", "ativa"},
	"logs_auditoria": {"acao", "descricao", "dados", "data_hora", "nivel"},
}

// Examination is one look at the six tables.
type Examination struct {
	q        engine.Q
	kind     engine.Kind
	expected map[string][]engine.Field
	columns  map[string][]columnFact
	Findings []Finding
	// rollsBack says that every table takes back what a transaction wrote.
	rollsBack bool
}

// columnFact is a column as the catalogue describes it.
type columnFact struct {
	Tabela      string `bun:"tabela"`
	Nome        string `bun:"nome"`
	Tipo        string `bun:"tipo"`
	Obrigatoria bool   `bun:"obrigatoria"`
	ComPadrao   bool   `bun:"com_padrao"`
	Automatica  bool   `bun:"automatica"` // the database gives a value, different for each row
	Codificacao string `bun:"codificacao"`
}

var columnFacts = map[engine.Kind]string{
	engine.SQLite: `SELECT lower(m.name) AS tabela, lower(p.name) AS nome, p.type AS tipo, p."notnull" <> 0 AS obrigatoria, p.dflt_value IS NOT NULL OR p.hidden <> 0 AS com_padrao,
		p.pk = 1 AND upper(p.type) = 'INTEGER' AND (SELECT count(*) FROM pragma_table_xinfo(m.name) k WHERE k.pk > 0) = 1 AS automatica, '' AS codificacao
		FROM sqlite_master m, pragma_table_xinfo(m.name) p WHERE m.type = 'table' AND lower(m.name) IN (?, ?, ?, ?, ?, ?) ORDER BY m.name, p.cid`,
	engine.Postgres: `SELECT c.relname AS tabela, a.attname AS nome, format_type(a.atttypid, a.atttypmod) AS tipo, a.attnotnull AS obrigatoria,
		a.atthasdef OR a.attidentity <> '' AS com_padrao, a.atthasdef OR a.attidentity <> '' AS automatica, '' AS codificacao
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND c.relname IN (?, ?, ?, ?, ?, ?) ORDER BY c.relname, a.attnum`,
	engine.MySQL: `SELECT lower(table_name) AS tabela, lower(column_name) AS nome, column_type AS tipo, is_nullable = 'NO' AS obrigatoria,
		column_default IS NOT NULL OR extra <> '' AS com_padrao, extra LIKE '%auto_increment%' AS automatica, coalesce(character_set_name, '') AS codificacao
		FROM information_schema.columns WHERE table_schema = database() AND table_name IN (?, ?, ?, ?, ?, ?) ORDER BY table_name, ordinal_position`,
}

// Examine compares the six tables with what the Flask system makes. It only reads.
func Examine(ctx context.Context, q engine.Q) (*Examination, error) {
	x := &Examination{q: q, kind: q.Kind(), expected: expectedTables(q.Kind()), columns: map[string][]columnFact{}, rollsBack: true}
	var facts []columnFact
	if err := q.All(ctx, &facts, columnFacts[x.kind], schema.SixArgs()...); err != nil {
		return nil, err
	}
	for _, f := range facts {
		x.columns[f.Tabela] = append(x.columns[f.Tabela], f)
	}
	steps := []func(context.Context) error{x.storage, x.keys, x.sequences, x.outsiders, x.staleFold, x.ontoOldFold}
	for _, table := range x.tables() {
		x.compare(table)
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// tables are those of the six that are there.
func (x *Examination) tables() []string {
	return slices.DeleteFunc(slices.Clone(migrations.SixTables), func(name string) bool { return len(x.columns[name]) == 0 })
}

func (x *Examination) add(f Finding) { x.Findings = append(x.Findings, f) }

func (x *Examination) column(table, name string) (columnFact, bool) {
	i := slices.IndexFunc(x.columns[table], func(c columnFact) bool { return c.Nome == name })
	if i < 0 {
		return columnFact{}, false
	}
	return x.columns[table][i], true
}

// compare looks at the columns of one table.
func (x *Examination) compare(table string) {
	known := map[string]bool{}
	for _, want := range x.expected[table] {
		known[want.Nome] = true
		have, there := x.column(table, want.Nome)
		room := engine.FieldOf(x.kind, table, have.Nome, have.Tipo).Max
		switch {
		case !there:
			x.missing(table, want)
		case x.kind != engine.SQLite && !fits(x.kind, kindOf(want.SQL), have.Tipo):
			x.otherType(table, want, have)
		case room > 0 && room < want.Max:
			x.narrow(table, want, room)
		case have.Obrigatoria && !want.NotNull && !slices.Contains(written[table], want.Nome):
			x.obligatory(table, have, "o monitor a deixa vazia")
		}
	}
	for _, have := range x.columns[table] {
		if !known[have.Nome] && have.Obrigatoria && !have.ComPadrao {
			x.obligatory(table, have, "o monitor e o sistema antigo não a conhecem")
		}
	}
}

// missing adds a column, which harms nobody, where rows may do without.
func (x *Examination) missing(table string, want engine.Field) {
	f := Finding{Reason: ReasonNoColumn, Detail: fmt.Sprintf("falta em %s a coluna %s", table, want.Nome)}
	f.Remedy = fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s %s", table, want.Nome, want.SQL)
	if want.NotNull {
		f.Blocks = true
		f.Detail += ", sem a qual as linhas não dizem o que são"
	} else {
		f.Mends = []string{f.Remedy}
	}
	x.add(f)
}

func (x *Examination) otherType(table string, want engine.Field, have columnFact) {
	f := Finding{
		Reason: ReasonColumnType, Blocks: true,
		Detail: fmt.Sprintf("%s.%s é do tipo %s", table, want.Nome, have.Tipo),
	}
	tipo, _, _ := strings.Cut(want.SQL, " NOT NULL")
	if x.kind == engine.Postgres {
		if tipo == "SERIAL" {
			tipo = "INTEGER"
		}
		f.Remedy = fmt.Sprintf("ALTER TABLE %[1]s ALTER COLUMN %[2]s TYPE %[3]s USING %[2]s::text::%[3]s", table, want.Nome, tipo)
	} else {
		f.Remedy = fmt.Sprintf("ALTER TABLE %s MODIFY %s %s", table, want.Nome, want.SQL)
	}
	x.add(f)
}

func (x *Examination) narrow(table string, want engine.Field, room int64) {
	f := Finding{
		Reason: ReasonShortColumn,
		Detail: fmt.Sprintf(
			"%s.%s guarda até %d caracteres, e não %d: textos mais longos serão recusados",
			table,
			want.Nome,
			room,
			want.Max,
		),
		Remedy: fmt.Sprintf("ALTER TABLE %s ALTER COLUMN %s TYPE VARCHAR(%d)", table, want.Nome, want.Max),
	}
	if x.kind == engine.MySQL {
		f.Remedy = fmt.Sprintf("ALTER TABLE %s MODIFY %s %s", table, want.Nome, want.SQL)
	}
	x.add(f)
}

// obligatory is a column that a row of ours leaves empty and that must not be.
func (x *Examination) obligatory(table string, have columnFact, why string) {
	f := Finding{
		Reason: ReasonObligatory, Blocks: true,
		Detail: fmt.Sprintf("%s.%s é obrigatória (NOT NULL), e %s: nenhuma linha nova entraria", table, have.Nome, why),
	}
	name := x.kind.Quote(have.Nome)
	switch x.kind {
	case engine.Postgres:
		f.Remedy = fmt.Sprintf("ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL", table, name)
	case engine.MySQL:
		f.Remedy = fmt.Sprintf("ALTER TABLE %s MODIFY %s %s NULL", table, name, have.Tipo)
	default:
		f.Remedy = fmt.Sprintf(
			`ALTER TABLE %[1]s ADD COLUMN monitor_troca %[3]s; UPDATE %[1]s SET monitor_troca = %[2]s; ALTER TABLE %[1]s DROP COLUMN %[2]s; ALTER TABLE %[1]s RENAME COLUMN monitor_troca TO %[2]s`,
			table,
			name,
			have.Tipo,
		)
	}
	x.add(f)
}

// Blocking says in one sentence each what stops setup, and with which statements
// that is mended; "" when nothing does.
func (x *Examination) Blocking() (reason, cause, remedy string) {
	var causes, cures []string
	for _, f := range x.Findings {
		if !f.Blocks {
			continue
		}
		if reason == "" {
			reason = f.Reason
		}
		causes = append(causes, f.Detail)
		if f.Remedy != "" {
			cures = append(cures, f.Remedy)
		}
	}
	if reason == "" {
		return "", "", ""
	}
	return reason, strings.Join(causes, "; "), "nada foi alterado; faça uma cópia, corrija no banco e repita: " + strings.Join(cures, "; ")
}

// refusal is the error of a database that must not be adopted as it is.
func (x *Examination) refusal() error {
	_, cause, remedy := x.Blocking()
	if cause == "" {
		return nil
	}
	return &engine.UnavailableError{Causa: cause, Remedio: remedy}
}

// mends are the statements that setup runs before its own.
func (x *Examination) mends() []string {
	var list []string
	for _, f := range x.Findings {
		list = append(list, f.Mends...)
	}
	return list
}

// Sound refuses tables with which ordinary use would fail: by their shape, or
// because a row as we write it is refused when it is tried. Nothing stays written. It
// returns whether there is something for Mend.
func Sound(ctx context.Context, db *engine.DB, now when.Hora) (mends bool, err error) {
	x, err := Examine(ctx, db.Reader())
	if err != nil {
		return false, err
	}
	if err := x.Try(ctx, db, now); err != nil {
		return false, err
	}
	return len(x.mends()) > 0, x.refusal()
}

// Mend mends what is ours to mend.
func Mend(ctx context.Context, db *engine.DB) error {
	return db.Mend(ctx, func(ctx context.Context, q engine.Q) ([]string, error) {
		now, err := Examine(ctx, q)
		if err != nil {
			return nil, err
		}
		return now.mends(), nil
	})
}

// Plan is what Mend will do.
func Plan(ctx context.Context, db *engine.DB, state schema.State) ([]string, error) {
	if !Matters(state) {
		return nil, nil
	}
	x, err := Examine(ctx, db.Reader())
	if err != nil {
		return nil, err
	}
	return append([]string{}, x.mends()...), x.refusal()
}

// Matters says that the six tables are there and are ours to look at.
func Matters(state schema.State) bool {
	return state == schema.Foreign || state == schema.Behind || state == schema.Current
}
