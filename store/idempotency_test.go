package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// TestIdempotencyKeyIsItsActors: the very same request with the very same key, by
// somebody else, is another request. Whoever guesses a key learns and gets nothing of
// whoever used it.
func TestIdempotencyKeyIsItsActors(t *testing.T) { cadaElenco(t, idempotencyKeyIsItsActors) }

func idempotencyKeyIsItsActors(t *testing.T, e *elenco) {
	t.Helper()
	op := store.WithIdempotencia("adivinhável")
	actors := []store.Actor{e.comoAna, e.comoModerador, e.comoAdmin, storetest.Operator, store.Local("outro", "maquina", store.CanalCLI)}

	messages := map[int64]bool{}
	for range 2 {
		for _, a := range actors {
			m, err := e.s.As(a).Chat.Send(t.Context(), store.MensagemNova{Mensagem: "oi"}, op)
			require.NoError(t, err, a.Nome())
			messages[m.ID] = true
		}
	}
	require.Len(t, messages, len(actors), "one for each actor, however often it repeats")

	keys := map[string]bool{}
	for _, a := range actors[2:] {
		_, _, err := e.s.As(a).Chaves.Create(t.Context(), store.ChaveNova{Nome: "painel", Nivel: store.Leitura}, op)
		require.ErrorIs(t, err, store.ErrIdempotency, "it is the message's")
		secret, _, err := e.s.As(a).Chaves.Create(t.Context(), store.ChaveNova{Nome: "painel", Nivel: store.Leitura}, store.WithIdempotencia("chave"))
		require.NoError(t, err)
		require.NotEmpty(t, secret, "a key of one's own")
		keys[secret] = true
	}
	require.Len(t, keys, 3)

	register := func(a store.Actor) (int64, error) {
		return e.s.As(a).Dispositivos.Register(t.Context(), store.Registro{Info: store.Objeto(`{"hostname":"PC-7"}`)}, op)
	}
	id, err := register(e.agente)
	require.NoError(t, err)
	again, err := register(e.agente)
	require.NoError(t, err)
	require.Equal(t, id, again)
	other, err := register(e.outroAgente)
	require.True(t, err != nil || other != id, "the device of another key is not given away")
}
