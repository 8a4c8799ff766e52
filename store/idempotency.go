package store

import (
	"context"
	"encoding/hex"
	"errors"

	"example.com/monitor/store/once"
	"example.com/monitor/store/trail"
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
// (Operacoes.Undo): that of its entry in the audit trail. What changed nothing has none.
func WithOperacao(id *int64) Opcao { return func(o *opcoes) { o.operacao = id } }

// What a key can lead to.
var (
	umCliente     = once.Result{Recurso: "clientes", Mark: "SELECT AS_TEXT(r.data_cadastro) FROM clientes r WHERE r.id = ?"}
	umDispositivo = once.Result{Recurso: "dispositivos", Mark: "SELECT AS_TEXT(r.data_registro) FROM dispositivos r WHERE r.id = ?"}
	// A report has no row of its own; what it was about is its device.
	umRelato = once.Result{Recurso: "conexoes", Mark: umDispositivo.Mark}
	// umRelatoSolto is of no device: no row can be gone.
	umRelatoSolto = once.Result{Recurso: "conexoes", Mark: "SELECT CASE WHEN ? = 0 THEN '' ELSE '' END"}
	umaMensagem   = once.Result{Recurso: "mensagens", Mark: "SELECT AS_TEXT(r.data_hora) FROM mensagens_chat r WHERE r.id = ?"}
	umaChave      = once.Result{Recurso: "chaves", Mark: "SELECT AS_TEXT(r.criada_em) FROM monitor_chaves r WHERE r.id = ?"}
	umDesfazer    = once.Result{Recurso: "desfazer", Mark: "SELECT '' FROM logs_auditoria r WHERE r.id = ?"}
	umaOperacao   = once.Result{Recurso: "operacoes", Mark: "SELECT '' FROM monitor_operacoes r WHERE r.id = ?"}
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
func (c *call) once(ctx context.Context, chave string, r once.Result, parts []string, faz func(ctx context.Context, t *tx) (int64, error), repete func(ctx context.Context, t *tx, id int64) error) error {
	pedido := ""
	if chave != "" {
		var err error
		if pedido, err = c.s.pedido(append([]string{r.Recurso}, parts...)...); err != nil {
			return err
		}
	}
	attempt := func(ctx context.Context, t *tx) error {
		id, err := once.Find(ctx, t.Q, t.actor.ref(), r, chave, pedido)
		if err != nil {
			return err
		}
		if id != 0 {
			return repete(ctx, t, id)
		}
		if id, err = faz(ctx, t); err != nil {
			return err
		}
		return once.Remember(ctx, t.Q, t.actor.ref(), r, chave, pedido, id, t.now)
	}
	err := c.write(ctx, attempt)
	if errors.Is(err, once.ErrTaken) {
		err = c.write(ctx, attempt)
	}
	return err
}
