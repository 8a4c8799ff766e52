package operation

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"example.com/monitor/store/fault"
	"example.com/monitor/store/record"
	"example.com/monitor/store/trail"
)

// Reversal is what takes an entry of the audit trail back.
type Reversal struct {
	Entry   int64
	Recurso string // Clientes or Dispositivos
	ID      int64
	Values  map[string]json.RawMessage // columns and what they held before
	After   map[string]json.RawMessage // and what the entry left in them
	Version string                     // of the record after the entry; "" in entries of older programs
	Part    int64                      // the operation about many records that it was part of
}

// entryData is what is read of an entry's dados.
type entryData struct {
	Antes  map[string]json.RawMessage `json:"antes"`
	Depois map[string]json.RawMessage `json:"depois"`
	Versao string                     `json:"versao"`
	Part   int64                      `json:"operacao"`
}

func irrevocable(frase string) error { return fault.Rule(fault.ErrConflict, "irreversivel", frase) }

var (
	errPassword    = irrevocable("Trocas de senha não se desfazem: defina outra senha")
	errRemoved     = irrevocable(whyNot[Remover])
	errNothing     = irrevocable("Esta operação não mudou nada")
	errReported    = irrevocable("Foi o próprio computador que informou estes dados, e os informará de novo")
	errReleased    = irrevocable("A credencial que foi liberada já pode ser de outro: não há como desfazer")
	errNoWayBack   = irrevocable("Isto não se desfaz")
	errManyRecords = irrevocable("Esta operação é de muitos registros e o seu índice não está mais no banco")
)

// Irreversible is why nothing takes an operation back.
func Irreversible(acao string) error { return irrevocable(whyNot[acao]) }

// byPeople are the columns of a device that people change.
var byPeople = []string{"nome", "tipo", "cliente_id", "ativo"}

// inactive is what takes a creation back.
var inactive = map[string]json.RawMessage{"ativo": json.RawMessage("false")}

// Reverse says what takes e back, or why nothing does.
func Reverse(e trail.Entry) (Reversal, error) {
	var d entryData
	if err := json.Unmarshal([]byte(e.Data), &d); err != nil {
		return Reversal{}, errNoWayBack
	}
	r := Reversal{Entry: e.ID, Recurso: Clientes, ID: e.ClienteID, Values: d.Antes, After: d.Depois, Version: d.Versao, Part: d.Part}
	if e.Removed {
		return r, errRemoved // who has the number now is somebody else
	}
	switch e.Action {
	case "cliente_criado":
		r.Values = inactive
		delete(r.After, "senha")
		return r, nil
	case "cliente_atualizado", "cliente_desativado", "email_alterado":
		return r, r.check(errPassword, "senha")
	case "dispositivo_registrado":
		r.Recurso, r.ID, r.Values = Dispositivos, e.DispositivoID, inactive
		delete(r.After, "dispositivo_id")
		return r, nil
	case "dispositivo_alterado":
		r.Recurso, r.ID = Dispositivos, e.DispositivoID
		if err := r.check(errReleased, "credencial"); err != nil {
			return r, err
		}
		for column := range r.After {
			if !slices.Contains(byPeople, column) {
				return r, errReported
			}
		}
		return r, nil
	}
	return r, refusalOf(e.Action)
}

func refusalOf(action string) error {
	switch action {
	case "cliente_deletado", "dispositivo_removido":
		return errRemoved
	case "senha_alterada":
		return errPassword
	case "sessao_revogada":
		return irrevocable(whyNot[Encerrar])
	case "chave_revogada":
		return irrevocable(whyNot[Revogar])
	case ActBegun:
		return errManyRecords
	default:
		return errNoWayBack
	}
}

// ActBegun is the action of an operation's head.
const ActBegun = "operacao_iniciada"

// check refuses an entry that changed nothing, or a column that cannot be taken back.
func (r *Reversal) check(refusal error, column string) error {
	if _, there := r.After[column]; there {
		return refusal
	}
	if len(r.After) == 0 {
		return errNothing
	}
	return nil
}

// Of refuses what takes back another record's entry, or another operation's: the index may have
// been written by others.
func (r *Reversal) Of(o *Operacao, target int64) error {
	if r.Part != o.ID || r.Recurso != o.Recurso || r.ID != target {
		return errIndex
	}
	return nil
}

// Columns are the names of what is taken back, in order.
func (r *Reversal) Columns() []string { return slices.Sorted(maps.Keys(r.Values)) }

// Reversed is what takes an entry back, or why nothing does.
type Reversed struct {
	Reversal
	Err error
}

// ReverseOf is what takes back what an operation did to target.
func ReverseOf(e trail.Attested, o *Operacao, target int64) Reversed {
	if e.Err != nil {
		return Reversed{Err: e.Err}
	}
	r, err := Reverse(e.Entry)
	if err == nil {
		err = r.Of(o, target)
	}
	return Reversed{r, err}
}

// Reversible returns whether an entry that is being written could be taken back.
func Reversible(action, data string) bool {
	_, err := Reverse(trail.Entry{Action: action, Data: data})
	return err == nil
}

var errChangedSince = fault.Rule(fault.ErrConflict, "alterado_depois", "Foi alterado depois desta operação")

// Untouched refuses a record that is no more what the entry left. Entries of older programs do
// not say its version: there the columns that they changed are compared.
func (r *Reversal) Untouched(version string, column func(string) (any, bool)) error {
	if r.Version != "" {
		if r.Version != version {
			return errChangedSince
		}
		return nil
	}
	for name, left := range r.After {
		value, known := column(name)
		if !known {
			continue
		}
		now, err := json.Marshal(value)
		if err != nil {
			return err
		}
		if !bytes.Equal(now, left) {
			return errChangedSince
		}
	}
	return nil
}

// Single is a change on its own, which e is the entry of, as an operation.
func Single(e trail.Entry, l *record.Log) Operacao {
	var d struct {
		Desfaz int64 `json:"desfaz"`
	}
	_ = json.Unmarshal([]byte(e.Data), &d) // what cannot be read tells nothing
	o := Operacao{
		ID: e.ID, Acao: e.Action, Ator: l.Autoria().Ator, Estado: Concluida, Total: 1, Feitos: 1,
		IniciadaEm: l.DataHora, Desfaz: record.ID(d.Desfaz), Reversivel: true,
	}
	r, err := Reverse(e)
	o.Recurso = r.Recurso
	if err != nil {
		o.Reversivel, o.Motivo = false, record.Text(err.Error())
	}
	o.PodeDesfazer = o.Reversivel
	return o
}
