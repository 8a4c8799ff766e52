package store

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/internal/chars"
	"example.com/monitor/store/record"
)

// ConexaoNova is one network connection as a device reports it. Empty strings
// and nil numbers are NULL.
type ConexaoNova struct {
	IPOrigem     string
	IPDestino    string
	PortaOrigem  *int64
	PortaDestino *int64
	Protocolo    string // TCP when empty
	Status       string // ESTABLISHED when empty
	Processo     string
	PID          *int64
}

// Conexao is a row of conexoes.
type Conexao struct {
	bun.BaseModel `bun:"table:conexoes,alias:x"`

	ID              int64       `bun:"id,pk,autoincrement" json:"id"`
	ClienteID       record.ID   `bun:"cliente_id,nullzero" json:"cliente_id"`
	DispositivoID   record.ID   `bun:"dispositivo_id,nullzero" json:"dispositivo_id"`
	IPOrigem        record.Text `bun:"ip_origem,nullzero" json:"ip_origem"`
	IPDestino       record.Text `bun:"ip_destino,nullzero" json:"ip_destino"`
	PortaOrigem     *int64      `bun:"porta_origem" json:"porta_origem"`
	PortaDestino    *int64      `bun:"porta_destino" json:"porta_destino"`
	Protocolo       record.Text `bun:"protocolo,nullzero" json:"protocolo"`
	Status          record.Text `bun:"status,nullzero" json:"status"`
	Processo        record.Text `bun:"processo,nullzero" json:"processo"`
	PID             *int64      `bun:"pid" json:"pid"`
	DataHora        Hora        `bun:"data_hora" json:"data_hora"`
	DuracaoSegundos *int64      `bun:"duracao_segundos" json:"duracao_segundos"` // seconds
	BytesEnviados   *int64      `bun:"bytes_enviados" json:"bytes_enviados"`
	BytesRecebidos  *int64      `bun:"bytes_recebidos" json:"bytes_recebidos"`

	DispositivoNome record.Text `bun:"dispositivo_nome,scanonly" json:"dispositivo_nome"` // or its hostname
}

// MaxConexoes bounds one report.
const MaxConexoes = 10_000

// Conexoes are the operations on network connections.
type Conexoes struct{ *call }

// Register stores what a device sees and returns how many were stored. It is
// telemetry and not audited. Admins report for any device and may name the
// client; an agente key reports for devices it registered that have no secret, a
// device for itself, and their rows belong to the device's client. Without a device
// (0) admins and callers of the old days report what is nobody's. ErrNotFound
// when the device is unknown or not the actor's. WithIdempotencia applies, except
// to callers of the old days.
func (c Conexoes) Register(ctx context.Context, dispositivoID, clienteID int64, lista []ConexaoNova, op ...Opcao) (int, error) {
	cond, args, err := Dispositivos(c).beatScope()
	if err != nil {
		return 0, err
	}
	if len(lista) > MaxConexoes {
		return 0, fault.Invalid("conexoes", "Envie no máximo 10.000 conexões por vez")
	}
	args = append([]any{clienteID, dispositivoID}, args...)
	named := c.actor.is(Admin)
	o := optionsOf(op)
	if c.actor.kind == kindLegacy {
		o.idempotencia = ""
	}
	kind := umRelato
	if dispositivoID == 0 {
		kind = umRelatoSolto
		if err := c.acceptsLoose(); err != nil {
			return 0, err
		}
	}
	err = c.once(ctx, o.idempotencia, kind, reportParts(o.idempotencia, dispositivoID, clienteID, lista), func(ctx context.Context, t *tx) (int64, error) {
		if dispositivoID == 0 {
			return -1, t.insertLoose(ctx, clienteID, lista)
		}
		var owner, exists int64
		var active bool
		err := t.Get(ctx, []any{&owner, &exists, &active}, "SELECT coalesce(cliente_id, 0), (SELECT count(*) FROM clientes WHERE id = ?), "+emUso+
			" FROM dispositivos WHERE id = ?"+cond, args...)
		switch {
		case engine.IsNoRows(err):
			return 0, errDispositivoNaoEncontrado
		case err != nil:
			return 0, err
		case !active:
			return 0, errDispositivoDesativado
		}
		if named {
			owner = clienteID * exists
		}
		return dispositivoID, t.insertConexoes(ctx, dispositivoID, owner, lista)
	}, func(context.Context, *tx, int64) error { return nil })
	c.noteLegacyCall(ctx, dispositivoID, err)
	return len(lista), err
}

// Accepts says whether Register would take a report of the device from the actor, so
// that a long one need not be read first: ErrNotFound, as there.
func (c Conexoes) Accepts(ctx context.Context, dispositivoID int64) error {
	cond, args, err := Dispositivos(c).beatScope()
	if err != nil {
		return err
	}
	if dispositivoID == 0 {
		return c.acceptsLoose()
	}
	err = c.read(ctx, func(ctx context.Context, q engine.Q) error {
		var one int
		err := q.Get(ctx, []any{&one}, "SELECT 1 FROM dispositivos WHERE id = ?"+cond, append([]any{dispositivoID}, args...)...)
		if engine.IsNoRows(err) {
			return errDispositivoNaoEncontrado
		}
		return err
	})
	if err != nil { // else Register says what came of it
		c.noteLegacyCall(ctx, dispositivoID, err)
	}
	return err
}

// acceptsLoose refuses a report that names no device from whoever has one.
func (c Conexoes) acceptsLoose() error {
	if c.actor.kind == kindLegacy || c.actor.is(Admin) {
		return nil
	}
	return fault.Invalid("dispositivo_id", "Informe o dispositivo que viu as conexões")
}

// insertLoose stores a report that names no device, as the old system took it from
// anybody: admins may say whose it is, callers of the old days may not.
func (t *tx) insertLoose(ctx context.Context, clienteID int64, lista []ConexaoNova) error {
	if t.actor.kind == kindLegacy {
		clienteID = 0
	}
	if _, missing := errors.AsType[*InvalidError](clientExists(ctx, t.Q, clienteID)); missing {
		clienteID = 0
	}
	return t.insertConexoes(ctx, 0, clienteID, lista)
}

// reportParts spells a report, where a key asks for it.
func reportParts(chave string, dispositivo, cliente int64, lista []ConexaoNova) []string {
	if chave == "" {
		return nil
	}
	doc, _ := json.Marshal(lista) //nolint:errchkjson // texts and numbers only
	return []string{strconv.FormatInt(dispositivo, 10), strconv.FormatInt(cliente, 10), string(doc)}
}

// connectionBatch is how many rows one statement inserts; the rest goes one by one,
// so that two statements serve every length. A server, which is paid by the round
// trip and keeps no statements, is given as many as there are up to loteServidor.
const (
	connectionBatch = 25
	loteServidor    = 500
)

const conexaoCols = "INSERT INTO conexoes(cliente_id, dispositivo_id, ip_origem, ip_destino, porta_origem, porta_destino, protocolo, status, processo, pid, data_hora, bytes_enviados, bytes_recebidos) VALUES "

const conexaoRow = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)"

var (
	insertOne   = insertConexao(1)
	insertBatch = insertConexao(connectionBatch)
)

func insertConexao(n int) string {
	return conexaoCols + strings.TrimSuffix(strings.Repeat(conexaoRow+", ", n), ", ")
}

// batchOf says how many of the rows go into the next statement, and its text.
func batchOf(kind engine.Kind, rows int) (n int, query string) {
	switch {
	case kind != engine.SQLite:
		n = min(rows, loteServidor)
		return n, insertConexao(n)
	case rows >= connectionBatch:
		return connectionBatch, insertBatch
	default:
		return 1, insertOne
	}
}

func (t *tx) insertConexoes(ctx context.Context, dispositivo, cliente int64, lista []ConexaoNova) error {
	for len(lista) > 0 {
		n, query := batchOf(t.Kind(), len(lista))
		args := make([]any, 0, 11*n)
		for _, x := range lista[:n] {
			args = append(args, idOrNull(cliente), idOrNull(dispositivo), x.text(x.IPOrigem, 45), x.text(x.IPDestino, 45), int32OrNull(x.PortaOrigem), int32OrNull(x.PortaDestino),
				x.text(orDefault(x.Protocolo, "TCP"), 10), x.text(orDefault(x.Status, "ESTABLISHED"), 20), x.text(x.Processo, 100), int32OrNull(x.PID), t.now)
		}
		if _, err := t.Exec(ctx, query, args...); err != nil {
			return engine.Translate(err)
		}
		lista = lista[n:]
	}
	return nil
}

// text cuts telemetry to what the column holds on every engine: a long process
// name must not cost the whole report.
func (ConexaoNova) text(s string, limit int) any {
	if len(s) > limit || strings.IndexByte(s, 0) >= 0 {
		s = chars.Truncate(strings.ReplaceAll(s, "\x00", ""), limit)
	}
	return orNull(s)
}

// int32OrNull drops a number that the column does not hold on every engine.
func int32OrNull(n *int64) any {
	if n == nil || *n != int64(int32(*n)) { //nolint:gosec // the cut is what is looked for
		return nil
	}
	return *n
}

func orDefault(s, def string) string {
	if s == "" {
		return def
	}
	return s
}
