package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"example.com/monitor/store/engine"
)

// What keeps summing xmin cheap: it is not done while no transaction ended in the
// cluster, nor for nouns that nobody listens to, and it rests twenty times as long
// as it took. Of a table that is larger than tabelaGrande only the newest rows are
// summed; that older ones changed is known from the server's statistics, mostly
// within a second, within ten at worst.

const (
	tabelaGrande = 500_000
	novasLinhas  = 20_000
)

// digitaisPostgres remembers the last sums. The feed's goroutine owns it.
type digitaisPostgres struct {
	retrato string // the snapshot that they were made in
	somas   textos
	somadas [nRecursos]bool
	passo   passo
}

const estadoPostgres = `SELECT c.relname, txid_current_snapshot()::text, c.reltuples::bigint,
	concat(pg_stat_get_tuples_inserted(c.oid), ' ', pg_stat_get_tuples_updated(c.oid), ' ', pg_stat_get_tuples_deleted(c.oid))
	FROM pg_class c WHERE c.oid IN (%s)
	UNION ALL SELECT '', '', 0, count(*)::text FROM dispositivos WHERE ultimo_heartbeat > ?`

const (
	somaToda  = "SELECT '%[1]s', concat(count(*), ' ', coalesce(sum(xmin::text::bigint), 0)) FROM %[1]s"
	somaNovas = "SELECT '%[1]s', concat(coalesce(max(id), 0), ' ', count(*), ' ', coalesce(sum(xmin::text::bigint), 0)) FROM (SELECT id, xmin FROM %[1]s ORDER BY id DESC LIMIT %[2]d) n"
)

// texts gives the sums, afresh where that is due, and the statistics of large
// tables.
func (p *digitaisPostgres) texts(ctx context.Context, q engine.Q, want [nRecursos]bool, online Hora) (textos, error) {
	st, err := p.state(ctx, q, online)
	if err != nil {
		return textos{}, err
	}
	began := time.Now()
	missing := false
	for r, w := range want {
		missing = missing || (w && tabelasDe[r] != "" && !p.somadas[r])
	}
	if missing || (st.retrato != p.retrato && p.passo.due(began)) {
		var sums []string
		for r, w := range want {
			if w && tabelasDe[r] != "" {
				sums = append(sums, st.sum(recurso(r)))
			}
		}
		var t textos
		if err := t.read(ctx, q, strings.Join(sums, " UNION ALL ")); err != nil {
			return textos{}, err
		}
		p.somas, p.somadas, p.retrato = t, want, st.retrato
		p.passo.took(began)
	}
	out := p.somas
	for r := range out {
		out[r] += st.textos[r]
	}
	return out, nil
}

// estado is what the server knows of the tables without looking into them.
type estado struct {
	retrato string
	grande  [nRecursos]bool
	textos  textos
}

// sum is the statement that sums a noun's table.
func (s *estado) sum(r recurso) string {
	if s.grande[r] {
		return fmt.Sprintf(somaNovas, tabelasDe[r], novasLinhas)
	}
	return fmt.Sprintf(somaToda, tabelasDe[r])
}

func (p *digitaisPostgres) state(ctx context.Context, q engine.Q, online Hora) (st estado, err error) {
	var oids []string
	for _, name := range tabelasDe[:rEstatisticas] {
		oids = append(oids, "'"+name+"'::regclass")
	}
	rows, err := q.Rows(ctx, fmt.Sprintf(estadoPostgres, strings.Join(oids, ", ")), online)
	if err != nil {
		return st, err
	}
	defer rows.Close()
	for rows.Next() {
		var name, retrato, text string
		var held int64
		if err := rows.Scan(&name, &retrato, &held, &text); err != nil {
			return st, engine.Translate(err)
		}
		r := noun(name)
		if name != "" {
			st.retrato = retrato
		}
		if st.grande[r] = held > tabelaGrande; name == "" || st.grande[r] {
			st.textos[r] += " " + text
		}
	}
	return st, engine.Translate(rows.Err())
}
