package store

import (
	"context"
	"fmt"
	"strings"

	"example.com/monitor/store/internal/chars"
	"example.com/monitor/store/machine"
)

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

// takeInfo writes down what a known machine says now. What it does not say stays,
// and so does a name that a person gave it.
func (t *tx) takeInfo(ctx context.Context, was *Dispositivo, r Registro, info machine.Info) error {
	v := machine.NewRevision()
	v.Columns(was, info)
	v.Take("ip_publico", was.IPPublico, chars.Truncate(t.actor.IP, 45))
	if err := t.takeNames(ctx, v, was, info); err != nil {
		return err
	}
	if extra, changed := machine.MergeInfo(was.InfoExtra, r.Info); changed {
		v.Set("info_extra", extra)
	}
	v.Set("ultimo_heartbeat", t.now)
	if _, err := t.Exec(ctx, "UPDATE dispositivos SET "+strings.Join(v.Sets, ", ")+" WHERE id = ?", append(v.Args, was.ID)...); err != nil {
		return err
	}
	if len(v.After) == 0 {
		return nil
	}
	return t.audit(ctx, entry{
		acao: actDispositivoChanged, text: "Dispositivo " + was.Nome + " atualizou os seus dados", clienteID: was.ClienteID,
		subject: fmt.Sprintf("dispositivo:%d", was.ID), antes: v.Before, depois: v.After,
	})
}

// takeNames takes the hostname, and the name unless a person gave it. A name that
// was the hostname follows it.
func (t *tx) takeNames(ctx context.Context, v *machine.Revision, was *Dispositivo, info machine.Info) error {
	hostname, nome := info.Text(machine.HostnameWidth, "hostname", "computador"), info.Text(100, "nome")
	if nome == "" && was.Nome == was.Hostname {
		nome = hostname
	}
	v.Tell("hostname", was.Hostname, hostname)
	if hostname != "" && machine.HostnameKey(hostname) != machine.HostnameKey(was.Hostname) {
		if err := machine.RememberHostname(ctx, t.Q, was.ID, machine.HostnameKey(was.Hostname)); err != nil {
			return err
		}
	}
	if nome == "" || nome == was.Nome {
		return nil
	}
	given, err := machine.NamedByPerson(ctx, t.Q, was.ID)
	if err == nil && !given {
		v.Tell("nome", was.Nome, nome)
	}
	return err
}
