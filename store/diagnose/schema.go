package diagnose

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/internal/chars"
	"example.com/monitor/store/migrations"
	"example.com/monitor/store/schema"
	"example.com/monitor/store/when"
)

// rights finds out how far the schema is, on which it depends what the user
// must be allowed, and checks that.
func (d *examiner) rights(ctx context.Context) (err error) {
	if d.state, err = schema.StateOf(ctx, d.db); err != nil {
		return d.fail(stageRights, err, d.grantRemedy())
	}
	switch {
	case !d.facts.known:
		return nil
	case d.t.Kind == engine.MySQL:
		return d.rightsMySQL(ctx)
	default:
		return d.rightsPostgres(ctx)
	}
}

// settings are the server's settings.
func (d *examiner) settings(ctx context.Context) error {
	switch {
	case !d.facts.known:
		return nil
	case d.t.Kind == engine.MySQL:
		return d.settingsMySQL(ctx)
	default:
		return d.settingsPostgres()
	}
}

// schema says how far the schema is.
func (d *examiner) schema(ctx context.Context) (err error) {
	if d.state, err = schema.StateOf(ctx, d.db); err != nil {
		return d.fail(stageSchema, err, "confira se este é mesmo o banco do monitor")
	}
	reason := reasonSchema + string(d.state)
	switch d.state {
	case schema.Current:
		d.ok(stageSchema, fmt.Sprintf("versão %d, em dia", migrations.Versao()))
		return nil
	case schema.Newer:
		return d.schemaError(reason, "instale a versão mais nova do monitor")
	case schema.Alien:
		return d.schemaError(reason, "informe outro banco com --banco, por exemplo sqlite:///data/clientes.db")
	}
	stopped, err := d.interrupted(ctx)
	if err != nil {
		return d.fail(stageSchema, err, "confira se este é mesmo o banco do monitor")
	}
	switch {
	case stopped == reasonUndoing:
		d.warn(
			stageSchema,
			stopped,
			"uma retirada do monitor (setup --desfazer) foi interrompida no meio",
			"termine-a com monitor setup --desfazer, ou adote o banco de novo com monitor setup; os dados das seis tabelas estão inteiros",
		)
	case stopped != "":
		d.warn(stageSchema, stopped, interruptedNames[stopped], "monitor setup continua de onde parou; nada se perde")
	case d.state == schema.Foreign:
		d.warn(
			stageSchema,
			reason,
			"tabelas do sistema antigo, ainda não adotadas",
			"monitor setup mostra o plano e adota o banco sem perder nada",
		)
	case d.state == schema.Behind:
		d.warn(stageSchema, reason, "feito por uma versão anterior do monitor", "monitor setup atualiza o esquema")
	default:
		d.warn(stageSchema, reason, "o banco ainda está vazio", "monitor setup cria as tabelas")
	}
	return nil
}

var interruptedNames = map[string]string{
	reasonInterrupted: "uma preparação anterior foi interrompida no meio",
	reasonPreparing:   "outro processo está preparando este banco agora",
}

// schemaError ends the diagnosis with a schema that is not to be touched.
func (d *examiner) schemaError(reason, remedy string) error {
	err := &schema.Error{Estado: d.state, Banco: d.t.Nome}
	cause, _, _ := strings.Cut(err.Error(), ";")
	return d.end(Fase{Codigo: stageSchema, Motivo: reason, Detalhe: cause, Remedio: remedy}, err)
}

// interrupted recognises a preparation that was killed: a table of the next step
// is there, and the step is not recorded. Only MySQL, which commits each
// statement by itself, can be left so.
func (d *examiner) interrupted(ctx context.Context) (reason string, err error) {
	tables, err := d.db.Tables(ctx)
	if err != nil || d.t.Kind != engine.MySQL {
		return "", err
	}
	if tables["monitor_travas"] {
		var held bool
		err := d.db.Reader().Get(ctx, []any{&held}, "SELECT EXISTS (SELECT 1 FROM monitor_travas WHERE ate > unix_timestamp())")
		if err != nil || held {
			return reasonPreparing, err
		}
	}
	if half, err := d.db.HalfUndone(ctx); err != nil || half {
		return reasonUndoing, err
	}
	form, err := d.db.Versao(ctx)
	if err != nil || d.state == schema.Foreign && !tables["monitor_migracoes"] {
		return "", err
	}
	started := tables["monitor_migracoes"] || tables["monitor_travas"]
	for _, stmt := range migrations.For(string(d.t.Kind))[form].SQL {
		if m := schema.CreateTable.FindStringSubmatch(stmt); m != nil && started && tables[m[1]] {
			return reasonInterrupted, nil
		}
	}
	return "", nil
}

// errProbe takes back what the probe wrote.
var errProbe = errors.New("store: the probe is taken back")

// probeRows are enough rows to make a full disk say so.
const probeRows = 200

// write writes and takes it back, in the way that all writes go.
func (d *examiner) write(ctx context.Context) error {
	if d.state != schema.Current && d.t.Kind == engine.MySQL {
		// A table made for the probe could not be taken back.
		d.ok(stageWrite, "será conferida ao criar as tabelas")
		return nil
	}
	if err := d.db.StartWriter(ctx, engine.Hooks{}); err != nil {
		return d.fail(stageWrite, err, d.grantRemedy())
	}
	start := time.Now()
	err := d.db.Write(ctx, func(ctx context.Context, q engine.Q) error {
		if err := d.probe(ctx, q); err != nil {
			return err
		}
		return errProbe
	})
	if !errors.Is(err, errProbe) {
		return d.fail(stageWrite, err, "confira os direitos do usuário e o espaço no servidor")
	}
	d.ok(stageWrite, fmt.Sprintf("gravou e desfez em %d ms", time.Since(start).Milliseconds()))
	return nil
}

func (d *examiner) probe(ctx context.Context, q engine.Q) error {
	const head = "INSERT INTO monitor_idempotencia(ator, chave, pedido, resultado_id, criada_em) VALUES "
	if d.state != schema.Current {
		if _, err := q.Exec(ctx, "CREATE TABLE monitor_sonda (texto text)"); err != nil {
			return err
		}
		_, err := q.Exec(
			ctx,
			"INSERT INTO monitor_sonda VALUES "+chars.Rows("(?)", probeRows),
			repeat(probeRows, func(int) []any { return []any{strings.Repeat("x", 300)} })...)
		return err
	}
	args := repeat(probeRows, func(i int) []any {
		return []any{"sonda " + strings.Repeat("x", 190), fmt.Sprint("sonda ", i), "sonda", i, when.Of(d.cfg.Now())}
	})
	_, err := q.Exec(ctx, head+chars.Rows("(?, ?, ?, ?, ?)", probeRows), args...)
	return err
}

func repeat(n int, row func(i int) []any) []any {
	var args []any
	for i := range n {
		args = append(args, row(i)...)
	}
	return args
}
