package feed

import (
	"context"
	"errors"
	"hash/fnv"
	"log/slog"
	"slices"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/when"
)

// Telemetry and what other programs write have no link in the audit chain. They
// are noticed by marks, fingerprints of a noun that move with every change, and
// that come out alike in every process. What each engine offers for it:
//
//   - SQLite: the newest id of a table, and a counter that triggers move at each
//     change of what was there. Neither inserts nor heartbeats run a trigger: the
//     newest id and the latest heartbeat tell of them. Some 100 µs in all.
//     (PRAGMA data_version would be cheaper, but says nothing about tables, and
//     counts for one connection, which a pool does not keep.)
//   - MySQL: the time of a table's last change in information_schema. It counts in
//     seconds, so a fresh one is told again when its seconds are over. See
//     mysql.go for servers that do not tell.
//   - PostgreSQL: the sum of xmin over a table's rows, which only grows as long as
//     the number of rows is the same, whatever the order of commits. See
//     postgres.go for what keeps that cheap.
//
// Whoever hears only of its own gets marks of its own rows
// (own.go): when others do something is not its business.

// tableOf is the table of the nouns that have one.
var tableOf = [NumNouns]string{
	Clientes: "clientes", Dispositivos: "dispositivos", Conexoes: "conexoes", Chat: "mensagens_chat", Sessoes: "sessoes",
	Chaves: "monitor_chaves", Logs: "logs_auditoria",
}

// countedNouns are the nouns that the statistics count.
var countedNouns = []Noun{Clientes, Dispositivos, Conexoes, Chat, Sessoes}

// reading are the marks of one look.
type reading struct {
	all marks
	own map[int64]marks // by person
}

// of are the marks that a listener may know of.
func (l *reading) of(e *Subscription) (d marks) {
	for r, scope := range e.View {
		switch scope {
		case ReachAll:
			d[r] = l.all[r]
		case ReachOwn:
			d[r] = l.own[e.Person][r]
		case ReachNone:
		}
	}
	return d
}

// heard are the nouns that somebody listens to, and those that they are made of.
func heard(all []*Subscription) (want [NumNouns]bool) {
	for _, e := range all {
		for r, scope := range e.View {
			want[r] = want[r] || scope != ReachNone
		}
	}
	for _, r := range countedNouns {
		want[r] = want[r] || want[Estatisticas]
	}
	return want
}

// readMarks reads the marks of what is listened to.
func (d *Feed) readMarks(ctx context.Context, q engine.Q, o *findings, all []*Subscription) error {
	t, err := d.texts(ctx, q, heard(all))
	switch {
	case err == nil:
		d.blind = false
	case ctx.Err() != nil || errors.Is(err, fault.ErrUnavailable):
		return err
	default: // a server that lacks what we ask for; the audit chain goes on
		if !d.blind {
			d.cfg.Log.WarnContext(
				ctx,
				"este servidor do banco não deixa notar as mudanças de outros programas; as do monitor são notadas",
				slog.Any("erro", err),
			)
		}
		d.blind, t = true, d.lastTexts
	}
	o.lastTexts = t
	var counted []string
	for r, text := range t {
		o.marks.all[r] = fingerprint(text)
		if slices.Contains(countedNouns, Noun(r)) {
			counted = append(counted, text)
		}
	}
	o.marks.all[Estatisticas] = fingerprint(counted...)
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

// texts are what the marks are made of, by noun.
func (d *Feed) texts(ctx context.Context, q engine.Q, want [NumNouns]bool) (markTexts, error) {
	switch q.Kind() {
	case engine.Postgres:
		return d.postgres.texts(ctx, q, want, d.onlineSince())
	case engine.MySQL:
		return d.mysql.texts(ctx, q, want, d.onlineSince(), d.cfg.NoTableTimes)
	default:
		return textsSQLite(ctx, q, d.onlineSince())
	}
}

// markTexts is a text for each noun that changes with it.
type markTexts [NumNouns]string

// onlineSince is when a device must have beaten last to be online: that one falls
// silent is a change, too.
func (d *Feed) onlineSince() when.Hora { return when.Of(d.cfg.Now().Add(-d.cfg.OnlineFor)) }

const marksSQLite = `SELECT (SELECT coalesce(max(id), 0) FROM clientes) || ' ' || mudou_clientes,
	(SELECT coalesce(max(id), 0) || ' ' || coalesce(max(ultimo_heartbeat), '') FROM dispositivos) || ' ' || mudou_dispositivos
		|| ' ' || (SELECT count(*) FROM dispositivos WHERE ultimo_heartbeat > ?),
	(SELECT coalesce(max(id), 0) FROM conexoes) || ' ' || mudou_conexoes,
	(SELECT coalesce(max(id), 0) FROM mensagens_chat) || ' ' || mudou_mensagens,
	(SELECT coalesce(max(id), 0) FROM sessoes) || ' ' || mudou_sessoes,
	(SELECT count(*) || ' ' || coalesce(sum(usos), 0) || ' ' || coalesce(max(ultimo_uso), '') || ' ' || count(revogada_em) FROM monitor_chaves),
	(SELECT coalesce(max(id), 0) FROM logs_auditoria) || ' ' || mudou_logs
	FROM monitor_contadores`

func textsSQLite(ctx context.Context, q engine.Q, online when.Hora) (t markTexts, err error) {
	dest := make([]any, Estatisticas)
	for i := range dest {
		dest[i] = &t[i]
	}
	err = q.Get(ctx, dest, marksSQLite, online)
	return t, err
}

// read adds what a query says of tables; ” is about devices.
func (t *markTexts) read(ctx context.Context, q engine.Q, query string, args ...any) error {
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
		t[nounOf(name)] += text + " "
	}
	return engine.Translate(rows.Err())
}

// nounOf is the one that a table belongs to; ” is about devices.
func nounOf(table string) Noun {
	if table == "" {
		return Dispositivos
	}
	return Noun(slices.Index(tableOf[:], table))
}

// restFactor is how many times longer than it took a costly question rests.
const restFactor = 20

// pacer spaces costly questions out.
type pacer struct{ next time.Time }

func (p *pacer) due(now time.Time) bool { return !now.Before(p.next) }

func (p *pacer) took(began time.Time) { p.next = time.Now().Add(restFactor * time.Since(began)) }
