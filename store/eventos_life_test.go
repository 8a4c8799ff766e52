package store_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// TestEventosDormem: a database is asked while somebody listens, and only then; an
// outage is survived.
func TestEventosDormem(t *testing.T) {
	t.Parallel()
	storetest.ServersEachDoor(t, func(t *testing.T, e storetest.Engine) {
		s, r := longe(t, e)
		h := s.As(storetest.Operator)
		hear := ouve(t, h, "")
		before := r.Bytes.Load()
		require.Eventually(t, func() bool { return r.Bytes.Load() > before }, settle, tick, "somebody listens")

		r.Dead.Store(true)
		require.Eventually(t, func() bool { return s.Ping(t.Context()) != nil }, time.Minute, tick)
		r.Dead.Store(false)
		require.Eventually(t, func() bool {
			_, err := h.Chat.Send(t.Context(), store.MensagemNova{Mensagem: "voltou"})
			return err == nil
		}, time.Minute, tick)
		for ev := hear.next(); ev.Acao != "mensagem_enviada"; ev = hear.next() {
			require.Equal(t, store.EventoMudanca, ev.Tipo)
		}
		hear.Close()
		require.Eventually(t, func() bool { return !s.Feeds() }, settle, tick)
		before = r.Bytes.Load()
		time.Sleep(2500 * time.Millisecond)
		require.Equal(t, before, r.Bytes.Load(), "nobody listens")
	})
}

// TestEventosDeQuemNaoLe keeps no more for a reader that does not read than there
// is room for, and lets it begin again.
func TestEventosDeQuemNaoLe(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	h := s.As(storetest.Operator)
	slow, fast := ouve(t, h, "", "chat"), ouve(t, h, "", "chat")
	var last int64
	for range 700 {
		m, err := h.Chat.Send(t.Context(), store.MensagemNova{Mensagem: "olá"})
		require.NoError(t, err)
		if last = m.ID; last%100 == 0 {
			fast.wants("chat", last, "mensagem_enviada")
		}
	}
	ev := slow.next()
	require.Equal(t, store.EventoRecomecar, ev.Tipo)
	m, err := h.Chat.Send(t.Context(), store.MensagemNova{Mensagem: "depois"})
	require.NoError(t, err)
	require.Equal(t, last+1, m.ID)
	slow.wants("chat", m.ID, "mensagem_enviada")
	back := ouve(t, h, slow.Posicao(ev), "chat")
	back.wants("chat", m.ID, "mensagem_enviada")
	require.Equal(t, store.EventoRecomecar, ouve(t, h, fast.Posicao(store.Evento{}), "chat").next().Tipo, "700 links are too many to read again")
}

// TestEventosDeOutroBanco: a position counts where it was given, and in a copy that
// went on by itself it does not.
func TestEventosDeOutroBanco(t *testing.T) {
	t.Parallel()
	one, two := storetest.New(t, mesmaChave), storetest.New(t, mesmaChave)
	for i, s := range []*store.Store{one, two} {
		_, err := s.As(storetest.Operator).Clientes.Create(t.Context(), storetest.Person(i))
		require.NoError(t, err)
	}
	hear := ouve(t, one.As(storetest.Operator), "")
	where := hear.Agora()
	require.Equal(t, store.EventoRecomecar, ouve(t, two.As(storetest.Operator), where).next().Tipo)
	require.NotContains(t, where, "=")
	for _, text := range []string{"", where[1:], where + "A", "não é nada"} {
		e := ouve(t, one.As(storetest.Operator), text)
		if text != "" {
			require.Equal(t, store.EventoRecomecar, e.next().Tipo, text)
		}
	}
}

// TestEventosAcabam: everything that a thousand listeners took is given back, and
// closing the store ends those who still listen.
func TestEventosAcabam(t *testing.T) {
	s, err := store.Open(t.Context(), storetest.SQLite.Config(t, storetest.SQLite.URL(t)))
	require.NoError(t, err)
	h := s.As(storetest.Operator)
	before := runtime.NumGoroutine()
	for range 50 {
		var all []*store.Escuta
		for range 20 {
			e, err := h.Eventos(t.Context(), store.EventoFiltro{})
			require.NoError(t, err)
			all = append(all, e)
		}
		_, err := h.Eventos(t.Context(), store.EventoFiltro{})
		require.ErrorIs(t, err, store.ErrTooMany)
		slices.Reverse(all)
		for _, e := range all {
			e.Close()
			e.Close()
		}
	}
	require.Eventually(t, func() bool { return !s.Feeds() && runtime.NumGoroutine() <= before+2 }, settle, tick)

	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = h.Eventos(gone, store.EventoFiltro{})
	require.Error(t, err)

	hear, err := h.Eventos(t.Context(), store.EventoFiltro{})
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() {
		for {
			if _, err := hear.Next(context.Background()); err != nil {
				ended <- err
				return
			}
		}
	}()
	require.NoError(t, s.Close())
	require.ErrorIs(t, <-ended, store.ErrUnavailable)
	_, err = h.Eventos(t.Context(), store.EventoFiltro{})
	require.True(t, errors.Is(err, store.ErrUnavailable), err)
}

func TestEventosPorPapel(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	h := s.As(storetest.Operator)
	for nivel, refused := range map[string][]string{
		store.Admin: nil, store.Leitura: {"sessoes", "chaves", "logs"}, store.Agente: store.Recursos,
	} {
		key, _, err := h.Chaves.Create(t.Context(), store.ChaveNova{Nome: nivel, Nivel: nivel})
		require.NoError(t, err)
		who, err := s.Authenticate(t.Context(), store.Credencial{Chave: key}, store.Origem{})
		require.NoError(t, err)
		for _, recurso := range store.Recursos {
			e, err := s.As(who).Eventos(t.Context(), store.EventoFiltro{Recursos: []string{recurso}})
			require.Equal(t, slices.Contains(refused, recurso), errors.Is(err, store.ErrForbidden), "%s %s", nivel, recurso)
			if err == nil {
				e.Close()
			}
		}
	}
	_, err := s.As(store.Stranger(store.Origem{})).Eventos(t.Context(), store.EventoFiltro{})
	require.ErrorIs(t, err, store.ErrUnauthenticated)
	_, err = h.Eventos(t.Context(), store.EventoFiltro{Recursos: []string{"clientes", "x"}})
	var bad *store.InvalidError
	require.ErrorAs(t, err, &bad)
}
