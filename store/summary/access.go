package summary

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/record"
	"example.com/monitor/store/trail"
	"example.com/monitor/store/when"
)

// ResumoAcessos are logins, those that worked and those that did not.
type ResumoAcessos struct {
	Abertas   int64 `json:"sessoes_abertas"`
	Pessoas   int64 `json:"pessoas"` // who opened them
	Recusados int64 `json:"logins_recusados"`
	Bloqueios int64 `json:"bloqueios"` // accounts and addresses that may try no password now
	// Contas and Enderecos are who was refused and from where, most often first; nil
	// where the caller may not know. Parcial says that only the newest maxRefusals
	// refusals were looked into.
	Contas    []ResumoRecusas `json:"contas"`
	Enderecos []ResumoRecusas `json:"enderecos"`
	Parcial   bool            `json:"parcial"`
}

// ResumoRecusas are the refused logins of one account or address.
type ResumoRecusas struct {
	Quem   string    `json:"quem"` // the e-mail as it was typed, or the IP address; "" if unknown
	Vezes  int64     `json:"vezes"`
	Ultima when.Hora `json:"ultima"`
}

// ResumoChaves are the keys that were made and revoked, newest first; nil where the
// caller may not know.
type ResumoChaves struct {
	Criadas   []ResumoChave `json:"criadas"`
	Revogadas []ResumoChave `json:"revogadas"`
}

// ResumoChave is a key and when it was made or revoked.
type ResumoChave struct {
	ID     int64     `bun:"id" json:"id"`
	Nome   string    `bun:"nome" json:"nome"`
	Nivel  string    `bun:"nivel" json:"nivel"`
	Quando when.Hora `bun:"quando" json:"quando"`
}

// maxRefusals bounds the work: somebody who guesses passwords leaves many.
const maxRefusals = 5000

// refusals groups the newest refused logins. Account and address stand in the row's
// JSON, which each engine reads in its own way: they are grouped here.
func (l *Reader) refusals(ctx context.Context, q engine.Q) error {
	a := &l.r.Acessos
	if !l.details {
		return nil
	}
	var rows []struct {
		Dados record.Objeto `bun:"dados"`
		Hora  when.Hora     `bun:"data_hora"`
	}
	err := q.All(
		ctx,
		&rows,
		"SELECT dados, data_hora FROM logs_auditoria WHERE EXACT(acao, ?) AND data_hora >= ? ORDER BY NEWEST(data_hora), id DESC LIMIT ?",
		trail.ActLoginFailed,
		l.since,
		maxRefusals,
	)
	if err != nil {
		return err
	}
	accounts, addresses := tallyByName{}, tallyByName{}
	for _, row := range rows {
		var d struct {
			IP     string `json:"ip"`
			Depois struct {
				Email string `json:"email"`
			} `json:"depois"`
		}
		_ = json.Unmarshal(row.Dados, &d) // what another program wrote counts as unknown
		accounts.add(record.EmailKey(d.Depois.Email), row.Hora)
		addresses.add(d.IP, row.Hora)
	}
	a.Contas, a.Enderecos, a.Parcial = accounts.list(), addresses.list(), a.Recusados > int64(len(rows))
	return nil
}

// tallyByName counts refusals by name.
type tallyByName map[string]*ResumoRecusas

// add takes the newest first.
func (g tallyByName) add(who string, at when.Hora) {
	r := g[who]
	if r == nil {
		r = &ResumoRecusas{Quem: who, Ultima: at}
		g[who] = r
	}
	r.Vezes++
}

// list is who was refused most often, the latest of equals first.
func (g tallyByName) list() []ResumoRecusas {
	list := make([]ResumoRecusas, 0, len(g))
	for _, r := range g {
		list = append(list, *r)
	}
	slices.SortFunc(list, func(a, b ResumoRecusas) int {
		return cmp.Or(cmp.Compare(b.Vezes, a.Vezes), b.Ultima.Compare(a.Ultima.Time), cmp.Compare(a.Quem, b.Quem))
	})
	return list[:min(len(list), maxItems)]
}

func (l *Reader) keys(ctx context.Context, q engine.Q) error {
	if !l.details {
		return nil
	}
	c := &l.r.Chaves
	c.Criadas, c.Revogadas = []ResumoChave{}, []ResumoChave{}
	err := q.All(
		ctx,
		&c.Criadas,
		"SELECT id, nome, nivel, criada_em AS quando FROM monitor_chaves WHERE criada_em >= ? ORDER BY criada_em DESC, id DESC LIMIT ?",
		l.since,
		maxItems,
	)
	if err != nil {
		return err
	}
	return q.All(
		ctx,
		&c.Revogadas,
		"SELECT id, nome, nivel, revogada_em AS quando FROM monitor_chaves WHERE revogada_em >= ? ORDER BY revogada_em DESC, id DESC LIMIT ?",
		l.since,
		maxItems,
	)
}
