package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"example.com/monitor/store/fault"
	"example.com/monitor/store/machine"
	"example.com/monitor/store/once"
	"example.com/monitor/store/record"
)

var errDispositivoMudou = fault.Conflict("O dispositivo foi alterado")

// Change writes what m names and audits it; admins and moderadores. ErrNotFound
// when there is no such device. WithVersao applies: with ErrConflict comes the
// device as it is now. So does WithOperacao.
func (d Dispositivos) Change(ctx context.Context, id int64, m DispositivoMudanca, op ...Opcao) (Dispositivo, error) {
	if err := d.require(Admin, Moderador); err != nil {
		return Dispositivo{}, err
	}
	if err := m.Validate(); err != nil {
		return Dispositivo{}, err
	}
	d.call = d.noting(op)
	now, err := d.change(ctx, id, m, deviceSeenAs(optionsOf(op).versao))
	if errors.Is(err, errDispositivoMudou) {
		now, _ := d.Get(ctx, id) // what conflicts is shown where it can be
		return now, err
	}
	if err != nil {
		return Dispositivo{}, err
	}
	return d.Get(ctx, now.ID)
}

// deviceSeenAs asks for the device as a caller saw it; "" asks for nothing.
func deviceSeenAs(base string) func(*Dispositivo) error {
	return func(was *Dispositivo) error {
		if base != "" && base != was.Versao() {
			return errDispositivoMudou
		}
		return nil
	}
}

// change is Change for what was validated, where still holds.
func (d Dispositivos) change(ctx context.Context, id int64, m DispositivoMudanca, still func(was *Dispositivo) error) (now Dispositivo, err error) {
	err = d.write(ctx, func(ctx context.Context, t *tx) error {
		was, err := t.lockDispositivo(ctx, id, still)
		if err != nil {
			return err
		}
		now = was
		m := m
		if t.part.isOfMany() {
			if m = m.Without(&was); m.IsEmpty() {
				return nil
			}
		}
		depois, err := t.changeDispositivo(ctx, &now, m)
		if err != nil {
			return err
		}
		return t.audit(ctx, entry{
			acao: actDispositivoChanged, text: "Dispositivo " + now.Nome + " alterado", clienteID: now.ClienteID, subject: fmt.Sprintf("dispositivo:%d", id),
			antes: was.Only(depois), depois: depois, versao: now.Versao(),
		})
	})
	return now, err
}

func (t *tx) lockDispositivo(ctx context.Context, id int64, still func(was *Dispositivo) error) (Dispositivo, error) {
	var list []Dispositivo
	err := t.All(ctx, &list, "SELECT d.id, d.cliente_id, d.nome, d.tipo, d.ativo, d.data_registro FROM dispositivos d WHERE d.id = ? FOR_UPDATE", id)
	if err == nil && len(list) == 0 {
		err = errDispositivoNaoEncontrado
	}
	if err != nil {
		return Dispositivo{}, err
	}
	return list[0], still(&list[0])
}

// changeDispositivo writes the columns that m names and returns their new values.
func (t *tx) changeDispositivo(ctx context.Context, d *Dispositivo, m DispositivoMudanca) (map[string]any, error) {
	depois := map[string]any{}
	var sets []string
	var args []any
	set := func(col string, v, shown any) {
		sets, args, depois[col] = append(sets, col+" = ?"), append(args, v), shown
	}
	if m.Nome != nil {
		d.Nome = *m.Nome
		set("nome", d.Nome, d.Nome)
		if err := machine.NameByPerson(ctx, t.Q, d.ID, t.actor.ref()); err != nil {
			return nil, err
		}
	}
	if m.Tipo != nil {
		d.Tipo = *m.Tipo
		set("tipo", d.Tipo, d.Tipo)
	}
	if m.Ativo != nil {
		d.Ativo = m.Ativo
		set("ativo", *m.Ativo, *m.Ativo)
	}
	if m.ClienteID != nil {
		if err := clientExists(ctx, t.Q, *m.ClienteID); err != nil {
			return nil, err
		}
		d.ClienteID = *m.ClienteID
		set("cliente_id", idOrNull(d.ClienteID), record.ID(d.ClienteID))
	}
	if m.Liberar {
		depois["credencial"] = "liberada"
		if err := t.Later(ctx, "DELETE FROM monitor_dispositivos WHERE dispositivo_id = ?", d.ID); err != nil {
			return nil, err
		}
	}
	if len(sets) == 0 {
		return depois, nil
	}
	_, err := t.Exec(ctx, "UPDATE dispositivos SET "+strings.Join(sets, ", ")+" WHERE id = ?", append(args, d.ID)...)
	return depois, err
}

// deviceSteps remove a device. Its secret stays: whoever still calls with it is told
// that the device is gone.
var deviceSteps = []string{
	"DELETE FROM conexoes WHERE dispositivo_id = ?",
	"DELETE FROM monitor_dispositivos WHERE dispositivo_id = ? AND segredo_hash IS NULL",
	"DELETE FROM monitor_nomes_dados WHERE dispositivo_id = ?",
	"DELETE FROM monitor_nomes_antigos WHERE dispositivo_id = ?",
	"DELETE FROM monitor_anonimos WHERE dispositivo_id = ?",
	"DELETE FROM dispositivos WHERE id = ?",
}

// Delete removes a device with its connections for good; admins and moderadores.
// WithVersao applies.
func (d Dispositivos) Delete(ctx context.Context, id int64, op ...Opcao) error {
	if err := d.require(Admin, Moderador); err != nil {
		return err
	}
	return d.write(ctx, func(ctx context.Context, t *tx) error {
		was, err := t.lockDispositivo(ctx, id, deviceSeenAs(optionsOf(op).versao))
		if err != nil {
			return err
		}
		if err := once.Forget(ctx, t.Q, Actor{kind: kindDevice, id: id}.ref()); err != nil {
			return err
		}
		for _, query := range deviceSteps {
			if err := t.Later(ctx, query, id); err != nil {
				return err
			}
		}
		return t.audit(ctx, entry{
			acao: actDispositivoRemoved, text: "Dispositivo " + was.Nome + " removido", clienteID: was.ClienteID, subject: fmt.Sprintf("dispositivo:%d", id),
			antes: map[string]any{"nome": was.Nome, "tipo": was.Tipo, "cliente_id": record.ID(was.ClienteID)},
		})
	})
}
