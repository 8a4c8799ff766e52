package store_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// TestDeactivatedDeviceIsRefused, whoever speaks for it, until it is activated again.
func TestDeactivatedDeviceIsRefused(t *testing.T) { cadaElenco(t, deactivatedDeviceIsRefused) }

func deactivatedDeviceIsRefused(t *testing.T, e *elenco) {
	t.Helper()
	old, err := e.s.Antigo(store.Origem{IP: "192.0.2.1"}, store.RotaRegistrar, start.AddDate(9, 0, 0))
	require.NoError(t, err)
	secret := strings.Repeat("s", 40)
	op := e.s.As(storetest.Operator)
	db := e.motor.Foreign(t, e.url)
	for name, c := range map[string]struct {
		a       store.Actor
		segredo string
	}{"da-chave": {e.agente, ""}, "do-admin": {e.comoAdmin, ""}, "do-antigo": {old, ""}, "de-si": {e.agente, storetest.SHA256(secret)}} {
		speak := func() []error {
			a := c.a
			_, registering := e.s.As(a).Dispositivos.Register(t.Context(), store.Registro{Info: store.Objeto(`{"hostname":"` + name + `"}`), SegredoSHA256: c.segredo})
			if c.segredo != "" {
				var err error
				if a, err = e.s.Authenticate(t.Context(), store.Credencial{Bearer: secret}, store.Origem{}); err != nil {
					return []error{registering, err}
				}
			}
			id := deviceNamed(t, op, name)
			_, reporting := e.s.As(a).Conexoes.Register(t.Context(), id, 0, []store.ConexaoNova{{IPOrigem: "10.0.0.1"}})
			return []error{registering, e.s.As(a).Dispositivos.Heartbeat(t.Context(), id), reporting}
		}
		for _, err := range speak() {
			require.NoError(t, err, name)
		}
		id := deviceNamed(t, op, name)
		before, err := op.Dispositivos.Get(t.Context(), id)
		require.NoError(t, err)
		off, on := false, true
		_, err = op.Dispositivos.Change(t.Context(), id, store.DispositivoMudanca{Ativo: &off})
		require.NoError(t, err)
		for _, err := range speak() {
			require.ErrorIs(t, err, store.ErrForbidden, name)
			require.ErrorContains(t, err, "foi desativado", name)
		}
		after, err := op.Dispositivos.Get(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, before.UltimoHeartbeat, after.UltimoHeartbeat)
		// Whoever may not speak for it is not told of it.
		require.ErrorIs(t, e.s.As(e.outroAgente).Dispositivos.Heartbeat(t.Context(), id), store.ErrNotFound)

		_, err = op.Dispositivos.Change(t.Context(), id, store.DispositivoMudanca{Ativo: &on})
		require.NoError(t, err)
		for _, err := range speak() {
			require.NoError(t, err, name)
		}
		storetest.Exec(t, db, "UPDATE dispositivos SET ativo = NULL")
		for _, err := range speak() {
			require.NoError(t, err, name+": other programs say nothing of it")
		}
	}
}

func deviceNamed(t *testing.T, op *store.Handle, name string) int64 {
	t.Helper()
	page, err := op.Dispositivos.List(t.Context(), store.DispositivoFiltro{PorPagina: 100})
	require.NoError(t, err)
	for _, d := range page.Itens {
		if d.Hostname == name {
			return d.ID
		}
	}
	return 0
}
