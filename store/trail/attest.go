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
}

var (
	errNoEntry      = fault.Rule(fault.ErrNotFound, "nao_encontrado", "Não há operação com este número")
	errForeignEntry = fault.Rule(fault.ErrConflict, "de_outro_programa", "Este registro é de outro programa: o monitor não sabe desfazê-lo")
	errAltered      = fault.Rule(fault.ErrConflict, "trilha_alterada", "O registro da auditoria não é mais o que foi gravado; confira a trilha com: monitor logs verify")
	errKeyAway      = fault.Rule(fault.ErrConflict, "outra_chave", "O registro foi assinado com uma chave da auditoria que não está neste computador")
)

// Attest reads row id and compares it with its link: what is undone or gone on with must be
// what was written. The place of the link in its lane is for Check.
func Attest(ctx context.Context, q engine.Q, keys Keyring, id int64) (Entry, error) {
	var e Link
	var r liveRow
	there := false
	err := q.Get(ctx, append(append([]any{&there}, e.dest()...),
		engine.AsStrict(&r.clienteID), &r.action, &r.text, &r.data, &r.level, &r.clean),
		`SELECT t.log_id IS NOT NULL, coalesce(t.faixa, 0), coalesce(t.sequencia, 0), coalesce(t.tipo, ''), coalesce(t.log_id, 0), coalesce(t.sujeito, ''), coalesce(t.acao, ''),
		coalesce(t.instante, 0), t.resumo, t.anterior, t.mac, coalesce(t.chave, ''), coalesce(t.versao, 0), coalesce(t.passo, 0),
		coalesce(l.cliente_id, 0), coalesce(l.acao, ''), coalesce(l.descricao, ''), coalesce(l.dados, ''), coalesce(l.nivel, ''), l.ip_address IS NULL AND l.user_agent IS NULL
		FROM logs_auditoria l LEFT JOIN monitor_trilha t ON t.log_id = l.id WHERE l.id = ?`, id)
	switch {
	case engine.IsNoRows(err):
		return Entry{}, errNoEntry
	case err != nil:
		return Entry{}, err
	case !there:
		return Entry{}, errForeignEntry
	}
	k, have := keys.Find(e.key)
	switch {
	case !have:
		return Entry{}, errKeyAway
	case !k.verifies(&e), !r.agrees(&e), !hmac.Equal(e.Digest, Digest(k.Secret, r.text, r.data, r.level)):
		return Entry{}, errAltered
	}
	return Entry{
		ID: id, ClienteID: e.about("cliente"), DispositivoID: e.about("dispositivo"), SessaoID: e.about("sessao"),
		Subject: e.Subject, Action: e.Action, Text: r.text, Data: r.data, Level: r.level,
	}, nil
}
