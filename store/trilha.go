package store

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"example.com/monitor/store/engine"
)

// The audit chain. Every row that we write to logs_auditoria gets a link in
// monitor_trilha: a MAC over a canonical form and over the link before it. The
// chain runs in lanes, one per writing process, so that two writers never wait
// for each other's head. A lane is leased: whoever holds it writes dono and ate,
// and extends it only while dono is still its own.
//
// A link signs subject, action, microseconds and a keyed digest of the row's
// text, never the live cliente_id: the Flask system sets that to NULL when it
// deletes a client, and that is no tampering.

// laneLease is how long a lane stays reserved after its owner's last write.
const laneLease = 2 * time.Minute

// selarACada is how often the heads of all lanes are sealed into one of them.
const selarACada = time.Minute

const (
	eloLog  = "log"
	eloSelo = "selo"
)

var macZero = make([]byte, sha256.Size)

// lane is the writer's own head. Only the writer's goroutine touches it.
type lane struct {
	id    int64 // 0: none leased yet
	seq   int64
	mac   []byte
	known bool  // seq and mac are what the database holds
	until int64 // Unix seconds: from then on another process may take the lane
	dirty bool  // the head row must be written before COMMIT
	// notada says that the state of the anchor was compared with the chain.
	notada bool
}

type trilha struct {
	cfg    Config
	target engine.Target
	dono   string
	lane   lane
	leased atomic.Bool // a lane was held at some time
	moved  atomic.Bool // links were written since the last seal
	lost   bool        // a link collided: somebody else extends the lane

	keyMu sync.Mutex
	key   chaveTrilha // that signs, once it is known

	// assinante asks the database which key the chain goes on with; assume has the
	// chain go on with the first key at hand, whatever it says.
	assinante func() (assinante, error)
	assume    bool
	cresceu   func() // links were committed; set before anybody writes

	// ancora is the name of the anchor file that this process writes; semNota keeps
	// quiet that it is new.
	ancora  string
	semNota bool
	notada  bool          // a note on the anchor was committed, or none was needed
	passo   time.Duration // what the rows' time tells apart, once it is known

	selado string // heads at the last seal, to stay silent when nothing moved
}

func newTrilha(cfg Config, target engine.Target) *trilha {
	return &trilha{cfg: cfg, target: target, dono: rand.Text()}
}

// hooks write the head of the lane with each shared transaction, once.
func (t *trilha) hooks() engine.Hooks {
	return engine.Hooks{BeforeCommit: t.saveHead, Ended: t.ended}
}

// mark remembers the lane, so that a job that fails leaves it as it was.
func (t *trilha) mark() (undo func()) {
	before := t.lane
	return func() { t.lane = before }
}

func (t *trilha) saveHead(ctx context.Context, q engine.Q) error {
	if !t.lane.dirty {
		return nil
	}
	t.lane.until = t.leaseEnd()
	// That the lane is ours was seen when the link was written.
	return q.Later(ctx, "UPDATE monitor_faixas SET sequencia = ?, mac = ?, ate = ? WHERE id = ? AND dono = ?",
		t.lane.seq, t.lane.mac, t.lane.until, t.lane.id, t.dono)
}

var errLaneLost = &engine.UnavailableError{Causa: "outro processo assumiu a faixa de auditoria deste", Remedio: "tente de novo"}

// ended forgets a head that may not be what the database holds.
func (t *trilha) ended(committed bool) {
	if !committed || t.lost {
		t.lane.known = false
		t.lane.notada = t.notada
	}
	t.notada = t.lane.notada
	if committed && t.lane.dirty && t.cresceu != nil {
		t.cresceu()
	}
	t.lost = false
	t.lane.dirty = false
}

func (t *trilha) leaseEnd() int64 { return t.cfg.Now().Add(laneLease).Unix() }

// hold makes sure that a lane is leased and its head known.
func (t *trilha) hold(ctx context.Context, q engine.Q) error {
	// Within a transaction that has extended the lane nobody can take it.
	if t.lane.known && (t.lane.dirty || t.cfg.Now().Unix() < t.lane.until) {
		return nil
	}
	if err := t.admit(ctx, q); err != nil {
		return err
	}
	if t.lane.id != 0 {
		err := q.Get(ctx, []any{&t.lane.seq, &t.lane.mac}, "SELECT sequencia, mac FROM monitor_faixas WHERE id = ? AND dono = ?", t.lane.id, t.dono)
		if err == nil {
			t.lane.known, t.lane.until, t.lane.dirty = true, t.leaseEnd(), true
			return nil
		}
		if !errors.Is(err, engine.ErrNoRows) {
			return err
		}
	}
	return t.lease(ctx, q)
}

// lease takes over a lane whose owner is gone, or begins a new one.
func (t *trilha) lease(ctx context.Context, q engine.Q) error {
	behind, err := t.behind(ctx, q)
	if err != nil {
		return err
	}
	l := lane{until: t.leaseEnd(), notada: true}
	err = q.Get(ctx, []any{&l.id, &l.seq, &l.mac}, "SELECT id, sequencia, mac FROM monitor_faixas WHERE ate < ? ORDER BY id LIMIT 1", t.cfg.Now().Unix())
	taken := int64(0)
	if err == nil {
		// Another process may be after the same one: only the first finds it as it was.
		taken, err = q.Exec(ctx, "UPDATE monitor_faixas SET dono = ?, ate = ? WHERE id = ? AND ate < ? AND sequencia = ?", t.dono, l.until, l.id, t.cfg.Now().Unix(), l.seq)
	}
	if taken == 0 && (err == nil || errors.Is(err, engine.ErrNoRows)) {
		l.seq, l.mac = 0, macZero
		l.id, err = q.Insert(ctx, "INSERT INTO monitor_faixas(dono, ate, sequencia, mac) VALUES (?, ?, 0, ?)", t.dono, l.until, macZero)
	}
	if err != nil {
		return err
	}
	l.known = true
	t.lane = l
	t.leased.Store(true)
	return t.note(ctx, q, behind)
}

// elo is one link. resumo is a keyed digest of what the link vouches for.
type elo struct {
	faixa, sequencia int64
	tipo             string
	logID            int64 // 0 for seals
	sujeito, acao    string
	instante         int64 // microseconds since 1970, UTC
	resumo           []byte
	anterior, mac    []byte
	chave            string
	versao           int64
	passo            int64 // of instante, in microseconds; see versaoElo
}

// The forms of a link. The first one signed microseconds wherever the row's column
// kept only seconds, in whatever zone the session had. The second signs the instant
// that the row holds, how fine it is, and the key. A link stays in its form.
const (
	eloAntigo = 1
	versaoElo = 2
)

// canonical is what the MAC covers: every field with its length before it, so
// that no two links can share a form.
func (e *elo) canonical() []byte {
	var b bytes.Buffer
	num := func(n int64) { _ = binary.Write(&b, binary.BigEndian, n) }
	field := func(p []byte) { num(int64(len(p))); b.Write(p) }
	if e.versao != eloAntigo {
		num(-e.versao) // no lane has such a number
		num(e.passo)
		field([]byte(e.chave))
	}
	num(e.faixa)
	num(e.sequencia)
	field([]byte(e.tipo))
	num(e.logID)
	field([]byte(e.sujeito))
	field([]byte(e.acao))
	num(e.instante)
	field(e.resumo)
	field(e.anterior)
	return b.Bytes()
}

func digest(key []byte, parts ...string) []byte {
	h := hmac.New(sha256.New, key)
	var n [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		h.Write(n[:])
		h.Write([]byte(p))
	}
	return h.Sum(nil)
}

func (e *elo) sign(key []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(e.canonical())
	return h.Sum(nil)
}

// extend appends e to the lane of this process.
func (t *trilha) extend(ctx context.Context, q engine.Q, e elo) error {
	if err := t.hold(ctx, q); err != nil {
		return err
	}
	key, id, err := t.signingKey()
	if err != nil {
		return err
	}
	e.faixa, e.sequencia, e.anterior, e.chave = t.lane.id, t.lane.seq+1, t.lane.mac, id
	e.versao = versaoElo
	e.mac = e.sign(key)
	var logID any
	if e.logID != 0 {
		logID = e.logID
	}
	n, err := q.Exec(ctx, `INSERT INTO monitor_trilha(faixa, sequencia, tipo, log_id, sujeito, acao, instante, resumo, anterior, mac, chave, versao, passo)
		SELECT id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM monitor_faixas WHERE id = ? AND dono = ?`,
		e.sequencia, e.tipo, logID, e.sujeito, e.acao, e.instante, e.resumo, e.anterior, e.mac, e.chave, e.versao, e.passo, e.faixa, t.dono)
	if errors.Is(err, engine.ErrUnique) || (err == nil && n == 0) {
		t.lost, err = true, errLaneLost
	}
	if err != nil {
		return err
	}
	t.lane.seq, t.lane.mac, t.lane.dirty = e.sequencia, e.mac, true
	if e.tipo == eloLog { // a seal needs no seal
		t.moved.Store(true)
	}
	return nil
}

// registro is an audit entry: what was done, to whom, with which values.
type registro struct {
	acao      string
	descricao string
	nivel     string // info when empty
	clienteID int64  // the client that the row is about, 0 for none
	sujeito   string // what else it is about, e.g. "chave:3"
	antes     map[string]any
	depois    map[string]any
}

// dadosAuditoria is the JSON in logs_auditoria.dados. The address of the caller
// stands here and not in ip_address: recorded answers have null there.
type dadosAuditoria struct {
	Ator   string         `json:"ator"`
	Canal  string         `json:"canal,omitempty"`
	IP     string         `json:"ip,omitempty"`
	Antes  map[string]any `json:"antes,omitempty"`
	Depois map[string]any `json:"depois,omitempty"`
}

// audit writes the row and its link with the change they are about.
func (t *tx) audit(ctx context.Context, r registro) error {
	if r.nivel == "" {
		r.nivel = "info"
	}
	if r.clienteID != 0 {
		r.sujeito = strings.TrimSpace(fmt.Sprintf("%s cliente:%d", r.sujeito, r.clienteID))
	}
	dados, err := json.Marshal(dadosAuditoria{Ator: t.actor.describe(), Canal: t.actor.Canal, IP: t.actor.IP, Antes: r.antes, Depois: r.depois})
	if err != nil {
		return err
	}
	if err := t.s.trilha.hold(ctx, t.Q); err != nil {
		return err
	}
	passo, err := t.s.trilha.step(ctx, t.Q)
	if err != nil {
		return err
	}
	quando := Hora{Time: t.agora.Truncate(passo)} // a server would round it in its own way
	var clienteID any
	if r.clienteID != 0 && r.acao != acaoDeletado {
		clienteID = r.clienteID
	}
	id, err := t.Insert(ctx, "INSERT INTO logs_auditoria(cliente_id, acao, descricao, dados, data_hora, nivel) VALUES (?, ?, ?, ?, ?, ?)",
		clienteID, r.acao, r.descricao, string(dados), quando, r.nivel)
	if err != nil {
		return err
	}
	if r.acao == acaoDeletado {
		if err := t.Later(ctx, "INSERT INTO monitor_logs_clientes(log_id, cliente_id) VALUES (?, ?)", id, r.clienteID); err != nil {
			return err
		}
	}
	key, _, err := t.s.trilha.signingKey()
	if err != nil {
		return err
	}
	return t.s.trilha.extend(ctx, t.Q, elo{
		tipo: eloLog, logID: id, sujeito: r.sujeito, acao: r.acao, instante: quando.UnixMicro(), passo: passo.Microseconds(),
		resumo: digest(key, r.descricao, string(dados), r.nivel),
	})
}

// describe names the actor in the audit trail with the id that survives a rename.
func (a Actor) describe() string {
	if a.kind == kindLocal || a.kind == kindStranger || a.kind == kindAntigo {
		return a.nome
	}
	return a.ref() + " " + a.nome
}

func (t *trilha) keyPath() string { return t.cfg.keyPath(t.target) }

func (t *trilha) anchorPath() string { return t.cfg.anchorPath(t.target) }

// step is what the column of the rows' time tells apart: a second where the Flask
// system made the tables on MySQL.
func (t *trilha) step(ctx context.Context, q engine.Q) (time.Duration, error) {
	if t.passo == 0 {
		passo, err := stepOf(ctx, q)
		if err != nil {
			return 0, err
		}
		t.passo = passo
	}
	return t.passo, nil
}

func stepOf(ctx context.Context, q engine.Q) (time.Duration, error) {
	passo := time.Microsecond
	if q.Kind() != engine.MySQL {
		return passo, nil
	}
	var digits int
	err := q.Get(ctx, []any{&digits}, `SELECT coalesce(datetime_precision, 6) FROM information_schema.columns
		WHERE table_schema = database() AND table_name = 'logs_auditoria' AND column_name = 'data_hora'`)
	for ; digits < 6; digits++ {
		passo *= 10
	}
	return passo, err
}
