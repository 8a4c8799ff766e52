package store

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/trail"
	"example.com/monitor/store/when"
)

// Opcao changes how an operation works.
type Opcao func(*opcoes)

type opcoes struct {
	idempotencia, versao string
	operacao             *int64
}

func optionsOf(op []Opcao) (o opcoes) {
	for _, f := range op {
		f(&o)
	}
	return o
}

// WithIdempotencia makes a retry of the same request by the same actor return
// the first result instead of creating again; ErrIdempotency when the key came
// with other content, also for another kind of record. A COMMIT whose answer was
// lost can then be retried, for seven days.
func WithIdempotencia(chave string) Opcao { return func(o *opcoes) { o.idempotencia = chave } }

// WithVersao makes a change or removal happen only while the record's Versao is
// still this one; ErrConflict otherwise. "" asks for nothing.
func WithVersao(form string) Opcao { return func(o *opcoes) { o.versao = form } }

// WithOperacao has the number of the change written to id, by which it can be taken back
// (Operacoes.Undo): that of its entry in the audit trail.
func WithOperacao(id *int64) Opcao { return func(o *opcoes) { o.operacao = id } }

// errKeyTaken says that another process is quicker with the same key: done
// again, this request finds its result.
var errKeyTaken = errors.New("store: the idempotency key was taken meanwhile")

// validadeIdempotencia is how long a retry still finds its first result.
const validadeIdempotencia = 7 * 24 * time.Hour

// result is what a key can lead to: a row that is known by its id and the time
// it was made, since SQLite hands the id of a deleted one out again.
type result struct{ recurso, marca string }

var (
	umCliente     = result{"clientes", "SELECT AS_TEXT(r.data_cadastro) FROM clientes r WHERE r.id = ?"}
	umDispositivo = result{"dispositivos", "SELECT AS_TEXT(r.data_registro) FROM dispositivos r WHERE r.id = ?"}
	// A report has no row of its own; what it was about is its device.
	umRelato = result{"conexoes", umDispositivo.marca}
	// umRelatoSolto is of no device: no row can be gone.
	umRelatoSolto = result{"conexoes", "SELECT CASE WHEN ? = 0 THEN '' ELSE '' END"}
	umaMensagem   = result{"mensagens", "SELECT AS_TEXT(r.data_hora) FROM mensagens_chat r WHERE r.id = ?"}
	umaChave      = result{"chaves", "SELECT AS_TEXT(r.criada_em) FROM monitor_chaves r WHERE r.id = ?"}
	umaOperacao   = result{"operacoes", "SELECT '' FROM monitor_operacoes r WHERE r.id = ?"}
)

// pedido tells two requests apart. It is keyed: passwords and messages go in, and
// a plain hash of them would be quick to guess.
func (s *Store) pedido(parts ...string) (string, error) {
	key, _, err := s.chain.SigningKey()
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(trail.Digest(key, append([]string{"idempotencia"}, parts...)...)), nil
}

// once runs faz, which returns the id of what it made, unless the key says that
// it was made before: then repete reads it. Both run in the same transaction as
// the key.
func (c *call) once(ctx context.Context, chave string, r result, parts []string, faz func(ctx context.Context, t *tx) (int64, error), repete func(ctx context.Context, t *tx, id int64) error) error {
	pedido := ""
	if chave != "" {
		var err error
		if pedido, err = c.s.pedido(append([]string{r.recurso}, parts...)...); err != nil {
			return err
		}
	}
	once := func(ctx context.Context, t *tx) error {
		id, err := t.idempotent(ctx, r, chave, pedido)
		if err != nil {
			return err
		}
		if id != 0 {
			return repete(ctx, t, id)
		}
		if id, err = faz(ctx, t); err != nil {
			return err
		}
		return t.remember(ctx, r, chave, pedido, id)
	}
	err := c.write(ctx, once)
	if errors.Is(err, errKeyTaken) {
		err = c.write(ctx, once)
	}
	return err
}

// idempotent returns the id that an earlier request with this key made, 0 when
// there was none. The key belongs to the actor.
func (t *tx) idempotent(ctx context.Context, r result, chave, pedido string) (int64, error) {
	if chave == "" {
		return 0, nil
	}
	if utf8.RuneCountInString(chave) > 200 {
		return 0, fault.Invalid("idempotency_key", "A chave de idempotência deve ter no máximo 200 caracteres")
	}
	var id int64
	var recurso, before, marca string
	err := t.Get(ctx, []any{&recurso, &id, &before, &marca}, `SELECT recurso, resultado_id, pedido, coalesce(data_cadastro, '')
		FROM monitor_idempotencia WHERE ator = ? AND chave = ?`, t.actor.ref(), chave)
	if engine.IsNoRows(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if recurso == r.recurso {
		// The key of what is gone, or has given its id to another, is free again.
		now, err := t.marca(ctx, r, id)
		if engine.IsNoRows(err) || (err == nil && now != marca) {
			return 0, nil
		}
		if err != nil {
			return 0, err
		}
	}
	if recurso != r.recurso || before != pedido {
		return 0, ErrIdempotency
	}
	return id, nil
}

func (t *tx) marca(ctx context.Context, r result, id int64) (marca string, err error) {
	err = t.Get(ctx, []any{&marca}, r.marca, id)
	return marca, err
}

// remember notes the result in the same transaction as the change.
func (t *tx) remember(ctx context.Context, r result, chave, pedido string, id int64) error {
	if chave == "" {
		return nil
	}
	_, err := t.Exec(ctx, "DELETE FROM monitor_idempotencia WHERE criada_em < ? OR criada_em > ? OR (ator = ? AND chave = ?)",
		when.Of(t.now.Add(-validadeIdempotencia)), when.Of(t.now.Add(validadeIdempotencia)), t.actor.ref(), chave)
	if err != nil {
		return err
	}
	marca, err := t.marca(ctx, r, id)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `INSERT INTO monitor_idempotencia(ator, chave, pedido, recurso, resultado_id, data_cadastro, criada_em) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		t.actor.ref(), chave, pedido, r.recurso, id, marca, t.now)
	if errors.Is(err, engine.ErrUnique) {
		return errKeyTaken
	}
	return err
}

// forgetKeys forgets the keys of an actor that is being removed: SQLite hands
// its id out again.
func (t *tx) forgetKeys(ctx context.Context, actor string) error {
	return t.Later(ctx, "DELETE FROM monitor_idempotencia WHERE ator = ?", actor)
}

// conflictError says that a record is no longer what the caller saw.
func conflictError(qual string) error {
	return fault.Rule(ErrConflict, "conflito", qual+" por outra pessoa depois que você "+artigo(qual)+" abriu: confira as duas versões e salve de novo")
}

// artigo is "a" for "A mensagem …".
func artigo(qual string) string { return strings.ToLower(qual[:1]) }
