package trail

import (
	"bytes"
	"context"
	"crypto/hmac"
	"fmt"
	"strconv"
	"strings"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/when"
)

// Verificacao is the outcome of checking the audit chain.
type Verificacao struct {
	Integra bool `json:"integra"`
	// Veredito is VereditoIntegra, VereditoAdulterada or VereditoOutraChave.
	Veredito   string   `json:"veredito"`
	Elos       int      `json:"elos"`        // links checked
	Faixas     int      `json:"faixas"`      // lanes
	ForaCadeia int      `json:"fora_cadeia"` // rows written by other programs
	SemChave   int      `json:"sem_chave"`   // links signed with a key that is not at hand
	Chaves     []string `json:"chaves"`      // fingerprints of the keys that signed, the first one first
	Problemas  []string `json:"problemas"`   // in order, at most 20, Portuguese
	Avisos     []string `json:"avisos"`      // what could not be checked, Portuguese
}

// The verdicts on a trail.
const (
	VereditoIntegra    = "integra"
	VereditoAdulterada = "adulterada"
	// VereditoOutraChave is no tampering: links are signed with a key that is not here.
	VereditoOutraChave = "outra_chave"
)

// judge puts the verdict into words, once all is known.
func (v *Verificacao) judge() {
	v.Integra = len(v.Problemas) == 0 && v.SemChave == 0
	switch {
	case len(v.Problemas) > 0:
		v.Veredito = VereditoAdulterada
	case v.SemChave > 0:
		v.Veredito = VereditoOutraChave
	default:
		v.Veredito = VereditoIntegra
	}
}

// MaxProblems bounds the problems that a verification names.
const MaxProblems = 20

func (v *Verificacao) problem(format string, args ...any) {
	if len(v.Problemas) < MaxProblems {
		v.Problemas = append(v.Problemas, fmt.Sprintf(format, args...))
	}
	v.Integra = false
}

// seenEvery is how many links are checked between two calls of seen; the first
// comes with the first link.
const seenEvery = 500

// Check is a verification of the chain, and what it needs to know.
type Check struct {
	Keys    Keyring
	Anchor  []byte // nil where there is none
	Kept    []byte // a copy of the anchor that was kept elsewhere; nil for none
	Adopted bool   // the database was the Flask system's
	Now     time.Time
	Zone    *time.Location // in which the verdict tells times
	// Seen is told from time to time how many links were checked; nil for nobody.
	Seen func(links int)
}

// Run reads the chain in q, one unchanging state. It takes about 2 s per 100,000
// links; ctx bounds it.
func (c Check) Run(ctx context.Context, q engine.Q) (Verificacao, error) {
	v := Verificacao{Chaves: []string{}, Problemas: []string{}, Avisos: []string{}}
	w := newVerifier(&v, c.Keys)
	w.seen, w.now, w.zone, w.adopted = c.Seen, c.Now, c.Zone, c.Adopted
	for _, step := range []func(context.Context, engine.Q) error{w.precision, w.links, w.heads, w.seals, w.times, w.succession, w.outside, w.clients} {
		if err := step(ctx, q); err != nil {
			return v, err
		}
	}
	if c.Kept != nil {
		w.anchor(c.Kept, "a âncora guardada")
	}
	if known, ok := w.anchor(c.Anchor, "a âncora"); ok {
		w.cover(known)
	}
	v.judge()
	return v, nil
}

type verifier struct {
	seen    func(links int)
	now     time.Time
	zone    *time.Location
	adopted bool
	// step is what the column of the rows' time can tell apart: a second where the
	// Flask system made the tables on MySQL.
	step      time.Duration
	v         *Verificacao
	keys      Keyring
	seenLinks map[[2]int64]seenLink // Lane and sequence
	last      map[int64]int64       // Lane -> last sequence
	until     map[int64]int64       // Lane -> until when it is held

	notes         map[string]note // by the name of the anchor
	foreignAnchor bool
	shifted       shifted
	keyUse        keyUse
	foreign       foreignRows
	lost          lostClientes
}

// seenLink is what is kept of a link that was read.
type seenLink struct {
	mac      []byte
	at, form int64
}

func newVerifier(v *Verificacao, keys Keyring) *verifier {
	return &verifier{
		v:         v,
		keys:      keys,
		seenLinks: map[[2]int64]seenLink{},
		last:      map[int64]int64{},
		until:     map[int64]int64{},
		notes:     map[string]note{},
		zone:      time.UTC,
	}
}

func (w *verifier) warn(format string, args ...any) {
	w.v.Avisos = append(w.v.Avisos, fmt.Sprintf(format, args...))
}

func (w *verifier) when(micros int64) string {
	return time.UnixMicro(micros).In(w.zone).Format("02/01/2006 15:04")
}

// linkCols are the columns of monitor_trilha t that dest takes.
const linkCols = `t.faixa, t.sequencia, t.tipo, coalesce(t.log_id, 0), t.sujeito, t.acao, t.instante, t.resumo, t.anterior, t.mac,
	t.chave, t.versao, t.passo`

func (e *Link) dest() []any {
	return []any{
		engine.AsStrict(
			&e.lane,
		), engine.AsStrict(&e.seq), &e.Kind, engine.AsStrict(&e.LogID), &e.Subject, &e.Action, engine.AsStrict(&e.AtMicros), &e.Digest, &e.prev, &e.mac,
		&e.key, engine.AsStrict(&e.form), engine.AsStrict(&e.Step),
	}
}

const linksQuery = "SELECT " + linkCols + `,
	l.id IS NOT NULL, coalesce(l.cliente_id, 0), coalesce(l.acao, ''), coalesce(l.descricao, ''), coalesce(l.dados, ''), coalesce(l.nivel, ''), AS_TEXT(l.data_hora),
	coalesce(s.texto, ''), l.ip_address IS NULL AND l.user_agent IS NULL
	FROM monitor_trilha t LEFT JOIN logs_auditoria l ON l.id = t.log_id
	LEFT JOIN monitor_selos s ON s.faixa = t.faixa AND s.sequencia = t.sequencia
	ORDER BY t.faixa, t.sequencia`

// liveRow is the live row that a link vouches for.
type liveRow struct {
	there                     bool
	clienteID                 int64
	action, text, data, level string
	at                        when.Hora
	seal                      string
	clean                     bool // the columns that we leave NULL still are
}

func (w *verifier) links(ctx context.Context, q engine.Q) error {
	rows, err := q.Rows(ctx, linksQuery)
	if err != nil {
		return err
	}
	defer rows.Close()
	prev := macZero
	var before Link
	for rows.Next() {
		var e Link
		var r liveRow
		if err := rows.Scan(append(e.dest(),
			&r.there, engine.AsStrict(&r.clienteID), &r.action, &r.text, &r.data, &r.level, &r.at, &r.seal, &r.clean)...); err != nil {
			return engine.Translate(err)
		}
		if w.last[e.lane] == 0 {
			w.v.Faixas++
			prev, before = macZero, Link{}
		}
		w.link(&e, &r, prev)
		w.keyUse.passes(&before, &e, w.keys, fmt.Sprintf("faixa %d, elo %d", e.lane, e.seq))
		prev, before = e.mac, Link{key: e.key, form: e.form}
		w.last[e.lane] = e.seq
		w.seenLinks[[2]int64{e.lane, e.seq}] = seenLink{e.mac, e.AtMicros, e.form}
	}
	return engine.Translate(rows.Err())
}

func (w *verifier) link(e *Link, r *liveRow, prev []byte) {
	w.v.Elos++
	if w.seen != nil && w.v.Elos%seenEvery == 1 {
		w.seen(w.v.Elos)
	}
	where := fmt.Sprintf("faixa %d, elo %d", e.lane, e.seq)
	k, have := w.keys.Find(e.key)
	w.keyUse.used(e)
	switch {
	case e.seq != w.last[e.lane]+1:
		w.v.problem("%s: faltam elos antes deste", where)
	case !bytes.Equal(e.prev, prev):
		w.v.problem("%s: não continua o elo anterior", where)
	case !have && (e.Kind == kindSeal || r.there && r.agrees(e)):
		w.v.SemChave++
		w.keyUse.told(e)
	case !have:
		w.v.problem("%s: o registro %d foi apagado ou alterado", where, e.LogID)
	case !k.verifies(e):
		w.v.problem("%s: o elo foi alterado", where)
	case e.Kind == kindSeal:
		w.seal(e, r, k, where)
	case !r.there:
		w.v.problem("%s: o registro %d foi apagado", where, e.LogID)
	case !r.agrees(e) || !hmac.Equal(e.Digest, Digest(k.Secret, r.text, r.data, r.level)):
		w.v.problem("%s: o registro %d foi alterado", where, e.LogID)
	default:
		w.time(e, r, where)
		w.row(e, r)
	}
}

func (w *verifier) seal(e *Link, r *liveRow, k Key, where string) {
	if !hmac.Equal(e.Digest, Digest(k.Secret, r.seal)) {
		w.v.problem("%s: o selo foi alterado", where)
		return
	}
	if name, isNote := strings.CutPrefix(e.Subject, "ancora:"); isNote {
		n := w.notes[name]
		n.times++
		if e.AtMicros >= n.last {
			n.last, n.fresh = e.AtMicros, e.Action == actAnchorNew
		}
		w.notes[name] = n
	}
}

// row keeps what an honest row tells of others.
func (w *verifier) row(e *Link, r *liveRow) {
	w.foreign.row(e, r)
	w.lost.row(e, r)
	w.keyUse.row(e)
}

// cliente is the client that a link is about, 0 for none.
func (e *Link) cliente() int64 { return e.about("cliente") }

// about is the id of what a link is about, 0 for none.
func (e *Link) about(what string) (id int64) {
	for part := range strings.FieldsSeq(e.Subject) {
		if text, ok := strings.CutPrefix(part, what+":"); ok {
			id, _ = strconv.ParseInt(text, 10, 64)
		}
	}
	return id
}

// agrees compares what stands in columns of its own, but for the time. cliente_id may
// have become NULL, nothing else.
func (r *liveRow) agrees(e *Link) bool {
	return r.clean && r.action == e.Action && (r.clienteID == 0 || r.clienteID == e.cliente())
}

// precision asks how fine the times of audit rows are kept.
func (w *verifier) precision(ctx context.Context, q engine.Q) (err error) {
	w.step, err = stepOf(ctx, q)
	return err
}

// heads compares each lane's head with its last link.
func (w *verifier) heads(ctx context.Context, q engine.Q) error {
	text, err := Heads(ctx, q)
	if err != nil {
		return err
	}
	if err := w.leases(ctx, q); err != nil {
		return err
	}
	seen := map[int64]bool{}
	for _, h := range ParseHeads(text) {
		seen[h.Lane] = true
		if w.last[h.Lane] != h.Seq || !bytes.Equal(w.seenLinks[[2]int64{h.Lane, h.Seq}].mac, h.Mac) {
			w.v.problem("faixa %d: o fim não confere (registrado: elo %d; encontrado: elo %d)", h.Lane, h.Seq, w.last[h.Lane])
		}
	}
	for lane := range w.last {
		if !seen[lane] {
			w.v.problem("faixa %d: o registro do seu fim foi apagado", lane)
		}
	}
	return nil
}

type head struct {
	Lane, Seq int64
	Mac       []byte
}

// ParseHeads reads what Heads has written; what it cannot read is left out.
func ParseHeads(text string) []head {
	var out []head
	for part := range strings.FieldsSeq(text) {
		var h head
		if n, err := fmt.Sscanf(part, "%d:%d:%x", &h.Lane, &h.Seq, &h.Mac); err == nil && n == 3 {
			out = append(out, h)
		}
	}
	return out
}

// vouch checks that links which somebody saw once are still there.
func (w *verifier) vouch(text, who string) {
	for _, h := range ParseHeads(text) {
		if !bytes.Equal(w.seenLinks[[2]int64{h.Lane, h.Seq}].mac, h.Mac) {
			w.v.problem("faixa %d, elo %d: %s o conhece, mas ele não está mais na trilha", h.Lane, h.Seq, who)
		}
	}
}

func (w *verifier) seals(ctx context.Context, q engine.Q) error {
	var texts []string
	if err := q.All(ctx, &texts, "SELECT texto FROM monitor_selos ORDER BY faixa, sequencia"); err != nil {
		return err
	}
	for _, t := range texts {
		w.vouch(t, "um selo")
	}
	return nil
}

// leases asks which lanes are held.
func (w *verifier) leases(ctx context.Context, q engine.Q) error {
	rows, err := q.Rows(ctx, "SELECT id, ate FROM monitor_faixas")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id, until int64
		if err := rows.Scan(engine.AsStrict(&id), engine.AsStrict(&until)); err != nil {
			return engine.Translate(err)
		}
		w.until[id] = until
	}
	return engine.Translate(rows.Err())
}
