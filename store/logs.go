package store

import (
	"bytes"
	"context"
	"crypto/hmac"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
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

const maxProblemas = 20

func (v *Verificacao) problem(format string, args ...any) {
	if len(v.Problemas) < maxProblemas {
		v.Problemas = append(v.Problemas, fmt.Sprintf(format, args...))
	}
	v.Integra = false
}

// Verify checks every link of the chain against the rows it vouches for, the
// heads, the seals and the anchor file. Admins and moderadores. It may take as long as
// ctx allows: about 2 s per 100,000 links. A process checks one at a time; ErrTooMany
// while another runs.
func (l Logs) Verify(ctx context.Context) (Verificacao, error) { return l.VerifyWatched(ctx, nil) }

// VerifyWatched is Verify for somebody who watches: seen, where it is not nil, is
// called from time to time with the number of links checked.
func (l Logs) VerifyWatched(ctx context.Context, seen func(elos int)) (Verificacao, error) {
	c, err := l.Conferencia(ctx)
	if err != nil {
		return Verificacao{}, err
	}
	return c.Run(ctx, seen)
}

// VerifyAgainst is Verify that also compares the trail with a copy of the anchor that
// was kept elsewhere; the local operator only, whose file it is.
func (l Logs) VerifyAgainst(ctx context.Context, path string) (Verificacao, error) {
	if l.actor.kind != kindLocal {
		return Verificacao{}, errProibido
	}
	text, err := readKeptAnchor(path)
	if err != nil {
		return Verificacao{}, err
	}
	c, err := l.Conferencia(ctx)
	if err != nil {
		return Verificacao{}, err
	}
	c.guardada = text
	return c.Run(ctx, nil)
}

// Conferencia is a verification that may begin.
type Conferencia struct {
	l        Logs
	end      func()
	guardada []byte // an anchor kept elsewhere; nil for none
}

// Conferencia is the part of Verify that says whether it may begin, for a caller who
// must know that first. It keeps others away until it has run or ctx is over.
func (l Logs) Conferencia(ctx context.Context) (*Conferencia, error) {
	if err := l.require(Admin, Moderador); err != nil {
		return nil, err
	}
	if !l.s.verificando.TryLock() {
		return nil, errVerificando
	}
	unlock := sync.OnceFunc(l.s.verificando.Unlock)
	stop := context.AfterFunc(ctx, unlock)
	return &Conferencia{l: l, end: func() { stop(); unlock() }}, nil
}

// Run is the verification itself, once.
func (c *Conferencia) Run(ctx context.Context, seen func(elos int)) (Verificacao, error) {
	defer c.end()
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, 10*time.Minute)
		defer cancel()
	}
	v := Verificacao{Chaves: []string{}, Problemas: []string{}, Avisos: []string{}}
	err := c.verify(ctx, &v, seen)
	if err == nil {
		c.l.recordar(ctx, estadoVerificacao, verificacaoFeita{FeitaEm: c.l.s.agora(), Integra: v.Integra, Problemas: len(v.Problemas)})
	}
	return v, err
}

func (c *Conferencia) verify(ctx context.Context, v *Verificacao, seen func(elos int)) error {
	s := c.l.s
	keys, err := s.trilha.loadKeys()
	if err != nil {
		return err
	}
	// The anchor comes first: what is anchored after the snapshot began is not in it.
	anchor, err := readAnchor(s.trilha.anchorPath())
	if err != nil {
		return err
	}
	adopted, err := s.db.Adopted(ctx)
	if err != nil {
		return err
	}
	ver := newVerifier(v, keys)
	ver.seen, ver.agora, ver.fuso, ver.adotado = seen, s.cfg.Now(), s.cfg.Fuso, adopted
	err = s.db.Snapshot(ctx, func(q engine.Q) error {
		for _, step := range []func(context.Context, engine.Q) error{ver.precision, ver.links, ver.heads, ver.seals, ver.times, ver.succession, ver.outside, ver.clients} {
			if err := step(ctx, q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if c.guardada != nil {
		ver.anchor(c.guardada, "a âncora guardada")
	}
	if known, ok := ver.anchor(anchor, "a âncora"); ok {
		ver.cover(known)
	}
	v.judge()
	return nil
}

// seenEvery is how many links are checked between two calls of seen; the first
// comes with the first link.
const seenEvery = 500

var errVerificando = fault.Rule(ErrTooMany, "verificacao_em_curso", "A trilha já está sendo verificada: espere essa verificação terminar")

type verifier struct {
	seen    func(elos int)
	agora   time.Time
	fuso    *time.Location
	adotado bool
	// passo is what the column of the rows' time can tell apart: a second where the
	// Flask system made the tables on MySQL.
	passo  time.Duration
	v      *Verificacao
	keys   Keyring
	vistos map[[2]int64]visto // lane and sequence
	last   map[int64]int64    // lane -> last sequence
	ate    map[int64]int64    // lane -> until when it is held

	notas          map[string]nota // by the name of the anchor
	semChaveAncora bool
	horas          horas
	chaves         chaves
	alheias        alheias
	clientes       clientesDaTrilha
}

// visto is what is kept of a link that was read.
type visto struct {
	mac              []byte
	instante, versao int64
}

func newVerifier(v *Verificacao, keys Keyring) *verifier {
	return &verifier{v: v, keys: keys, vistos: map[[2]int64]visto{}, last: map[int64]int64{}, ate: map[int64]int64{}, notas: map[string]nota{}, fuso: time.UTC}
}

func (w *verifier) warn(format string, args ...any) {
	w.v.Avisos = append(w.v.Avisos, fmt.Sprintf(format, args...))
}

func (w *verifier) when(micros int64) string {
	return time.UnixMicro(micros).In(w.fuso).Format("02/01/2006 15:04")
}

// eloCols are the columns of monitor_trilha t that dest takes.
const eloCols = `t.faixa, t.sequencia, t.tipo, coalesce(t.log_id, 0), t.sujeito, t.acao, t.instante, t.resumo, t.anterior, t.mac,
	t.chave, t.versao, t.passo`

func (e *elo) dest() []any {
	return []any{
		numero(&e.faixa), numero(&e.sequencia), &e.tipo, numero(&e.logID), &e.sujeito, &e.acao, numero(&e.instante), &e.resumo, &e.anterior, &e.mac,
		&e.chave, numero(&e.versao), numero(&e.passo),
	}
}

const linksQuery = "SELECT " + eloCols + `,
	l.id IS NOT NULL, coalesce(l.cliente_id, 0), coalesce(l.acao, ''), coalesce(l.descricao, ''), coalesce(l.dados, ''), coalesce(l.nivel, ''), AS_TEXT(l.data_hora),
	coalesce(s.texto, ''), l.ip_address IS NULL AND l.user_agent IS NULL
	FROM monitor_trilha t LEFT JOIN logs_auditoria l ON l.id = t.log_id
	LEFT JOIN monitor_selos s ON s.faixa = t.faixa AND s.sequencia = t.sequencia
	ORDER BY t.faixa, t.sequencia`

// vivo is the live row that a link vouches for.
type vivo struct {
	there                         bool
	cliente                       int64
	acao, descricao, dados, nivel string
	quando                        Hora
	selo                          string
	limpo                         bool // the columns that we leave NULL still are
}

// numeral is a number of the trail, in whose place SQLite may hold anything that
// somebody put there: that reads as a number which no link has.
type numeral int64

func numero(n *int64) *numeral { return (*numeral)(n) }

// Scan implements sql.Scanner.
func (n *numeral) Scan(src any) error {
	*n = math.MinInt64
	if v, ok := src.(int64); ok {
		*n = numeral(v)
	}
	return nil
}

func (w *verifier) links(ctx context.Context, q engine.Q) error {
	rows, err := q.Rows(ctx, linksQuery)
	if err != nil {
		return err
	}
	defer rows.Close()
	prev := macZero
	var before elo
	for rows.Next() {
		var e elo
		var r vivo
		if err := rows.Scan(append(e.dest(),
			&r.there, numero(&r.cliente), &r.acao, &r.descricao, &r.dados, &r.nivel, &r.quando, &r.selo, &r.limpo)...); err != nil {
			return engine.Translate(err)
		}
		if w.last[e.faixa] == 0 {
			w.v.Faixas++
			prev, before = macZero, elo{}
		}
		w.link(&e, &r, prev)
		w.chaves.passes(&before, &e, w.keys, fmt.Sprintf("faixa %d, elo %d", e.faixa, e.sequencia))
		prev, before = e.mac, elo{chave: e.chave, versao: e.versao}
		w.last[e.faixa] = e.sequencia
		w.vistos[[2]int64{e.faixa, e.sequencia}] = visto{e.mac, e.instante, e.versao}
	}
	return engine.Translate(rows.Err())
}

func (w *verifier) link(e *elo, r *vivo, prev []byte) {
	w.v.Elos++
	if w.seen != nil && w.v.Elos%seenEvery == 1 {
		w.seen(w.v.Elos)
	}
	where := fmt.Sprintf("faixa %d, elo %d", e.faixa, e.sequencia)
	k, have := w.keys.find(e.chave)
	w.chaves.used(e)
	switch {
	case e.sequencia != w.last[e.faixa]+1:
		w.v.problem("%s: faltam elos antes deste", where)
	case !bytes.Equal(e.anterior, prev):
		w.v.problem("%s: não continua o elo anterior", where)
	case !have && (e.tipo == eloSelo || r.there && r.agrees(e)):
		w.v.SemChave++
		w.chaves.told(e)
	case !have:
		w.v.problem("%s: o registro %d foi apagado ou alterado", where, e.logID)
	case !k.verifies(e):
		w.v.problem("%s: o elo foi alterado", where)
	case e.tipo == eloSelo:
		w.seal(e, r, k, where)
	case !r.there:
		w.v.problem("%s: o registro %d foi apagado", where, e.logID)
	case !r.agrees(e) || !hmac.Equal(e.resumo, digest(k.key, r.descricao, r.dados, r.nivel)):
		w.v.problem("%s: o registro %d foi alterado", where, e.logID)
	default:
		w.time(e, r, where)
		w.row(e, r)
	}
}

func (w *verifier) seal(e *elo, r *vivo, k chaveTrilha, where string) {
	if !hmac.Equal(e.resumo, digest(k.key, r.selo)) {
		w.v.problem("%s: o selo foi alterado", where)
		return
	}
	if name, isNote := strings.CutPrefix(e.sujeito, "ancora:"); isNote {
		n := w.notas[name]
		n.vezes++
		if e.instante >= n.ultima {
			n.ultima, n.nova = e.instante, e.acao == acaoAncoraNova
		}
		w.notas[name] = n
	}
}

// row keeps what an honest row tells of others.
func (w *verifier) row(e *elo, r *vivo) {
	w.alheias.row(e, r)
	w.clientes.row(e, r)
	w.chaves.row(e)
}

// assinado is the client that a link is about, 0 for none.
func (e *elo) assinado() (id int64) {
	for about := range strings.FieldsSeq(e.sujeito) {
		if text, ok := strings.CutPrefix(about, "cliente:"); ok {
			id, _ = strconv.ParseInt(text, 10, 64)
		}
	}
	return id
}

// agrees compares what stands in columns of its own, but for the time. cliente_id may
// have become NULL, nothing else.
func (r *vivo) agrees(e *elo) bool {
	return r.limpo && r.acao == e.acao && (r.cliente == 0 || r.cliente == e.assinado())
}

// precision asks how fine the times of audit rows are kept.
func (w *verifier) precision(ctx context.Context, q engine.Q) (err error) {
	w.passo, err = stepOf(ctx, q)
	return err
}

// heads compares each lane's head with its last link.
func (w *verifier) heads(ctx context.Context, q engine.Q) error {
	text, err := heads(ctx, q)
	if err != nil {
		return err
	}
	if err := w.leases(ctx, q); err != nil {
		return err
	}
	seen := map[int64]bool{}
	for _, h := range parseHeads(text) {
		seen[h.lane] = true
		if w.last[h.lane] != h.seq || !bytes.Equal(w.vistos[[2]int64{h.lane, h.seq}].mac, h.mac) {
			w.v.problem("faixa %d: o fim não confere (registrado: elo %d; encontrado: elo %d)", h.lane, h.seq, w.last[h.lane])
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
	lane, seq int64
	mac       []byte
}

func parseHeads(text string) []head {
	var out []head
	for part := range strings.FieldsSeq(text) {
		var h head
		if n, err := fmt.Sscanf(part, "%d:%d:%x", &h.lane, &h.seq, &h.mac); err == nil && n == 3 {
			out = append(out, h)
		}
	}
	return out
}

// vouch checks that links which somebody saw once are still there.
func (w *verifier) vouch(text, who string) {
	for _, h := range parseHeads(text) {
		if !bytes.Equal(w.vistos[[2]int64{h.lane, h.seq}].mac, h.mac) {
			w.v.problem("faixa %d, elo %d: %s o conhece, mas ele não está mais na trilha", h.lane, h.seq, who)
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
		var id, ate int64
		if err := rows.Scan(numero(&id), numero(&ate)); err != nil {
			return engine.Translate(err)
		}
		w.ate[id] = ate
	}
	return engine.Translate(rows.Err())
}
