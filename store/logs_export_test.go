package store_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// TestExportHasEveryRowOnce exports more than two windows in both formats and
// compares them with the list; the export itself is audited first.
func TestExportHasEveryRowOnce(t *testing.T) {
	t.Parallel()
	path := storetest.Flask(t)
	s := storetest.Open(t, path)
	h := s.As(storetest.Operator)
	storetest.Exec(t, storetest.Foreign(t, path), `WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 2300)
		INSERT INTO logs_auditoria(acao, descricao, dados, data_hora) SELECT 'exportada', '=cmd("' || i || '")', '{"i": ' || i || '}',
		CASE i % 3 WHEN 0 THEN NULL ELSE '2026-01-01 00:00:00.00000' || i % 3 END FROM k`)
	f := store.LogFiltro{Acao: "exportada"}
	var want []string
	for page := (store.Pagina[store.Log]{Proximo: "-"}); page.Proximo != ""; {
		var err error
		page, err = h.Logs.List(t.Context(), f)
		require.NoError(t, err)
		for _, l := range page.Itens {
			want = append(want, l.Descricao)
		}
		f.Cursor = page.Proximo
	}
	require.Len(t, want, 2300)
	export := func(formato string) *bytes.Buffer {
		e, err := h.Logs.Export(t.Context(), store.LogFiltro{Acao: "exportada", PorPagina: 3}, formato)
		require.NoError(t, err)
		var b bytes.Buffer
		windows := 0
		n, err := e.Write(t.Context(), &b, func(int) { windows++ })
		require.NoError(t, err)
		require.Equal(t, 2300, n)
		require.Equal(t, 3, windows)
		return &b
	}
	rows, err := csv.NewReader(export(store.FormatoCSV)).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"id", "cliente_id", "acao", "descricao", "ip_address", "user_agent", "dados", "data_hora", "nivel", "ator", "canal", "ip", "email_informado"}, rows[0])
	var got []string
	for _, r := range rows[1:] {
		require.True(t, strings.HasPrefix(r[3], "'="), "a formula was left alive: %s", r[3])
		got = append(got, strings.TrimPrefix(r[3], "'"))
	}
	require.Equal(t, want, got)
	got = got[:0]
	for line := range strings.Lines(export(store.FormatoNDJSON).String()) {
		var l struct{ Descricao string }
		require.NoError(t, json.Unmarshal([]byte(line), &l))
		got = append(got, l.Descricao)
	}
	require.Equal(t, want, got)
	told, err := h.Logs.List(t.Context(), store.LogFiltro{Acao: "logs_exportados"})
	require.NoError(t, err)
	require.Equal(t, 2, told.Total)
	require.Contains(t, string(told.Itens[0].Dados), `"acao":"exportada"`)

	e, err := h.Logs.Export(t.Context(), store.LogFiltro{}, store.FormatoCSV)
	require.NoError(t, err)
	_, err = e.Write(t.Context(), failing{}, nil)
	require.ErrorIs(t, err, errFull)
	_, err = h.Logs.Export(t.Context(), store.LogFiltro{}, "xls")
	var bad *store.InvalidError
	require.ErrorAs(t, err, &bad)
	_, err = s.As(store.Stranger(store.Origem{})).Logs.Export(t.Context(), store.LogFiltro{}, store.FormatoCSV)
	require.ErrorIs(t, err, store.ErrUnauthenticated)
}

var errFull = errors.New("full")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }

// TestOneVerificationAtATime keeps a second check out while one runs.
func TestOneVerificationAtATime(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	h := s.As(storetest.Operator)
	done := s.HoldVerification()
	_, err := h.Logs.Verify(t.Context())
	require.ErrorIs(t, err, store.ErrTooMany)
	done()
	v, err := h.Logs.Verify(t.Context())
	require.NoError(t, err)
	require.True(t, v.Integra)
}
