package engine

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"example.com/monitor/store/migrations"
)

// What the migrations added is taken away by looking: their texts name what may
// be ours, the database's catalogue says what of it is there. So a run that was
// killed in the middle (MySQL commits each DDL statement by itself) is finished
// by running it again, and nothing that another program named monitor_something
// is touched.

var (
	nossaTabela  = regexp.MustCompile(`^CREATE (?:VIRTUAL )?TABLE (?:IF NOT EXISTS )?(monitor_\w+)`)
	nossoIndice  = regexp.MustCompile(`^CREATE (?:UNIQUE )?INDEX (?:IF NOT EXISTS )?(monitor_\w+)`)
	nossoGatilho = regexp.MustCompile(`^CREATE TRIGGER (monitor_\w+)`)
	nossaColuna  = regexp.MustCompile(`\bADD COLUMN (?:IF NOT EXISTS )?(monitor_\w+)`)
	tabelaLedger = nossaTabela.FindStringSubmatch(migrations.Ledger)[1]
)

// The kinds of things that a catalogue lists.
const (
	objTabela  = "table"
	objIndice  = "index"
	objGatilho = "trigger"
	objColuna  = "column"
)

// dbObject is something in the database, with the table that it belongs to.
type dbObject struct {
	Tipo   string `bun:"tipo"`
	Tabela string `bun:"tabela"`
	Nome   string `bun:"nome"`
}

var catalogo = map[Kind]string{
	SQLite: `SELECT type AS tipo, lower(tbl_name) AS tabela, name AS nome FROM sqlite_master WHERE type IN ('table', 'index', 'trigger') ORDER BY rowid`,
	Postgres: `SELECT 'table' AS tipo, tablename AS tabela, tablename AS nome FROM pg_tables WHERE schemaname = current_schema()
		UNION ALL SELECT 'index', tablename, indexname FROM pg_indexes WHERE schemaname = current_schema()
		UNION ALL SELECT 'column', table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY 1, 2, 3`,
	MySQL: `SELECT 'table' AS tipo, table_name AS tabela, table_name AS nome FROM information_schema.tables WHERE table_schema = database()
		UNION ALL SELECT DISTINCT 'index', table_name, index_name FROM information_schema.statistics WHERE table_schema = database()
		UNION ALL SELECT 'column', table_name, column_name FROM information_schema.columns WHERE table_schema = database() ORDER BY 1, 2, 3`,
}

// nossos are the names that the migrations give, by kind of thing. They are read out of
// the texts once: each column of each table is asked for.
func nossos(kind Kind) map[string]map[string]bool {
	names, found := nossosDe.Load(kind)
	if !found {
		names, _ = nossosDe.LoadOrStore(kind, lerNossos(kind))
	}
	return names.(map[string]map[string]bool)
}

// nossosDe are nossos by Kind; nobody changes them.
var nossosDe sync.Map

func lerNossos(kind Kind) map[string]map[string]bool {
	names := map[string]map[string]bool{objTabela: {tabelaLedger: true}, objIndice: {}, objGatilho: {}, objColuna: {}}
	if kind == MySQL {
		names[objTabela][lockTable] = true
	}
	forms := map[string]*regexp.Regexp{objTabela: nossaTabela, objIndice: nossoIndice, objGatilho: nossoGatilho, objColuna: nossaColuna}
	for _, m := range migrations.For(string(kind)) {
		for _, stmt := range m.SQL {
			stmt = strings.TrimPrefix(stmt, migrations.Opcional)
			for tipo, form := range forms {
				for _, found := range form.FindAllStringSubmatch(stmt, -1) {
					names[tipo][found[1]] = true
				}
			}
		}
	}
	return names
}

// ours lists what is there of ours. What belongs to a table of ours goes with it.
func (q Q) ours(ctx context.Context) ([]dbObject, error) {
	var all []dbObject
	if err := q.All(ctx, &all, catalogo[q.db.Kind]); err != nil {
		return nil, err
	}
	names := nossos(q.db.Kind)
	return slices.DeleteFunc(all, func(o dbObject) bool {
		return !names[o.Tipo][o.Nome] || (o.Tipo != objTabela && names[objTabela][o.Tabela])
	}), nil
}

// undoStatements are what takes away what is there of ours, in order. The ledger
// is one of the last: until then the database is known to be half undone.
func (q Q) undoStatements(ctx context.Context) ([]string, error) {
	list, err := q.ours(ctx)
	if err != nil {
		return nil, err
	}
	stmts, rest := []string{}, list
	if q.db.Kind == MySQL {
		if stmts, err = q.alterations(ctx, list); err != nil {
			return nil, err
		}
		rest = slices.DeleteFunc(slices.Clone(list), func(o dbObject) bool { return o.Tipo != objTabela })
	}
	slices.SortStableFunc(rest, func(a, b dbObject) int { return lugar(a) - lugar(b) })
	for _, o := range rest {
		stmts = append(stmts, drop(o))
	}
	return stmts, nil
}

// lugar orders: what hangs on the six tables first, then our tables.
func lugar(o dbObject) int {
	switch {
	case o.Tipo == objGatilho:
		return 0
	case o.Tipo == objIndice:
		return 1
	case o.Tipo == objColuna:
		return 2
	case o.Nome == lockTable:
		return 5
	case o.Nome == tabelaLedger:
		return 4
	default:
		return 3
	}
}

func drop(o dbObject) string {
	if o.Tipo == objColuna {
		return fmt.Sprintf("ALTER TABLE %s DROP COLUMN IF EXISTS %s", o.Tabela, o.Nome)
	}
	return fmt.Sprintf("DROP %s IF EXISTS %s", strings.ToUpper(o.Tipo), o.Nome)
}

// alterations are one ALTER for each of the six tables, so that a table is built
// anew once only.
func (q Q) alterations(ctx context.Context, list []dbObject) ([]string, error) {
	parts := map[string][]string{}
	var tables []string
	for _, o := range list {
		if o.Tipo == objTabela {
			continue
		}
		if parts[o.Tabela] == nil {
			tables = append(tables, o.Tabela)
		}
		parts[o.Tabela] = append(parts[o.Tabela], fmt.Sprintf("DROP %s %s", strings.ToUpper(o.Tipo), o.Nome))
	}
	slices.Sort(tables)
	stmts := []string{}
	for _, t := range tables {
		back, err := q.foreignIndexes(ctx, t)
		if err != nil {
			return nil, err
		}
		stmts = append(stmts, "ALTER TABLE "+t+" "+strings.Join(append(back, parts[t]...), ", "))
	}
	return stmts, nil
}

// InnoDB makes an index for a foreign key that has none, and drops it without a
// word when one of ours begins with the same column. Ours cannot go then, unless
// the old one comes back, under the name that InnoDB had given it.
const chavesSemIndice = `SELECT k.column_name AS coluna, k.constraint_name AS nome FROM information_schema.key_column_usage k
	WHERE k.table_schema = database() AND k.table_name = ? AND k.referenced_table_name IS NOT NULL AND k.ordinal_position = 1
	AND NOT EXISTS (SELECT 1 FROM information_schema.statistics s WHERE s.table_schema = k.table_schema AND s.table_name = k.table_name
		AND s.column_name = k.column_name AND s.seq_in_index = 1 AND s.index_name NOT LIKE 'monitor\_ix\_%')
	ORDER BY k.column_name`

func (q Q) foreignIndexes(ctx context.Context, table string) ([]string, error) {
	var keys []struct {
		Coluna string `bun:"coluna"`
		Nome   string `bun:"nome"`
	}
	if err := q.All(ctx, &keys, chavesSemIndice, table); err != nil {
		return nil, err
	}
	list := make([]string, 0, len(keys))
	for _, k := range keys {
		nome := k.Nome
		if regexp.MustCompile(`^` + table + `_ibfk_\d+$`).MatchString(nome) {
			nome = k.Coluna
		}
		list = append(list, fmt.Sprintf("ADD INDEX %s (%s)", nome, k.Coluna))
	}
	return list, nil
}

// What others made on top of ours, with its text where only that tells.
var dependents = map[Kind]string{
	SQLite: `SELECT type AS tipo, name AS nome, sql AS texto FROM sqlite_master WHERE type IN ('view', 'trigger') ORDER BY name`,
	Postgres: `SELECT CASE v.relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END AS tipo, v.oid::regclass::text AS nome, '' AS texto
		FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass JOIN pg_class v ON v.oid = r.ev_class
		JOIN pg_class t ON t.oid = d.refobjid AND d.refclassid = 'pg_class'::regclass JOIN pg_namespace n ON n.oid = t.relnamespace
		LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
		WHERE n.nspname = current_schema() AND v.oid <> t.oid AND (t.relname LIKE 'monitor\_%' OR a.attname LIKE 'monitor\_%')
		UNION SELECT 'constraint ' || k.conname || ' on', k.conrelid::regclass::text, '' FROM pg_constraint k JOIN pg_class t ON t.oid = k.confrelid
		JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace
		WHERE k.contype = 'f' AND n.nspname = current_schema() AND t.relname LIKE 'monitor\_%' AND c.relname NOT LIKE 'monitor\_%' ORDER BY 2`,
	MySQL: `SELECT 'view' AS tipo, table_name AS nome, view_definition AS texto FROM information_schema.views WHERE table_schema = database()
		UNION ALL SELECT 'trigger', trigger_name, action_statement FROM information_schema.triggers WHERE trigger_schema = database()
		UNION ALL SELECT concat('constraint ', constraint_name, ' on'), table_name, referenced_table_name FROM information_schema.referential_constraints
		WHERE constraint_schema = database() AND table_name NOT LIKE 'monitor\_%' ORDER BY 2`,
}

// Dependents are the statements that take away what others made on top of ours:
// as long as it is there, ours cannot go, or it would stop working.
func (db *DB) Dependents(ctx context.Context) ([]string, error) {
	var list []struct {
		Tipo  string `bun:"tipo"`
		Nome  string `bun:"nome"`
		Texto string `bun:"texto"`
	}
	if err := db.Reader().All(ctx, &list, dependents[db.Kind]); err != nil {
		return nil, err
	}
	names := nossos(db.Kind)
	var stmts []string
	for _, d := range list {
		if names[objGatilho][d.Nome] || db.Kind != Postgres && !mentions(d.Texto, names) {
			continue
		}
		if rule, on := strings.CutSuffix(d.Tipo, " on"); on {
			stmts = append(stmts, "ALTER TABLE "+d.Nome+" DROP "+strings.Replace(rule, "constraint", "CONSTRAINT", 1))
			continue
		}
		stmts = append(stmts, "DROP "+strings.ToUpper(d.Tipo)+" "+d.Nome)
	}
	return stmts, nil
}

var identifier = regexp.MustCompile(`\bmonitor_\w+`)

func mentions(text string, names map[string]map[string]bool) bool {
	return slices.ContainsFunc(identifier.FindAllString(strings.ToLower(text), -1), func(word string) bool {
		return names[objTabela][word] || names[objColuna][word]
	})
}

// UndoStatements are what Undo would run now.
func (db *DB) UndoStatements(ctx context.Context) ([]string, error) {
	return db.Reader().undoStatements(ctx)
}

// Undo takes away what Migrate added. before runs first, and once also when a
// killed run is finished; where DDL belongs to transactions all of it is one.
// SQLite needs StartWriter.
func (db *DB) Undo(ctx context.Context, before func(ctx context.Context, q Q) error) error {
	ctx, cancel := context.WithTimeout(ctx, migrarPor)
	defer cancel()
	switch db.Kind {
	case Postgres:
		return db.undoPostgres(ctx, before)
	case MySQL:
		return db.undoMySQL(ctx, before)
	default:
		return db.Write(ctx, func(ctx context.Context, q Q) error { return q.undo(ctx, before) })
	}
}

func (q Q) undo(ctx context.Context, before func(ctx context.Context, q Q) error) error {
	if err := before(ctx, q); err != nil {
		return err
	}
	stmts, err := q.undoStatements(ctx)
	if err != nil {
		return err
	}
	for _, stmt := range stmts {
		if _, err := q.wc.ExecContext(ctx, stmt); err != nil {
			return Translate(err)
		}
	}
	return nil
}

func (db *DB) undoPostgres(ctx context.Context, before func(ctx context.Context, q Q) error) error {
	conn, release, err := db.connect(ctx)
	if err != nil {
		return err
	}
	defer release()
	return Translate(db.stepPostgres(ctx, conn, func(q Q) error { return q.undo(ctx, before) }))
}

// undoMySQL marks the database first: from then on it counts as one that was
// never adopted, and whoever prepares or undoes it next finishes this.
func (db *DB) undoMySQL(ctx context.Context, before func(ctx context.Context, q Q) error) error {
	return db.leased(ctx, func(conn *sql.Conn, dono string) error {
		q := Q{db: db, conn: conn, wc: conn}
		names, err := db.Tables(ctx)
		if err != nil {
			return err
		}
		if names[tabelaLedger] {
			if err := q.markUndo(ctx, before); err != nil {
				return err
			}
		}
		return db.dropAll(ctx, q, dono)
	})
}

// marcaDesfazer is the version of the ledger's row that says so.
const marcaDesfazer = -1

// markUndo runs before and marks the database, together.
func (q Q) markUndo(ctx context.Context, before func(ctx context.Context, q Q) error) (err error) {
	half, err := q.halfUndone(ctx)
	if err != nil || half {
		return err
	}
	if _, err := q.wc.ExecContext(ctx, "START TRANSACTION"); err != nil {
		return Translate(err)
	}
	defer func() {
		if err != nil {
			_, _ = q.wc.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		}
	}()
	if err := before(ctx, q); err != nil {
		return err
	}
	if _, err := q.Exec(ctx, "DELETE FROM monitor_migracoes WHERE versao > 0"); err != nil {
		return err
	}
	if _, err := q.Exec(ctx, "INSERT INTO monitor_migracoes(versao, nome, aplicada_em) VALUES (?, 'desfazendo', '')", marcaDesfazer); err != nil {
		return err
	}
	_, err = q.wc.ExecContext(ctx, "COMMIT")
	return Translate(err)
}

func (q Q) halfUndone(ctx context.Context) (half bool, err error) {
	err = q.Get(ctx, []any{&half}, "SELECT EXISTS (SELECT 1 FROM monitor_migracoes WHERE versao = ?)", marcaDesfazer)
	return half, err
}

// dropAll runs the statements as long as the lease is ours. The table of the
// lease is the last to go.
func (db *DB) dropAll(ctx context.Context, q Q, dono string) error {
	stmts, err := q.undoStatements(ctx)
	if err != nil {
		return err
	}
	for _, stmt := range stmts {
		if err := q.renew(ctx, dono); err != nil {
			return err
		}
		if _, err := q.wc.ExecContext(ctx, stmt); err != nil {
			return Translate(err)
		}
	}
	return nil
}

// HalfUndone says that an Undo was killed before its end. The next Migrate
// finishes it first.
func (db *DB) HalfUndone(ctx context.Context) (bool, error) {
	names, err := db.Tables(ctx)
	if err != nil || !names[tabelaLedger] {
		return false, err
	}
	return db.Reader().halfUndone(ctx)
}

// Compact gives the space of what Undo dropped back to the disk, and SQLite's
// usual journal back to the file. It needs the file for itself; what another
// program keeps it from is left as it is, and harms nobody.
func (t Target) Compact(ctx context.Context) error {
	if t.Kind != SQLite {
		return nil
	}
	pool, err := sql.Open(sqliteDriver(), sqliteDSN(t.Path))
	if err != nil {
		return Translate(err)
	}
	defer pool.Close()
	pool.SetMaxOpenConns(1)
	// The copy that VACUUM makes may not fit into memory.
	for _, stmt := range []string{"PRAGMA temp_store = FILE", "VACUUM", "PRAGMA journal_mode = DELETE"} {
		if _, err := pool.ExecContext(ctx, stmt); err != nil {
			return Translate(err)
		}
	}
	return nil
}
