package server

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// yardstick is the least that a server must do for a call: one statement on the same
// driver and file, and JSON. It knows no roles, limits, trail or index.
type yardstick struct {
	read, write *sql.DB
	n           atomic.Int64
}

func newYardstick(b *testing.B, path string) *yardstick {
	b.Helper()
	open := func(pragmas string, conns int) *sql.DB {
		db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)"+pragmas)
		require.NoError(b, err)
		db.SetMaxOpenConns(conns)
		b.Cleanup(func() { _ = db.Close() })
		return db
	}
	return &yardstick{read: open("&_pragma=query_only(1)", 4), write: open("&_pragma=synchronous(FULL)", 1)}
}

func (y *yardstick) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var answer any
	var err error
	status := http.StatusOK
	switch {
	case r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/heartbeat"):
		_, err = y.write.ExecContext(
			r.Context(),
			"UPDATE dispositivos SET ultimo_heartbeat = ? WHERE id = 1",
			time.Now().UTC().Format("2006-01-02 15:04:05.000000"),
		)
	case r.Method == http.MethodPost:
		status = http.StatusCreated
		_, err = y.write.ExecContext(r.Context(), "INSERT INTO clientes(nome, email, ativo, data_cadastro) VALUES ('João', ?, 1, ?)",
			fmt.Sprintf("r%d@empresa.com", y.n.Add(1)), time.Now().UTC().Format("2006-01-02 15:04:05.000000"))
	case strings.HasSuffix(r.URL.Path, "/clientes"):
		answer, err = y.rows(r, "SELECT * FROM clientes ORDER BY data_cadastro DESC, id DESC LIMIT 20")
	default:
		answer, err = y.rows(r, "SELECT * FROM clientes WHERE id = ?", r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:])
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"success": true, "clientes": answer})
}

func (y *yardstick) rows(r *http.Request, query string, args ...any) (list []map[string]any, err error) {
	rows, err := y.read.QueryContext(r.Context(), query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		values, at, row := make([]any, len(cols)), make([]any, len(cols)), map[string]any{}
		for i := range values {
			at[i] = &values[i]
		}
		if err := rows.Scan(at...); err != nil {
			return nil, err
		}
		for i, c := range cols {
			row[c] = values[i]
		}
		list = append(list, row)
	}
	return list, rows.Err()
}

// BenchmarkYardstick makes the same calls over the network to our server and to the
// yardstick, in turn, and reports how many of ours are made in the time of one of its.
func BenchmarkYardstick(b *testing.B) {
	const people, callers = 20_000, 16
	path := filepath.Join(b.TempDir(), "clientes.db")
	s := storetest.Open(b, path)
	storetest.Exec(b, storetest.Foreign(b, path), fmt.Sprintf(`WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < %d)
		INSERT INTO clientes(nome, email, telefone, empresa, ativo, data_cadastro)
		SELECT 'João Galvão', 'p' || i || '@empresa.com.br', '(11) 98888-7777', 'Indústria ' || i, 1, datetime(1577836800 + i * 30, 'unixepoch') || '.000000' FROM k`, people))
	op := s.As(storetest.Operator)
	key, _, err := op.Chaves.Create(b.Context(), store.ChaveNova{Nome: "b", Nivel: store.Admin})
	require.NoError(b, err)
	_, err = op.Dispositivos.Register(b.Context(), store.Registro{Info: store.Objeto(`{"hostname":"pc"}`)})
	require.NoError(b, err)
	_, err = op.Clientes.List(b.Context(), store.ClienteFiltro{Busca: "galvao"}) // the index is up to date
	require.NoError(b, err)
	srv, err := New(Config{Store: s, Log: slog.New(slog.DiscardHandler)})
	require.NoError(b, err)
	ours, plain := httptest.NewServer(srv.Handler()), httptest.NewServer(newYardstick(b, path))
	b.Cleanup(func() { ours.Close(); plain.Close() })
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: callers}}
	var serial atomic.Int64
	for _, c := range []struct {
		name, method, path string
		body               func() string
	}{
		{"lista", http.MethodGet, "/api/db/clientes?por_pagina=20&total=nao", nil},
		{"um", http.MethodGet, "/api/db/clientes/5000", nil},
		{"heartbeat", http.MethodPost, "/api/db/dispositivos/1/heartbeat", func() string { return "{}" }},
		{"criar", http.MethodPost, "/api/db/clientes", func() string {
			return fmt.Sprintf(`{"nome":"João Silva","email":"j%d@empresa.com"}`, serial.Add(1))
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			took := map[string]time.Duration{}
			for _, base := range []string{plain.URL, ours.URL} {
				began := time.Now()
				var left atomic.Int64
				left.Store(int64(b.N))
				var calls sync.WaitGroup
				for range callers {
					calls.Go(func() {
						for left.Add(-1) >= 0 {
							body := ""
							if c.body != nil {
								body = c.body()
							}
							r, _ := http.NewRequestWithContext(b.Context(), c.method, base+c.path, strings.NewReader(body))
							r.Header.Set("X-API-Key", key)
							r.Header.Set("Content-Type", "application/json")
							resp, err := client.Do(r)
							if err != nil {
								b.Error(err)
								return
							}
							_ = json.NewDecoder(resp.Body).Decode(&struct{}{})
							_ = resp.Body.Close()
							if resp.StatusCode >= 300 {
								b.Errorf("%s: %d", base+c.path, resp.StatusCode)
								return
							}
						}
					})
				}
				calls.Wait()
				took[base] = time.Since(began)
			}
			b.ReportMetric(took[plain.URL].Seconds()/took[ours.URL].Seconds(), "x-yardstick")
			b.ReportMetric(float64(b.N)/took[ours.URL].Seconds(), "ours/s")
		})
	}
}
