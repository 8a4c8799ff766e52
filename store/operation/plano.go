package operation

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/record"
)

// Plano is what an operation would do, before it does anything.
type Plano struct {
	Recurso   string   `json:"recurso"`
	Acao      string   `json:"acao"`
	Total     int      `json:"total"`
	Mudam     int      `json:"mudam"`
	Iguais    int      `json:"iguais"`
	Recusados int      `json:"recusados"`
	Motivos   []Motivo `json:"motivos"` // why some are left out, the most frequent first
	Amostra   []Mudado `json:"amostra"` // the first of those that would change
	// Reversivel and Motivo say whether it can be taken back afterwards, and if not, why.
	Reversivel bool        `json:"reversivel"`
	Motivo     record.Text `json:"motivo"`
}

// Motivo is why some targets are left out.
type Motivo struct {
	Frase    string   `json:"frase"`
	Quantos  int      `json:"quantos"`
	Exemplos []string `json:"exemplos"` // at most three names
}

// Mudado is a record that would change.
type Mudado struct {
	ID     int64          `json:"id"`
	Nome   string         `json:"nome"`
	Antes  map[string]any `json:"antes"`
	Depois map[string]any `json:"depois"`
}

// The bounds of what a plan names.
const (
	maxSample   = 10
	maxReasons  = 20
	maxExamples = 3
)

// NewPlan begins a plan.
func NewPlan(recurso, acao string) *Plano {
	p := &Plano{Recurso: recurso, Acao: acao, Motivos: []Motivo{}, Amostra: []Mudado{}, Motivo: record.Text(whyNot[acao])}
	p.Reversivel = p.Motivo == ""
	return p
}

// Change counts a record that would change.
func (p *Plano) Change(m Mudado) {
	p.Total++
	p.Mudam++
	if len(p.Amostra) < maxSample {
		if m.Depois == nil {
			m.Antes, m.Depois = map[string]any{}, map[string]any{}
		}
		p.Amostra = append(p.Amostra, m)
	}
}

// Same counts a record that is so already.
func (p *Plano) Same() {
	p.Total++
	p.Iguais++
}

// Refuse counts a record that is left out.
func (p *Plano) Refuse(nome, why string) {
	p.Total++
	p.Recusados++
	i := slices.IndexFunc(p.Motivos, func(m Motivo) bool { return m.Frase == why })
	if i < 0 {
		if len(p.Motivos) == maxReasons {
			return
		}
		i = len(p.Motivos)
		p.Motivos = append(p.Motivos, Motivo{Frase: why, Exemplos: []string{}})
	}
	m := &p.Motivos[i]
	m.Quantos++
	if len(m.Exemplos) < maxExamples {
		m.Exemplos = append(m.Exemplos, nome)
	}
}

// Ready orders the reasons.
func (p *Plano) Ready() *Plano {
	slices.SortStableFunc(p.Motivos, func(a, b Motivo) int { return cmp.Compare(b.Quantos, a.Quantos) })
	return p
}

// Cliente counts what an operation makes of a client; edited says what that is, or why not.
func (p *Plano) Cliente(was *record.Cliente, edited func(was *record.Cliente) (record.Cliente, error)) {
	now, err := edited(was)
	if err != nil {
		p.Refuse(was.Nome, err.Error())
		return
	}
	depois := now.Values(was)
	if len(depois) == 0 {
		p.Same()
		return
	}
	p.Change(Mudado{ID: was.ID, Nome: was.Nome, Antes: was.Only(depois, &now), Depois: depois})
}

// Dispositivo counts what m makes of a device.
func (p *Plano) Dispositivo(was *record.Dispositivo, m record.DispositivoMudanca) {
	if m = m.Without(was); m.IsEmpty() {
		p.Same()
		return
	}
	depois := m.Values()
	p.Change(Mudado{ID: was.ID, Nome: was.Nome, Antes: was.Only(depois), Depois: depois})
}

// NameOf names a record that is not there.
func NameOf(id int64) string { return fmt.Sprintf("nº %d", id) }

// Open counts the sessions or keys that are open; the others are left out, and so are sessions of
// others than person, where it is not 0.
func (p *Plano) Open(ctx context.Context, q engine.Q, targets []int64, person int64) error {
	query, missing := "SELECT s.id FROM sessoes s WHERE s.ativa = ? AND s.id IN ", "Sessão não encontrada"
	if person != 0 {
		query = fmt.Sprintf("SELECT s.id FROM sessoes s WHERE s.ativa = ? AND s.cliente_id = %d AND s.id IN ", person)
	}
	if p.Recurso == Chaves {
		query, missing = "SELECT k.id FROM monitor_chaves k WHERE (k.revogada_em IS NULL) = ? AND k.id IN ", "Não há chave em vigor com este número"
	}
	there := map[int64]bool{}
	err := engine.InLots(targets, func(list string, args []any) error {
		var ids []int64
		err := q.All(ctx, &ids, query+list, append([]any{true}, args...)...)
		for _, id := range ids {
			there[id] = true
		}
		return err
	})
	for _, id := range targets {
		if there[id] {
			p.Change(Mudado{ID: id, Nome: NameOf(id)})
		} else {
			p.Refuse(NameOf(id), missing)
		}
	}
	return err
}

// Devices reads the columns of devices that people change.
func Devices(ctx context.Context, q engine.Q, ids []int64) (map[int64]*record.Dispositivo, error) {
	found := make(map[int64]*record.Dispositivo, len(ids))
	err := engine.InLots(ids, func(list string, args []any) error {
		var rows []record.Dispositivo
		err := q.All(
			ctx,
			&rows,
			"SELECT d.id, d.cliente_id, d.nome, d.tipo, d.ativo, d.data_registro FROM dispositivos d WHERE d.id IN "+list,
			args...)
		for i := range rows {
			found[rows[i].ID] = &rows[i]
		}
		return err
	})
	return found, err
}

// UndoClientes counts what taking back makes of clients; found are those that are there, edited
// says what becomes of one, or why not.
func (p *Plano) UndoClientes(
	targets []int64,
	found map[int64]*record.Cliente,
	back map[int64]Reversed,
	edited func(*record.Cliente, *Reversal) (record.Cliente, error),
) {
	for _, id := range targets {
		was, r := found[id], back[id]
		if was == nil {
			p.Refuse(NameOf(id), "Cliente não encontrado")
			continue
		}
		if r.Err == nil {
			r.Err = r.Untouched(was.Versao(), was.Column)
		}
		if r.Err != nil {
			p.Refuse(was.Nome, r.Err.Error())
			continue
		}
		p.Cliente(was, func(was *record.Cliente) (record.Cliente, error) { return edited(was, &r.Reversal) })
	}
}

// UndoDispositivos is UndoClientes for devices; may says why one may not become what it was.
func (p *Plano) UndoDispositivos(
	targets []int64,
	found map[int64]*record.Dispositivo,
	back map[int64]Reversed,
	may func(record.DispositivoMudanca) error,
) {
	for _, id := range targets {
		was, r := found[id], back[id]
		if was == nil {
			p.Refuse(NameOf(id), "Dispositivo não encontrado")
			continue
		}
		var m record.DispositivoMudanca
		if r.Err == nil {
			r.Err = r.Untouched(was.Versao(), was.Column)
		}
		if r.Err == nil {
			m, r.Err = record.ReadMudanca(r.Values)
		}
		if r.Err == nil {
			r.Err = may(m)
		}
		if r.Err != nil {
			p.Refuse(was.Nome, r.Err.Error())
			continue
		}
		p.Dispositivo(was, m)
	}
}
