package store_test

import (
	"encoding/json"
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
		r.relogio.passa(7 * time.Minute)
	}
	for range 3 {
		for _, periodo := range []string{"", store.Serie24h, store.Serie7d, store.Serie30d, "1h", "24H"} {
			r.anota("série %q", periodo)(pontos(r.op.Serie(ctx, periodo)))
		}
		r.relogio.passa(11 * time.Hour)
	}
	for _, nivel := range []string{store.Leitura, store.Agente} {
		k := r.chave(store.ChaveNova{Nome: nivel, Nivel: nivel})
		r.anota("como %s", nivel)(pontos(k.Serie(ctx, store.Serie7d)))
	}
}
