package feed

import (
	"context"
	"fmt"
	"strings"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/when"
)

// What keeps summing xmin cheap: it is not done while no transaction ended in the
// cluster, nor for nouns that nobody listens to, and it rests twenty times as long
// as it took. Of a table that is larger than largeTable only the newest rows are
// summed; that older ones changed is known from the server's statistics, mostly
// within a second, within ten at worst.

const (
	largeTable = 500_000
	newRows    = 20_000
)

// postgresMarks remembers the last sums. The feed's goroutine owns it.
type postgresMarks struct {
	snapshot string // the snapshot that they were made in
	sums     markTexts
	summedUp [NumNouns]bool
	pace     pacer
}

const statsPostgres = `SELECT c.relname, txid_current_snapshot()::text, c.reltuples::bigint,
	concat(pg_stat_get_tuples_inserted(c.oid), ' ', pg_stat_get_tuples_updated(c.oid), ' ', pg_stat_get_tuples_deleted(c.oid))
	FROM pg_class c WHERE c.oid IN (%s)
	UNION ALL SELECT '', '', 0, count(*)::text FROM dispositivos WHERE ultimo_heartbeat > ?`

const (
	wholeSum = "SELECT '%[1]s', concat(count(*), ' ', coalesce(sum(xmin::text::bigint), 0)) FROM %[1]s"
	newSum   = "SELECT '%[1]s', concat(coalesce(max(id), 0), ' ', count(*), ' ', coalesce(sum(xmin::text::bigint), 0)) FROM (SELECT id, xmin FROM %[1]s ORDER BY id DESC LIMIT %[2]d) n"
)

// texts gives the sums, afresh where that is due, and the statistics of large
// tables.
func (p *postgresMarks) texts(ctx context.Context, q engine.Q, want [NumNouns]bool, online when.Hora) (markTexts, error) {
	st, err := p.state(ctx, q, online)
	if err != nil {
		return markTexts{}, err
	}
	began := time.Now()
	missing := false
	for r, w := range want {
		missing = missing || (w && tableOf[r] != "" && !p.summedUp[r])
	}
	if missing || (st.snapshot != p.snapshot && p.pace.due(began)) {
		var sums []string
		for r, w := range want {
			if w && tableOf[r] != "" {
				sums = append(sums, st.sum(Noun(r)))
			}
		}
		var t markTexts
		if err := t.read(ctx, q, strings.Join(sums, " UNION ALL ")); err != nil {
			return markTexts{}, err
		}
		p.sums, p.summedUp, p.snapshot = t, want, st.snapshot
		p.pace.took(began)
	}
	out := p.sums
	for r := range out {
		out[r] += st.lastTexts[r]
	}
	return out, nil
}

// tableStats is what the server knows of the tables without looking into them.
type tableStats struct {
	snapshot  string
	large     [NumNouns]bool
	lastTexts markTexts
}

// sum is the statement that sums a noun's table.
func (s *tableStats) sum(r Noun) string {
	if s.large[r] {
		return fmt.Sprintf(newSum, tableOf[r], newRows)
	}
	return fmt.Sprintf(wholeSum, tableOf[r])
}

func (p *postgresMarks) state(ctx context.Context, q engine.Q, online when.Hora) (st tableStats, err error) {
	var oids []string
	for _, name := range tableOf[:Estatisticas] {
		oids = append(oids, "'"+name+"'::regclass")
	}
	rows, err := q.Rows(ctx, fmt.Sprintf(statsPostgres, strings.Join(oids, ", ")), online)
	if err != nil {
		return st, err
	}
	defer rows.Close()
	for rows.Next() {
		var name, snapshot, text string
		var held int64
		if err := rows.Scan(&name, &snapshot, &held, &text); err != nil {
			return st, engine.Translate(err)
		}
		r := nounOf(name)
		if name != "" {
			st.snapshot = snapshot
		}
		if st.large[r] = held > largeTable; name == "" || st.large[r] {
			st.lastTexts[r] += " " + text
		}
	}
	return st, engine.Translate(rows.Err())
}
