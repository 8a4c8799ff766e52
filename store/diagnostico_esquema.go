package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/migrations"
	"example.com/monitor/store/schema"
	"example.com/monitor/store/when"
)

// direitos finds out how far the schema is, on which it depends what the user
// must be allowed, and checks that.
func (d *diagnostico) direitos(ctx context.Context) (err error) {
	if d.estado, err = schema.StateOf(ctx, d.db); err != nil {
		return d.fail(faseDireitos, err, d.grantRemedio())
	}
	switch {
	case !d.fatos.lidos:
		return nil
	case d.t.Kind == engine.MySQL:
		return d.direitosMySQL(ctx)
	default:
		return d.direitosPostgres(ctx)
	}
}

// ajustes are the server's settings.
func (d *diagnostico) ajustes(ctx context.Context) error {
	switch {
	case !d.fatos.lidos:
		return nil
	case d.t.Kind == engine.MySQL:
		return d.ajustesMySQL(ctx)
	default:
		return d.ajustesPostgres()
	}
}

// esquema says how far the schema is.
func (d *diagnostico) esquema(ctx context.Context) (err error) {
	if d.estado, err = schema.StateOf(ctx, d.db); err != nil {
		return d.fail(faseEsquema, err, "confira se este é mesmo o banco do monitor")
	}
	motivo := motivoSchema + string(d.estado)
	switch d.estado {
	case schema.Current:
		d.ok(faseEsquema, fmt.Sprintf("versão %d, em dia", migrations.Versao()))
		return nil
	case schema.Newer:
		return d.schemaError(motivo, "instale a versão mais nova do monitor")
	case schema.Alien:
		return d.schemaError(motivo, "informe outro banco com --banco, por exemplo sqlite:///data/clientes.db")
	}
	stopped, err := d.interrupted(ctx)
	if err != nil {
		return d.fail(faseEsquema, err, "confira se este é mesmo o banco do monitor")
	}
	switch {
	case stopped == motivoDesfazendo:
		d.warn(faseEsquema, stopped, "uma retirada do monitor (setup --desfazer) foi interrompida no meio", "termine-a com monitor setup --desfazer, ou adote o banco de novo com monitor setup; os dados das seis tabelas estão inteiros")
	case stopped != "":
		d.warn(faseEsquema, stopped, interrompidas[stopped], "monitor setup continua de onde parou; nada se perde")
	case d.estado == schema.Foreign:
		d.warn(faseEsquema, motivo, "tabelas do sistema antigo, ainda não adotadas", "monitor setup mostra o plano e adota o banco sem perder nada")
	case d.estado == schema.Behind:
		d.warn(faseEsquema, motivo, "feito por uma versão anterior do monitor", "monitor setup atualiza o esquema")
	default:
		d.warn(faseEsquema, motivo, "o banco ainda está vazio", "monitor setup cria as tabelas")
	}
	return nil
}

var interrompidas = map[string]string{
	motivoInterrompida: "uma preparação anterior foi interrompida no meio",
	motivoPreparando:   "outro processo está preparando este banco agora",
}

// schemaError ends the diagnosis with a schema that is not to be touched.
func (d *diagnostico) schemaError(motivo, remedy string) error {
	err := &schema.Error{Estado: d.estado, Banco: d.t.Nome}
	causa, _, _ := strings.Cut(err.Error(), ";")
	return d.end(Fase{Codigo: faseEsquema, Motivo: motivo, Detalhe: causa, Remedio: remedy}, err)
}

// interrupted recognises a preparation that was killed: a table of the next step
// is there, and the step is not recorded. Only MySQL, which commits each
// statement by itself, can be left so.
func (d *diagnostico) interrupted(ctx context.Context) (motivo string, err error) {
	tables, err := d.db.Tables(ctx)
	if err != nil || d.t.Kind != engine.MySQL {
		return "", err
	}
	if tables["monitor_travas"] {
		var held bool
		err := d.db.Reader().Get(ctx, []any{&held}, "SELECT EXISTS (SELECT 1 FROM monitor_travas WHERE ate > unix_timestamp())")
		if err != nil || held {
			return motivoPreparando, err
		}
	}
	if half, err := d.db.HalfUndone(ctx); err != nil || half {
		return motivoDesfazendo, err
	}
	form, err := d.db.Versao(ctx)
	if err != nil || d.estado == schema.Foreign && !tables["monitor_migracoes"] {
		return "", err
	}
	started := tables["monitor_migracoes"] || tables["monitor_travas"]
	for _, stmt := range migrations.For(string(d.t.Kind))[form].SQL {
		if m := schema.CreateTable.FindStringSubmatch(stmt); m != nil && started && tables[m[1]] {
			return motivoInterrompida, nil
		}
	}
	return "", nil
}

// errSonda takes back what the probe wrote.
var errSonda = errors.New("store: the probe is taken back")

// linhasSonda are enough rows to make a full disk say so.
const linhasSonda = 200

// escrita writes and takes it back, in the way that all writes go.
func (d *diagnostico) escrita(ctx context.Context) error {
	if d.estado != schema.Current && d.t.Kind == engine.MySQL {
		// A table made for the probe could not be taken back.
		d.ok(faseEscrita, "será conferida ao criar as tabelas")
		return nil
	}
	if err := d.db.StartWriter(ctx, engine.Hooks{}); err != nil {
		return d.fail(faseEscrita, err, d.grantRemedio())
	}
	start := time.Now()
	err := d.db.Write(ctx, func(ctx context.Context, q engine.Q) error {
		if err := d.probe(ctx, q); err != nil {
			return err
		}
		return errSonda
	})
	if !errors.Is(err, errSonda) {
		return d.fail(faseEscrita, err, "confira os direitos do usuário e o espaço no servidor")
	}
	d.ok(faseEscrita, fmt.Sprintf("gravou e desfez em %d ms", time.Since(start).Milliseconds()))
	return nil
}

func (d *diagnostico) probe(ctx context.Context, q engine.Q) error {
	const head = "INSERT INTO monitor_idempotencia(ator, chave, pedido, resultado_id, criada_em) VALUES "
	if d.estado != schema.Current {
		if _, err := q.Exec(ctx, "CREATE TABLE monitor_sonda (texto text)"); err != nil {
			return err
		}
		_, err := q.Exec(ctx, "INSERT INTO monitor_sonda VALUES "+rows("(?)", linhasSonda), repeat(linhasSonda, func(int) []any { return []any{strings.Repeat("x", 300)} })...)
		return err
	}
	args := repeat(linhasSonda, func(i int) []any {
		return []any{"sonda " + strings.Repeat("x", 190), fmt.Sprint("sonda ", i), "sonda", i, when.Of(d.cfg.Now())}
	})
	_, err := q.Exec(ctx, head+rows("(?, ?, ?, ?, ?)", linhasSonda), args...)
	return err
}

func rows(row string, n int) string { return strings.TrimSuffix(strings.Repeat(row+", ", n), ", ") }

func repeat(n int, row func(i int) []any) []any {
	var args []any
	for i := range n {
		args = append(args, row(i)...)
	}
	return args
}
