package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/record"
)

// Mensagem is a row of mensagens_chat.
type Mensagem struct {
	bun.BaseModel `bun:"table:mensagens_chat,alias:m"`

	ID           int64     `bun:"id,pk,autoincrement" json:"id"`
	ClienteID    record.ID `bun:"cliente_id,nullzero" json:"cliente_id"`
	Sala         string    `bun:"sala,nullzero" json:"sala"`
	Usuario      string    `bun:"usuario,nullzero" json:"usuario"`
	Mensagem     string    `bun:"mensagem" json:"mensagem"`
	Tipo         string    `bun:"tipo,nullzero" json:"tipo"`
	DataHora     Hora      `bun:"data_hora" json:"data_hora"`
	Editada      bool      `bun:"editada" json:"editada"` // NULL reads as false
	Deletada     bool      `bun:"deletada" json:"deletada"`
	RespostaPara record.ID `bun:"resposta_para,nullzero" json:"resposta_para"`
}

// MensagemNova is a message to be sent. Usuario and ClienteID count only where
// the sender is no person: a session speaks for its own.
type MensagemNova struct {
	Sala         string // "" is geral
	Usuario      string // "" is Anônimo
	Mensagem     string // up to 4 KiB
	ClienteID    int64
	RespostaPara int64
}

// Chat are the operations on messages.
type Chat struct{ *call }

const (
	salaPadrao  = "geral"
	maxMensagem = 4 << 10
)

const mensagemCols = "m.id, m.cliente_id, m.sala, m.usuario, m.mensagem, m.tipo, m.data_hora, coalesce(m.editada, FALSE) AS editada, coalesce(m.deletada, FALSE) AS deletada, m.resposta_para"

// Send writes a message; admins, moderadores and people. An admin key and the
// local operator speak as anyone, a session as its person. WithIdempotencia applies.
func (c Chat) Send(ctx context.Context, nova MensagemNova, op ...Opcao) (Mensagem, error) {
	if err := c.require(Admin, Moderador, Usuario); err != nil {
		return Mensagem{}, err
	}
	nova.normalize(c.actor)
	if err := nova.validate(); err != nil {
		return Mensagem{}, err
	}
	m := Mensagem{
		ClienteID: record.ID(nova.ClienteID), Sala: nova.Sala, Usuario: nova.Usuario, Mensagem: nova.Mensagem, Tipo: "texto",
		RespostaPara: record.ID(nova.RespostaPara),
	}
	parts := []string{m.Sala, m.Usuario, m.Mensagem, strconv.FormatInt(nova.ClienteID, 10), strconv.FormatInt(nova.RespostaPara, 10)}
	err := c.once(ctx, optionsOf(op).idempotencia, umaMensagem, parts, func(ctx context.Context, t *tx) (_ int64, err error) {
		m.DataHora = t.now
		if err := t.mayAnswer(ctx, &m); err != nil {
			return 0, err
		}
		if c.actor.kind != kindPerson {
			if err := clientExists(ctx, t.Q, nova.ClienteID); err != nil {
				return 0, err
			}
		}
		m.ID, err = t.Insert(ctx, `INSERT INTO mensagens_chat(cliente_id, sala, usuario, mensagem, tipo, data_hora, editada, deletada, resposta_para)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, idOrNull(nova.ClienteID), m.Sala, m.Usuario, m.Mensagem, m.Tipo, m.DataHora, false, false, idOrNull(nova.RespostaPara))
		if err != nil {
			return 0, err
		}
		return m.ID, t.audit(ctx, entry{acao: actMensagemSent, text: "Mensagem enviada na sala " + m.Sala, clienteID: nova.ClienteID, subject: m.sujeito()})
	}, func(ctx context.Context, t *tx, id int64) (err error) {
		m, err = getMensagem(ctx, t.Q, id, "")
		return err
	})
	return m, err
}

func (m *Mensagem) sujeito() string { return fmt.Sprintf("mensagem:%d", m.ID) }

func (n *MensagemNova) normalize(a Actor) {
	n.Sala, n.Usuario = orDefault(strings.TrimSpace(n.Sala), salaPadrao), orDefault(strings.TrimSpace(n.Usuario), "Anônimo")
	if a.kind == kindPerson {
		n.ClienteID, n.Usuario = a.id, a.nome
	}
}

func (n *MensagemNova) validate() error {
	var bad InvalidError
	bad.Add("mensagem", mensagemProblem(n.Mensagem))
	bad.Add("sala", record.TextProblem(n.Sala, 50, true))
	bad.Add("usuario", record.TextProblem(n.Usuario, 100, true))
	return bad.OrNil()
}

func mensagemProblem(text string) string {
	switch {
	case strings.TrimSpace(text) == "":
		return "Mensagem é obrigatória"
	case len(text) > maxMensagem:
		return "Use no máximo 4 KiB"
	default:
		return record.TextProblem(text, 0, false)
	}
}

// mayAnswer checks that what m answers is in the same room.
func (t *tx) mayAnswer(ctx context.Context, m *Mensagem) error {
	if m.RespostaPara == 0 {
		return nil
	}
	var n int
	err := t.Get(ctx, []any{&n}, "SELECT count(*) FROM mensagens_chat m WHERE m.id = ? AND EXACT(m.sala, ?)", int64(m.RespostaPara), m.Sala)
	if err == nil && n == 0 {
		return fault.Invalid("resposta_para", "Não há mensagem com este id nesta sala")
	}
	return err
}

var errMensagemNaoEncontrada = fault.Rule(ErrNotFound, "nao_encontrado", "Mensagem não encontrada")

// getMensagem reads one message; lock is FOR_UPDATE or nothing.
func getMensagem(ctx context.Context, q engine.Q, id int64, lock string) (Mensagem, error) {
	var list []Mensagem
	err := q.All(ctx, &list, "SELECT "+mensagemCols+" FROM mensagens_chat m WHERE m.id = ?"+lock, id)
	if err == nil && len(list) == 0 {
		err = errMensagemNaoEncontrada
	}
	if err != nil {
		return Mensagem{}, err
	}
	return list[0], nil
}

// Get returns one message that is not deleted, or ErrNotFound. Everybody but
// devices and agente keys.
func (c Chat) Get(ctx context.Context, id int64) (m Mensagem, err error) {
	if err := c.require(Admin, Moderador, Usuario, Leitura); err != nil {
		return m, err
	}
	err = c.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		m, err = getMensagem(ctx, q, id, "")
		return err
	})
	if err == nil && m.Deletada {
		return Mensagem{}, errMensagemNaoEncontrada
	}
	return m, err
}

// Versao is the version of a message as a caller saw it: a hash over what an edit
// changes, so that an edit by any program shows.
func (m *Mensagem) Versao() string {
	h := sha256.New()
	fmt.Fprintf(h, "%d %d %q %q %q %t %t", m.ID, m.ClienteID, m.Sala, m.Usuario, m.Mensagem, m.Editada, m.Deletada)
	return hex.EncodeToString(h.Sum(nil)[:16])
}

var errMensagemMudou = fault.Conflict("A mensagem foi alterada")

// Edit changes the text of a message and marks it; people their own, admins and
// moderadores anyone's. WithVersao applies: with ErrConflict comes the message as
// it is now.
func (c Chat) Edit(ctx context.Context, id int64, text string, op ...Opcao) (Mensagem, error) {
	if p := mensagemProblem(text); p != "" {
		return Mensagem{}, fault.Invalid("mensagem", p)
	}
	return c.change(ctx, id, op, actMensagemEdited, "Mensagem editada na sala ", func(m *Mensagem) { m.Mensagem, m.Editada = text, true })
}

// Delete hides a message, with the permissions of Edit. WithVersao applies.
func (c Chat) Delete(ctx context.Context, id int64, op ...Opcao) error {
	_, err := c.change(ctx, id, op, actMensagemDeleted, "Mensagem apagada na sala ", func(m *Mensagem) { m.Deletada = true })
	return err
}

func (c Chat) change(ctx context.Context, id int64, op []Opcao, action, descricao string, fn func(*Mensagem)) (Mensagem, error) {
	if err := c.require(Admin, Moderador, Usuario); err != nil {
		return Mensagem{}, err
	}
	var now Mensagem
	err := c.write(ctx, func(ctx context.Context, t *tx) error {
		was, err := getMensagem(ctx, t.Q, id, " FOR_UPDATE")
		if err != nil {
			return err
		}
		if was.Deletada || (c.actor.nivel == Usuario && int64(was.ClienteID) != c.actor.id) {
			return errMensagemNaoEncontrada
		}
		now = was
		if base := optionsOf(op).versao; base != "" && base != was.Versao() {
			return errMensagemMudou
		}
		fn(&now)
		if _, err := t.Exec(ctx, "UPDATE mensagens_chat SET mensagem = ?, editada = ?, deletada = ? WHERE id = ?", now.Mensagem, now.Editada, now.Deletada, id); err != nil {
			return err
		}
		return t.audit(ctx, entry{
			acao: action, text: descricao + now.Sala, clienteID: int64(now.ClienteID), subject: now.sujeito(),
			antes: map[string]any{"mensagem": was.Mensagem}, depois: map[string]any{"mensagem": now.Mensagem, "deletada": now.Deletada},
		})
	})
	return now, err
}
