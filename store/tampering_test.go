package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// cofre is a database with a trail in two lanes, sealed and anchored, as files.
type cofre struct{ banco, chave, ancora []byte }

func newCofre(t *testing.T) cofre {
	t.Helper()
	url := storetest.SQLite.URL(t)
	path := url[len(storetest.URL("")):]
	var stores []*store.Store
	for range 2 {
		s, err := store.Open(t.Context(), storetest.SQLite.Config(t, url))
		require.NoError(t, err)
		stores = append(stores, s)
	}
	for i := range 60 {
		s := stores[i%2]
		c, err := s.As(storetest.Operator).Clientes.Create(t.Context(), store.Cliente{Nome: "Ana", Email: fmt.Sprintf("a%d@x.com", i)})
		require.NoError(t, err)
		_, err = s.As(storetest.Operator).Clientes.Deactivate(t.Context(), c.ID)
		require.NoError(t, err)
		if i%20 == 19 {
			require.NoError(t, s.Seal(t.Context()))
		}
	}
	for _, s := range stores {
		require.NoError(t, s.Close())
	}
	var c cofre
	for ending, text := range map[string]*[]byte{"": &c.banco, ".auditoria": &c.chave, ".ancora": &c.ancora} {
		var err error
		*text, err = os.ReadFile(path + ending)
		require.NoError(t, err)
	}
	return c
}

// abre lays a copy of the files out, lets somebody change the database, and verifies.
func (c cofre) abre(t *testing.T, dir string, ancora bool, change func(db *sql.DB)) store.Verificacao {
	t.Helper()
	path := filepath.Join(dir, "x.db")
	for _, ending := range []string{"-wal", "-shm", ".ancora"} {
		_ = os.Remove(path + ending)
	}
	require.NoError(t, os.WriteFile(path, c.banco, 0o600))
	require.NoError(t, os.WriteFile(path+".auditoria", c.chave, 0o600))
	if ancora {
		require.NoError(t, os.WriteFile(path+".ancora", c.ancora, 0o600))
	}
	db, err := sql.Open("sqlite", "file:"+path)
	require.NoError(t, err)
	change(db)
	require.NoError(t, db.Close())
	return verify(t, storetest.SQLite, storetest.URL(path))
}

// adulteracoes are ways to tamper; each gets random numbers. What it returns says what
// was done, and whether only the anchor can show it.
var adulteracoes = []func(t *testing.T, db *sql.DB) (what string, onlyAnchor bool){
	func(t *testing.T, db *sql.DB) (string, bool) { // any column of a row
		col := pick("acao", "descricao", "dados", "nivel", "data_hora", "ip_address", "user_agent")
		run(t, db, fmt.Sprintf("UPDATE logs_auditoria SET %s = coalesce(%[1]s, '') || 'x' WHERE id = ?", col), row())
		return "column " + col, false
	},
	func(t *testing.T, db *sql.DB) (string, bool) { // blamed on another client
		run(t, db, "UPDATE logs_auditoria SET cliente_id = cliente_id + 1 WHERE id = ?", row())
		return "client", false
	},
	func(t *testing.T, db *sql.DB) (string, bool) { // any column of a link
		col := pick("sujeito", "acao", "chave", "tipo")
		run(t, db, fmt.Sprintf("UPDATE monitor_trilha SET %s = %[1]s || 'x' WHERE log_id = ?", col), row())
		return "link's " + col, false
	},
	func(t *testing.T, db *sql.DB) (string, bool) {
		col := pick("instante", "log_id", "sequencia", "faixa")
		run(t, db, fmt.Sprintf("UPDATE monitor_trilha SET %s = %[1]s + 1000 WHERE log_id = ?", col), row())
		return "link's " + col, false
	},
	func(t *testing.T, db *sql.DB) (string, bool) {
		col := pick("resumo", "anterior", "mac")
		run(t, db, fmt.Sprintf("UPDATE monitor_trilha SET %s = randomblob(32) WHERE log_id = ?", col), row())
		return "link's " + col, false
	},
	func(t *testing.T, db *sql.DB) (string, bool) { // a row goes, alone or with its link
		id := row()
		run(t, db, "DELETE FROM logs_auditoria WHERE id = ?", id)
		if rand.IntN(2) == 0 {
			run(t, db, "DELETE FROM monitor_trilha WHERE log_id = ?", id)
		}
		return "row deleted", false
	},
	func(t *testing.T, db *sql.DB) (string, bool) { // the same with those after it numbered anew
		id := row()
		run(t, db, "DELETE FROM logs_auditoria WHERE id = ?", id)
		var faixa, seq int64
		require.NoError(t, db.QueryRowContext(t.Context(), "SELECT faixa, sequencia FROM monitor_trilha WHERE log_id = ?", id).Scan(&faixa, &seq))
		run(t, db, "DELETE FROM monitor_trilha WHERE log_id = ?", id)
		run(t, db, "UPDATE monitor_trilha SET sequencia = -sequencia WHERE faixa = ? AND sequencia > ?", faixa, seq)
		run(t, db, "UPDATE monitor_trilha SET sequencia = -sequencia - 1 WHERE faixa = ? AND sequencia < 0", faixa)
		run(t, db, "UPDATE monitor_faixas SET sequencia = sequencia - 1 WHERE id = ?", faixa)
		return "row cut out", false
	},
	func(t *testing.T, db *sql.DB) (string, bool) { // two rows change places
		a := row()
		b := a%100 + 1 + rand.Int64N(15)
		if a == b {
			b++
		}
		run(t, db, "UPDATE monitor_trilha SET log_id = CASE log_id WHEN ?1 THEN ?2 ELSE ?1 END WHERE log_id IN (?1, ?2)", a, b)
		return "rows swapped", false
	},
	func(t *testing.T, db *sql.DB) (string, bool) { // a seal
		if rand.IntN(2) == 0 {
			run(t, db, "DELETE FROM monitor_selos WHERE texto = (SELECT max(texto) FROM monitor_selos)")
			return "seal deleted", false
		}
		run(t, db, "UPDATE monitor_selos SET texto = texto || ' 9:9:00' WHERE texto = (SELECT min(texto) FROM monitor_selos)")
		return "seal", false
	},
	func(t *testing.T, db *sql.DB) (string, bool) { // a head
		run(t, db, "UPDATE monitor_faixas SET sequencia = sequencia + ? WHERE id = ?", 1+rand.Int64N(9), 1+rand.Int64N(2))
		return "head", false
	},
	func(t *testing.T, db *sql.DB) (string, bool) { // a whole lane
		faixa := 1 + rand.Int64N(2)
		run(t, db, "DELETE FROM logs_auditoria WHERE id IN (SELECT log_id FROM monitor_trilha WHERE faixa = ?)", faixa)
		run(t, db, "DELETE FROM monitor_trilha WHERE faixa = ?", faixa)
		run(t, db, "DELETE FROM monitor_faixas WHERE id = ?", faixa)
		return "lane", false
	},
	func(t *testing.T, db *sql.DB) (string, bool) { // the end, with the head and the seals rewritten
		faixa, last := 1+rand.Int64N(2), int64(0)
		require.NoError(t, db.QueryRowContext(t.Context(), "SELECT max(sequencia) FROM monitor_trilha WHERE faixa = ?", faixa).Scan(&last))
		keep := last - 1
		run(t, db, "DELETE FROM logs_auditoria WHERE id IN (SELECT log_id FROM monitor_trilha WHERE faixa = ? AND sequencia > ?)", faixa, keep)
		run(t, db, "DELETE FROM monitor_selos WHERE faixa = ? AND sequencia > ?", faixa, keep)
		run(t, db, "DELETE FROM monitor_trilha WHERE faixa = ? AND sequencia > ?", faixa, keep)
		run(t, db, "UPDATE monitor_faixas SET sequencia = ?, mac = (SELECT mac FROM monitor_trilha WHERE faixa = ?2 AND sequencia = ?1) WHERE id = ?2", keep, faixa)
		return "tail cut, head rewritten", true
	},
}

func pick(of ...string) string { return of[rand.IntN(len(of))] }

// row is one of the rows that every lane's verification reaches.
func row() int64 { return 1 + rand.Int64N(110) }

func run(t *testing.T, db *sql.DB, query string, args ...any) {
	t.Helper()
	_, err := db.ExecContext(t.Context(), query, args...)
	require.NoError(t, err, query)
}

// TestTamperingIsFound lets somebody with the whole database, but not the key, change
// it at random: 1,000 times with MONITOR_ENSAIO=completo.
func TestTamperingIsFound(t *testing.T) {
	t.Parallel()
	c := newCofre(t)
	dir := t.TempDir()
	for _, ancora := range []bool{true, false} {
		v := c.abre(t, dir, ancora, func(*sql.DB) {})
		require.True(t, v.Integra, "untouched: %v", v.Problemas)
		require.GreaterOrEqual(t, v.Elos, 120)
	}
	times := 4 * len(adulteracoes)
	if storetest.Complete() {
		times = 1000
	}
	missed := 0
	for i := range times {
		tamper := adulteracoes[i%len(adulteracoes)]
		what, onlyAnchor := "", false
		do := func(db *sql.DB) { what, onlyAnchor = tamper(t, db) }
		require.False(t, c.abre(t, dir, true, do).Integra, "%d, with the anchor: %s", i, what)
		if v := c.abre(t, dir, false, do); v.Integra {
			missed++
			require.True(t, onlyAnchor, "%d, without the anchor: %s", i, what)
		}
	}
	t.Logf("%d tamperings found with the anchor; without it all but %d, tails cut with the head rewritten", times, missed)
}

// TestNoFalseAlarms: four processes write, and a program like the Flask system
// writes rows of its own and takes cliente_id out of ours. With MONITOR_ENSAIO=completo
// they write 100,000 rows.
func TestNoFalseAlarms(t *testing.T) {
	t.Parallel()
	const processes, callers = 4, 16
	total := 832
	if storetest.Complete() {
		total = 100_032
	}
	url := storetest.URL(storetest.Flask(t))
	var stores []*store.Store
	for range processes {
		stores = append(stores, storetest.SQLite.Open(t, url))
	}
	ana, err := stores[0].As(storetest.Operator).Clientes.Create(t.Context(), store.Cliente{Nome: "Ana", Email: "ana@x.com"})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	var flask sync.WaitGroup
	flask.Go(func() { likeFlask(t, ctx, storetest.SQLite.Foreign(t, url)) })
	var wg sync.WaitGroup
	for _, s := range stores {
		for range callers {
			wg.Go(func() {
				for range total / processes / callers {
					for {
						_, err := s.As(storetest.Operator).Chat.Send(t.Context(), store.MensagemNova{Mensagem: "olá", ClienteID: ana.ID})
						if err == nil {
							break
						}
						if !errors.Is(err, store.ErrUnavailable) || t.Context().Err() != nil {
							t.Errorf("send: %v", err)
							return
						}
						// Four that never rest leave one another out for longer than the patience
						// of SQLite: it is refused, as callers are told, and tried again.
					}
				}
			})
		}
	}
	for range 5 {
		v, err := stores[1].As(storetest.Operator).Logs.Verify(t.Context())
		require.NoError(t, err)
		require.True(t, v.Integra, "while they write: %v", v.Problemas)
		require.NoError(t, stores[2].Seal(t.Context()))
	}
	wg.Wait()
	stop()
	flask.Wait()
	start := time.Now()
	v, err := stores[0].As(storetest.Operator).Logs.Verify(t.Context())
	require.NoError(t, err)
	require.True(t, v.Integra, "%v", v.Problemas)
	require.GreaterOrEqual(t, v.Elos, total)
	require.Positive(t, v.ForaCadeia)
	t.Logf("%d links in %d lanes, %d rows outside: verified in %v", v.Elos, v.Faixas, v.ForaCadeia, time.Since(start))
}

// likeFlask writes as the old system does until ctx ends.
func likeFlask(t *testing.T, ctx context.Context, db *sql.DB) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for _, query := range []string{
			"INSERT INTO logs_auditoria(acao, descricao, nivel) VALUES ('login', 'Login realizado com sucesso', 'info')",
			"UPDATE logs_auditoria SET cliente_id = NULL WHERE id IN (SELECT id FROM logs_auditoria WHERE cliente_id IS NOT NULL ORDER BY id DESC LIMIT 3)",
		} {
			if _, err := db.ExecContext(context.WithoutCancel(ctx), query); err != nil {
				t.Errorf("%s: %v", query, err)
			}
		}
	}
}
