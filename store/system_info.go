package store

import (
	"context"
	"strconv"
	"strings"
)

// Register is Enroll for who asks for nothing but the device's id.
func (d Dispositivos) Register(ctx context.Context, r Registro, op ...Opcao) (int64, error) {
	done, err := d.Enroll(ctx, r, op...)
	return done.ID, err
}

// Enroll finds the device that a machine is, by secret, MAC or hostname, and
// updates it, or creates one; ip_publico is the actor's IP. An agente key reaches
// only devices that it registered, or that nobody did, and that have no secret; a
// device reaches itself, a caller of the old days devices without key and secret.
// The table in dispositivos_register.go says whose the device is. WithIdempotencia applies,
// except to callers of the old days, whom nothing tells apart.
func (d Dispositivos) Enroll(ctx context.Context, r Registro, op ...Opcao) (Registrado, error) {
	if d.actor.kind != kindDevice && d.actor.kind != kindLegacy {
		if err := d.require(Admin, Moderador, Agente); err != nil {
			return Registrado{}, err
		}
	}
	r.SegredoSHA256 = strings.ToLower(r.SegredoSHA256)
	if d.actor.kind == kindLegacy {
		r.SegredoSHA256 = "" // nobody becomes the owner of a device without a credential
	}
	info, err := r.Parse()
	if err != nil {
		return Registrado{}, err
	}
	var done Registrado
	o := optionsOf(op)
	if d.actor.kind == kindLegacy {
		o.idempotencia = ""
	}
	parts := []string{string(r.Info), strconv.FormatInt(r.ClienteID, 10), r.SegredoSHA256}
	err = d.once(ctx, o.idempotencia, umDispositivo, parts, func(ctx context.Context, t *tx) (_ int64, err error) {
		done, err = t.register(ctx, r, info)
		return done.ID, err
	}, func(ctx context.Context, t *tx, id int64) error {
		k, err := t.finder().DeviceWhere(ctx, "d.id = ?", id)
		done = outcome(id, k.Client, r.ClienteID)
		return err
	})
	d.noteLegacyCall(ctx, done.ID, err)
	if err != nil {
		return Registrado{}, err
	}
	d.sample(ctx)
	return done, nil
}
