package store

import (
	"context"
	"errors"
	"fmt"

	"example.com/monitor/store/engine"
)

// conhecido is a device that a registration found, with who speaks for it.
type conhecido struct {
	id, cliente, chave int64
	segredo            string
	nosso              bool // registered through us, not before adoption
}

func (t *tx) register(ctx context.Context, r Registro, info systemInfo) (int64, error) {
	hostname := info.text(100, "hostname", "computador")
	if hostname == "" {
		hostname = "desconhecido"
	}
	mac := info.text(20, "mac_address")
	nomes := []string{"hostname:" + hostname}
	if mac != "" {
		nomes = append(nomes, "mac:"+mac)
	}
	if err := t.lockNames(ctx, nomes...); err != nil {
		return 0, err
	}
	found, err := t.findDevice(ctx, mac, hostname)
	if err != nil {
		return 0, err
	}
	if found.id == 0 {
		if t.actor.kind == kindDevice {
			return 0, errDispositivoNaoEncontrado
		}
		return t.newDevice(ctx, r, info, hostname)
	}
	if err := t.mayRegister(found, r.SegredoSHA256); err != nil {
		return 0, err
	}
	return found.id, t.refreshDevice(ctx, found, r, info)
}

// findDevice knows a device by MAC, else by hostname; a device that speaks for
// itself is itself.
func (t *tx) findDevice(ctx context.Context, mac, hostname string) (c conhecido, err error) {
	if t.actor.kind == kindDevice {
		return t.deviceWhere(ctx, "d.id = ?", t.actor.id)
	}
	if mac != "" {
		if c, err = t.deviceWhere(ctx, "EXACT(d.mac_address, ?)", mac); err != nil || c.id != 0 {
			return c, err
		}
	}
	return t.deviceWhere(ctx, "EXACT(d.hostname, ?)", hostname)
}

func (t *tx) deviceWhere(ctx context.Context, cond string, arg any) (c conhecido, err error) {
	var segredo nullText
	err = t.Get(ctx, []any{&c.id, &c.cliente, &c.chave, &segredo, &c.nosso}, `SELECT d.id, coalesce(d.cliente_id, 0), coalesce(m.chave_id, 0), m.segredo_hash, m.dispositivo_id IS NOT NULL
		FROM dispositivos d LEFT JOIN monitor_dispositivos m ON m.dispositivo_id = d.id AND m.data_registro = AS_TEXT(d.data_registro)
		WHERE `+cond+" ORDER BY d.id LIMIT 1", arg)
	c.segredo = string(segredo)
	if isNoRows(err) {
		return conhecido{}, nil
	}
	return c, err
}

var errDispositivoAlheio = ruleError(ErrForbidden, "dispositivo_de_outro", "Este dispositivo já está registrado com outra credencial; peça a um administrador que o libere")

// mayRegister protects a device from being taken over by its name.
func (t *tx) mayRegister(c conhecido, segredo string) error {
	switch {
	case t.actor.kind == kindDevice || t.actor.nivel == Admin || t.actor.nivel == Moderador:
		return nil
	case t.actor.kind == kindAntigo && (c.segredo != "" || c.chave != 0):
		return errDispositivoAlheio
	case t.actor.kind == kindAntigo:
		return nil
	case c.segredo != "":
		if segredo == c.segredo && c.chave == t.actor.id {
			return nil
		}
		return errDispositivoAlheio
	case c.nosso && c.chave != t.actor.id:
		return errDispositivoAlheio
	default:
		return nil
	}
}

func (t *tx) newDevice(ctx context.Context, r Registro, info systemInfo, hostname string) (int64, error) {
	if err := t.spendUse(ctx); err != nil {
		return 0, err
	}
	err := t.clientExists(ctx, r.ClienteID)
	if _, missing := errors.AsType[*InvalidError](err); missing && t.actor.kind == kindAntigo {
		r.ClienteID, err = 0, nil // a stranger is not told which clients there are
	}
	if err != nil {
		return 0, err
	}
	nome := info.text(100, "nome")
	if nome == "" {
		nome = hostname
	}
	tipo := info.text(50, "tipo")
	if tipo == "" {
		tipo = "desktop"
	}
	id, err := t.Insert(ctx, `INSERT INTO dispositivos(cliente_id, nome, tipo, sistema_operacional, versao_so, hostname, ip_local, ip_publico, mac_address,
		processador, memoria_total, disco_total, is_virtual, virtual_type, ativo, ultimo_heartbeat, data_registro, info_extra)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		idOrNull(r.ClienteID), nome, tipo, orNull(info.text(50, "sistema", "sistema_operacional")), orNull(info.text(50, "versao", "versao_so")), hostname,
		orNull(info.text(45, "ip_local")), orNull(truncate(t.actor.IP, 45)), orNull(info.text(20, "mac_address")), orNull(info.text(100, "processador")),
		orNull(info.text(20, "memoria", "memoria_total")), orNull(info.text(20, "disco", "disco_total")), info.flag("is_virtual"),
		orNull(info.text(50, "virtual_type")), true, t.agora, t.agora, r.Info)
	if err != nil {
		return 0, err
	}
	if err := t.ownDevice(ctx, id, r.SegredoSHA256); err != nil {
		return 0, err
	}
	return id, t.audit(ctx, registro{
		acao: acaoDispositivo, descricao: "Dispositivo " + nome + " registrado", clienteID: r.ClienteID, sujeito: fmt.Sprintf("dispositivo:%d", id),
		depois: map[string]any{"dispositivo_id": id, "nome": nome, "hostname": hostname, "tipo": tipo},
	})
}

func idOrNull(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

func (t *tx) clientExists(ctx context.Context, id int64) error {
	if id == 0 {
		return nil
	}
	var n int
	if err := t.Get(ctx, []any{&n}, "SELECT count(*) FROM clientes WHERE id = ?", id); err != nil {
		return err
	}
	if n == 0 {
		return invalid("cliente_id", "Não há cliente com este id")
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
		return ruleError(ErrForbidden, "usos_esgotados", "Esta chave já registrou todos os dispositivos que podia; crie outra com: monitor chaves create")
	}
	return err
}

// ownDevice notes which key registered a device and the secret it chose. An
// older row for the same id belongs to a device that is gone.
func (t *tx) ownDevice(ctx context.Context, id int64, segredo string) error {
	if err := t.Later(ctx, "DELETE FROM monitor_dispositivos WHERE dispositivo_id = ?", id); err != nil || t.actor.kind == kindAntigo {
		return err // the first key that registers it again gets it
	}
	var chave any
	if t.actor.kind == kindKey && t.actor.nivel == Agente {
		chave = t.actor.id
	}
	_, err := t.Exec(ctx, `INSERT INTO monitor_dispositivos(dispositivo_id, data_registro, chave_id, segredo_hash)
		SELECT id, AS_TEXT(data_registro), ?, ? FROM dispositivos WHERE id = ?`, chave, orNull(segredo), id)
	if errors.Is(err, engine.ErrUnique) {
		return invalid("segredo_sha256", "Este segredo já é de outro dispositivo: gere um novo")
	}
	return err
}

// refreshDevice writes what a registration of a known device changes: its
// addresses and its heartbeat, and its owner where it had none.
func (t *tx) refreshDevice(ctx context.Context, c conhecido, r Registro, info systemInfo) error {
	_, err := t.Exec(ctx, "UPDATE dispositivos SET ip_local = coalesce(?, ip_local), ip_publico = coalesce(?, ip_publico), ultimo_heartbeat = ? WHERE id = ?",
		orNull(info.text(45, "ip_local")), orNull(truncate(t.actor.IP, 45)), t.agora, c.id)
	if err != nil {
		return err
	}
	// A device does not choose whose it is.
	if c.cliente == 0 && r.ClienteID != 0 && t.actor.kind != kindDevice && t.actor.kind != kindAntigo {
		if err := t.adoptDevice(ctx, c.id, r.ClienteID); err != nil {
			return err
		}
	}
	claims := t.actor.is(Agente) && c.chave == 0
	if claims || (r.SegredoSHA256 != "" && c.segredo == "") {
		if err := t.stillFree(ctx, c, r.SegredoSHA256); err != nil {
			return err
		}
		if err := t.ownDevice(ctx, c.id, r.SegredoSHA256); err != nil {
			return err
		}
		return t.audit(ctx, registro{acao: "dispositivo_vinculado", descricao: "Dispositivo vinculado à credencial que o registrou", sujeito: fmt.Sprintf("dispositivo:%d", c.id)})
	}
	return nil
}

// stillFree looks again at a device that is about to get an owner: another process
// may have found it by another of its names. The UPDATE before has locked its row.
func (t *tx) stillFree(ctx context.Context, c conhecido, segredo string) error {
	if t.Kind() == engine.SQLite {
		return nil
	}
	now, err := t.deviceWhere(ctx, "d.id = ?", c.id)
	if err != nil {
		return err
	}
	if now.segredo != c.segredo || now.chave != c.chave {
		return errDispositivoAlheio
	}
	return t.mayRegister(now, segredo)
}

func (t *tx) adoptDevice(ctx context.Context, id, cliente int64) error {
	if err := t.clientExists(ctx, cliente); err != nil {
		return err
	}
	if _, err := t.Exec(ctx, "UPDATE dispositivos SET cliente_id = ? WHERE id = ?", cliente, id); err != nil {
		return err
	}
	return t.audit(ctx, registro{
		acao: "dispositivo_atribuido", descricao: "Dispositivo atribuído a um cliente", clienteID: cliente, sujeito: fmt.Sprintf("dispositivo:%d", id),
		depois: map[string]any{"dispositivo_id": id, "cliente_id": cliente},
	})
}
