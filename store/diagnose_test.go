package store_test

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// diagnose collects the stages.
func diagnose(t *testing.T, cfg store.Config) (fases []store.Fase, state store.SchemaState, err error) {
	t.Helper()
	state, err = store.Diagnose(t.Context(), cfg, func(f store.Fase) { fases = append(fases, f) })
	for _, f := range fases {
		require.NotEmpty(t, f.Codigo)
		require.NotEmpty(t, f.Nome)
		require.NotEmpty(t, f.Detalhe)
		require.Equal(t, f.Estado == store.FaseOK, f.Motivo == "", "%v", f)
		require.True(t, f.Estado == store.FaseOK || f.Remedio != "", "%v", f)
	}
	return fases, state, err
}

func codes(fases []store.Fase) (list []string) {
	for _, f := range fases {
		list = append(list, f.Codigo)
	}
	return slices.Compact(list)
}

func find(fases []store.Fase, motivo string) store.Fase {
	i := slices.IndexFunc(fases, func(f store.Fase) bool { return f.Motivo == motivo })
	if i < 0 {
		return store.Fase{}
	}
	return fases[i]
}

// A database in order goes through every stage, before and after it is prepared.
func TestHealthyDatabases(t *testing.T) {
	t.Parallel()
	storetest.EachDoor(t, func(t *testing.T, e storetest.Engine) {
		cfg := store.Config{URL: e.URL(t)}
		stages := "url tcp tls login banco motor pooler direitos ajustes esquema escrita relogio ida_volta disco"
		prepared := strings.Replace(stages, "escrita", "tabelas escrita", 1) + " seguranca chave_auditoria"
		if e.Name == "sqlite" {
			stages, prepared = "url arquivo disco", "url arquivo motor esquema tabelas disco seguranca chave_auditoria"
		}
		fases, state, err := diagnose(t, cfg)
		require.NoError(t, err)
		require.Equal(t, store.SchemaMissing, state)
		require.Equal(t, stages, strings.Join(codes(fases), " "))
		plan, err := store.Plan(t.Context(), cfg)
		if e.Name != "sqlite" {
			require.NoError(t, err)
			require.Equal(t, store.SchemaMissing, plan.Estado, "the diagnosis left nothing behind")
		}
		require.NoError(t, store.Prepare(t.Context(), cfg, nil))
		fases, state, err = diagnose(t, cfg)
		require.NoError(t, err)
		require.Equal(t, store.SchemaCurrent, state)
		require.Equal(t, prepared, strings.Join(codes(fases), " "))
		for _, f := range fases {
			if f.Codigo == "pooler" {
				require.Equal(t, e.Name == "pgbouncer", strings.Contains(f.Detalhe, "modo transação"), f.Detalhe)
				require.Equal(t, e.Name != "pgbouncer", strings.Contains(f.Detalhe, "direta"), f.Detalhe)
			}
		}
	})
}

// Every code that a script may see is explained.
func TestReasonsAreDocumented(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../docs/provedores.md")
	require.NoError(t, err)
	n := 0
	for _, file := range []string{"diagnose/diagnose.go", "drift/drift.go", "engine/reason.go"} {
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`(?m)^\t(?:Motivo|reason|Reason|stage)\w+\s*= "(\w+[a-z])"`).FindAllStringSubmatch(string(source), -1) {
			require.True(t, strings.Contains(string(doc), "`"+m[1]+"`"), "docs/provedores.md lacks %s", m[1])
			n++
		}
	}
	require.Greater(t, n, 60)
}

// What the Flask system leaves is told: the password that everybody knows, weak
// hashes, tokens in clear.
func TestInheritedDatabases(t *testing.T) {
	t.Parallel()
	storetest.EachDoor(t, func(t *testing.T, e storetest.Engine) {
		url := e.Flask(t)
		other := e.Foreign(t, url)
		fases, state, err := diagnose(t, store.Config{URL: url})
		require.NoError(t, err)
		require.Equal(t, store.SchemaForeign, state)
		require.NotEmpty(t, find(fases, "senhas_fracas").Detalhe)
		require.NotEmpty(t, find(fases, "tokens_abertos").Detalhe)
		require.Empty(t, find(fases, "senha_padrao"))
		storetest.Exec(t, other, "UPDATE clientes SET senha_hash = '"+flaskHash(t, "admin123")+"' WHERE email = 'chefe@empresa.com'")
		fases, _, err = diagnose(t, store.Config{URL: url})
		require.NoError(t, err)
		require.Contains(t, find(fases, "senha_padrao").Detalhe, "chefe@empresa.com")
	})
}

// flaskHash hashes as the Flask system does.
func flaskHash(t *testing.T, senha string) string {
	t.Helper()
	sum, err := pbkdf2.Key(sha256.New, senha, []byte("sal"), 260000, sha256.Size)
	require.NoError(t, err)
	return "pbkdf2:sha256:260000$sal$" + hex.EncodeToString(sum)
}

// Supabase shows every table to roles whose keys are public; setup closes ours,
// in a new database and in an inherited one, and leaves those of others alone.
func TestSupabaseTablesAreClosed(t *testing.T) {
	s := storetest.NewPostgres(t)
	storetest.Exec(t, s.Root(), "CREATE ROLE anon NOLOGIN; CREATE ROLE authenticated NOLOGIN")
	flask, err := os.ReadFile("storetest/testdata/flask.postgres.sql")
	require.NoError(t, err)
	const open = `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated;
		ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO anon, authenticated;`
	for nome, dump := range map[string]string{"new": "", "inherited": string(flask)} {
		t.Run(nome, func(t *testing.T) {
			cfg := store.Config{URL: s.Database(t), Pasta: t.TempDir()}
			db, err := sql.Open("pgx", cfg.URL+"?sslmode=disable")
			require.NoError(t, err)
			t.Cleanup(func() { _ = db.Close() })
			storetest.Exec(t, db, open+dump)
			plan, err := store.Plan(t.Context(), cfg)
			require.NoError(t, err)
			require.Contains(t, plan.SQL, "ALTER TABLE clientes ENABLE ROW LEVEL SECURITY")
			require.NoError(t, store.Prepare(t.Context(), cfg, nil))
			requireClosed(t, db)

			// Whatever opens one again is told, and mended by the next setup.
			storetest.Exec(t, db, "GRANT SELECT ON public.clientes TO anon; ALTER TABLE public.sessoes DISABLE ROW LEVEL SECURITY; CREATE TABLE public.alheia()")
			fases, _, err := diagnose(t, cfg)
			require.NoError(t, err)
			require.Contains(t, find(fases, "tabelas_abertas").Detalhe, ": clientes, sessoes")
			plan, err = store.Plan(t.Context(), cfg)
			require.NoError(t, err)
			require.Equal(t, store.SchemaCurrent, plan.Estado)
			require.Len(t, plan.SQL, 5)
			require.NoError(t, store.Prepare(t.Context(), cfg, nil))
			requireClosed(t, db)
			fases, _, err = diagnose(t, cfg)
			require.NoError(t, err)
			require.Empty(t, find(fases, "tabelas_abertas"))
		})
	}
}

// requireClosed reads every table of ours as the public.
func requireClosed(t *testing.T, db *sql.DB) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alheia'")
	require.NoError(t, err)
	defer rows.Close()
	var tables []string
	for rows.Next() {
		var nome string
		require.NoError(t, rows.Scan(&nome))
		tables = append(tables, nome)
	}
	require.NoError(t, rows.Err())
	require.Contains(t, tables, "clientes")
	require.Contains(t, tables, "monitor_chaves")
	for _, papel := range []string{"anon", "authenticated"} {
		for _, nome := range tables {
			tx, err := db.BeginTx(t.Context(), nil)
			require.NoError(t, err)
			_, err = tx.ExecContext(t.Context(), "SET LOCAL ROLE "+papel)
			require.NoError(t, err)
			var n int
			err = tx.QueryRowContext(t.Context(), "SELECT count(*) FROM public."+nome).Scan(&n)
			require.ErrorContains(t, err, "42501", "%s reads %d rows of %s", papel, n, nome)
			require.NoError(t, tx.Rollback())
		}
	}
	var open int
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND CASE WHEN relkind = 'S' THEN has_sequence_privilege('anon', oid, 'USAGE, SELECT, UPDATE') END").Scan(&open))
	require.Zero(t, open)
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relrowsecurity AND relname <> 'alheia'").Scan(&open))
	require.Zero(t, open)
}
