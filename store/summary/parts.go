package summary

import (
	"context"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/schema"
	"example.com/monitor/store/trail"
)

// numbers are counted over indexes, but for new devices: of those there are few.
func (l *Reader) numbers(ctx context.Context, q engine.Q) error {
	d, c, a := &l.r.Dispositivos, &l.r.Clientes, &l.r.Acessos
	const action = "(SELECT count(*) FROM logs_auditoria WHERE EXACT(acao, ?) AND data_hora >= ?),"
	return q.Get(
		ctx,
		[]any{
			&c.Total, &d.Total, &d.Online, &d.Calados, &d.CaladosAntes, &d.Novos, &c.Novos, &c.Desativados, &c.Removidos,
			&a.Abertas, &a.Recusados, &a.Pessoas, &l.r.Auditoria.Registros, &a.Bloqueios,
		},
		"SELECT "+totals[q.Kind()]+`
		(SELECT count(*) FROM dispositivos WHERE ultimo_heartbeat > ?),
		(SELECT count(*) FROM dispositivos WHERE `+silent+`),
		(SELECT count(*) FROM dispositivos WHERE ultimo_heartbeat < ? AND coalesce(ativo, TRUE) = ?),
		(SELECT count(*) FROM dispositivos WHERE data_registro >= ?),
		(SELECT count(*) FROM clientes WHERE data_cadastro >= ?),`+action+action+action+action+`
		(SELECT count(DISTINCT cliente_id) FROM logs_auditoria WHERE EXACT(acao, ?) AND data_hora >= ?),
		(SELECT count(*) FROM logs_auditoria WHERE data_hora >= ?),
		(SELECT count(*) FROM monitor_tentativas WHERE ate > ?)`,
		l.silentSince,
		l.since,
		l.silentSince,
		true,
		l.since,
		true,
		l.since,
		l.since,
		trail.ActDeactivated,
		l.since,
		trail.ActDeleted,
		l.since,
		trail.ActLogin,
		l.since,
		trail.ActLoginFailed,
		l.since,
		trail.ActLogin,
		l.since,
		l.since,
		l.r.Ate.UnixMicro(),
	)
}

// silent were beating and are silent now.
const silent = "ultimo_heartbeat >= ? AND ultimo_heartbeat <= ? AND coalesce(ativo, TRUE) = ?"

const (
	deviceCols  = `SELECT d.id, coalesce(d.nome, d.hostname) AS nome, c.nome AS cliente_nome, `
	fromDevices = " FROM dispositivos d LEFT JOIN clientes c ON c.id = d.cliente_id WHERE "
)

func (l *Reader) lists(ctx context.Context, q engine.Q) error {
	d, c := &l.r.Dispositivos, &l.r.Clientes
	d.ListaCalados, d.ListaNovos, c.ListaNovos = []ResumoDispositivo{}, []ResumoDispositivo{}, []ResumoCliente{}
	err := q.All(ctx, &d.ListaCalados, deviceCols+"d.ultimo_heartbeat AS desde"+fromDevices+
		"d.ultimo_heartbeat >= ? AND d.ultimo_heartbeat <= ? AND coalesce(d.ativo, TRUE) = ? ORDER BY NEWEST(d.ultimo_heartbeat), d.id DESC LIMIT ?",
		l.since, l.silentSince, true, maxItems)
	if err != nil {
		return err
	}
	err = q.All(ctx, &d.ListaNovos, deviceCols+"d.data_registro AS desde"+fromDevices+
		"d.data_registro >= ? ORDER BY NEWEST(d.data_registro), d.id DESC LIMIT ?", l.since, maxItems)
	if err != nil {
		return err
	}
	return q.All(ctx, &c.ListaNovos, `SELECT id, nome, email, empresa, data_cadastro AS desde FROM clientes
		WHERE data_cadastro >= ? ORDER BY NEWEST(data_cadastro), id DESC LIMIT ?`, l.since, maxItems)
}

// safekeeping is the trail's last check and the last copy.
func (l *Reader) safekeeping(ctx context.Context, q engine.Q) error {
	var v Verification
	var c Copy
	if err := recall(ctx, q, NoteVerification, &v); err != nil {
		return err
	}
	if err := recall(ctx, q, NoteCopy, &c); err != nil {
		return err
	}
	if !v.FeitaEm.IsZero() {
		a := &l.r.Auditoria
		a.VerificadaEm, a.Integra, a.Problemas = v.FeitaEm, &v.Integra, v.Problemas
	}
	if !c.FeitaEm.IsZero() {
		l.r.Copia = ResumoCopia{FeitaEm: c.FeitaEm, Bytes: &c.Bytes}
	}
	return nil
}

// callers counts machines, and addresses where no machine is known, not their routes.
const callers = "count(DISTINCT dispositivo_id) + count(DISTINCT CASE WHEN dispositivo_id IS NULL THEN endereco END)"

func (l *Reader) changeover(ctx context.Context, q engine.Q) error {
	e, err := schema.ReadStage(ctx, q)
	if err != nil {
		return err
	}
	m := &l.r.Mudanca
	m.Encerrado, m.TokensAbertos, m.UltimaSessaoAntiga = e.Corte, e.Abertos, e.Ultima
	return q.Get(ctx, []any{&m.Chamadores, &m.UltimaChamada, &m.Recentes},
		"SELECT "+callers+", max(ultima), (SELECT "+callers+" FROM monitor_pendentes WHERE ultima >= ?) FROM monitor_pendentes", l.since)
}
