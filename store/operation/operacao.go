package operation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/internal/chars"
	"example.com/monitor/store/record"
	"example.com/monitor/store/say"
	"example.com/monitor/store/trail"
	"example.com/monitor/store/when"
)

// What an operation may be about.
const (
	Clientes     = "clientes"
	Dispositivos = "dispositivos"
	Sessoes      = "sessoes"
	Chaves       = "chaves"
)

// What an operation may do.
const (
	Alterar   = "alterar" // set columns; moving a device is setting its cliente_id
	Desativar = "desativar"
	Reativar  = "reativar"
	Remover   = "remover" // for good
	Encerrar  = "encerrar"
	Revogar   = "revogar"
	Desfazer  = "desfazer"
	// Importar makes and changes clients out of the rows of a file, which are its targets only as
	// long as it runs.
	Importar = "importar"
)

// Acts are what each noun takes, for people in this order.
var Acts = map[string][]string{
	Clientes:     {Alterar, Desativar, Reativar, Remover},
	Dispositivos: {Alterar, Desativar, Reativar, Remover},
	Sessoes:      {Encerrar},
	Chaves:       {Revogar},
}

// CheckAct refuses what does not exist.
func CheckAct(recurso, acao string) error {
	known, ok := Acts[recurso]
	if !ok {
		return fault.Invalid("recurso", "Use um destes: clientes, dispositivos, sessoes, chaves")
	}
	if !slices.Contains(known, acao) {
		return fault.Invalid("acao", "Para "+recurso+" use: "+strings.Join(known, ", "))
	}
	return nil
}

// Title names an operation: "alterar 3 clientes".
func Title(acao, recurso string, n int) string {
	return acao + " " + say.NounOf(recurso).Of(n)
}

// The states of an operation. Open ones are told as running or interrupted.
const (
	open         = "aberta"
	EmAndamento  = "em_andamento"
	Interrompida = "interrompida" // nobody goes on with it: continue it, or take it back
	Concluida    = "concluida"
	Encerrada    = "encerrada" // given up by somebody, or taken back, before its end
)

// What has become of a target.
const (
	Feito    = "feito"
	Igual    = "igual" // it was so already
	Recusado = "recusado"
)

// CheckSituation refuses what becomes of no target.
func CheckSituation(s string) error {
	if s != Feito && s != Igual && s != Recusado {
		return fault.Invalid("situacao", "Use um destes: feito, igual, recusado")
	}
	return nil
}

// quiet is after how long an operation that nobody was seen at counts as interrupted.
const quiet = 20 * time.Second

// Operacao is an operation and how far it has come. A change on its own is one of one record.
type Operacao struct {
	bun.BaseModel `bun:"table:monitor_operacoes,alias:o"`

	ID          int64                      `bun:"id" json:"id"`
	Recurso     string                     `bun:"recurso" json:"recurso"`
	Acao        string                     `bun:"acao" json:"acao"`
	Ator        string                     `bun:"ator" json:"ator"`
	Estado      string                     `bun:"estado" json:"estado"`
	Total       int                        `bun:"total" json:"total"`
	Feitos      int                        `bun:"feitos,scanonly" json:"feitos"`
	Iguais      int                        `bun:"iguais,scanonly" json:"iguais"`
	Recusados   int                        `bun:"recusados,scanonly" json:"recusados"`
	IniciadaEm  when.Hora                  `bun:"iniciada_em,scanonly" json:"iniciada_em"`
	Desfaz      record.ID                  `bun:"desfaz" json:"desfaz"`                      // the operation that this one takes back
	DesfeitaPor record.ID                  `bun:"desfeita_por,scanonly" json:"desfeita_por"` // the one that took this back, while nothing took that back
	Campos      map[string]json.RawMessage `bun:"-" json:"campos,omitempty"`
	// Reversivel and Motivo say whether it can be taken back, and if not, why.
	Reversivel bool        `bun:"-" json:"reversivel"`
	Motivo     record.Text `bun:"-" json:"motivo"`
	// What whoever reads it may do with it now.
	PodeContinuar bool `bun:"-" json:"pode_continuar"`
	PodeEncerrar  bool `bun:"-" json:"pode_encerrar"`
	PodeDesfazer  bool `bun:"-" json:"pode_desfazer"`

	Vista int64         `bun:"vista" json:"-"` // Unix seconds: when somebody was last seen at it
	Dados record.Objeto `bun:"dados,scanonly" json:"-"`
}

// Restam is how many targets are still to be done.
func (o *Operacao) Restam() int { return o.Total - o.Feitos - o.Iguais - o.Recusados }

// IsOpen returns whether there is more to do.
func (o *Operacao) IsOpen() bool { return o.Estado == EmAndamento || o.Estado == Interrompida }

// Reader is who looks at an operation.
type Reader struct {
	Began bool // it is the reader's own
	Admin bool
}

// Tell completes what was read for whoever looks at it now.
func (o *Operacao) Tell(now time.Time, who Reader) {
	if o.Estado == open {
		o.Estado = EmAndamento
		if now.Unix()-o.Vista > int64(quiet/time.Second) {
			o.Estado = Interrompida
		}
	}
	var d headData
	_ = json.Unmarshal(o.Dados, &d) // what cannot be read tells nothing
	o.Campos = d.Depois.Campos
	o.Motivo = record.Text(whyNot[o.Acao])
	o.Reversivel = o.Motivo == ""
	o.PodeContinuar = o.IsOpen() && o.Acao != Importar && (who.Began || who.Admin && d.Depois.Nivel == record.Admin)
	o.PodeEncerrar = o.IsOpen() && (who.Began || who.Admin)
	o.PodeDesfazer = o.Reversivel && o.Undoable(who) == nil
}

// Undoable says why there is nothing to take back now: somebody else is at it, nothing was done,
// or it is taken back already. Who is at it himself may stop so.
func (o *Operacao) Undoable(who Reader) error {
	switch {
	case o.Estado == EmAndamento && !who.Began:
		return errRunning
	case o.DesfeitaPor != 0:
		return errUndone
	case o.Feitos == 0:
		return errNothing
	default:
		return nil
	}
}

// whyNot says why nothing takes these back.
var whyNot = map[string]string{
	Remover:  "Quem foi removido de vez não volta",
	Encerrar: "Sessões encerradas não voltam: a pessoa entra de novo",
	Revogar:  "Chaves revogadas não voltam: crie outra",
}

// Head is what the entry that begins an operation says. Being signed, it and not the index
// says what is done, and to whom.
type Head struct {
	Recurso string                     `json:"recurso"`
	Acao    string                     `json:"acao"`
	Total   int                        `json:"total"`
	Campos  map[string]json.RawMessage `json:"campos,omitempty"`
	Alvos   string                     `json:"alvos"` // SHA-256 of the targets
	Nivel   string                     `json:"nivel"` // of whoever began it
	Desfaz  int64                      `json:"-"`
}

type headData struct {
	Depois Head  `json:"depois"`
	Desfaz int64 `json:"desfaz"`
}

// errIndex says that the index is not what the head says.
var errIndex = fault.Rule(
	fault.ErrConflict,
	"trilha_alterada",
	"O índice desta operação não é mais o que a auditoria registrou: nada foi feito; confira a trilha com: monitor logs verify",
)

// ReadHead reads the head of o, which the trail vouches for, and refuses where the index differs.
func ReadHead(e *trail.Entry, o *Operacao) (Head, error) {
	var d headData
	if e.Action != ActBegun || json.Unmarshal([]byte(e.Data), &d) != nil {
		return Head{}, errIndex
	}
	h := d.Depois
	h.Desfaz = d.Desfaz
	if h.Recurso != o.Recurso || h.Acao != o.Acao || h.Desfaz != int64(o.Desfaz) || h.Total != o.Total {
		return Head{}, errIndex
	}
	return h, nil
}

// Fields are the columns of a head in the audit trail.
func (h *Head) Fields() map[string]any {
	out := map[string]any{"recurso": h.Recurso, "acao": h.Acao, "total": h.Total, "alvos": h.Alvos, "nivel": h.Nivel}
	if len(h.Campos) > 0 {
		out["campos"] = h.Campos
	}
	return out
}

// DigestOf is the SHA-256 of targets.
func DigestOf(targets []int64) string {
	sum := sha256.Sum256([]byte(joinIDs(targets)))
	return hex.EncodeToString(sum[:])
}

// Cols are the columns of Operacao, from Table with its joins.
const (
	Cols = `o.id, o.recurso, o.acao, o.ator, o.estado, o.total, o.desfaz, o.vista, l.data_hora AS iniciada_em, l.dados,
	(SELECT count(*) FROM monitor_operacoes_itens i WHERE i.operacao = o.id AND i.situacao = 'feito') AS feitos,
	(SELECT count(*) FROM monitor_operacoes_itens i WHERE i.operacao = o.id AND i.situacao = 'igual') AS iguais,
	(SELECT count(*) FROM monitor_operacoes_itens i WHERE i.operacao = o.id AND i.situacao = 'recusado') AS recusados,
	(SELECT coalesce(max(u.id), 0) FROM monitor_operacoes u WHERE u.desfaz = o.id
		AND EXISTS (SELECT 1 FROM monitor_operacoes_itens i WHERE i.operacao = u.id AND i.situacao = 'feito')
		AND NOT EXISTS (SELECT 1 FROM monitor_operacoes v JOIN monitor_operacoes_itens i ON i.operacao = v.id AND i.situacao = 'feito' WHERE v.desfaz = u.id)) AS desfeita_por`
	Table = "monitor_operacoes o"
	Joins = "LEFT JOIN logs_auditoria l ON l.id = o.id"
)

// Item is what has become of one target.
type Item struct {
	bun.BaseModel `bun:"table:monitor_operacoes_itens,alias:i"`

	Alvo     int64       `bun:"alvo" json:"alvo"` // of a row of a file that became nobody: its number, negative
	Situacao string      `bun:"situacao" json:"situacao"`
	LogID    record.ID   `bun:"log_id" json:"log_id"`
	Motivo   record.Text `bun:"motivo" json:"motivo"`
	Nome     record.Text `bun:"-" json:"nome"` // of the record as it is now; empty when it is gone
}

// Name fills in the names of people and devices that are there.
func Name(ctx context.Context, q engine.Q, recurso string, items []Item) error {
	if recurso != Clientes && recurso != Dispositivos {
		return nil
	}
	ids, names := make([]int64, len(items)), map[int64]record.Text{}
	for i := range items {
		ids[i] = items[i].Alvo
	}
	err := engine.InLots(ids, func(list string, args []any) error {
		rows, err := q.Rows(ctx, "SELECT id, nome FROM "+recurso+" WHERE id IN "+list, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id int64
			var name string
			if err := rows.Scan(&id, engine.AsText(&name)); err != nil {
				return engine.Translate(err)
			}
			names[id] = record.Text(name)
		}
		return engine.Translate(rows.Err())
	})
	for i := range items {
		items[i].Nome = names[items[i].Alvo]
		if line := -items[i].Alvo; line > 0 { // a row of a file that became nobody
			items[i].Nome = record.Text("linha " + strconv.FormatInt(line, 10))
		}
	}
	return err
}

// Begin writes down an operation whose head is written, and what it is about.
func Begin(ctx context.Context, q engine.Q, o *Operacao, targets []int64, now time.Time) error {
	_, err := q.Exec(
		ctx,
		"INSERT INTO monitor_operacoes(id, recurso, acao, ator, estado, total, desfaz, vista, alvos) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		o.ID,
		o.Recurso,
		o.Acao,
		chars.Truncate(o.Ator, 200),
		open,
		o.Total,
		int64(o.Desfaz),
		now.Unix(),
		joinIDs(targets),
	)
	return err
}

// Find reads one operation; ErrNoRows when there is none.
func Find(ctx context.Context, q engine.Q, id int64) (Operacao, error) {
	var list []Operacao
	err := q.All(ctx, &list, "SELECT "+Cols+" FROM "+Table+" "+Joins+" WHERE o.id = ?", id)
	if err == nil && len(list) == 0 {
		err = engine.ErrNoRows
	}
	if err != nil {
		return Operacao{}, err
	}
	return list[0], nil
}

// Remaining are the targets that nothing has become of yet, in the order of the operation; digest
// is what DigestOf gave of all when it began.
func Remaining(ctx context.Context, q engine.Q, id int64, digest string) ([]int64, error) {
	var text string
	if err := q.Get(ctx, []any{engine.AsText(&text)}, "SELECT alvos FROM monitor_operacoes WHERE id = ?", id); err != nil {
		return nil, err
	}
	var done []int64
	if err := q.All(ctx, &done, "SELECT alvo FROM monitor_operacoes_itens WHERE operacao = ?", id); err != nil {
		return nil, err
	}
	targets := splitIDs(text)
	if DigestOf(targets) != digest {
		return nil, errIndex
	}
	over := make(map[int64]bool, len(done))
	for _, id := range done {
		over[id] = true
	}
	return slices.DeleteFunc(targets, func(id int64) bool { return over[id] }), nil
}

// Done are the targets of an operation that were changed, the last one first, and the entry of
// each.
func Done(ctx context.Context, q engine.Q, id int64) (targets, entries []int64, err error) {
	rows, err := q.Rows(
		ctx,
		"SELECT alvo, log_id FROM monitor_operacoes_itens WHERE operacao = ? AND situacao = 'feito' ORDER BY log_id DESC",
		id,
	)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var target, entry int64
		if err := rows.Scan(&target, &entry); err != nil {
			return nil, nil, engine.Translate(err)
		}
		targets, entries = append(targets, target), append(entries, entry)
	}
	return targets, entries, engine.Translate(rows.Err())
}

// EntryOf is the entry that an operation wrote about a target; ErrNoRows when there is none.
func EntryOf(ctx context.Context, q engine.Q, id, target int64) (entry int64, err error) {
	err = q.Get(
		ctx,
		[]any{&entry},
		"SELECT log_id FROM monitor_operacoes_itens WHERE operacao = ? AND alvo = ? AND situacao = 'feito'",
		id,
		target,
	)
	return entry, err
}

var (
	// errTaken says that somebody else goes on with the operation, too, and was quicker.
	errTaken = errors.New("operation: the target is done already")
	// ErrOver says that the operation was given up, or taken back, meanwhile.
	ErrOver = fault.Rule(fault.ErrConflict, "operacao_encerrada", "Esta operação foi encerrada e não continua")
)

// Did writes down, with the change itself, that a target is done; nothing of the change stays
// where the operation is over, or somebody else was quicker.
func Did(ctx context.Context, q engine.Q, id, target, entry int64) error {
	n, err := q.Exec(
		ctx,
		"INSERT INTO monitor_operacoes_itens(operacao, alvo, situacao, log_id, motivo) SELECT o.id, ?, ?, ?, '' FROM monitor_operacoes o WHERE o.id = ? AND o.estado = ?",
		target,
		Feito,
		entry,
		id,
		open,
	)
	if errors.Is(err, engine.ErrUnique) {
		return errTaken
	}
	if err == nil && n == 0 {
		err = ErrOver
	}
	return err
}

// leave writes down what was not changed, and why.
func leave(ctx context.Context, q engine.Q, id int64, items []Item) error {
	for _, i := range items {
		err := q.Later(
			ctx,
			`INSERT INTO monitor_operacoes_itens(operacao, alvo, situacao, log_id, motivo) SELECT ?, ?, ?, 0, ? FROM monitor_operacoes o
			WHERE o.id = ? AND NOT EXISTS (SELECT 1 FROM monitor_operacoes_itens x WHERE x.operacao = ? AND x.alvo = ?)`,
			id,
			i.Alvo,
			i.Situacao,
			chars.Truncate(string(i.Motivo), 300),
			id,
			id,
			i.Alvo,
		)
		if err != nil {
			return err
		}
	}
	return nil
}

// noteSeen notes when somebody was at it; the zero time says that nobody is any more.
func noteSeen(ctx context.Context, q engine.Q, id int64, now time.Time) error {
	return q.Later(ctx, "UPDATE monitor_operacoes SET vista = ? WHERE id = ?", now.Unix(), id)
}

// End closes an operation that is open.
func End(ctx context.Context, q engine.Q, id int64, state string) error {
	_, err := q.Exec(ctx, "UPDATE monitor_operacoes SET estado = ? WHERE id = ? AND estado = ?", state, id, open)
	return err
}

func joinIDs(ids []int64) string {
	var b strings.Builder
	for i, id := range ids {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatInt(id, 10))
	}
	return b.String()
}

func splitIDs(text string) []int64 {
	var ids []int64
	for part := range strings.SplitSeq(text, ",") {
		if id, err := strconv.ParseInt(part, 10, 64); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}
