package store

import (
	"context"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/list"
)

// devicesOfKey are the devices that a key registered. The registration is compared,
// too: an id may have been handed out again.
const devicesOfKey = `SELECT m.dispositivo_id FROM monitor_dispositivos m JOIN dispositivos k ON k.id = m.dispositivo_id
	AND AS_TEXT(k.data_registro) = m.data_registro WHERE m.chave_id = ?`

// ourDeviceRow is the side row of one device. It does not read dispositivos
// again, which MySQL refuses in an UPDATE of that table.
const ourDeviceRow = `SELECT 1 FROM monitor_dispositivos m WHERE m.dispositivo_id = dispositivos.id AND m.data_registro = AS_TEXT(dispositivos.data_registro)`

// scope limits a device query to what the actor may see.
func (d Dispositivos) scope() (cond string, args []any, err error) {
	switch {
	case d.actor.kind == kindDevice:
		return "d.id = ?", []any{d.actor.id}, nil
	case d.actor.is(Agente):
		return "d.id IN (" + devicesOfKey + ")", []any{d.actor.id}, nil
	}
	if err := d.require(Admin, Moderador, Leitura, Usuario); err != nil {
		return "", nil, err
	}
	if d.actor.nivel == Usuario {
		return "d.cliente_id = ?", []any{d.actor.id}, nil
	}
	return list.AnyRow, nil, nil
}

// presence decides online by the server's clock.
func (s *Store) presence(d *Dispositivo) {
	d.Online = d.OnlineEm(s.cfg.Now())
}

var errDispositivoNaoEncontrado = fault.Rule(ErrNotFound, "nao_encontrado", "Dispositivo não encontrado")

// Get returns one device or ErrNotFound.
func (d Dispositivos) Get(ctx context.Context, id int64) (Dispositivo, error) {
	cond, args, err := d.scope()
	if err != nil {
		return Dispositivo{}, err
	}
	var list []Dispositivo
	err = d.read(ctx, func(ctx context.Context, q engine.Q) error {
		return q.All(ctx, &list, "SELECT "+dispositivoCols+" FROM "+listaDispositivos.Source()+" WHERE "+cond+" AND d.id = ?", append(args, id)...)
	})
	if err != nil {
		return Dispositivo{}, err
	}
	if len(list) == 0 {
		return Dispositivo{}, errDispositivoNaoEncontrado
	}
	d.s.presence(&list[0])
	return list[0], nil
}

// Heartbeat notes that the device lives. It is telemetry and not audited.
// ErrNotFound when the device is unknown or not the actor's.
func (d Dispositivos) Heartbeat(ctx context.Context, id int64) error {
	cond, args, err := d.beatScope()
	if err != nil {
		return err
	}
	n, err := d.writeOne(ctx, "UPDATE dispositivos SET ultimo_heartbeat = ? WHERE id = ? AND "+emUso+cond, append([]any{d.s.now(), id}, args...)...)
	if err == nil && n == 0 {
		err = d.unbeaten(ctx, id, cond, args)
	}
	d.noteLegacyCall(ctx, id, err)
	if err == nil {
		d.sample(ctx)
	}
	return err
}

// beatScope limits whose heartbeat the actor may send.
func (d Dispositivos) beatScope() (cond string, args []any, err error) {
	switch {
	case d.actor.kind == kindDevice:
		return " AND id = ?", []any{d.actor.id}, nil
	case d.actor.is(Agente):
		return " AND EXISTS (" + ourDeviceRow + " AND m.chave_id = ? AND m.segredo_hash IS NULL)", []any{d.actor.id}, nil
	case d.actor.kind == kindLegacy:
		return livres, nil, nil
	default:
		return "", nil, d.require(Admin)
	}
}
