package server

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// BenchmarkHandler measures whole requests without the network: credential,
// decoding, roles, database, encoding.
func BenchmarkHandler(b *testing.B) {
	const people = 10_000
	path := filepath.Join(b.TempDir(), "clientes.db")
	s := storetest.Open(b, path)
	storetest.Exec(b, storetest.Foreign(b, path), fmt.Sprintf(`WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < %d)
		INSERT INTO clientes(nome, email, telefone, empresa, ativo, data_cadastro)
		SELECT 'João Galvão', 'p' || i || '@empresa.com.br', '(11) 98888-7777', 'Indústria ' || i, 1, datetime(1577836800 + i * 30, 'unixepoch') || '.000000' FROM k`, people))
	key, _, err := s.As(storetest.Operator).Chaves.Create(b.Context(), store.ChaveNova{Nome: "b", Nivel: store.Admin})
	require.NoError(b, err)
	_, err = s.As(storetest.Operator).Clientes.List(b.Context(), store.ClienteFiltro{Busca: "galvao"})
	require.NoError(b, err)
	_, err = s.As(storetest.Operator).Dispositivos.Register(b.Context(), store.Registro{Info: store.Objeto(`{"hostname":"pc"}`)})
	require.NoError(b, err)
	srv, err := New(Config{Store: s, Log: slog.New(slog.DiscardHandler)})
	require.NoError(b, err)
	h := srv.Handler()
	var n atomic.Int64
	for _, c := range []struct {
		name, method, path string
		body               func() string
		status             int
	}{
		{"lista", http.MethodGet, "/api/db/clientes?pagina=1&por_pagina=20", nil, http.StatusOK},
		{"busca", http.MethodGet, "/api/db/clientes?por_pagina=20&busca=galv", nil, http.StatusOK},
		{"um", http.MethodGet, "/api/db/clientes/5000", nil, http.StatusOK},
		{"heartbeat", http.MethodPost, "/api/db/dispositivos/1/heartbeat", func() string { return "{}" }, http.StatusOK},
		{"criar", http.MethodPost, "/api/db/clientes", func() string {
			return fmt.Sprintf(`{"nome":"João Silva","email":"j%d@empresa.com","telefone":"(11) 99999-9999","empresa":"Empresa XYZ"}`, n.Add(1))
		}, http.StatusCreated},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetParallelism(16)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					body := ""
					if c.body != nil {
						body = c.body()
					}
					r := httptest.NewRequest(c.method, c.path, strings.NewReader(body))
					r.Header.Set("X-API-Key", key)
					r.Header.Set("Content-Type", "application/json")
					w := httptest.NewRecorder()
					h.ServeHTTP(w, r)
					if w.Code != c.status {
						b.Error(w.Code, w.Body)
						return
					}
				}
			})
		})
	}
}
