package store

import (
	"context"
	"errors"
	"fmt"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/internal/chars"
	"example.com/monitor/store/machine"
)

// A registration says what a machine is. It goes in three steps: recognise finds
// the device that the machine is (machine/recognise.go); MayRegister says whether the
// caller speaks for it; newDevice or refreshDevice writes it down.
//
// Who registers what, and whose the device is when another client is declared:
//
//	caller                    reaches                              another owner declared
//	------                    -------                              ----------------------
//	admin, moderador, local   every device                         known by secret or MAC: it moves;
//	                                                               by hostname: it is another device
//	agente key                what it registered; what nobody      stays, ignorados says so;
//	                          did here; never one that has a       by hostname: it is another device
//	                          secret, unless it says that secret
//	device                    itself                               stays, ignorados says so
//	caller of the old days    what has neither key nor secret      as an agente key
//
// A device without an owner gets the declared one from whoever registers it.

// Registrado is the outcome of a registration.
type Registrado struct {
	ID        int64
	Ignorados []string // fields that were sent and do not count
}

// outcome says what a registration came to. That cliente_id does not count is told
// of any other owner, so that nobody learns from it which clients there are.
func outcome(id, owner, declared int64) Registrado {
	done := Registrado{ID: id}
	if declared != 0 && owner != 0 && owner != declared {
		done.Ignorados = []string{"cliente_id"}
	}
	return done
}

// finder looks for devices on behalf of the actor.
func (t *tx) finder() *machine.Finder {
	return &machine.Finder{Q: t.Q, Caller: machine.Caller{
		Device: t.actor.kind == kindDevice, Legacy: t.actor.kind == kindLegacy, Trusted: t.trusted(),
		ID: t.actor.id, Ref: t.actor.ref(), IP: t.actor.IP,
	}}
}

// trusted are those who may say whose a device is.
func (t *tx) trusted() bool { return t.actor.nivel == Admin || t.actor.nivel == Moderador }

func (t *tx) register(ctx context.Context, r Registro, info machine.Info) (Registrado, error) {
	declared, w, f := r.ClienteID, info.Identity(), t.finder()
	if err := t.forgetUnknownOwner(ctx, &r); err != nil {
		return Registrado{}, err
	}
	if err := t.lockNames(ctx, f.LockedBy(w, r)...); err != nil {
		return Registrado{}, err
	}
	k, err := f.Recognise(ctx, w, r)
	if err != nil {
		return Registrado{ID: k.ID}, err
	}
	owner := r.ClienteID
	switch {
	case k.ID == 0 && t.actor.kind == kindDevice:
		return Registrado{}, errDispositivoNaoEncontrado
	case k.ID == 0:
		k.ID, err = t.newDevice(ctx, r, info)
	default:
		if err := f.MayRegister(k, r.SegredoSHA256); err != nil {
			return Registrado{ID: k.ID}, err
		}
		if err := mustBeActive(ctx, t.Q, k.ID); err != nil {
			return Registrado{}, err
		}
		owner, err = t.refreshDevice(ctx, k, r, info)
	}
	if err == nil && k.Anonymous {
		err = f.KnowByCaller(ctx, k.ID, f.CallersMark(w, r))
	}
	return outcome(k.ID, owner, declared), err
}

// forgetUnknownOwner keeps a caller without credential from being told which
// clients there are.
func (t *tx) forgetUnknownOwner(ctx context.Context, r *Registro) error {
	if t.actor.kind != kindLegacy {
		return nil
	}
	err := clientExists(ctx, t.Q, r.ClienteID)
	if _, missing := errors.AsType[*InvalidError](err); missing {
		r.ClienteID, err = 0, nil
	}
	return err
}

func (t *tx) newDevice(ctx context.Context, r Registro, info machine.Info) (int64, error) {
	if err := t.spendUse(ctx); err != nil {
		return 0, err
	}
	if err := clientExists(ctx, t.Q, r.ClienteID); err != nil {
		return 0, err
	}
	hostname := orDefault(info.Text(machine.HostnameWidth, "hostname", "computador"), "desconhecido")
	nome, tipo := orDefault(info.Text(100, "nome"), hostname), orDefault(info.Text(50, "tipo"), "desktop")
	id, err := t.InsertFresh(ctx, "dispositivos", `cliente_id, nome, tipo, sistema_operacional, versao_so, hostname, ip_local, ip_publico, mac_address,
		processador, memoria_total, disco_total, is_virtual, virtual_type, ativo, ultimo_heartbeat, data_registro, info_extra`,
		"?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?",
		idOrNull(r.ClienteID), nome, tipo, orNull(info.Text(50, "sistema", "sistema_operacional")), orNull(info.Text(50, "versao", "versao_so")), hostname,
		orNull(info.Text(45, "ip_local")), orNull(chars.Truncate(t.actor.IP, 45)), orNull(info.MAC()), orNull(info.Text(100, "processador")),
		orNull(info.Text(20, "memoria", "memoria_total")), orNull(info.Text(20, "disco", "disco_total")), info.Flag("is_virtual"),
		orNull(info.Text(50, "virtual_type")), true, t.now, t.now, r.Info)
	if err != nil {
		return 0, err
	}
	if err := t.ownDevice(ctx, id, r.SegredoSHA256); err != nil {
		return 0, err
	}
	return id, t.audit(ctx, entry{
		acao: actDispositivoRegistered, text: "Dispositivo " + nome + " registrado", clienteID: r.ClienteID, subject: fmt.Sprintf("dispositivo:%d", id),
		depois: map[string]any{"dispositivo_id": id, "nome": nome, "hostname": hostname, "tipo": tipo},
	})
}

func idOrNull(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

func clientExists(ctx context.Context, q engine.Q, id int64) error {
	if id == 0 {
		return nil
	}
	var n int
	if err := q.Get(ctx, []any{&n}, "SELECT count(*) FROM clientes WHERE id = ?", id); err != nil {
		return err
	}
	if n == 0 {
		return fault.Invalid("cliente_id", "Não há cliente com este id")
	}
	return nil
}

// spendUse counts a new device against the key's uses, in one statement, so that
// two callers cannot share the last one.
func (t *tx) spendUse(ctx context.Context) error {
	if t.actor.kind != kindKey {
		return nil
	}
	n, err := t.Exec(ctx, "UPDATE monitor_chaves SET usos = usos + 1 WHERE id = ? AND revogada_em IS NULL AND (usos_maximos IS NULL OR usos < usos_maximos)", t.actor.id)
	if err == nil && n == 0 {
		return fault.Rule(ErrForbidden, "usos_esgotados", "Esta chave já registrou todos os dispositivos que podia; crie outra com: monitor chaves create")
	}
	return err
}

// ownDevice notes which key registered a device and the secret it chose. An
// older row for the same id, or with the same secret, belongs to a device that is
// gone.
func (t *tx) ownDevice(ctx context.Context, id int64, segredo string) error {
	if err := t.Later(ctx, "DELETE FROM monitor_dispositivos WHERE dispositivo_id = ?", id); err != nil || t.actor.kind == kindLegacy {
		return err // the first key that registers it again gets it
	}
	if segredo != "" {
		if err := t.Later(ctx, `DELETE FROM monitor_dispositivos WHERE segredo_hash = ? AND NOT EXISTS (SELECT 1 FROM dispositivos d
			WHERE d.id = monitor_dispositivos.dispositivo_id AND AS_TEXT(d.data_registro) = monitor_dispositivos.data_registro)`, segredo); err != nil {
			return err
		}
	}
	var chave any
	if t.actor.kind == kindKey && t.actor.nivel == Agente {
		chave = t.actor.id
	}
	_, err := t.Exec(ctx, `INSERT INTO monitor_dispositivos(dispositivo_id, data_registro, chave_id, segredo_hash)
		SELECT id, AS_TEXT(data_registro), ?, ? FROM dispositivos WHERE id = ?`, chave, orNull(segredo), id)
	if errors.Is(err, engine.ErrUnique) {
		return fault.Invalid("segredo_sha256", "Este segredo já é de outro dispositivo: gere um novo")
	}
	return err
}

// refreshDevice writes down what a known device says now, and returns whose it is.
func (t *tx) refreshDevice(ctx context.Context, k machine.Known, r Registro, info machine.Info) (owner int64, err error) {
	was, err := t.lockWhole(ctx, k.ID)
	if err != nil {
		return 0, err
	}
	if err := t.takeInfo(ctx, &was, r, info); err != nil {
		return 0, err
	}
	if owner, err = t.settleOwner(ctx, k, was.ClienteID, r.ClienteID); err != nil {
		return 0, err
	}
	return owner, t.claim(ctx, k, r.SegredoSHA256)
}

// settleOwner gives a known device its owner: the third column of the table above.
func (t *tx) settleOwner(ctx context.Context, k machine.Known, owner, declared int64) (int64, error) {
	moves := t.trusted() && (k.By == machine.BySecret || k.By == machine.ByMAC)
	if declared == 0 || declared == owner || (owner != 0 && !moves) {
		return owner, nil
	}
	return declared, t.giveDevice(ctx, k.ID, owner, declared)
}

// claim binds a device to the credential that registers it, where it has none, and
// to the secret that it says.
func (t *tx) claim(ctx context.Context, k machine.Known, segredo string) error {
	claims := t.actor.is(Agente) && k.Key == 0
	if !claims && (segredo == "" || k.Secret != "") {
		return nil
	}
	if err := t.stillFree(ctx, k, segredo); err != nil {
		return err
	}
	if err := t.ownDevice(ctx, k.ID, segredo); err != nil {
		return err
	}
	return t.audit(ctx, entry{acao: "dispositivo_vinculado", text: "Dispositivo vinculado à credencial que o registrou", subject: fmt.Sprintf("dispositivo:%d", k.ID)})
}

// stillFree looks again at a device that is about to get an owner: another process
// may have found it by another of its names. Its row is locked by now.
func (t *tx) stillFree(ctx context.Context, k machine.Known, segredo string) error {
	if t.Kind() == engine.SQLite {
		return nil
	}
	f := t.finder()
	now, err := f.DeviceWhere(ctx, "d.id = ?", k.ID)
	if err != nil {
		return err
	}
	if now.Secret != k.Secret || now.Key != k.Key {
		return machine.ErrForeignDevice
	}
	return f.MayRegister(now, segredo)
}

// giveDevice gives a device another owner, or its first one.
func (t *tx) giveDevice(ctx context.Context, id, from, to int64) error {
	if err := clientExists(ctx, t.Q, to); err != nil {
		return err
	}
	if _, err := t.Exec(ctx, "UPDATE dispositivos SET cliente_id = ? WHERE id = ?", to, id); err != nil {
		return err
	}
	row := entry{
		acao: "dispositivo_atribuido", text: "Dispositivo atribuído a um cliente", clienteID: to, subject: fmt.Sprintf("dispositivo:%d", id),
		depois: map[string]any{"dispositivo_id": id, "cliente_id": to},
	}
	if from != 0 {
		row.antes = map[string]any{"cliente_id": from}
	}
	return t.audit(ctx, row)
}
