package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.com/monitor/store/internal/chars"
	"example.com/monitor/store/record"
)

// mac is what the column keeps: the address as it came, or its digits where it is
// longer than the column, but never a part of it.
func (m systemInfo) mac() string {
	mac := m.whole("mac_address")
	if utf8.RuneCountInString(mac) >= macWidth {
		return macKey(mac)
	}
	return mac
}

// lockWhole reads a device that is about to be written, and keeps others from it.
func (t *tx) lockWhole(ctx context.Context, id int64) (Dispositivo, error) {
	var list []Dispositivo
	err := t.All(ctx, &list, `SELECT d.id, d.cliente_id, d.nome, d.tipo, d.sistema_operacional, d.versao_so, d.hostname, d.ip_local, d.ip_publico, d.mac_address,
		d.processador, d.memoria_total, d.disco_total, d.is_virtual, d.virtual_type, d.info_extra FROM dispositivos d WHERE d.id = ? FOR_UPDATE`, id)
	if err == nil && len(list) == 0 {
		err = errDispositivoNaoEncontrado
	}
	if err != nil {
		return Dispositivo{}, err
	}
	return list[0], nil
}

// revision is what a registration changes of a device.
type revision struct {
	sets          []string
	args          []any
	before, after map[string]any // what the audit trail is told
}

func (v *revision) set(col string, value any) {
	v.sets, v.args = append(v.sets, col+" = ?"), append(v.args, value)
}

// take sets a column to what the machine says now, if it says anything else.
func (v *revision) take(col, was, now string) {
	if now != "" && now != was {
		v.set(col, now)
	}
}

// tell is take for what people know a machine by.
func (v *revision) tell(col, was, now string) {
	v.take(col, was, now)
	if now != "" && now != was {
		v.before[col], v.after[col] = record.Text(was), now
	}
}

// takeInfo writes down what a known machine says now. What it does not say stays,
// and so does a name that a person gave it.
func (t *tx) takeInfo(ctx context.Context, was *Dispositivo, r Registro, info systemInfo) error {
	v := revision{before: map[string]any{}, after: map[string]any{}}
	v.columns(was, info)
	v.take("ip_publico", was.IPPublico, chars.Truncate(t.actor.IP, 45))
	if err := t.takeNames(ctx, &v, was, info); err != nil {
		return err
	}
	if extra, changed := mergeInfo(was.InfoExtra, r.Info); changed {
		v.set("info_extra", extra)
	}
	v.set("ultimo_heartbeat", t.now)
	if _, err := t.Exec(ctx, "UPDATE dispositivos SET "+strings.Join(v.sets, ", ")+" WHERE id = ?", append(v.args, was.ID)...); err != nil {
		return err
	}
	if len(v.after) == 0 {
		return nil
	}
	return t.audit(ctx, entry{
		acao: actDispositivoChanged, text: "Dispositivo " + was.Nome + " atualizou os seus dados", clienteID: was.ClienteID,
		subject: fmt.Sprintf("dispositivo:%d", was.ID), antes: v.before, depois: v.after,
	})
}

func (v *revision) columns(was *Dispositivo, info systemInfo) {
	v.tell("mac_address", was.MACAddress, info.mac())
	v.tell("tipo", was.Tipo, info.text(50, "tipo"))
	v.take("sistema_operacional", was.SistemaOperacional, info.text(50, "sistema", "sistema_operacional"))
	v.take("versao_so", was.VersaoSO, info.text(50, "versao", "versao_so"))
	v.take("ip_local", was.IPLocal, info.text(45, "ip_local"))
	v.take("processador", was.Processador, info.text(100, "processador"))
	v.take("memoria_total", was.MemoriaTotal, info.text(20, "memoria", "memoria_total"))
	v.take("disco_total", was.DiscoTotal, info.text(20, "disco", "disco_total"))
	v.take("virtual_type", was.VirtualType, info.text(50, "virtual_type"))
	if is := info.flag("is_virtual"); info["is_virtual"] != nil && (was.IsVirtual == nil || *was.IsVirtual != is) {
		v.set("is_virtual", is)
	}
}

// takeNames takes the hostname, and the name unless a person gave it. A name that
// was the hostname follows it.
func (t *tx) takeNames(ctx context.Context, v *revision, was *Dispositivo, info systemInfo) error {
	hostname, nome := info.text(hostnameWidth, "hostname", "computador"), info.text(100, "nome")
	if nome == "" && was.Nome == was.Hostname {
		nome = hostname
	}
	v.tell("hostname", was.Hostname, hostname)
	if hostname != "" && hostnameKey(hostname) != hostnameKey(was.Hostname) {
		if err := t.rememberHostname(ctx, was.ID, hostnameKey(was.Hostname)); err != nil {
			return err
		}
	}
	if nome == "" || nome == was.Nome {
		return nil
	}
	given, err := t.namedByPerson(ctx, was.ID)
	if err == nil && !given {
		v.tell("nome", was.Nome, nome)
	}
	return err
}

// maxHostnames bounds how many former names of a device are kept.
const maxHostnames = 50

// rememberHostname keeps a name that a device had: when it comes back while
// another is in use, two machines share what the device is known by.
func (t *tx) rememberHostname(ctx context.Context, id int64, hostname string) error {
	if hostname == "" {
		return nil
	}
	var n int
	err := t.Get(ctx, []any{&n}, "SELECT count(*) FROM monitor_nomes_antigos WHERE dispositivo_id = ?", id)
	if err != nil || n >= maxHostnames {
		return err
	}
	if err := t.Later(ctx, "DELETE FROM monitor_nomes_antigos WHERE dispositivo_id = ? AND hostname = ?", id, hostname); err != nil {
		return err
	}
	return t.Later(ctx, "INSERT INTO monitor_nomes_antigos(dispositivo_id, data_registro, hostname) SELECT d.id, AS_TEXT(d.data_registro), ? FROM dispositivos d WHERE d.id = ?", hostname, id)
}

// namedByPerson says that the name of a device is not the machine's to change.
func (t *tx) namedByPerson(ctx context.Context, id int64) (given bool, err error) {
	err = t.Get(ctx, []any{&given}, `SELECT EXISTS (SELECT 1 FROM monitor_nomes_dados n JOIN dispositivos d ON d.id = n.dispositivo_id
		AND AS_TEXT(d.data_registro) = n.data_registro WHERE n.dispositivo_id = ?)`, id)
	return given, err
}

// nameByPerson notes that a person named a device.
func (t *tx) nameByPerson(ctx context.Context, id int64) error {
	if err := t.Later(ctx, "DELETE FROM monitor_nomes_dados WHERE dispositivo_id = ?", id); err != nil {
		return err
	}
	return t.Later(ctx, "INSERT INTO monitor_nomes_dados(dispositivo_id, data_registro, dado_por) SELECT d.id, AS_TEXT(d.data_registro), ? FROM dispositivos d WHERE d.id = ?",
		chars.Truncate(t.actor.ref(), 200), id)
}

// mergeInfo lays what a machine says now over what it said before, key by key.
// What both together are too large for, or is no object, gives way to the new.
func mergeInfo(old, now Objeto) (merged Objeto, changed bool) {
	if len(now) == 0 {
		return old, false
	}
	var before, keys map[string]json.RawMessage
	if json.Unmarshal(now, &keys) != nil || json.Unmarshal(old, &before) != nil || before == nil {
		return now, true
	}
	all := maps.Clone(before)
	maps.Copy(all, keys)
	whole, err := json.Marshal(all)
	if err != nil || record.ObjectProblem(whole) != "" {
		return now, true
	}
	as, _ := json.Marshal(before) //nolint:errchkjson // it came from JSON
	return whole, !bytes.Equal(as, whole)
}

func idText(id int64) string { return strconv.FormatInt(id, 10) }
