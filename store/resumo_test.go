package store_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

func TestSummaryTellsWhatHappened(t *testing.T) {
	t.Parallel()
	r := &ponteiro{t: start}
	path := filepath.Join(t.TempDir(), "clientes.db")
	s := storetest.Open(t, path, storetest.Now(r.now))
	op := s.As(storetest.Operator)
	var ids []int64
	for i := range 3 {
		id, err := op.Dispositivos.Register(t.Context(), info(`{"hostname":"pc-%d"}`, i))
		require.NoError(t, err)
		ids = append(ids, id)
	}
	r.pass(10 * time.Minute)
	require.NoError(t, op.Dispositivos.Heartbeat(t.Context(), ids[0]))
	got, err := op.Resumo(t.Context(), "")
	require.NoError(t, err)
	require.Equal(t, "2026-11-22T03:00:00.000000+00:00", got.Desde.String(), "yesterday begins at midnight in São Paulo")
	d := got.Dispositivos
	require.EqualValues(t, []int64{3, 1, 2, 0, 3}, []int64{d.Total, d.Online, d.Calados, d.CaladosAntes, d.Novos})
	require.Len(t, d.ListaCalados, 2)
	require.Equal(t, start.UTC(), d.ListaCalados[0].Desde.UTC(), "silent since its last heartbeat")

	require.True(t, got.Copia.FeitaEm.IsZero())
	require.Nil(t, got.Auditoria.Integra)
	_, err = op.Backup(t.Context(), filepath.Join(t.TempDir(), "copia"), store.CopyOptions{})
	require.NoError(t, err)
	_, err = op.Backup(t.Context(), filepath.Join(t.TempDir(), "nada", "copia"), store.CopyOptions{})
	require.Error(t, err)
	v, err := op.Logs.Verify(t.Context())
	require.NoError(t, err)
	require.True(t, v.Integra, v.Problemas)
	when := r.now()
	r.pass(time.Hour)
	got, err = op.Resumo(t.Context(), "")
	require.NoError(t, err)
	require.Equal(t, when.UTC(), got.Copia.FeitaEm.UTC(), "a copy that failed does not count")
	require.Positive(t, *got.Copia.Bytes)
	require.Equal(t, when.UTC(), got.Auditoria.VerificadaEm.UTC())
	require.True(t, *got.Auditoria.Integra)

	storetest.Exec(t, storetest.Foreign(t, path), "UPDATE logs_auditoria SET descricao = 'outra' WHERE id = 1")
	_, err = op.Logs.Verify(t.Context())
	require.NoError(t, err)
	got, err = op.Resumo(t.Context(), "")
	require.NoError(t, err)
	require.False(t, *got.Auditoria.Integra)
	require.Positive(t, got.Auditoria.Problemas)

	require.Zero(t, got.Acessos.Bloqueios)
	for range 4 {
		_, _, err = s.As(store.Stranger(store.Origem{IP: "10.0.0.7"})).Sessoes.Login(t.Context(), "ninguem@x.com", "errada")
		require.ErrorIs(t, err, store.ErrUnauthenticated)
	}
	got, err = op.Resumo(t.Context(), "")
	require.NoError(t, err)
	require.EqualValues(t, 1, got.Acessos.Bloqueios)
	r.pass(time.Hour)
	got, err = op.Resumo(t.Context(), "")
	require.NoError(t, err)
	require.Zero(t, got.Acessos.Bloqueios, "it has ended")
}

// TestSummaryIsBounded: somebody who guesses passwords by the thousand makes it
// neither long nor slow, and it says that it did not look at all of them.
func TestSummaryIsBounded(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "clientes.db")
	s := storetest.Open(t, path, storetest.Now(func() time.Time { return start }))
	var rows []string
	for i := range 5001 {
		rows = append(rows, fmt.Sprintf(`('login_falhou', '2026-11-23 14:00:00.%06d', '{"ip":"10.0.%d.%d","depois":{"email":"p%d@x.com"}}')`, i, i/250, i%250, i%777))
	}
	storetest.Exec(t, storetest.Foreign(t, path), "INSERT INTO logs_auditoria(acao, data_hora, dados) VALUES "+strings.Join(rows, ", "))
	got, err := s.As(storetest.Operator).Resumo(t.Context(), "")
	require.NoError(t, err)
	a := got.Acessos
	require.EqualValues(t, 5001, a.Recusados)
	require.True(t, a.Parcial)
	require.Len(t, a.Contas, 20)
	require.Len(t, a.Enderecos, 20)
	require.EqualValues(t, 7, a.Contas[0].Vezes)
	require.Equal(t, fmt.Sprintf("p%d@x.com", 5000%777), a.Contas[0].Quem, "the latest of those who were refused most")
}
