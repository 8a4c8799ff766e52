package storetest

import (
	"database/sql"
	"fmt"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFreshIsAsMigrated compares a copy of the template with a database that was
// migrated: tables, columns, indexes, constraints, counters and rows.
func TestFreshIsAsMigrated(t *testing.T) {
	Each(t, func(t *testing.T, e Engine) {
		at := e.URL(t)
		t.Run("migra", func(t *testing.T) { e.Open(t, at) })
		want := picture(t, e, at)
		require.Greater(t, len(want), 50)
		got := picture(t, e, e.Fresh(t))
		require.Len(t, got, len(want))
		for i := range want {
			require.Equal(t, want[i], got[i])
		}
	})
}

// picture is all that a database consists of, in words.
func picture(t *testing.T, e Engine, at string) (lines []string) {
	t.Helper()
	db := e.Foreign(t, at)
	for _, q := range map[string][]string{
		"sqlite": {"SELECT type, name, sql FROM sqlite_schema ORDER BY name", "PRAGMA journal_mode", "PRAGMA page_size"},
		"postgres": {
			"SELECT table_name, column_name, data_type, is_nullable, column_default, generation_expression FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, ordinal_position",
			"SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
			"SELECT conrelid::regclass, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
			"SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND probin IS NULL ORDER BY 1",
			"SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
			"SELECT extname FROM pg_extension ORDER BY 1",
		},
		"mariadb": {
			"SELECT routine_name FROM information_schema.routines WHERE routine_schema = database()",
			"SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = database()",
			"SELECT default_character_set_name FROM information_schema.schemata WHERE schema_name = database()",
		},
	}[kindOf(e)] {
		lines = append(lines, rowsOf(t, db, q)...)
	}
	for _, table := range tablesOf(t, e, db) {
		if kindOf(e) == "mariadb" {
			lines = append(lines, rowsOf(t, db, "SHOW CREATE TABLE "+table)...)
		}
		lines = append(lines, rowsOf(t, db, "SELECT * FROM "+table)...)
	}
	return lines
}

// kindOf is the kind of server behind e.
func kindOf(e Engine) string {
	if e.Name == "pgbouncer" {
		return "postgres"
	}
	return e.Name
}

func tablesOf(t *testing.T, e Engine, db *sql.DB) []string {
	t.Helper()
	query := "SELECT table_name FROM information_schema.tables WHERE table_schema IN ('public', database()) ORDER BY 1"
	switch kindOf(e) {
	case "sqlite":
		query = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1"
	case "postgres":
		query = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
	}
	list, err := column(t.Context(), db, query)
	require.NoError(t, err)
	return list
}

// once is what no two migrations have in common: their time, and who held the lease.
var once = regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.0-9]*(\+00:00)?|\b[A-Z2-7]{26}\b`)

func rowsOf(t *testing.T, db *sql.DB, query string) (lines []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	require.NoError(t, err, query)
	defer rows.Close()
	cols, err := rows.Columns()
	require.NoError(t, err)
	for rows.Next() {
		values, at := make([]sql.NullString, len(cols)), make([]any, len(cols))
		for i := range values {
			at[i] = &values[i]
		}
		require.NoError(t, rows.Scan(at...))
		lines = append(lines, once.ReplaceAllString(fmt.Sprint(values), "…"))
	}
	require.NoError(t, rows.Err())
	return lines
}
