package store_test

import (
	"encoding/json"
	"fmt"
	"time"

	"example.com/monitor/store"
)

// pontos are a series as text, with where each point begins.
func pontos(s store.Serie, err error) (string, error) {
	text, _ := json.Marshal(s)
	return string(text), err
}

// roteiroSerie has rows on both sides of an hour and of a day, some in the other
// spellings of a whole second.
func roteiroSerie(r *roteiro) {
	ctx := r.Context()
	r.outro(`INSERT INTO conexoes(data_hora) VALUES ('2026-11-23 15:00:00'), ('2026-11-23 15:00:00.000000'), ('2026-11-23 14:59:59.999999'), ('2026-11-23 02:59:59.999999'),
		('2026-11-23 03:00:00'), ('2026-11-17 03:00:00'), ('2026-11-17 02:59:59.999999'), ('2026-10-01 00:00:00'), (NULL)`)
	r.outro("INSERT INTO mensagens_chat(mensagem, data_hora) VALUES ('a', '2026-11-22 03:00:00'), ('b', NULL)")
	r.outro("INSERT INTO logs_auditoria(acao, data_hora) VALUES ('login', '2026-11-23 03:00:00'), ('LOGIN', '2026-11-23 03:00:00'), ('login_falhou', '2026-11-20 12:00:00.5')")
	r.anota("registra")(r.op.Dispositivos.Register(ctx, info(`{"hostname":"a"}`)))
	r.s.Settle()
	for range 4 {
		r.anota("registra outro")(r.op.Dispositivos.Register(ctx, info(`{"hostname":"b"}`)))
		r.s.Settle()
		r.erro("sinal")(r.op.Dispositivos.Heartbeat(ctx, 1))
		r.s.Settle()
		r.relogio.pass(7 * time.Minute)
	}
	for range 3 {
		for _, periodo := range []string{"", store.Serie24h, store.Serie7d, store.Serie30d, "1h", "24H"} {
			r.anota("série %q", periodo)(pontos(r.op.Serie(ctx, periodo)))
		}
		r.relogio.pass(11 * time.Hour)
	}
	for _, nivel := range []string{store.Leitura, store.Agente} {
		k := r.chave(store.ChaveNova{Nome: nivel, Nivel: nivel})
		r.anota("como %s", nivel)(pontos(k.Serie(ctx, store.Serie7d)))
	}
}

func roteiroResumo(r *roteiro) {
	ctx := r.Context()
	olha := func(nome string, since ...string) {
		for _, d := range append(since, "") {
			r.anota("%s desde %q", nome, d)(r.op.Resumo(ctx, d))
		}
	}
	olha("vazio", "2026-11-23", "24/11/2026", "23/11/2026", "ontem", "2026-11-23T12:00:00-03:00", "0001-01-01", "2026-13-01")
	r.anota("cria")(r.op.Clientes.Create(ctx, store.Cliente{Nome: "Ana", Email: "ana@exemplo.com", Senha: "senha123", Empresa: "Açaí"}))
	r.anota("cria")(r.op.Clientes.Create(ctx, store.Cliente{Nome: "Bia", Email: "bia@exemplo.com"}))
	for i := range 23 {
		r.anota("registra")(r.op.Dispositivos.Register(ctx, store.Registro{Info: store.Objeto(fmt.Sprintf(`{"hostname":"pc-%d"}`, i)), ClienteID: int64(i % 2)}))
		r.s.Settle()
		r.relogio.pass(time.Second)
	}
	r.outro("UPDATE dispositivos SET ativo = FALSE WHERE id = 1")
	r.outro("UPDATE dispositivos SET ativo = NULL, nome = NULL, hostname = NULL WHERE id = 2")
	r.outro("INSERT INTO dispositivos(id, nome, ultimo_heartbeat) VALUES (1001, 'antigo', '2026-11-01 00:00:00'), (1002, 'nunca', NULL)")
	r.relogio.pass(4 * time.Minute)
	r.erro("sinal")(r.op.Dispositivos.Heartbeat(ctx, 5))
	r.s.Settle()
	r.relogio.pass(2 * time.Minute)
	for _, email := range []string{"ana@exemplo.com", "ANA@exemplo.com ", "ninguem@exemplo.com", "ana@exemplo.com"} {
		a, err := r.s.Authenticate(ctx, store.Credencial{}, store.Origem{IP: "10.0.0.7"})
		r.erro("anônimo")(err)
		_, _, err = r.s.As(a).Sessoes.Login(ctx, email, "errada")
		r.erro("login errado %q", email)(err)
	}
	r.outro("INSERT INTO logs_auditoria(acao, dados, data_hora) VALUES ('login_falhou', 'lixo', '2026-11-23 15:00:00'), ('login_falhou', NULL, '2026-11-23 15:00:00'), ('login', NULL, '2020-01-01 00:00:00')")
	leitura := r.chave(store.ChaveNova{Nome: "leitura", Nivel: store.Leitura})
	r.chave(store.ChaveNova{Nome: "agente", Nivel: store.Agente})
	r.anota("revoga")(r.op.Chaves.Revoke(ctx, 2))
	r.anota("desativa")(r.op.Clientes.Deactivate(ctx, 2))
	r.erro("remove")(r.op.Clientes.Delete(ctx, 2))
	r.entra("ana@exemplo.com", "senha123")
	v, err := r.op.Logs.Verify(ctx)
	v.Avisos, v.Chaves = nil, nil // each database has its own key
	r.anota("verifica")(v, err)
	olha("cheio", "2026-11-23", "2026-11-23T15:02:00Z")
	r.anota("desde sempre")(r.op.Resumo(ctx, "0000-01-01"))
	r.anota("como leitura")(leitura.Resumo(ctx, ""))
	r.anota("como ana")(r.entra("ana@exemplo.com", "senha123").Resumo(ctx, ""))
	r.relogio.pass(100 * 24 * time.Hour)
	olha("muito depois", "2026-11-23")
}
