package drift

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/internal/chars"
	"example.com/monitor/store/when"
)

// probeID is the id of every row of the probe: no sequence is spent, and nobody
// has it.
const probeID = -7316

// probeValue is what the probe writes into a column.
type probeValue struct {
	column string
	value  any
}

// probeRow is a row as ordinary use makes it.
type probeRow struct {
	table  string
	values []probeValue
}

// probeRows are in the order of insertion, with as little in them as may be left.
func probeRows(now when.Hora) []probeRow {
	return []probeRow{
		{"clientes", []probeValue{
			{"id", probeID},
			{"nome", "Sonda"},
			{"email", "sonda-7316@monitor.invalid"},
			{"pais", "Brasil"},
			{"ativo", true},
			{"nivel_acesso", "usuario"},
			{"data_cadastro", now},
			{"telefone", nil},
			{"dados_extras", nil},
			{"senha_hash", nil},
		}},
		{"dispositivos", []probeValue{
			{"id", probeID},
			{"cliente_id", nil},
			{"nome", "Sonda"},
			{"tipo", "desktop"},
			{"hostname", "sonda"},
			{"is_virtual", false},
			{"ativo", true},
			{"ultimo_heartbeat", now},
			{"data_registro", now},
			{"info_extra", "{}"},
		}},
		{"conexoes", []probeValue{
			{"id", probeID},
			{"cliente_id", nil},
			{"dispositivo_id", nil},
			{"porta_origem", 65535},
			{"protocolo", "TCP"},
			{"status", "ESTABLISHED"},
			{"data_hora", now},
			{"bytes_enviados", 0},
			{"bytes_recebidos", 0},
		}},
		{"mensagens_chat", []probeValue{
			{
				"id",
				probeID,
			}, {"cliente_id", nil}, {"sala", "geral"}, {"usuario", "Sonda"}, {"mensagem", "sonda"}, {"tipo", "texto"}, {"data_hora", now}, {"editada", false}, {"deletada", false},
		}},
		{"sessoes", []probeValue{
			{
				"id",
				probeID,
			}, {"cliente_id", probeID}, {"token", "sha256$sonda"}, {"data_inicio", now}, {"data_expiracao", now}, {"ultima_atividade", now}, {"ativa", true},
		}},
		{"logs_auditoria", []probeValue{
			{
				"id",
				probeID,
			}, {"cliente_id", nil}, {"acao", "sonda"}, {"descricao", "sonda"}, {"dados", "{}"}, {"data_hora", now}, {"nivel", "warning"},
		}},
	}
}

// probeChanges are what happens to such rows afterwards.
var probeChanges = []struct{ table, set string }{
	{"clientes", "nivel_acesso = 'moderador'"},
	{"clientes", "nivel_acesso = 'admin'"},
	{"clientes", "ativo = FALSE"},
	{"clientes", "telefone = '(11) 98888-7777'"},
	{"clientes", "senha_hash = 'pbkdf2:sha256:600000$sonda$sonda'"},
	{"dispositivos", "ip_local = '10.0.0.1'"},
	{"mensagens_chat", "deletada = TRUE"},
	{"sessoes", "ativa = FALSE"},
}

// Try writes ordinary rows, changes and removes them, and takes everything back.
// What refuses one of them stops setup. It cannot be done where a table does not
// take back what was written.
func (x *Examination) Try(ctx context.Context, db *engine.DB, now when.Hora) error {
	if !x.rollsBack || x.blocked() {
		return nil
	}
	rehearse := func(oneByOne bool) error {
		return db.Rehearse(ctx, func(ctx context.Context, q engine.Q) error { return probe{x, q, oneByOne}.run(ctx, now) })
	}
	err := rehearse(false)
	if _, ok := errors.AsType[*engine.RefusedError](err); ok {
		err = rehearse(true)
	}
	if refused, ok := errors.AsType[*probeError](err); ok {
		x.add(refused.finding(x))
		return nil
	}
	return err
}

func (x *Examination) blocked() bool {
	reason, _, _ := x.Blocking()
	return reason != ""
}

// probe is one run of it, in a transaction.
type probe struct {
	x        *Examination
	q        engine.Q
	oneByOne bool
}

// probeError is a row of the probe that was refused.
type probeError struct {
	table string
	*engine.RefusedError
}

// statement is one step of the probe.
type statement struct {
	table, sql string
	args       []any
}

// run does all steps at once, a distant server being paid by the round trip. Where
// one is refused they are done again, one by one, to find out which.
func (p probe) run(ctx context.Context, now when.Hora) error {
	steps := p.steps(now)
	if p.x.kind != engine.SQLite && !p.oneByOne {
		texts, args := make([]string, 0, len(steps)), []any{}
		for _, s := range steps {
			texts, args = append(texts, s.sql), append(args, s.args...)
		}
		_, err := p.q.Exec(ctx, strings.Join(texts, "; "), args...)
		return err
	}
	for _, s := range steps {
		if _, err := p.q.Exec(ctx, s.sql, s.args...); err != nil {
			return p.judge(s.table, err)
		}
	}
	return nil
}

func (p probe) steps(now when.Hora) []statement {
	var list []statement
	rows := probeRows(now)
	for _, r := range rows {
		list = append(list, p.insert(r.table, r.values))
	}
	for _, c := range probeChanges {
		column, _, _ := strings.Cut(c.set, " ")
		if _, there := p.x.column(c.table, column); there {
			list = append(list, statement{c.table, "UPDATE " + c.table + " SET " + c.set + " WHERE id = ?", []any{probeID}})
		}
	}
	for _, r := range slices.Backward(rows) {
		list = append(list, statement{r.table, "DELETE FROM " + r.table + " WHERE id = ?", []any{probeID}})
	}
	return list
}

// insert leaves out the columns that are still to be added.
func (p probe) insert(table string, values []probeValue) statement {
	var names []string
	var args []any
	for _, v := range values {
		if _, there := p.x.column(table, v.column); there {
			names, args = append(names, v.column), append(args, v.value)
		}
	}
	overriding := ""
	if p.x.kind == engine.Postgres {
		overriding = " OVERRIDING SYSTEM VALUE"
	}
	return statement{
		table,
		fmt.Sprintf("INSERT INTO %s(%s)%s VALUES (%s)", table, strings.Join(names, ", "), overriding, chars.Rows("?", len(args))),
		args,
	}
}

// judge tells a rule of the database's from a database that is busy or gone.
func (p probe) judge(table string, err error) error {
	if refused, ok := errors.AsType[*engine.RefusedError](err); ok {
		return &probeError{table, refused}
	}
	return err
}

var probeWords = map[string]string{
	engine.RegraCheck: "uma regra (CHECK)", engine.RegraGatilho: "um gatilho (trigger)", engine.RegraObrigatoria: "uma coluna obrigatória (NOT NULL)",
	engine.RegraReferencia: "uma chave estrangeira", engine.RegraLargura: "uma coluna em que o valor não cabe", engine.RegraLetras: "uma coluna sem essas letras",
}

// finding names the rule and what takes it away. Which trigger it was nobody tells:
// all that are not ours are named.
func (e *probeError) finding(x *Examination) Finding {
	what := probeWords[e.Motivo]
	if what == "" {
		what = "o próprio banco"
	}
	if e.Regra != "" {
		what += ", " + e.Regra + ","
	}
	f := Finding{
		Reason: ReasonOwnRule, Blocks: true,
		Detail: fmt.Sprintf("em %s, %s recusa o que o monitor grava no uso comum", e.table, what),
	}
	var cures []string
	for _, known := range x.Findings {
		// SQLite names the text of a CHECK, and nobody a trigger.
		named := e.Regra == "" || e.Regra == known.rule.name || x.kind == engine.SQLite || e.Motivo == engine.RegraGatilho
		if known.Reason == e.Motivo && known.rule.table == e.table && named {
			cures = append(cures, known.rule.drop)
		}
	}
	f.Remedy = strings.Join(cures, "; ")
	if f.Remedy == "" {
		f.Remedy = "tire essa regra da tabela " + e.table
	}
	return f
}
