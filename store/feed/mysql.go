package feed

import (
	"context"
	"fmt"
	"strings"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/when"
)

// Some servers that speak MySQL's language keep no UPDATE_TIME (TiDB, and what is built
// on Vitess may not). There the rows themselves are summed, of a table that is larger than
// largeTable the newest only, and the feed rests twenty times as long as that took. A
// server that was just restarted has forgotten its times, too: as soon as anything was
// written, by ourselves for one, it tells again.

// mysqlMarks remembers the last sums of such a server. The feed's goroutine owns it.
type mysqlMarks struct {
	columns map[string][]string // of the tables, asked for once
	sums    markTexts
	summed  [NumNouns]bool
	pace    pacer
}

const (
	timesMySQL = `SELECT lower(table_name), concat(coalesce(%[2]s, ''), ' ', coalesce(%[2]s < now() - INTERVAL 1 SECOND, 1)), coalesce(table_rows, 0)
	FROM information_schema.tables WHERE table_schema = database() AND table_name IN (%[1]s)
	UNION ALL SELECT '', CAST(count(*) AS CHAR), 0 FROM dispositivos WHERE ultimo_heartbeat > ?`
	// anyTimeMySQL: what we write ourselves counts, for only a server that never tells has none at all.
	anyTimeMySQL      = "SELECT count(%s) > 0 FROM information_schema.tables WHERE table_schema = database()"
	tableColumnsMySQL = `SELECT lower(table_name) AS tabela, column_name AS nome FROM information_schema.columns
	WHERE table_schema = database() AND table_name IN (%s) AND lower(column_name) NOT LIKE 'monitor\_%%' ORDER BY table_name, ordinal_position`
	sumMySQL = "SELECT '%[1]s', concat(count(*), ' ', coalesce(max(id), 0), ' ', coalesce(bit_xor(crc32(concat_ws('|', %[2]s))), 0)) FROM %[3]s"
)

// timeColumn is where the time of the last change stands.
func timeColumn(none bool) string {
	if none {
		return "CAST(NULL AS DATETIME)"
	}
	return "update_time"
}

// TellsTimes says whether the server knows when any table of the database changed.
func TellsTimes(ctx context.Context, q engine.Q, none bool) (tells bool, err error) {
	err = q.Get(ctx, []any{&tells}, fmt.Sprintf(anyTimeMySQL, timeColumn(none)))
	return tells, err
}

func (p *mysqlMarks) texts(ctx context.Context, q engine.Q, want [NumNouns]bool, online when.Hora, none bool) (t markTexts, err error) {
	names := "'" + strings.Join(tableOf[:Estatisticas], "', '") + "'"
	rows, err := q.Rows(ctx, fmt.Sprintf(timesMySQL, names, timeColumn(none)), online)
	if err != nil {
		return t, err
	}
	defer rows.Close()
	timeless, large := true, [NumNouns]bool{}
	for rows.Next() {
		var name, text string
		var n int64
		if err := rows.Scan(&name, &text, &n); err != nil {
			return t, engine.Translate(err)
		}
		r := nounOf(name)
		t[r] += text + " "
		timeless = timeless && (name == "" || strings.HasPrefix(text, " "))
		large[r] = large[r] || n > largeTable
	}
	if err := rows.Err(); err != nil || !timeless {
		return t, engine.Translate(err)
	}
	if tells, err := TellsTimes(ctx, q, none); err != nil || tells {
		return t, err
	}
	if err := p.sum(ctx, q, want, large); err != nil {
		return t, err
	}
	for r := range t {
		t[r] += p.sums[r]
	}
	return t, nil
}

// sum reads the rows of what is listened to, where that is due.
func (p *mysqlMarks) sum(ctx context.Context, q engine.Q, want, large [NumNouns]bool) error {
	began := time.Now()
	missing := false
	for r, w := range want {
		missing = missing || (w && tableOf[r] != "" && !p.summed[r])
	}
	if !missing && !p.pace.due(began) {
		return nil
	}
	if err := p.learn(ctx, q); err != nil {
		return err
	}
	var sums []string
	for r, w := range want {
		table := tableOf[r]
		if !w || len(p.columns[table]) == 0 {
			continue
		}
		from := table
		if large[r] {
			from = fmt.Sprintf("(SELECT * FROM %s ORDER BY id DESC LIMIT %d) n", table, newRows)
		}
		values := make([]string, len(p.columns[table]))
		for i, col := range p.columns[table] {
			values[i] = "coalesce(`" + strings.ReplaceAll(col, "`", "``") + "`, '')"
		}
		sums = append(sums, fmt.Sprintf(sumMySQL, table, strings.Join(values, ", "), from))
	}
	if len(sums) == 0 {
		return nil
	}
	var t markTexts
	if err := t.read(ctx, q, strings.Join(sums, " UNION ALL ")); err != nil {
		return err
	}
	p.sums, p.summed = t, want
	p.pace.took(began)
	return nil
}

// learn asks which columns there are; those that we made follow from the others.
func (p *mysqlMarks) learn(ctx context.Context, q engine.Q) error {
	if p.columns != nil {
		return nil
	}
	var list []struct {
		Tabela string `bun:"tabela"`
		Nome   string `bun:"nome"`
	}
	names := "'" + strings.Join(tableOf[:Estatisticas], "', '") + "'"
	if err := q.All(ctx, &list, fmt.Sprintf(tableColumnsMySQL, names)); err != nil {
		return err
	}
	p.columns = map[string][]string{}
	for _, c := range list {
		p.columns[c.Tabela] = append(p.columns[c.Tabela], c.Nome)
	}
	return nil
}
