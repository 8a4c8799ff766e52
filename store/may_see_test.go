package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// What is offered is what the operations allow: one table must not drift from
// the other.
func TestMaySeeAgreesWithTheOperations(t *testing.T) {
	t.Parallel()
	e := newElenco(t, storetest.SQLite)
	reads := map[store.Recurso]func(context.Context, *store.Handle) error{
		store.RecursoClientes: func(ctx context.Context, h *store.Handle) error {
			_, err := h.Clientes.List(ctx, store.ClienteFiltro{})
			return err
		},
		store.RecursoDispositivos: func(ctx context.Context, h *store.Handle) error {
			_, err := h.Dispositivos.List(ctx, store.DispositivoFiltro{})
			return err
		},
		store.RecursoConexoes: func(ctx context.Context, h *store.Handle) error {
			_, err := h.Conexoes.List(ctx, store.ConexaoFiltro{})
			return err
		},
		store.RecursoChat: func(ctx context.Context, h *store.Handle) error {
			_, err := h.Chat.List(ctx, store.MensagemFiltro{})
			return err
		},
		store.RecursoSessoes: func(ctx context.Context, h *store.Handle) error {
			_, err := h.Sessoes.List(ctx, store.SessaoFiltro{})
			return err
		},
		store.RecursoLogs: func(ctx context.Context, h *store.Handle) error {
			_, err := h.Logs.List(ctx, store.LogFiltro{})
			return err
		},
		store.RecursoOperacoes: func(ctx context.Context, h *store.Handle) error {
			_, err := h.Operacoes.List(ctx, store.OperacaoFiltro{})
			return err
		},
		store.RecursoEstatisticas: func(ctx context.Context, h *store.Handle) error {
			_, err := h.Estatisticas(ctx)
			return err
		},
	}
	for _, a := range []store.Actor{storetest.Operator, e.comoAdmin, e.comoModerador, e.comoAna, e.leitura, e.agente, store.Stranger(store.Origem{})} {
		h := e.s.As(a)
		for recurso, read := range reads {
			err := read(t.Context(), h)
			refused := errors.Is(err, store.ErrForbidden) || errors.Is(err, store.ErrUnauthenticated)
			require.Equal(t, refused, h.MaySee(recurso) != nil, "%s, %s: %v", a.Nome(), recurso, err)
		}
	}
}
