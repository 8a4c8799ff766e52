// Package trail is the chain behind the audit trail: a link with a MAC for every row that
// the store writes to logs_auditoria, lanes so that writers do not wait for one another,
// the keys that sign, seals, the anchor file outside of the database, and verifying all
// of it. What an entry says, and who may read or verify, is the store's.
package trail

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"log/slog"
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

// sealEvery is how often the heads of all lanes are sealed into one of them.
const sealEvery = time.Minute

// The kinds of links.
const (
	KindEntry = "log"
	kindSeal  = "selo"
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
	// noted says that the state of the anchor was compared with the chain.
	noted bool
}

// Config is all that a chain needs to know of the program it runs in.
type Config struct {
	Now func() time.Time
	// Key holds the keys in hex, as in store.Config.ChaveAuditoria; KeyPlace is the file
	// that they were read from, "" for none.
	Key, KeyPlace string
	// KeyPath and AnchorPath are the files beside the database.
	KeyPath, AnchorPath string
	Log                 *slog.Logger
}

// Chain is the audit chain as one process extends it: its lane, its key, its anchor.
type Chain struct {
	Cfg    Config
	owner  string
	lane   lane
	leased atomic.Bool // a lane was held at some time
	moved  atomic.Bool // links were written since the last seal
	lost   bool        // a link collided: somebody else extends the lane

	keyMu sync.Mutex
	key   Key // that signs, once it is known

	// AskSigner asks the database which key the chain goes on with; assume has the
	// chain go on with the first key at hand, whatever it says.
	AskSigner func() (Signer, error)
	Assume    bool
	OnGrow    func() // links were committed; set before anybody writes

	// anchorID is the name of the anchor file that this process writes; Quiet keeps
	// quiet that it is new.
	anchorID string
	Quiet    bool
	noted    bool          // a note on the anchor was committed, or none was needed
	step     time.Duration // what the rows' time tells apart, once it is known

	sealedHeads string // heads at the last seal, to stay silent when nothing moved
}

// New is a chain that has read nothing yet; AskSigner must be set before it signs.
func New(cfg Config) *Chain {
	return &Chain{Cfg: cfg, owner: rand.Text()}
}

// Hooks write the head of the lane with each shared transaction, once.
func (t *Chain) Hooks() engine.Hooks {
	return engine.Hooks{BeforeCommit: t.saveHead, Ended: t.ended}
}

// Mark remembers the lane, so that a job that fails leaves it as it was.
func (t *Chain) Mark() (undo func()) {
	before := t.lane
	return func() { t.lane = before }
}

func (t *Chain) saveHead(ctx context.Context, q engine.Q) error {
	if !t.lane.dirty {
		return nil
	}
	t.lane.until = t.leaseEnd()
	// That the lane is ours was seen when the link was written.
	return q.Later(ctx, "UPDATE monitor_faixas SET sequencia = ?, mac = ?, ate = ? WHERE id = ? AND dono = ?",
		t.lane.seq, t.lane.mac, t.lane.until, t.lane.id, t.owner)
}

// ErrLaneLost says that another process took this one's lane: nothing is left of the change, and the next attempt leases another.
var ErrLaneLost = &engine.UnavailableError{Causa: "outro processo assumiu a faixa de auditoria deste", Remedio: "tente de novo"}

// ended forgets a head that may not be what the database holds.
func (t *Chain) ended(committed bool) {
	if !committed || t.lost {
		t.lane.known = false
		t.lane.noted = t.noted
	}
	t.noted = t.lane.noted
	if committed && t.lane.dirty && t.OnGrow != nil {
		t.OnGrow()
	}
	t.lost = false
	t.lane.dirty = false
}

func (t *Chain) leaseEnd() int64 { return t.Cfg.Now().Add(laneLease).Unix() }

// Hold makes sure that a lane is leased and its head known.
func (t *Chain) Hold(ctx context.Context, q engine.Q) error {
	// Within a transaction that has extended the lane nobody can take it.
	if t.lane.known && (t.lane.dirty || t.Cfg.Now().Unix() < t.lane.until) {
		return nil
	}
	if err := t.admit(ctx, q); err != nil {
		return err
	}
	if t.lane.id != 0 {
		err := q.Get(
			ctx,
			[]any{&t.lane.seq, &t.lane.mac},
			"SELECT sequencia, mac FROM monitor_faixas WHERE id = ? AND dono = ?",
			t.lane.id,
			t.owner,
		)
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
func (t *Chain) lease(ctx context.Context, q engine.Q) error {
	behind, err := t.behind(ctx, q)
	if err != nil {
		return err
	}
	l := lane{until: t.leaseEnd(), noted: true}
	err = q.Get(
		ctx,
		[]any{&l.id, &l.seq, &l.mac},
		"SELECT id, sequencia, mac FROM monitor_faixas WHERE ate < ? ORDER BY id LIMIT 1",
		t.Cfg.Now().Unix(),
	)
	taken := int64(0)
	if err == nil {
		// Another process may be after the same one: only the first finds it as it was.
		taken, err = q.Exec(
			ctx,
			"UPDATE monitor_faixas SET dono = ?, ate = ? WHERE id = ? AND ate < ? AND sequencia = ?",
			t.owner,
			l.until,
			l.id,
			t.Cfg.Now().Unix(),
			l.seq,
		)
	}
	if taken == 0 && (err == nil || errors.Is(err, engine.ErrNoRows)) {
		l.seq, l.mac = 0, macZero
		l.id, err = q.Insert(ctx, "INSERT INTO monitor_faixas(dono, ate, sequencia, mac) VALUES (?, ?, 0, ?)", t.owner, l.until, macZero)
	}
	if err != nil {
		return err
	}
	l.known = true
	t.lane = l
	t.leased.Store(true)
	return t.note(ctx, q, behind)
}

// Link is one link. Digest is a keyed digest of what the link vouches for.
type Link struct {
	lane, seq       int64
	Kind            string
	LogID           int64 // 0 for seals
	Subject, Action string
	AtMicros        int64 // microseconds since 1970, UTC
	Digest          []byte
	prev, mac       []byte
	key             string
	form            int64
	Step            int64 // of AtMicros, in microseconds; see formExact
}

// The forms of a link. The first one signed microseconds wherever the row's column
// kept only seconds, in whatever zone the session had. The second signs the instant
// that the row holds, how fine it is, and the key. A link stays in its form.
const (
	formMicros = 1
	formExact  = 2
)

// canonical is what the MAC covers: every field with its length before it, so
// that no two links can share a form.
func (e *Link) canonical() []byte {
	var b bytes.Buffer
	num := func(n int64) { _ = binary.Write(&b, binary.BigEndian, n) }
	field := func(p []byte) { num(int64(len(p))); b.Write(p) }
	if e.form != formMicros {
		num(-e.form) // no lane has such a number
		num(e.Step)
		field([]byte(e.key))
	}
	num(e.lane)
	num(e.seq)
	field([]byte(e.Kind))
	num(e.LogID)
	field([]byte(e.Subject))
	field([]byte(e.Action))
	num(e.AtMicros)
	field(e.Digest)
	field(e.prev)
	return b.Bytes()
}

// Digest is a keyed digest of parts, each with its length before it.
func Digest(key []byte, parts ...string) []byte {
	h := hmac.New(sha256.New, key)
	var n [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		h.Write(n[:])
		h.Write([]byte(p))
	}
	return h.Sum(nil)
}

func (e *Link) sign(key []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(e.canonical())
	return h.Sum(nil)
}

// Extend appends e to the lane of this process.
func (t *Chain) Extend(ctx context.Context, q engine.Q, e Link) error {
	if err := t.Hold(ctx, q); err != nil {
		return err
	}
	key, id, err := t.SigningKey()
	if err != nil {
		return err
	}
	e.lane, e.seq, e.prev, e.key = t.lane.id, t.lane.seq+1, t.lane.mac, id
	e.form = formExact
	e.mac = e.sign(key)
	var logID any
	if e.LogID != 0 {
		logID = e.LogID
	}
	n, err := q.Exec(
		ctx,
		`INSERT INTO monitor_trilha(faixa, sequencia, tipo, log_id, sujeito, acao, instante, resumo, anterior, mac, chave, versao, passo)
		SELECT id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM monitor_faixas WHERE id = ? AND dono = ?`,
		e.seq,
		e.Kind,
		logID,
		e.Subject,
		e.Action,
		e.AtMicros,
		e.Digest,
		e.prev,
		e.mac,
		e.key,
		e.form,
		e.Step,
		e.lane,
		t.owner,
	)
	if errors.Is(err, engine.ErrUnique) || (err == nil && n == 0) {
		t.lost, err = true, ErrLaneLost
	}
	if err != nil {
		return err
	}
	t.lane.seq, t.lane.mac, t.lane.dirty = e.seq, e.mac, true
	if e.Kind == KindEntry { // a seal needs no seal
		t.moved.Store(true)
	}
	return nil
}

// Step is what the column of the rows' time tells apart: a second where the Flask
// system made the tables on MySQL.
func (t *Chain) Step(ctx context.Context, q engine.Q) (time.Duration, error) {
	if t.step == 0 {
		step, err := stepOf(ctx, q)
		if err != nil {
			return 0, err
		}
		t.step = step
	}
	return t.step, nil
}

func stepOf(ctx context.Context, q engine.Q) (time.Duration, error) {
	step := time.Microsecond
	if q.Kind() != engine.MySQL {
		return step, nil
	}
	var digits int
	err := q.Get(ctx, []any{&digits}, `SELECT coalesce(datetime_precision, 6) FROM information_schema.columns
		WHERE table_schema = database() AND table_name = 'logs_auditoria' AND column_name = 'data_hora'`)
	for ; digits < 6; digits++ {
		step *= 10
	}
	return step, err
}
