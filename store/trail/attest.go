package trail

import (
	"context"
	"crypto/hmac"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
)

// Entry is a row of logs_auditoria that its link vouches for.
type Entry struct {
	ID, ClienteID           int64 // ClienteID also of a client that is gone; 0 for none
	Subject, Action         string
	Text, Data, Level       string
	DispositivoID, SessaoID int64 // what else it is about, 0 for none
	Removed                 bool  // the client was removed for good
}

// ErrNoEntry says that nothing has that number: neither an entry nor an operation.
var ErrNoEntry = fault.Rule(fault.ErrNotFound, "nao_encontrado", "Não há operação com este número")

var (
	errForeignEntry = fault.Rule(fault.ErrConflict, "de_outro_programa", "Este registro é de outro programa: o monitor não sabe desfazê-lo")
	errAltered      = fault.Rule(
		fault.ErrConflict,
		"trilha_alterada",
		"O registro da auditoria não é mais o que foi gravado; confira a trilha com: monitor logs verify",
	)
	errKeyAway = fault.Rule(
		fault.ErrConflict,
		"outra_chave",
		"O registro foi assinado com uma chave da auditoria que não está neste computador",
	)
)

// Attested is an entry, or why it is none.
type Attested struct {
	Entry
	Err error
}

// Attest reads rows and compares each with its link: what is undone or gone on with must be what
// was written. The place of the links in their lanes is for Check.
func Attest(ctx context.Context, q engine.Q, keys Keyring, ids []int64) (map[int64]Attested, error) {
	found := make(map[int64]Attested, len(ids))
	err := engine.InLots(ids, func(list string, args []any) error {
		rows, err := q.Rows(ctx, attestQuery+list, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id int64
			var there, removed bool
			var e Link
			var r liveRow
			if err := rows.Scan(append(append([]any{&id, &there}, e.dest()...),
				engine.AsStrict(&r.clienteID), &r.action, &r.text, &r.data, &r.level, &r.clean, &removed)...); err != nil {
				return engine.Translate(err)
			}
			a := compare(id, there, &e, &r, keys)
			a.Removed = removed
			found[id] = a
		}
		return engine.Translate(rows.Err())
	})
	for _, id := range ids {
		if _, there := found[id]; !there {
			found[id] = Attested{Err: ErrNoEntry}
		}
	}
	return found, err
}

const attestQuery = `SELECT l.id, t.log_id IS NOT NULL, coalesce(t.faixa, 0), coalesce(t.sequencia, 0), coalesce(t.tipo, ''), coalesce(t.log_id, 0), coalesce(t.sujeito, ''), coalesce(t.acao, ''),
	coalesce(t.instante, 0), t.resumo, t.anterior, t.mac, coalesce(t.chave, ''), coalesce(t.versao, 0), coalesce(t.passo, 0),
	coalesce(l.cliente_id, 0), coalesce(l.acao, ''), coalesce(l.descricao, ''), coalesce(l.dados, ''), coalesce(l.nivel, ''), l.ip_address IS NULL AND l.user_agent IS NULL,
	EXISTS (SELECT 1 FROM monitor_logs_clientes k WHERE k.log_id = l.id)
	FROM logs_auditoria l LEFT JOIN monitor_trilha t ON t.log_id = l.id WHERE l.id IN `

func compare(id int64, there bool, e *Link, r *liveRow, keys Keyring) Attested {
	k, have := keys.Find(e.key)
	switch {
	case !there:
		return Attested{Err: errForeignEntry}
	case !have:
		return Attested{Err: errKeyAway}
	case !k.verifies(e), !r.agrees(e), !hmac.Equal(e.Digest, Digest(k.Secret, r.text, r.data, r.level)):
		return Attested{Err: errAltered}
	}
	return Attested{Entry: Entry{
		ID: id, ClienteID: e.about("cliente"), DispositivoID: e.about("dispositivo"), SessaoID: e.about("sessao"),
		Subject: e.Subject, Action: e.Action, Text: r.text, Data: r.data, Level: r.level,
	}}
}
