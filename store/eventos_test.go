package store_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// escuta gathers what a listener hears.
type escuta struct {
	*store.Escuta
	t *testing.T
}

func ouve(t *testing.T, h *store.Handle, desde string, recursos ...string) *escuta {
	t.Helper()
	e, err := h.Eventos(t.Context(), store.EventoFiltro{Recursos: recursos, Desde: desde})
	require.NoError(t, err)
	t.Cleanup(e.Close)
	return &escuta{e, t}
}

// next waits for an event.
func (e *escuta) next() store.Evento {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(e.t.Context(), time.Minute)
	defer cancel()
	ev, err := e.Next(ctx)
	require.NoError(e.t, err)
	return ev
}

// named waits for the next event about a known record.
func (e *escuta) named() store.Evento {
	e.t.Helper()
	for {
		if ev := e.next(); ev.ID != 0 || ev.Tipo != store.EventoMudanca {
			return ev
		}
	}
}

// wants waits for a change; id 0 is one that names no record.
func (e *escuta) wants(recurso string, id int64, acao string) store.Evento {
	e.t.Helper()
	for {
		ev := e.next()
		require.Equal(e.t, store.EventoMudanca, ev.Tipo)
		if ev.Recurso == recurso && ev.ID == id && ev.Acao == acao {
			return ev
		}
	}
}

// mesmaChave lets stores on one database share the audit key, as processes do.
func mesmaChave(c *store.Config) { c.ChaveAuditoria = strings.Repeat("5a", 32) }

// TestEventosDasOperacoes hears of every audited operation, done here and by
// another process.
func TestEventosDasOperacoes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		at := e.URL(t)
		one, two := e.Open(t, at, mesmaChave), e.Open(t, at, mesmaChave)
		for _, by := range []*store.Store{one, two} {
			hear := ouve(t, one.As(storetest.Operador), "")
			for _, ev := range operacoes(t, by) {
				hear.wants(ev.Recurso, ev.ID, ev.Acao)
			}
			hear.Close()
		}
	})
}

// operacoes does everything that is audited once and says what is to be heard.
func operacoes(t *testing.T, s *store.Store) (want []store.Evento) {
	t.Helper()
	ctx, h := t.Context(), s.As(storetest.Operador)
	heard := func(recurso string, id int64, acao string) {
		want = append(want, store.Evento{Recurso: recurso, ID: id, Acao: acao})
	}
	n := ana(0)
	n.Senha = "senha-de-ana-1"
	c, err := h.Clientes.Create(ctx, n)
	require.NoError(t, err)
	heard("clientes", c.ID, "cliente_criado")
	_, err = h.Clientes.Change(ctx, c.ID, "", func(c *store.Cliente) { c.Cidade = "Olinda" })
	require.NoError(t, err)
	heard("clientes", c.ID, "cliente_atualizado")
	token, _, err := s.As(store.Stranger(store.Origem{Canal: store.CanalAPI})).Sessoes.Login(ctx, n.Email, n.Senha)
	require.NoError(t, err)
	me, err := s.Authenticate(ctx, store.Credencial{Bearer: token}, store.Origem{Canal: store.CanalAPI})
	require.NoError(t, err)
	open, err := h.Sessoes.List(ctx, store.SessaoFiltro{ClienteID: c.ID})
	require.NoError(t, err)
	heard("sessoes", open.Itens[0].ID, "login")
	m, err := s.As(me).Chat.Send(ctx, store.MensagemNova{Mensagem: "olá"})
	require.NoError(t, err)
	heard("chat", m.ID, "mensagem_enviada")
	_, err = s.As(me).Chat.Edit(ctx, m.ID, "oi")
	require.NoError(t, err)
	heard("chat", m.ID, "mensagem_editada")
	require.NoError(t, s.As(me).Chat.Delete(ctx, m.ID))
	heard("chat", m.ID, "mensagem_apagada")
	require.NoError(t, s.As(me).Sessoes.Logout(ctx))
	heard("sessoes", open.Itens[0].ID, "logout")
	require.NoError(t, h.Clientes.SetSenha(ctx, c.ID, "", "outra-senha-de-ana-2"))
	heard("clientes", c.ID, "senha_alterada")
	_, k, err := h.Chaves.Create(ctx, store.ChaveNova{Nome: "x", Nivel: store.Leitura})
	require.NoError(t, err)
	heard("chaves", k.ID, "chave_criada")
	_, err = h.Chaves.Revoke(ctx, k.ID)
	require.NoError(t, err)
	heard("chaves", k.ID, "chave_revogada")
	d, err := h.Dispositivos.Register(ctx, store.Registro{Info: store.Objeto(`{"hostname":"PC-` + n.Email + `"}`), ClienteID: c.ID})
	require.NoError(t, err)
	heard("dispositivos", d, "dispositivo_registrado")
	nome := "PC novo"
	_, err = h.Dispositivos.Change(ctx, d, store.DispositivoMudanca{Nome: &nome})
	require.NoError(t, err)
	heard("dispositivos", d, "dispositivo_alterado")
	require.NoError(t, h.Dispositivos.Delete(ctx, d))
	heard("dispositivos", d, "dispositivo_removido")
	_, err = h.Clientes.Deactivate(ctx, c.ID)
	require.NoError(t, err)
	heard("clientes", c.ID, "cliente_desativado")
	require.NoError(t, h.Clientes.Delete(ctx, c.ID))
	heard("clientes", c.ID, "cliente_deletado")
	logs, err := h.Logs.List(ctx, store.LogFiltro{PorPagina: 1})
	require.NoError(t, err)
	heard("logs", logs.Itens[0].ID, "cliente_deletado")
	return want
}

// TestEventosRetomados breaks a listener off again and again, between any two
// events, and goes on in another process: nothing audited is lost or repeated.
func TestEventosRetomados(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		at := e.URL(t)
		stores := []*store.Store{e.Open(t, at, mesmaChave), e.Open(t, at, mesmaChave), e.Open(t, at, mesmaChave)}
		const changes = 20
		begin := ouve(t, stores[0].As(storetest.Operador), "", "chat", "logs")
		where := begin.Agora()
		require.NotEmpty(t, where)
		begin.Close()

		var writers sync.WaitGroup
		for w, s := range stores[:2] {
			writers.Go(func() {
				for range changes {
					_, err := s.As(storetest.Operador).Chat.Send(context.Background(), store.MensagemNova{Mensagem: "olá", Sala: []string{"um", "dois"}[w]})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		seen := map[string]map[int64]int{"chat": {}, "logs": {}}
		for i := 0; len(seen["chat"]) < 2*changes || len(seen["logs"]) < 2*changes; i++ {
			hear := ouve(t, stores[i%len(stores)].As(storetest.Operador), where, "chat", "logs")
			for range 1 + i%3 {
				if len(seen["chat"]) == 2*changes && len(seen["logs"]) == 2*changes {
					break
				}
				ev := hear.named()
				require.Equal(t, store.EventoMudanca, ev.Tipo)
				seen[ev.Recurso][ev.ID]++
				where = hear.Posicao(ev)
			}
			hear.Close()
		}
		writers.Wait()
		for recurso, ids := range seen {
			for id, n := range ids {
				require.Equal(t, 1, n, "%s %d", recurso, id)
			}
		}
	})
}
