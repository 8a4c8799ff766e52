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

func ouve(t *testing.T, h *store.Handle, since string, recursos ...string) *escuta {
	t.Helper()
	e, err := h.Eventos(t.Context(), store.EventoFiltro{Recursos: recursos, Desde: since})
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
func (e *escuta) wants(recurso string, id int64, action string) {
	e.t.Helper()
	for {
		ev := e.next()
		require.Equal(e.t, store.EventoMudanca, ev.Tipo)
		if ev.Recurso == recurso && ev.ID == id && ev.Acao == action {
			return
		}
	}
}

// mesmaChave lets stores on one database share the audit key, as processes do.
func mesmaChave(c *store.Config) { c.ChaveAuditoria = strings.Repeat("5a", 32) }

// TestEventosDasOperacoes hears of every audited operation, done here and by
// another process.
func TestEventosDasOperacoes(t *testing.T) {
	t.Parallel()
	storetest.EachDoor(t, func(t *testing.T, e storetest.Engine) {
		t.Parallel()
		at := e.Fresh(t)
		one, two := e.Open(t, at, mesmaChave), e.Open(t, at, mesmaChave)
		for _, by := range []*store.Store{one, two} {
			hear := ouve(t, one.As(storetest.Operator), "")
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
	ctx, h := t.Context(), s.As(storetest.Operator)
	heard := func(recurso string, id int64, action string) {
		want = append(want, store.Evento{Recurso: recurso, ID: id, Acao: action})
	}
	n := storetest.Person(0)
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
	storetest.EachDoor(t, func(t *testing.T, e storetest.Engine) {
		t.Parallel()
		at := e.Fresh(t)
		stores := []*store.Store{e.Open(t, at, mesmaChave), e.Open(t, at, mesmaChave), e.Open(t, at, mesmaChave)}
		const changes = 20
		begin := ouve(t, stores[0].As(storetest.Operator), "", "chat", "logs")
		where := begin.Agora()
		require.NotEmpty(t, where)
		begin.Close()

		var writers sync.WaitGroup
		for w, s := range stores[:2] {
			writers.Go(func() {
				for range changes {
					_, err := s.As(storetest.Operator).Chat.Send(context.Background(), store.MensagemNova{Mensagem: "olá", Sala: []string{"um", "dois"}[w]})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		seen := map[string]map[int64]int{"chat": {}, "logs": {}}
		for i := 0; len(seen["chat"]) < 2*changes || len(seen["logs"]) < 2*changes; i++ {
			hear := ouve(t, stores[i%len(stores)].As(storetest.Operator), where, "chat", "logs")
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

// TestWhatWaitsComesAgain: a listener that breaks off before it read what waits for it
// gets that when it comes back.
func TestWhatWaitsComesAgain(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	h := s.As(storetest.Operator)
	slow, other := ouve(t, h, "", "chat"), ouve(t, h, "", "chat")
	var sent []int64
	for _, text := range []string{"um", "dois"} {
		m, err := h.Chat.Send(t.Context(), store.MensagemNova{Mensagem: text})
		require.NoError(t, err)
		sent = append(sent, m.ID)
		other.wants("chat", m.ID, "mensagem_enviada")
	}
	for _, next := range sent {
		require.Equal(t, next, ouve(t, h, slow.Agora(), "chat").named().ID)
		slow.wants("chat", next, "mensagem_enviada")
	}
}

// TestEventosDeOutrosProgramas writes plain SQL to each of the six tables, as the
// Flask system does.
func TestEventosDeOutrosProgramas(t *testing.T) {
	t.Parallel()
	storetest.EachDoor(t, func(t *testing.T, e storetest.Engine) { othersAreHeard(t, e) })
}

// TestOthersAreHeardWithoutTableTimes: a server that does not say when its tables changed is
// read instead, and setup says that this is so.
func TestOthersAreHeardWithoutTableTimes(t *testing.T) {
	e := storetest.Installed(t, "mariadb")
	othersAreHeard(t, e, store.WithoutTableTimes)
	cfg := e.Config(t, e.Fresh(t), store.WithoutTableTimes)
	found, text := storetest.Examined(t, cfg)
	require.Equal(t, store.FaseAviso, found["sem_hora_de_tabela"], text)
	found, text = storetest.Examined(t, e.Config(t, e.Fresh(t)))
	require.NotContains(t, found, "sem_hora_de_tabela", text)
}

func othersAreHeard(t *testing.T, e storetest.Engine, opts ...storetest.Option) {
	t.Helper()
	t.Parallel()
	tables := map[string][3]string{
		"clientes":     {"INSERT INTO clientes(id, nome, email) VALUES (70, 'Ana', 'a@x.com')", "UPDATE clientes SET telefone = '11' WHERE id = 70", "DELETE FROM clientes WHERE id = 70"},
		"dispositivos": {"INSERT INTO dispositivos(id, nome) VALUES (70, 'PC')", "UPDATE dispositivos SET info_extra = '{}' WHERE id = 70", "DELETE FROM dispositivos WHERE id = 70"},
		"conexoes":     {"INSERT INTO conexoes(id, protocolo) VALUES (70, 'TCP')", "UPDATE conexoes SET status = 'X' WHERE id = 70", "DELETE FROM conexoes WHERE id = 70"},
		"chat":         {"INSERT INTO mensagens_chat(id, mensagem) VALUES (70, 'olá')", "UPDATE mensagens_chat SET mensagem = 'oi' WHERE id = 70", "DELETE FROM mensagens_chat WHERE id = 70"},
		"sessoes":      {"INSERT INTO sessoes(id, token) VALUES (70, 'x')", "UPDATE sessoes SET ativa = NULL, ip_address = 'y' WHERE id = 70", "DELETE FROM sessoes WHERE id = 70"},
		"logs":         {"INSERT INTO logs_auditoria(id, acao) VALUES (70, 'x')", "UPDATE logs_auditoria SET descricao = 'y' WHERE id = 70", "DELETE FROM logs_auditoria WHERE id = 70"},
	}
	at := e.Fresh(t)
	s := e.Open(t, at, opts...)
	db := e.Foreign(t, at)
	hear := ouve(t, s.As(storetest.Operator), "")
	for step := range 3 {
		hear.quiet(e)
		for _, queries := range tables {
			e.Exec(t, db, queries[step])
		}
		missing := map[string]bool{"estatisticas": true}
		for recurso := range tables {
			missing[recurso] = true
		}
		for len(missing) > 0 {
			ev := hear.next()
			require.Zero(t, ev.ID, ev.Recurso)
			delete(missing, ev.Recurso)
		}
	}
	e.Exec(t, db, "INSERT INTO dispositivos(id, nome) VALUES (71, 'PC')")
	hear.quiet(e)
	require.NoError(t, s.As(storetest.Operator).Dispositivos.Heartbeat(t.Context(), 71))
	hear.wants("dispositivos", 0, "")
}

// quiet waits until nothing more is told, so that what comes next has a new cause.
func (e *escuta) quiet(engine storetest.Engine) {
	e.t.Helper()
	silence := 1500 * time.Millisecond
	if engine.Name == "mariadb" { // tells a change twice
		silence *= 2
	}
	for {
		ctx, cancel := context.WithTimeout(e.t.Context(), silence)
		_, err := e.Next(ctx)
		cancel()
		if err != nil {
			require.ErrorIs(e.t, err, context.DeadlineExceeded)
			return
		}
	}
}

// quemOuve makes somebody who has logged in and chosen a password.
func quemOuve(t testing.TB, s *store.Store, n int, nivel string) (store.Cliente, *store.Handle) {
	t.Helper()
	const firstWait, selfRef = "senha-de-ana-1-longa", "senha-de-ana-2-longa"
	c := storetest.Person(n)
	c.Senha, c.NivelAcesso = firstWait, nivel
	c, err := s.As(storetest.Operator).Clientes.Create(t.Context(), c)
	require.NoError(t, err)
	token, _, err := s.As(store.Stranger(store.Origem{})).Sessoes.Login(t.Context(), c.Email, firstWait)
	require.NoError(t, err)
	for range 2 {
		me, err := s.Authenticate(t.Context(), store.Credencial{Bearer: token}, store.Origem{})
		require.NoError(t, err)
		if !me.MustChangePassword() {
			return c, s.As(me)
		}
		require.NoError(t, s.As(me).Clientes.SetSenha(t.Context(), c.ID, firstWait, selfRef))
	}
	panic("the password was changed")
}

// TestEventosSoOProprio lets a person of level usuario hear of its own rows and of
// nobody else's, not even that something happened; a moderador hears of all but
// others' sessions.
func TestEventosSoOProprio(t *testing.T) {
	t.Parallel()
	storetest.EachDoor(t, func(t *testing.T, e storetest.Engine) {
		t.Parallel()
		at := e.Fresh(t)
		s := e.Open(t, at)
		h := s.As(storetest.Operator)
		db := e.Foreign(t, at)
		outra, err := h.Clientes.Create(t.Context(), storetest.Person(1))
		require.NoError(t, err)
		eu, handle := quemOuve(t, s, 2, store.Usuario)
		usuario := ouve(t, handle, "")
		_, handle = quemOuve(t, s, 3, store.Moderador)
		moderador := ouve(t, handle, "")
		pausa := time.NewTicker(4 * time.Second) // longer than anything is put off
		defer pausa.Stop()
		for <-pausa.C; len(usuario.heard(h)) > 0; {
			<-pausa.C
		}
		for _, query := range []string{
			"UPDATE clientes SET telefone = '11' WHERE id = ?", "INSERT INTO dispositivos(cliente_id, nome) VALUES (?, 'PC')",
			"INSERT INTO conexoes(cliente_id, protocolo) VALUES (?, 'TCP')", "INSERT INTO sessoes(cliente_id, token) VALUES (?, 'z')",
		} {
			e.Exec(t, db, query, outra.ID)
		}
		_, err = h.Clientes.Change(t.Context(), outra.ID, "", func(c *store.Cliente) { c.Cidade = "Olinda" })
		require.NoError(t, err)
		moderador.wants("clientes", outra.ID, "cliente_atualizado")
		moderador.wants("conexoes", 0, "")
		<-pausa.C
		require.Empty(t, usuario.heard(h), "others' rows")

		for recurso, query := range map[string]string{
			"clientes": "UPDATE clientes SET telefone = '22' WHERE id = ?", "dispositivos": "INSERT INTO dispositivos(cliente_id, nome) VALUES (?, 'PC')",
			"conexoes": "INSERT INTO conexoes(cliente_id, protocolo) VALUES (?, 'TCP')", "sessoes": "UPDATE sessoes SET ip_address = '::1' WHERE cliente_id = ?",
		} {
			e.Exec(t, db, query, eu.ID)
			usuario.wants(recurso, 0, "")
		}
		_, err = h.Clientes.Change(t.Context(), eu.ID, "", func(c *store.Cliente) { c.Cidade = "Recife" })
		require.NoError(t, err)
		usuario.wants("clientes", eu.ID, "cliente_atualizado")
		for _, ev := range moderador.heard(h) {
			require.NotEqual(t, "sessoes", ev.Recurso)
		}
	})
}

// heard sends a message, which everybody hears of, and gives what else came before
// it: what was to be told by then was told.
func (e *escuta) heard(h *store.Handle) (others []store.Evento) {
	e.t.Helper()
	m, err := h.Chat.Send(e.t.Context(), store.MensagemNova{Mensagem: "olá"})
	require.NoError(e.t, err)
	for {
		switch ev := e.next(); {
		case ev.Recurso != "chat":
			others = append(others, ev)
		case ev.ID == m.ID:
			return others
		}
	}
}
