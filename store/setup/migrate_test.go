package setup_test

import (
	"database/sql"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/fold"
	"example.com/monitor/store/storetest"
)

// schemaText describes tables, columns, indexes and constraints of a server's
// database.
func schemaText(t *testing.T, e storetest.Engine, db *sql.DB) string {
	t.Helper()
	queries := []string{
		`SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, coalesce(character_maximum_length, 0)) FROM information_schema.columns WHERE table_schema = current_schema()`,
		`SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()`,
		`SELECT concat_ws(' ', table_name, constraint_type) FROM information_schema.table_constraints WHERE table_schema = current_schema() AND constraint_name NOT LIKE '%not_null'`,
		`SELECT concat_ws(' ', versao, nome) FROM monitor_migracoes`,
	}
	if e.Name == "mariadb" {
		queries = []string{
			`SELECT concat_ws(' ', table_name, column_name, column_type, is_nullable, coalesce(generation_expression, '')) FROM information_schema.columns WHERE table_schema = database()`,
			`SELECT concat_ws(' ', table_name, index_name, seq_in_index, column_name) FROM information_schema.statistics WHERE table_schema = database()`,
			`SELECT concat_ws(' ', table_name, constraint_type, constraint_name) FROM information_schema.table_constraints WHERE table_schema = database()`,
			`SELECT concat_ws(' ', versao, nome) FROM monitor_migracoes`,
		}
	}
	var lines []string
	for _, query := range queries {
		lines = append(lines, storetest.Texts(t, db, query)...)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// TestMigrationSurvivesAKill cuts a process off at each of its messages to the
// server, before and after the server acted on it. The next one finishes, and the
// schema is that of an undisturbed run. Normally every 19th message is tried;
// MONITOR_ENSAIO=completo tries all.
func TestMigrationSurvivesAKill(t *testing.T) {
	t.Parallel()
	storetest.Servers(t, func(t *testing.T, e storetest.Engine) {
		calm := e.URL(t)
		require.NoError(t, e.Open(t, calm).Close())
		want := schemaText(t, e, e.Foreign(t, calm))
		step := int64(37)
		if storetest.Complete() {
			step = 1
		}
		cuts := 0
		for n := int64(1); ; n += step {
			how := []storetest.Fate{storetest.Dropped, storetest.Unanswered}[n/step%2]
			if !killedAt(t, e, n, how, want) {
				break
			}
			cuts++
		}
		require.Greater(t, cuts, 2)
	})
}

// killedAt says whether there was a message n to be killed at.
func killedAt(t *testing.T, e storetest.Engine, n int64, how storetest.Fate, want string) bool {
	t.Helper()
	at := e.URL(t)
	r := storetest.NewRelay(t, storetest.HostOf(t, at))
	r.Cut(func(number int64, _ []byte) storetest.Fate {
		if number < n {
			return storetest.PassOn
		}
		if number > n {
			return storetest.Dropped
		}
		defer r.Dead.Store(how == storetest.Dropped)
		return how
	})
	s, err := store.Open(t.Context(), store.Config{URL: storetest.WithHost(t, at, r.Addr), Create: true, Pasta: t.TempDir()})
	if err == nil {
		r.Cut(nil)
		require.NoError(t, s.Close())
		return false
	}
	r.Dead.Store(true)
	db := e.Foreign(t, at)
	if e.Name == "mariadb" { // what 30 seconds do
		_, _ = db.ExecContext(t.Context(), "UPDATE monitor_travas SET ate = 0 WHERE nome = 'migracao'")
	}
	require.NoError(t, e.Open(t, at).Close())
	require.Equal(t, want, schemaText(t, e, db), "cut at message %d", n)
	return true
}

// TestFiveMigrateAtOnce starts five processes on an empty database.
func TestFiveMigrateAtOnce(t *testing.T) {
	t.Parallel()
	storetest.EachDoor(t, func(t *testing.T, e storetest.Engine) {
		at := e.URL(t)
		var wg sync.WaitGroup
		var errs [5]error
		for i := range errs {
			wg.Go(func() {
				s, err := store.Open(t.Context(), store.Config{URL: at, Create: true, ChaveAuditoria: strings.Repeat("0c", 32)})
				if err == nil {
					err = s.Close()
				}
				errs[i] = err
			})
		}
		wg.Wait()
		require.NoError(t, errors.Join(errs[:]...))
		s := e.Open(t, at)
		_, err := s.As(storetest.Operator).Clientes.Create(t.Context(), storetest.Person(1))
		require.NoError(t, err)
	})
}

// TestFoldOfEveryLatinLetter lets each server fold the letters of Unicode's Latin
// blocks, and those beside them that Brazilians meet, and compares with Go.
func TestFoldOfEveryLatinLetter(t *testing.T) {
	t.Parallel()
	storetest.Servers(t, func(t *testing.T, e storetest.Engine) {
		at := e.URL(t)
		require.NoError(t, e.Open(t, at).Close())
		db := e.Foreign(t, at)
		for _, block := range [][2]rune{{0x20, 0x24f}, {0x250, 0x2af}, {0x300, 0x36f}, {0x370, 0x3ff}, {0x400, 0x4ff}, {0x1e00, 0x1eff}, {0x2c60, 0x2c7f}, {0xfb00, 0xfb06}} {
			tx, err := db.BeginTx(t.Context(), nil)
			require.NoError(t, err)
			for r := block[0]; r <= block[1]; r++ {
				_, err := tx.ExecContext(t.Context(), e.Bind("INSERT INTO clientes(nome, email, telefone, cpf_cnpj) VALUES (?, ?, ?, ?)"),
					"a"+string(r)+"b", "x"+string(r)+"@"+e.Name+strings.Repeat("k", int(r%26)), "1"+string(r)+"2", "1a"+string(r)+"B2")
				if err != nil { // an address that the collation takes for another's
					require.Equal(t, "mariadb", e.Name, "%U %v", r, err)
					_, err = tx.ExecContext(
						t.Context(),
						"INSERT INTO clientes(nome, email, telefone, cpf_cnpj) VALUES (?, ?, ?, ?)",
						"a"+string(
							r,
						)+"b",
						"x"+string(rune("0"[0])+r%10)+strings.Repeat("y", int(r%97))+"@"+strings.Repeat("z", int(r/97%20))+"q",
						"1"+string(r)+"2",
						"1a"+string(r)+"B2",
					)
				}
				require.NoError(t, err, "%U", r)
			}
			require.NoError(t, tx.Commit())
		}
		rows, err := db.QueryContext(
			t.Context(),
			"SELECT nome, email, coalesce(telefone, ''), coalesce(cpf_cnpj, ''), monitor_busca FROM clientes",
		)
		require.NoError(t, err)
		defer rows.Close()
		n, inGo := 0, 0
		for ; rows.Next(); n++ {
			var nome, email, telefone, cpf, folded string
			require.NoError(t, rows.Scan(&nome, &email, &telefone, &cpf, &folded))
			want := fold.SearchText(nome, email, "", telefone, cpf)
			if fold.HoldsAny([][]string{{want}}, fold.OutsideMySQL()) && e.Name == "mariadb" {
				inGo++ // searched in Go
				middle := []rune(nome)[1]
				latin := unicode.Is(unicode.Latin, middle) && (middle < 0x250 || middle > 0x2af) && !unicode.Is(unicode.Lm, middle)
				require.False(t, latin, "%q", nome)
				continue
			}
			require.Equal(t, want, folded, "%q", nome)
		}
		require.NoError(t, rows.Err())
		require.Equal(t, 1463, n)
		require.Less(t, inGo, 256)
	})
}
