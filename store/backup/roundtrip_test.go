package backup_test

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/backup"
	"example.com/monitor/store/storetest"
)

// oddColumns are what other programs add to clientes on each engine: definitions
// and values that a careless copy would change.
var oddColumns = map[string][]struct{ before, column, value string }{
	"postgres": {
		{"", "newsletter boolean DEFAULT false NOT NULL", "DEFAULT"},
		{"", "matriz integer[]", "'{{1,2},{3,4}}'"},
		{"", "rotulos text[] DEFAULT '{}'::text[]", `'{"a,b",NULL,"c\"d"}'`},
		{"", "doc json", `'{ "b" : 1,  "a":2, "a":3 }'`},
		{"", "docb jsonb DEFAULT '{}'::jsonb", `'{"b": 1.10, "a": [null]}'`},
		{"", "foto bytea", `'\x00ff5c27'`},
		{"", "saldo numeric(30,12)", "-123456789012345678.000000000001"},
		{"", "qualquer numeric", "'NaN'"},
		{"", "real8 double precision", "'-0'"},
		{"", "maior double precision", "1.7976931348623157e308"},
		{"", "real4 real", "0.1"},
		{"", "prazo interval", "'-1 year 2 mons -3 days 04:05:06.000007'"},
		{"", "quando timestamptz", "'2024-02-29 23:59:59.000001-03'"},
		{"", "sempre timestamp", "'infinity'"},
		{"", "antes timestamp", "'0044-03-15 12:00:00 BC'"},
		{"", "dia date", "'-infinity'"},
		{"", "hora timetz", "'23:59:60-03'"},
		{"CREATE TYPE humor AS ENUM ('bom', 'mau''s')", "humor humor DEFAULT 'bom'", "'mau''s'"},
		{"CREATE DOMAIN cep8 AS varchar(9) CHECK (VALUE ~ '^[0-9-]+$')", "cep2 cep8", "'01001-000'"},
		{"CREATE TYPE ponto3 AS (x int, y text)", "lugar ponto3", `ROW(1, 'a,"b')`},
		{"", "uid uuid DEFAULT gen_random_uuid()", "DEFAULT"},
		{"", "rede inet", "'2001:db8::1/64'"},
		{"", "mac macaddr", "'08:00:2b:01:02:03'"},
		{"", "bits bit varying(9)", "B'10101'"},
		{"", "preco money", "-1234.50"},
		{"", "faixa int4range", "'[1,5)'"},
		{"", "nome10 char(10)", "'ab'"},
		{"", "letra \"char\"", "'x'"},
		{"", "xis xml", "'<a>1</a>'"},
		{"", "dobro integer GENERATED ALWAYS AS (id * 2) STORED", ""},
		{"", "ordem integer GENERATED ALWAYS AS IDENTITY", ""},
		{"", "serie serial", ""},
		{"", "vetor tsvector", "'a:1 b:2'"},
		{"", `"Nome Estranho" text`, "'x'"},
	},
	"mariadb": {
		{"", "newsletter boolean NOT NULL DEFAULT false", "DEFAULT"},
		{"", "zero date", "'0000-00-00'"},
		{"", "zerohora datetime", "'0000-00-00 00:00:00'"},
		{"", "metade date", "'2024-00-00'"},
		{"", "impossivel date", "'2023-02-31'"},
		{"", "carimbo timestamp NULL", "'2024-02-29 23:59:59'"},
		{"", "ano year", "2155"},
		{"", "ano0 year", "0"},
		{"", "bits bit(9)", "b'101010101'"},
		{"", "humor enum('bom','mau''s')", "'mau''s'"},
		{"", "vazio enum('a','b')", "''"},
		{"", "conjunto set('a','b','c')", "'a,c'"},
		{"", "doc json", `'{ "b" : 1,  "a":[null] }'`},
		{"", "lugar point", "ST_GeomFromText('POINT(1.5 -2)')"},
		{"", "blob1 blob", "x'00ff5c27'"},
		{"", "bin binary(4)", "x'0100'"},
		{"", "velho varchar(30) CHARACTER SET latin1 COLLATE latin1_swedish_ci", "'Zoë €'"},
		{"", "grande bigint unsigned", "18446744073709551615"},
		{"", "negativo time(6)", "'-838:59:59.000001'"},
		{"", "menos0 double", "-0e0"},
		{"", "maior double", "1.7976931348623157e308"},
		{"", "real4 float", "0.1"},
		{"", "saldo decimal(65,30)", "-12345678901234567890.000000000000000000000000000001"},
		{"", "nulo text", "concat('a', char(0), 'b\\\\c''')"},
		{"", "uid uuid", "'123e4567-e89b-12d3-a456-426655440000'"},
		{"", "rede inet6", "'2001:db8::1'"},
		{"", "tamanho int GENERATED ALWAYS AS (char_length(nome)) STORED", ""},
		{"", "`Nome Estranho` text", "'x'"},
	},
	"sqlite": {
		{"", "newsletter boolean DEFAULT 0", "0"},
		{"", "livre", "x'00ff'"},
		{"", "texto text", "CAST(x'fffe41' AS TEXT)"},
		{"", "inteiro integer", "'abc'"},
		{"", "infinito real", "9e999"},
		{"", "nul text", "'a' || char(0) || 'b'"},
		{"", "dobro integer GENERATED ALWAYS AS (id * 2) VIRTUAL", ""},
	},
}

// readOdd is how the columns are compared: as the engine shows them.
func readOdd(e storetest.Engine, column string) string {
	name := strings.Fields(column)[0]
	if strings.HasPrefix(column, "\"") || strings.HasPrefix(column, "`") {
		name = column[:strings.LastIndexAny(column, "\"`")+1]
	}
	switch e.Name {
	case "sqlite":
		return "typeof(" + name + ") || hex(" + name + ")"
	case "mariadb":
		if name == "real4" || name == "menos0" || name == "maior" {
			return name + " + 0e0"
		}
		return "hex(" + name + ")"
	default:
		return name + "::text"
	}
}

// TestAnyColumnComesBackOnItsEngine has columns of every kind that somebody added,
// with what is hard to keep of each.
func TestAnyColumnComesBackOnItsEngine(t *testing.T) {
	t.Parallel()
	for engine, columns := range oddColumns {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			e := storetest.Installed(t, engine)
			url := e.URL(t)
			s := e.Open(t, url, storetest.WithKey)
			db := e.Foreign(t, url)
			db.SetMaxOpenConns(1)
			if engine == "mariadb" {
				e.Exec(t, db, "SET SESSION sql_mode = 'ALLOW_INVALID_DATES'")
			}
			e.Exec(t, db, "INSERT INTO clientes(id, nome, email) VALUES (7, 'Ana', 'ana@exemplo.com')")
			var read []string
			for _, c := range columns {
				if c.before != "" {
					e.Exec(t, db, c.before)
				}
				e.Exec(t, db, "ALTER TABLE clientes ADD COLUMN "+c.column)
				if c.value != "" {
					name := strings.TrimPrefix(readOdd(storetest.Engine{Name: "postgres"}, c.column), "")
					_, err := db.ExecContext(t.Context(), "UPDATE clientes SET "+strings.TrimSuffix(name, "::text")+" = "+c.value)
					require.NoError(t, err, c.column)
				}
				read = append(read, readOdd(e, c.column))
			}
			e.Exec(t, db, "INSERT INTO clientes(id, nome, email) VALUES (8, 'Bia', 'bia@exemplo.com')")
			query := "(SELECT id, " + strings.Join(read, ", ") + " FROM clientes) AS x"
			want := contents(t, db, query)
			copia := storetest.Backup(t, s).Arquivo
			at := e.URL(t)
			res, err := store.Restore(t.Context(), e.Config(t, at, storetest.WithKey), storetest.Operator, copia, backup.RestoreOptions{})
			require.NoError(t, err)
			require.Empty(t, res.Avisos)
			back := e.Foreign(t, at)
			require.Equal(t, want, contents(t, back, query))
			requireSameColumns(t, e, url, at)
			e.Exec(t, back, "INSERT INTO clientes(nome, email) VALUES ('Caio', 'caio@exemplo.com')")
		})
	}
}

// requireSameColumns compares the definitions of the columns, whatever their order.
func requireSameColumns(t *testing.T, e storetest.Engine, was, is string) {
	t.Helper()
	query := map[string]string{
		"sqlite": "(SELECT name, type, coalesce(dflt_value, '') FROM pragma_table_xinfo('clientes'))",
		"postgres": `(SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text, a.attgenerated::text,
			CASE WHEN d.adbin IS NULL OR pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval%' THEN '' ELSE pg_get_expr(d.adbin, d.adrelid) END
			FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = 'clientes'::regclass AND a.attnum > 0) AS x`,
		"mariadb": `(SELECT column_name, column_type, is_nullable, coalesce(column_default, '-'), coalesce(collation_name, ''), extra
			FROM information_schema.columns WHERE table_schema = database() AND table_name = 'clientes') AS x`,
	}[e.Name]
	require.Equal(t, contents(t, e.Foreign(t, was), query), contents(t, e.Foreign(t, is), query))
}

// oldCopy is a copy that an older monitor made, with columns of others and without
// their definitions.
func oldCopy(t *testing.T, name string) string {
	t.Helper()
	if name != "sqlite" {
		return filepath.Join("testdata", "copias", "v1."+name+".monitor")
	}
	f, err := os.Open(filepath.Join("testdata", "copias", "v1.sqlite.gz"))
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	content, err := io.ReadAll(z)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "v1.sqlite")
	require.NoError(t, os.WriteFile(path, content, 0o600))
	return path
}

// TestCopiesOfOlderVersionsComeBack restores the copies that version 1 of the form
// left, on their engine and on the others.
func TestCopiesOfOlderVersionsComeBack(t *testing.T) {
	t.Parallel()
	engines := []string{"sqlite", "postgres", "mariadb"}
	for i, from := range engines {
		for _, to := range []string{from, engines[(i+1)%len(engines)]} {
			t.Run(from+" para "+to, func(t *testing.T) {
				t.Parallel()
				e := storetest.Installed(t, to)
				at := e.URL(t)
				res, err := store.Restore(
					t.Context(),
					e.Config(t, at, storetest.WithKey),
					storetest.Operator,
					oldCopy(t, from),
					backup.RestoreOptions{},
				)
				require.NoError(t, err)
				require.Equal(t, backup.AssinaturaAusente, res.Copia.Assinatura)
				require.Contains(t, strings.Join(res.Avisos, "\n"), "não tem assinatura")
				var yes, no bool
				db := e.Foreign(t, at)
				require.NoError(t, db.QueryRowContext(t.Context(), "SELECT newsletter FROM clientes WHERE apelido = 'Aninha'").Scan(&yes))
				require.NoError(t, db.QueryRowContext(t.Context(), "SELECT newsletter FROM clientes WHERE apelido IS NULL").Scan(&no))
				require.True(t, yes)
				require.False(t, no)
				storetest.RequireIntact(t, e.Open(t, at, storetest.WithKey))
			})
		}
	}
}
