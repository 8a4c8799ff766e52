package store

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"

	"example.com/monitor/store/fault"
	"example.com/monitor/store/internal/chars"
	"example.com/monitor/store/record"
)

// Registro is what a device says of itself.
type Registro struct {
	Info          Objeto // system_info as it came, kept whole: at most 64 KiB, depth 8
	ClienteID     int64  // 0: not said
	SegredoSHA256 string // hex; of the device's own secret, "" for old callers
}

// systemInfo are the keys of system_info that have columns. Values of any JSON
// type are taken as text, as the Flask system did.
type systemInfo map[string]any

// text gives the first of keys that is there, cut to what its column holds.
func (m systemInfo) text(max int, keys ...string) string {
	return chars.Truncate(m.whole(keys...), max)
}

// whole gives the first of keys that is there.
func (m systemInfo) whole(keys ...string) string {
	for _, k := range keys {
		switch v := m[k].(type) {
		case string:
			if s := strings.TrimSpace(strings.ReplaceAll(v, "\x00", "")); s != "" {
				return s
			}
		case nil:
		case json.Number:
			return v.String()
		default:
			b, _ := json.Marshal(v) //nolint:errchkjson // it came from JSON
			return string(b)
		}
	}
	return ""
}

func (m systemInfo) flag(key string) bool {
	switch v := m[key].(type) {
	case bool:
		return v
	case string:
		return v != "" && !strings.EqualFold(v, "false") && v != "0"
	case json.Number:
		return v.String() != "0"
	default:
		return false
	}
}

func (r *Registro) parse() (systemInfo, error) {
	if p := record.ObjectProblem(r.Info); p != "" {
		return nil, fault.Invalid("system_info", p)
	}
	if h, err := hex.DecodeString(r.SegredoSHA256); err != nil || (r.SegredoSHA256 != "" && len(h) != 32) {
		return nil, fault.Invalid("segredo_sha256", "Envie o SHA-256 do segredo em 64 dígitos hexadecimais")
	}
	info := systemInfo{}
	if len(r.Info) == 0 {
		return info, nil
	}
	dec := json.NewDecoder(strings.NewReader(string(r.Info)))
	dec.UseNumber()
	if err := dec.Decode(&info); err != nil {
		return nil, fault.Invalid("system_info", "Informe um objeto JSON")
	}
	return info, nil
}

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
	info, err := r.parse()
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
		k, err := t.deviceWhere(ctx, "d.id = ?", id)
		done = outcome(id, k.cliente, r.ClienteID)
		return err
	})
	d.noteLegacyCall(ctx, done.ID, err)
	if err != nil {
		return Registrado{}, err
	}
	d.sample(ctx)
	return done, nil
}
