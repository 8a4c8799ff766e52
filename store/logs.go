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
)

// Verificacao is the outcome of checking the audit chain.
type Verificacao struct {
	Integra    bool     `json:"integra"`
	Elos       int      `json:"elos"`        // links checked
	Faixas     int      `json:"faixas"`      // lanes
	ForaCadeia int      `json:"fora_cadeia"` // rows written by other programs
	Problemas  []string `json:"problemas"`   // in order, at most 20, Portuguese
	Avisos     []string `json:"avisos"`      // what could not be checked, Portuguese
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

// Conferencia is a verification that may begin.
type Conferencia struct {
	l   Logs
	end func()
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
	return &Conferencia{l, func() { stop(); unlock() }}, nil
}

// Run is the verification itself, once.
func (c *Conferencia) Run(ctx context.Context, seen func(elos int)) (Verificacao, error) {
	defer c.end()
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, 10*time.Minute)
		defer cancel()
	}
	v := Verificacao{Integra: true, Problemas: []string{}, Avisos: []string{}}
	err := c.l.verify(ctx, &v, seen)
	if err == nil {
		c.l.recordar(ctx, estadoVerificacao, verificacaoFeita{FeitaEm: c.l.s.agora(), Integra: v.Integra, Problemas: len(v.Problemas)})
	}
	return v, err
}

func (l Logs) verify(ctx context.Context, v *Verificacao, seen func(elos int)) error {
	key, id, err := l.s.trilha.signingKey()
	if err != nil {
		return err
	}
	// The anchor comes first: what is anchored after the snapshot began is not in it.
	anchor, err := readAnchor(l.s.trilha.anchorPath())
	if err != nil {
		return err
	}
	return l.s.db.Snapshot(ctx, func(q engine.Q) error {
		ver := verifier{v: v, seen: seen, key: key, keyID: id, macs: map[[2]int64][]byte{}}
		for _, step := range []func(context.Context, engine.Q) error{ver.precision, ver.links, ver.heads, ver.seals, ver.outside} {
			if err := step(ctx, q); err != nil {
				return err
			}
		}
		ver.anchor(anchor)
		return nil
	})
}

// seenEvery is how many links are checked between two calls of seen; the first
// comes with the first link.
const seenEvery = 500

var errVerificando = ruleError(ErrTooMany, "verificacao_em_curso", "A trilha já está sendo verificada: espere essa verificação terminar")

type verifier struct {
	seen func(elos int)
	// passo is what the column of the rows' time can tell apart: a second where the
	// Flask system made the tables on MySQL.
	passo time.Duration
	v     *Verificacao
	key   []byte
	keyID string
	macs  map[[2]int64][]byte // lane and sequence -> mac
	last  map[int64]int64     // lane -> last sequence
}

const linksQuery = `SELECT t.faixa, t.sequencia, t.tipo, coalesce(t.log_id, 0), t.sujeito, t.acao, t.instante, t.resumo, t.anterior, t.mac, t.chave,
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
	w.last = map[int64]int64{}
	prev := macZero
	for rows.Next() {
		var e elo
		var r vivo
		if err := rows.Scan(numero(&e.faixa), numero(&e.sequencia), &e.tipo, numero(&e.logID), &e.sujeito, &e.acao, numero(&e.instante), &e.resumo, &e.anterior, &e.mac, &e.chave,
			&r.there, numero(&r.cliente), &r.acao, &r.descricao, &r.dados, &r.nivel, &r.quando, &r.selo, &r.limpo); err != nil {
			return engine.Translate(err)
		}
		if w.last[e.faixa] == 0 {
			w.v.Faixas++
			prev = macZero
		}
		w.link(&e, &r, prev)
		prev = e.mac
		w.last[e.faixa] = e.sequencia
		w.macs[[2]int64{e.faixa, e.sequencia}] = e.mac
	}
	return engine.Translate(rows.Err())
}

func (w *verifier) link(e *elo, r *vivo, prev []byte) {
	w.v.Elos++
	if w.seen != nil && w.v.Elos%seenEvery == 1 {
		w.seen(w.v.Elos)
	}
	where := fmt.Sprintf("faixa %d, elo %d", e.faixa, e.sequencia)
	switch {
	case e.sequencia != w.last[e.faixa]+1:
		w.v.problem("%s: faltam elos antes deste", where)
	case !bytes.Equal(e.anterior, prev):
		w.v.problem("%s: não continua o elo anterior", where)
	case e.chave != w.keyID:
		w.v.problem("%s: assinado com outra chave (%s); informe-a em auditoria.chave", where, e.chave)
	case !hmac.Equal(e.mac, e.sign(w.key)):
		w.v.problem("%s: o elo foi alterado", where)
	case e.tipo == eloSelo:
		if !hmac.Equal(e.resumo, digest(w.key, r.selo)) {
			w.v.problem("%s: o selo foi alterado", where)
		}
	case !r.there:
		w.v.problem("%s: o registro %d foi apagado", where, e.logID)
	case !r.agrees(e, w.passo) || !hmac.Equal(e.resumo, digest(w.key, r.descricao, r.dados, r.nivel)):
		w.v.problem("%s: o registro %d foi alterado", where, e.logID)
	}
}

// agrees compares what stands in columns of its own. cliente_id may have become
// NULL, nothing else.
func (r *vivo) agrees(e *elo, passo time.Duration) bool {
	var signed string
	for about := range strings.FieldsSeq(e.sujeito) {
		if id, ok := strings.CutPrefix(about, "cliente:"); ok {
			signed = id
		}
	}
	sameClient := r.cliente == 0 || signed == strconv.FormatInt(r.cliente, 10)
	return r.limpo && r.acao == e.acao && sameTime(r.quando.UnixMicro(), e.instante, passo) && sameClient
}

// sameTime allows for a column that keeps less than microseconds; MySQL rounds
// to it, MariaDB cuts.
func sameTime(have, signed int64, passo time.Duration) bool {
	if passo <= time.Microsecond {
		return have == signed
	}
	return have%passo.Microseconds() == 0 && max(have-signed, signed-have) < passo.Microseconds()
}

// precision asks how fine the times of audit rows are kept.
func (w *verifier) precision(ctx context.Context, q engine.Q) error {
	w.passo = time.Microsecond
	if q.Kind() != engine.MySQL {
		return nil
	}
	var digits int
	err := q.Get(ctx, []any{&digits}, `SELECT coalesce(datetime_precision, 6) FROM information_schema.columns
		WHERE table_schema = database() AND table_name = 'logs_auditoria' AND column_name = 'data_hora'`)
	for ; digits < 6; digits++ {
		w.passo *= 10
	}
	return err
}

// heads compares each lane's head with its last link.
func (w *verifier) heads(ctx context.Context, q engine.Q) error {
	text, err := heads(ctx, q)
	if err != nil {
		return err
	}
	seen := map[int64]bool{}
	for _, h := range parseHeads(text) {
		seen[h.lane] = true
		if w.last[h.lane] != h.seq || !bytes.Equal(w.macs[[2]int64{h.lane, h.seq}], h.mac) {
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
		if !bytes.Equal(w.macs[[2]int64{h.lane, h.seq}], h.mac) {
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

// outside counts the rows that other programs wrote.
func (w *verifier) outside(ctx context.Context, q engine.Q) error {
	return q.Get(ctx, []any{&w.v.ForaCadeia}, "SELECT count(*) FROM logs_auditoria WHERE id NOT IN (SELECT log_id FROM monitor_trilha WHERE log_id IS NOT NULL)")
}
