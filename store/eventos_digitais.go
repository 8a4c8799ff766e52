package store

import (
	"context"
	"errors"
	"hash/fnv"
	"log/slog"
	"slices"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/when"
)

// Telemetry and what other programs write have no link in the audit chain. They
// are noticed by digitais, fingerprints of a noun that move with every change, and
// that come out alike in every process. What each engine offers for it:
//
//   - SQLite: the newest id of a table, and a counter that triggers move at each
//     change of what was there. Neither inserts nor heartbeats run a trigger: the
//     newest id and the latest heartbeat tell of them. Some 100 µs in all.
//     (PRAGMA data_version would be cheaper, but says nothing about tables, and
//     counts for one connection, which a pool does not keep.)
//   - MySQL: the time of a table's last change in information_schema. It counts in
//     seconds, so a fresh one is told again when its seconds are over. See
//     eventos_mysql.go for servers that do not tell.
//   - PostgreSQL: the sum of xmin over a table's rows, which only grows as long as
//     the number of rows is the same, whatever the order of commits. See
//     eventos_postgres.go for what keeps that cheap.
//
// Whoever hears only of its own gets digitais of its own rows
// (eventos_proprios.go): when others do something is not its business.

// tabelas of the nouns that have one.
var tabelasDe = [nRecursos]string{
	rClientes: "clientes", rDispositivos: "dispositivos", rConexoes: "conexoes", rChat: "mensagens_chat", rSessoes: "sessoes",
	rChaves: "monitor_chaves", rLogs: "logs_auditoria",
}

// contados are the nouns that the statistics count.
var contados = []recurso{rClientes, rDispositivos, rConexoes, rChat, rSessoes}

// leitura are the digitais of one look.
type leitura struct {
	gerais   digitais
	proprias map[int64]digitais // by person
}

// of are the digitais that a listener may know of.
func (l *leitura) of(e *Escuta) (d digitais) {
	pessoa, _ := e.ator.Pessoa()
	for r, scope := range e.visao {
		switch scope {
		case alcanceTudo:
			d[r] = l.gerais[r]
		case alcanceProprio:
			d[r] = l.proprias[pessoa][r]
		case alcanceNada:
		}
	}
	return d
}

// heard are the nouns that somebody listens to, and those that they are made of.
func heard(all []*Escuta) (want [nRecursos]bool) {
	for _, e := range all {
		for r, scope := range e.visao {
			want[r] = want[r] || scope != alcanceNada
		}
	}
	for _, r := range contados {
		want[r] = want[r] || want[rEstatisticas]
	}
	return want
}

// readMarks reads the digitais of what is listened to.
func (d *difusao) readMarks(ctx context.Context, q engine.Q, o *olhada, all []*Escuta) error {
	t, err := d.texts(ctx, q, heard(all))
	switch {
	case err == nil:
		d.cega = false
	case ctx.Err() != nil || errors.Is(err, ErrUnavailable):
		return err
	default: // a server that lacks what we ask for; the audit chain goes on
		if !d.cega {
			d.s.cfg.Log.WarnContext(ctx, "este servidor do banco não deixa notar as mudanças de outros programas; as do monitor são notadas", slog.Any("erro", err))
		}
		d.cega, t = true, d.textos
	}
	o.textos = t
	var counted []string
	for r, text := range t {
		o.digitais.gerais[r] = fingerprint(text)
		if slices.Contains(contados, recurso(r)) {
			counted = append(counted, text)
		}
	}
	o.digitais.gerais[rEstatisticas] = fingerprint(counted...)
	return d.readOwn(ctx, q, o, all)
}

func fingerprint(parts ...string) uint32 {
	h := fnv.New32a()
	for _, p := range parts {
		_, _ = h.Write([]byte(p))
		_, _ = h.Write([]byte{0})
	}
	return h.Sum32()
}

// texts are what the digitais are made of, by noun.
func (d *difusao) texts(ctx context.Context, q engine.Q, want [nRecursos]bool) (textos, error) {
	switch q.Kind() {
	case engine.Postgres:
		return d.postgres.texts(ctx, q, want, d.onlineSince())
	case engine.MySQL:
		return d.mysql.texts(ctx, q, want, d.onlineSince(), d.s.cfg.noTableTimes)
	default:
		return textsSQLite(ctx, q, d.onlineSince())
	}
}

// textos is a text for each noun that changes with it.
type textos [nRecursos]string

// onlineSince is when a device must have beaten last to be online: that one falls
// silent is a change, too.
func (d *difusao) onlineSince() Hora { return when.Of(d.s.cfg.Now().Add(-presenca)) }

const digitaisSQLite = `SELECT (SELECT coalesce(max(id), 0) FROM clientes) || ' ' || mudou_clientes,
	(SELECT coalesce(max(id), 0) || ' ' || coalesce(max(ultimo_heartbeat), '') FROM dispositivos) || ' ' || mudou_dispositivos
		|| ' ' || (SELECT count(*) FROM dispositivos WHERE ultimo_heartbeat > ?),
	(SELECT coalesce(max(id), 0) FROM conexoes) || ' ' || mudou_conexoes,
	(SELECT coalesce(max(id), 0) FROM mensagens_chat) || ' ' || mudou_mensagens,
	(SELECT coalesce(max(id), 0) FROM sessoes) || ' ' || mudou_sessoes,
	(SELECT count(*) || ' ' || coalesce(sum(usos), 0) || ' ' || coalesce(max(ultimo_uso), '') || ' ' || count(revogada_em) FROM monitor_chaves),
	(SELECT coalesce(max(id), 0) FROM logs_auditoria) || ' ' || mudou_logs
	FROM monitor_contadores`

func textsSQLite(ctx context.Context, q engine.Q, online Hora) (t textos, err error) {
	dest := make([]any, rEstatisticas)
	for i := range dest {
		dest[i] = &t[i]
	}
	err = q.Get(ctx, dest, digitaisSQLite, online)
	return t, err
}

// read adds what a query says of tables; ” is about devices.
func (t *textos) read(ctx context.Context, q engine.Q, query string, args ...any) error {
	rows, err := q.Rows(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return engine.Translate(err)
		}
		t[noun(name)] += text + " "
	}
	return engine.Translate(rows.Err())
}

// noun is the one that a table belongs to; ” is about devices.
func noun(table string) recurso {
	if table == "" {
		return rDispositivos
	}
	return recurso(slices.Index(tabelasDe[:], table))
}

// esforco is how many times longer than it took a costly question rests.
const esforco = 20

// passo spaces costly questions out.
type passo struct{ next time.Time }

func (p *passo) due(now time.Time) bool { return !now.Before(p.next) }

func (p *passo) took(began time.Time) { p.next = time.Now().Add(esforco * time.Since(began)) }
