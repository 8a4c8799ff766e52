package drift

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/say"
	"example.com/monitor/store/schema"
)

// storage looks at what keeps the tables: MySQL has engines without transactions
// and character sets without all letters, and lets a view have a table's name.
func (x *Examination) storage(ctx context.Context) error {
	if x.kind != engine.MySQL {
		return nil
	}
	var tables []struct {
		Nome  string `bun:"nome"`
		Tipo  string `bun:"tipo"`
		Motor string `bun:"motor"`
		Ordem string `bun:"ordem"`
	}
	err := x.q.All(
		ctx,
		&tables,
		`SELECT lower(table_name) AS nome, table_type AS tipo, coalesce(engine, '') AS motor, coalesce(table_collation, '') AS ordem
		FROM information_schema.tables WHERE table_schema = database() AND table_name IN (?, ?, ?, ?, ?, ?) ORDER BY table_name`,
		schema.SixArgs()...)
	if err != nil {
		return err
	}
	for _, t := range tables {
		switch {
		case strings.Contains(t.Tipo, "VIEW"):
			x.rollsBack = false
			x.add(Finding{
				Reason: ReasonNoTable, Blocks: true, Detail: t.Nome + " é uma visão (view), não uma tabela",
				Remedy: fmt.Sprintf(
					"CREATE TABLE %[1]s_tabela AS SELECT * FROM %[1]s; DROP VIEW %[1]s; RENAME TABLE %[1]s_tabela TO %[1]s; ALTER TABLE %[1]s ADD PRIMARY KEY (id)",
					t.Nome,
				),
			})
		case !strings.EqualFold(t.Motor, "InnoDB"):
			x.rollsBack = false
			stmt := "ALTER TABLE " + t.Nome + " ENGINE=InnoDB ROW_FORMAT=DYNAMIC"
			x.add(
				Finding{
					Reason: ReasonNoTransactions,
					Detail: t.Nome + " está em " + t.Motor + ", que não tem transações",
					Remedy: stmt,
					Mends:  []string{stmt},
				},
			)
		}
		if strings.Contains(t.Tipo, "VIEW") {
			continue
		}
		if err := x.letters(ctx, t.Nome, t.Ordem); err != nil {
			return err
		}
	}
	return nil
}

// letters converts a table that does not hold all of them.
func (x *Examination) letters(ctx context.Context, table, collation string) error {
	old := ""
	if !strings.HasPrefix(collation, "utf8mb4") {
		old, _, _ = strings.Cut(collation, "_")
	}
	for _, c := range x.columns[table] {
		if c.Codificacao != "" && c.Codificacao != "utf8mb4" && c.Codificacao != "binary" {
			old = c.Codificacao
		}
	}
	if old == "" {
		return nil
	}
	stmt := "ALTER TABLE " + table + " CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci, ROW_FORMAT=DYNAMIC"
	f := Finding{
		Reason: ReasonLatin1, Mends: []string{stmt}, Remedy: stmt,
		Detail: table + " guarda textos em " + old + ", que não tem todas as letras (nem emoji)",
	}
	if table == "clientes" {
		var same []string
		err := x.q.All(
			ctx,
			&same,
			`SELECT min(email) FROM clientes GROUP BY CONVERT(email USING utf8mb4) COLLATE utf8mb4_general_ci HAVING count(*) > 1 ORDER BY 1 LIMIT 5`,
		)
		if err != nil {
			return err
		}
		if len(same) > 0 {
			f.Mends, f.Blocks, f.Reason = nil, true, ReasonLetterClash
			f.Detail += "; há e-mails que ao converter ficam iguais: " + strings.Join(same, ", ")
			f.Remedy = "troque um e-mail de cada par, ou: ALTER TABLE clientes CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, ROW_FORMAT=DYNAMIC"
		}
	}
	x.add(f)
	return nil
}

var keyedTables = map[engine.Kind]string{
	engine.SQLite: `SELECT lower(m.name) FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table' AND lower(p.name) = 'id' AND p.pk = 1
		AND lower(m.name) IN (?, ?, ?, ?, ?, ?)`,
	engine.Postgres: `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'id'
		JOIN pg_index i ON i.indrelid = c.oid AND i.indisunique AND i.indpred IS NULL AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum
		WHERE n.nspname = current_schema() AND c.relname IN (?, ?, ?, ?, ?, ?)`,
	engine.MySQL: `SELECT lower(table_name) FROM information_schema.statistics WHERE table_schema = database() AND table_name IN (?, ?, ?, ?, ?, ?)
		GROUP BY table_name, index_name HAVING count(*) = 1 AND max(non_unique) = 0 AND lower(max(column_name)) = 'id'`,
}

// keys wants every table to have an id of its own for each row, which the database
// gives.
func (x *Examination) keys(ctx context.Context) error {
	var keyed []string
	if err := x.q.All(ctx, &keyed, keyedTables[x.kind], schema.SixArgs()...); err != nil {
		return err
	}
	for _, table := range x.tables() {
		id, there := x.column(table, "id")
		if !there || kindOf(id.Tipo) != intKind && x.kind != engine.SQLite {
			continue // said already
		}
		unique := slices.Contains(keyed, table)
		if unique && id.Automatica {
			continue
		}
		if !unique {
			twice, err := x.repeatedIDs(ctx, table)
			if err != nil {
				return err
			}
			if twice > 0 {
				x.add(Finding{
					Reason: ReasonRepeatedIDs, Blocks: true, Detail: fmt.Sprintf("%s não tem chave primária, e há %s com id repetido ou vazio", table, say.Count(twice, "linha", "linhas")),
					Remedy: fmt.Sprintf(
						"dê a cada linha um id só dela (veja quais: SELECT id, count(*) FROM %[1]s GROUP BY id HAVING count(*) > 1 OR id IS NULL)",
						table,
					),
				})
				continue
			}
		}
		x.giveIDs(table, id, unique)
	}
	return nil
}

func (x *Examination) repeatedIDs(ctx context.Context, table string) (n int, err error) {
	err = x.q.Get(ctx, []any{&n}, "SELECT count(*) - count(DISTINCT id) FROM "+table)
	return n, err
}

// giveIDs makes the primary key, the source of its values, or both.
func (x *Examination) giveIDs(table string, id columnFact, unique bool) {
	f := Finding{Reason: ReasonNoDefault, Detail: "o banco não dá os ids de " + table + " (falta o valor automático)"}
	if !unique {
		f.Reason, f.Detail = ReasonNoKey, table+" não tem chave primária em id"
	}
	switch x.kind {
	case engine.Postgres:
		if !unique {
			f.Mends = append(f.Mends, fmt.Sprintf("ALTER TABLE %s ADD PRIMARY KEY (id)", table))
		}
		if !id.Automatica {
			f.Mends = append(f.Mends, fmt.Sprintf("CREATE SEQUENCE IF NOT EXISTS %[1]s_id_seq OWNED BY %[1]s.id", table),
				fmt.Sprintf("ALTER TABLE %[1]s ALTER COLUMN id SET DEFAULT nextval('%[1]s_id_seq')", table),
				fmt.Sprintf("SELECT setval('%[1]s_id_seq', coalesce(max(id), 0) + 1, false) FROM %[1]s", table))
		}
	case engine.MySQL:
		stmt := fmt.Sprintf("ALTER TABLE %s MODIFY id %s NOT NULL AUTO_INCREMENT", table, id.Tipo)
		if !unique {
			stmt = strings.Replace(stmt, " MODIFY", " ADD PRIMARY KEY (id), MODIFY", 1)
		}
		f.Mends = []string{stmt}
	default:
		// A table of SQLite gets its key only when it is made.
		f.Blocks = true
		f.Remedy = x.rebuild(table)
		x.add(f)
		return
	}
	f.Remedy = strings.Join(f.Mends, "; ")
	x.add(f)
}

// rebuild are the statements that make a SQLite table anew with what it holds.
func (x *Examination) rebuild(table string) string {
	var lines, names []string
	for _, want := range x.expected[table] {
		lines = append(lines, want.Nome+" "+want.SQL)
		if _, there := x.column(table, want.Nome); there {
			names = append(names, want.Nome)
		}
	}
	for _, have := range x.columns[table] {
		if !slices.Contains(names, have.Nome) && !strings.HasPrefix(have.Nome, "monitor_") {
			lines, names = append(lines, x.kind.Quote(have.Nome)+" "+have.Tipo), append(names, x.kind.Quote(have.Nome))
		}
	}
	return fmt.Sprintf(
		"CREATE TABLE %[1]s_nova (%[2]s, PRIMARY KEY (id)); INSERT INTO %[1]s_nova (%[3]s) SELECT %[3]s FROM %[1]s; DROP TABLE %[1]s; ALTER TABLE %[1]s_nova RENAME TO %[1]s",
		table,
		strings.Join(lines, ", "),
		strings.Join(names, ", "),
	)
}

const idSequences = `SELECT c.relname AS tabela, coalesce((SELECT p.refobjid::regclass::text FROM pg_attrdef d
	JOIN pg_depend p ON p.classid = 'pg_attrdef'::regclass AND p.objid = d.oid AND p.refclassid = 'pg_class'::regclass
	JOIN pg_class s ON s.oid = p.refobjid AND s.relkind = 'S' WHERE d.adrelid = c.oid AND d.adnum = a.attnum LIMIT 1),
	pg_get_serial_sequence(quote_ident(c.relname), 'id'), '') AS sequencia
	FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'id'
	WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND c.relname IN (?, ?, ?, ?, ?, ?) ORDER BY c.relname`

// sequences finds those that would give an id which a row has already: every new
// row would then fail as if something of it existed. Other engines look at the
// rows themselves.
func (x *Examination) sequences(ctx context.Context) error {
	if x.kind != engine.Postgres {
		return nil
	}
	var list []struct {
		Tabela    string `bun:"tabela"`
		Sequencia string `bun:"sequencia"`
	}
	if err := x.q.All(ctx, &list, idSequences, schema.SixArgs()...); err != nil {
		return err
	}
	var asks []string
	for _, s := range list {
		if s.Sequencia != "" {
			asks = append(
				asks,
				fmt.Sprintf(
					"SELECT '%[1]s' AS tabela, '%[2]s' AS sequencia, last_value + CASE WHEN is_called THEN 1 ELSE 0 END AS proximo, (SELECT coalesce(max(id), 0)::bigint FROM %[1]s) AS ultimo FROM %[3]s",
					s.Tabela,
					strings.ReplaceAll(s.Sequencia, "'", "''"),
					s.Sequencia,
				),
			)
		}
	}
	var figures []struct {
		Tabela    string `bun:"tabela"`
		Sequencia string `bun:"sequencia"`
		Proximo   int64  `bun:"proximo"`
		Ultimo    int64  `bun:"ultimo"`
	}
	if len(asks) > 0 {
		if err := x.q.All(ctx, &figures, strings.Join(asks, " UNION ALL ")); err != nil {
			return err
		}
	}
	for _, s := range figures {
		if s.Proximo > s.Ultimo {
			continue
		}
		stmt := fmt.Sprintf("SELECT setval('%s', (SELECT max(id) FROM %s))", strings.ReplaceAll(s.Sequencia, "'", "''"), s.Tabela)
		x.add(Finding{
			Reason: ReasonSequence, Remedy: stmt, Mends: []string{stmt},
			Detail: fmt.Sprintf(
				"a sequência de %s daria o id %d, e já há ids até %d: todo registro novo falharia",
				s.Tabela,
				s.Proximo,
				s.Ultimo,
			),
		})
	}
	return nil
}

// outsider is a rule that somebody else laid on the six tables.
type outsider struct {
	Tipo   string `bun:"tipo"`
	Tabela string `bun:"tabela"`
	Nome   string `bun:"nome"`
	De     string `bun:"de"` // of a foreign key: the table that points here
	Texto  string `bun:"texto"`
}

const (
	foreignTrigger = "trigger"
	foreignCheck   = "check"
	foreignKey     = "fk"
)

var outsiderFacts = map[engine.Kind]string{
	engine.SQLite: `SELECT 'trigger' AS tipo, lower(tbl_name) AS tabela, name AS nome, '' AS de, '' AS texto FROM sqlite_master
		WHERE type = 'trigger' AND lower(tbl_name) IN (?, ?, ?, ?, ?, ?) AND name NOT LIKE 'monitor\_%' ESCAPE '\'
		UNION ALL SELECT 'check', lower(name), '', '', sql FROM sqlite_master WHERE type = 'table' AND lower(name) IN (?, ?, ?, ?, ?, ?) AND sql LIKE '%check%' ORDER BY 1, 2, 3`,
	engine.Postgres: `SELECT 'trigger' AS tipo, c.relname AS tabela, t.tgname AS nome, '' AS de, '' AS texto FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
		JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND n.nspname = current_schema() AND c.relname IN (?, ?, ?, ?, ?, ?)
		UNION ALL SELECT CASE k.contype WHEN 'c' THEN 'check' ELSE 'fk' END, c.relname, k.conname, coalesce(CASE k.contype WHEN 'f' THEN k.conrelid::regclass::text END, ''), pg_get_constraintdef(k.oid)
		FROM pg_constraint k JOIN pg_class c ON c.oid = CASE k.contype WHEN 'c' THEN k.conrelid ELSE k.confrelid END JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = current_schema() AND k.contype IN ('c', 'f') AND c.relname IN (?, ?, ?, ?, ?, ?) AND (k.contype = 'c' OR k.confdeltype IN ('a', 'r')) ORDER BY 1, 2, 3`,
	engine.MySQL: `SELECT 'trigger' AS tipo, lower(event_object_table) AS tabela, trigger_name AS nome, '' AS de, '' AS texto FROM information_schema.triggers
		WHERE event_object_schema = database() AND event_object_table IN (?, ?, ?, ?, ?, ?)
		UNION ALL SELECT 'check', lower(table_name), constraint_name, '', '' FROM information_schema.table_constraints
		WHERE constraint_schema = database() AND constraint_type = 'CHECK' AND table_name IN (?, ?, ?, ?, ?, ?)
		UNION ALL SELECT 'fk', lower(referenced_table_name), constraint_name, lower(table_name), '' FROM information_schema.referential_constraints
		WHERE constraint_schema = database() AND referenced_table_name IN (?, ?, ?, ?, ?, ?) AND delete_rule IN ('RESTRICT', 'NO ACTION') ORDER BY 1, 2, 3`,
}

// outsiders mentions what may refuse a row: nobody can tell by looking. Whether it
// refuses ordinary ones is tried by the probe.
func (x *Examination) outsiders(ctx context.Context) error {
	var list []outsider
	args := schema.SixArgs()
	args = append(args, schema.SixArgs()...)
	if x.kind == engine.MySQL {
		args = append(args, schema.SixArgs()...)
	}
	if err := x.q.All(ctx, &list, outsiderFacts[x.kind], args...); err != nil {
		return err
	}
	for _, o := range list {
		switch o.Tipo {
		case foreignTrigger:
			drop := x.dropTrigger(o)
			x.add(Finding{
				Reason: ReasonTrigger, rule: foreignRule{o.Tabela, o.Nome, drop}, Remedy: "se não precisa dele: " + drop,
				Detail: fmt.Sprintf("%s tem um gatilho que não é do monitor: %s; o que ele recusar, o monitor também não grava",
					o.Tabela, o.Nome),
			})
		case foreignCheck:
			x.foreignCheck(o)
		default:
			if x.columns[o.De] == nil || !slices.Contains(x.tables(), o.De) {
				x.add(Finding{
					Reason: ReasonReference, Detail: fmt.Sprintf("a tabela %s aponta para %s (%s): o que tiver linhas lá não pode ser excluído de vez", o.De, o.Tabela, o.Nome),
					Remedy: "desative em vez de excluir; ou, se não precisa da regra: " + x.dropForeignKey(o),
				})
			}
		}
	}
	return nil
}

func (x *Examination) dropTrigger(o outsider) string {
	if x.kind == engine.Postgres {
		return "DROP TRIGGER " + x.kind.Quote(o.Nome) + " ON " + o.Tabela
	}
	return "DROP TRIGGER " + x.kind.Quote(o.Nome)
}

func (x *Examination) dropForeignKey(o outsider) string {
	word := "CONSTRAINT"
	if x.kind == engine.MySQL {
		word = "FOREIGN KEY"
	}
	return "ALTER TABLE " + o.De + " DROP " + word + " " + x.kind.Quote(o.Nome)
}

// foreignCheck leaves out the checks that SQLAlchemy makes of booleans and that
// MariaDB makes of JSON.
func (x *Examination) foreignCheck(o outsider) {
	which, drop := ": "+o.Nome+";", "ALTER TABLE "+o.Tabela+" DROP CONSTRAINT "+x.kind.Quote(o.Nome)
	if x.kind == engine.SQLite {
		if !hasForeignCheck(o.Texto) {
			return
		}
		which, drop = ":", x.rebuild(o.Tabela)
	}
	if _, column := x.column(o.Tabela, o.Nome); column && x.kind == engine.MySQL {
		return
	}
	if strings.Contains(o.Texto, "= ANY (ARRAY[0, 1])") {
		return
	}
	x.add(Finding{
		Reason: ReasonCheck, rule: foreignRule{o.Tabela, o.Nome, drop}, Remedy: "se não precisa dela: " + drop,
		Detail: o.Tabela + " tem uma regra própria (CHECK)" + which + " o que ela recusar, o monitor também não grava",
	})
}

// hasForeignCheck says whether a CREATE TABLE has a CHECK that is not a boolean's.
func hasForeignCheck(sql string) bool {
	for part := range strings.SplitSeq(strings.ToLower(sql), "check") {
		rest := strings.TrimSpace(part)
		if strings.HasPrefix(rest, "(") && !strings.Contains(strings.SplitN(rest, "\n", 2)[0], "in (0, 1)") && part != sql {
			return true
		}
	}
	return false
}
