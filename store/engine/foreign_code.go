package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"example.com/monitor/store/migrations"
)

// ForeignCode is something in the database that no migration made and that runs
// by itself, or stands before our tables: a trigger, a rule, a policy, an event, a
// view, a routine that speaks of our tables, a function that a default calls.
type ForeignCode struct {
	Tipo   string `bun:"tipo"` // Portuguese
	Nome   string `bun:"nome"`
	Tabela string `bun:"tabela"` // "" where it belongs to none
	Texto  string `bun:"texto"`
}

func (f ForeignCode) String() string {
	text := f.Tipo + " " + f.Nome
	if f.Tabela != "" {
		text += " em " + f.Tabela
	}
	return text
}

// Removal are the statements that take it out of a SQLite file whose schema is of
// version versao. What bears a name of ours gives way to what it stood for.
func (f ForeignCode) Removal(versao int) []string {
	if f.Tipo == "visão" {
		return []string{"DROP VIEW IF EXISTS " + SQLite.Quote(f.Nome)}
	}
	list := []string{"DROP TRIGGER IF EXISTS " + SQLite.Quote(f.Nome)}
	last := ""
	for _, m := range migrations.For(string(SQLite)) {
		for _, stmt := range m.SQL {
			if name := nossoGatilho.FindStringSubmatch(stmt); name != nil && name[1] == f.Nome && m.Versao <= versao {
				last = stmt
			}
		}
	}
	if last != "" {
		list = append(list, last)
	}
	return list
}

// codeOf lists what runs. ? stand for the six tables. SQLite itself does not look at
// the case of a type that somebody wrote into its catalogue by hand.
var codeOf = map[Kind]string{
	SQLite: `SELECT CASE lower(type) WHEN 'view' THEN 'visão' ELSE 'gatilho' END AS tipo, name AS nome, CASE lower(type) WHEN 'view' THEN '' ELSE tbl_name END AS tabela, coalesce(sql, '') AS texto
		FROM sqlite_master WHERE lower(type) NOT IN ('table', 'index') ORDER BY 1, 2`,
	Postgres: `WITH nossas AS (SELECT c.oid, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND (c.relname IN (?, ?, ?, ?, ?, ?) OR c.relname LIKE 'monitor\_%'))
		SELECT 'gatilho' AS tipo, t.tgname AS nome, n.relname AS tabela, pg_get_triggerdef(t.oid) AS texto FROM pg_trigger t JOIN nossas n ON n.oid = t.tgrelid WHERE NOT t.tgisinternal
		UNION ALL SELECT 'regra', r.rulename, n.relname, pg_get_ruledef(r.oid) FROM pg_rewrite r JOIN nossas n ON n.oid = r.ev_class
		UNION ALL SELECT 'política', p.polname, n.relname, coalesce(pg_get_expr(p.polqual, p.polrelid), '') FROM pg_policy p JOIN nossas n ON n.oid = p.polrelid
		UNION ALL SELECT DISTINCT 'visão', v.relname, '', '' FROM pg_class v JOIN pg_rewrite r ON r.ev_class = v.oid JOIN pg_depend d ON d.objid = r.oid AND d.classid = 'pg_rewrite'::regclass
			JOIN nossas n ON n.oid = d.refobjid WHERE v.relkind IN ('v', 'm')
		UNION ALL SELECT DISTINCT 'função chamada por um padrão ou uma regra', p.proname, n.relname, '' FROM pg_depend d JOIN pg_proc p ON d.refclassid = 'pg_proc'::regclass AND p.oid = d.refobjid
			LEFT JOIN pg_attrdef a ON d.classid = 'pg_attrdef'::regclass AND a.oid = d.objid LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
			JOIN nossas n ON n.oid = coalesce(a.adrelid, k.conrelid) WHERE p.pronamespace <> 'pg_catalog'::regnamespace
			AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
		ORDER BY 1, 3, 2`,
	MySQL: `SELECT 'gatilho' AS tipo, trigger_name AS nome, event_object_table AS tabela, action_statement AS texto FROM information_schema.triggers WHERE event_object_schema = database()
		UNION ALL SELECT 'visão', table_name, '', coalesce(view_definition, '') FROM information_schema.views WHERE table_schema = database()
		UNION ALL SELECT 'evento', event_name, '', event_definition FROM information_schema.events WHERE event_schema = database()
		UNION ALL SELECT CASE routine_type WHEN 'FUNCTION' THEN 'função' ELSE 'procedimento' END, routine_name, '', coalesce(routine_definition, '') FROM information_schema.routines
			WHERE routine_schema = database() ORDER BY 1, 3, 2`,
}

var speaksOfOurs = regexp.MustCompile(`(?i)\b(` + strings.Join(migrations.SixTables, "|") + `|monitor_\w+)\b`)

// ForeignCode lists what no migration made, in a stable order. A trigger under a
// name of ours counts unless its text is ours, too.
func (q Q) ForeignCode(ctx context.Context) ([]ForeignCode, error) {
	var args []any
	if q.db.Kind == Postgres {
		for _, t := range migrations.SixTables {
			args = append(args, t)
		}
	}
	var all []ForeignCode
	if err := q.All(ctx, &all, codeOf[q.db.Kind], args...); err != nil {
		return nil, err
	}
	ours := ourTriggers(q.db.Kind)
	return slices.DeleteFunc(all, func(f ForeignCode) bool {
		switch f.Tipo {
		case "gatilho":
			return slices.Contains(ours[f.Nome], squeezed(f.Texto))
		case "visão", "evento", "função", "procedimento":
			return q.db.Kind == MySQL && !speaksOfOurs.MatchString(f.Texto)
		default:
			return false
		}
	}), nil
}

// ourTriggers are the texts that migrations gave each name, in every version.
func ourTriggers(kind Kind) map[string][]string {
	texts := map[string][]string{}
	for _, m := range migrations.For(string(kind)) {
		for _, stmt := range m.SQL {
			if name := nossoGatilho.FindStringSubmatch(stmt); name != nil {
				texts[name[1]] = append(texts[name[1]], squeezed(stmt))
			}
		}
	}
	return texts
}

func squeezed(text string) string { return strings.Join(strings.Fields(text), " ") }

// Structure is a digest of all that a SQLite file defines, but the table except.
func (q Q) Structure(ctx context.Context, except string) (string, error) {
	var list []struct {
		Tipo  string `bun:"tipo"`
		Nome  string `bun:"nome"`
		Tab   string `bun:"tab"`
		Texto string `bun:"texto"`
	}
	err := q.All(
		ctx,
		&list,
		"SELECT type AS tipo, name AS nome, tbl_name AS tab, coalesce(sql, '') AS texto FROM sqlite_master WHERE tbl_name <> ? ORDER BY 1, 2",
		except,
	)
	h := sha256.New()
	for _, o := range list {
		fmt.Fprintf(h, "%q %q %q %q\n", o.Tipo, o.Nome, o.Tab, o.Texto)
	}
	return hex.EncodeToString(h.Sum(nil)), err
}
