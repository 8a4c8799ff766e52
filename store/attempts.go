package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"strings"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/internal/chars"
	"example.com/monitor/store/record"
)

// Guesses at passwords are counted in the database, per account and per address,
// so that restarts and other processes do not forget them. A guess is counted
// before its hash is computed: however many come at once, from however many
// processes, only those that a counter lets pass cost a computation. A password
// that was right gives its count back.
//
// What an account's counter is named after is the address that was typed, so that
// unknown ones behave like known ones. Whoever guesses can make a counter refuse,
// and with it the owner of the account; three things bound that. Sessions that are
// open go on, and their people change their passwords by a counter of their own.
// Places from which a person logged in lately share a counter that guesses from
// elsewhere do not touch. And administrators lift what is left (bloqueios.go).
// Somebody at the person's own place, who sees both counters from two places, could
// tell from it that the account exists; that is the price of the second point.

// throttle says how a kind of counter grows and heals.
type throttle struct {
	tipo         string
	livres       int           // failures that cost no wait
	firstWait    time.Duration // the wait after them; each further failure doubles it
	maxWait      time.Duration // the longest wait
	forgiveEvery time.Duration // each takes one failure off
}

// An account computes at most five hashes in a quarter of an hour for strangers
// and as many for places that it knows.
var (
	freioConta    = throttle{tipo: "conta", livres: 4, firstWait: 5 * time.Minute, maxWait: 20 * time.Minute, forgiveEvery: time.Hour}
	freioLugar    = throttle{tipo: "conhecida", livres: 4, firstWait: 5 * time.Minute, maxWait: 20 * time.Minute, forgiveEvery: time.Hour}
	freioSessao   = throttle{tipo: "sessao", livres: 4, firstWait: 5 * time.Minute, maxWait: 20 * time.Minute, forgiveEvery: time.Hour}
	freioEndereco = throttle{tipo: "endereco", livres: 30, firstWait: time.Minute, maxWait: 15 * time.Minute, forgiveEvery: 5 * time.Minute}
)

var throttles = []throttle{freioConta, freioLugar, freioSessao, freioEndereco}

// maxFailures bounds a counter, and with it the time that it takes to heal.
func (f throttle) maxFailures() int { return f.livres + 6 }

// espera is how long nobody may try after so many failures.
func (f throttle) espera(failures int) time.Duration {
	if failures < f.livres {
		return 0
	}
	return min(f.firstWait<<(failures-f.livres), f.maxWait)
}

// remaining is how many of the failures still count.
func (f throttle) remaining(failures int, ultima, now time.Time) int {
	return max(0, failures-int(max(0, now.Sub(ultima))/f.forgiveEvery))
}

// lugarConhecido is how long a place counts as the person's own after a login.
const lugarConhecido = 30 * 24 * time.Hour

// maxTentativas bounds the counters that strangers can make us keep.
const maxTentativas = 10_000

// counterKey is what a guess counts against.
type counterKey struct {
	throttle
	nome string // what administrators see
}

func (a counterKey) chave() string { return sha256Hex(a.tipo + ":" + a.nome) }

// texto is the name as every engine can hold it.
func (a counterKey) texto() string {
	return chars.Truncate(strings.ReplaceAll(strings.ToValidUTF8(a.nome, "\uFFFD"), "\x00", "\uFFFD"), 200)
}

// accountKey is the counter of an account as seen from a place.
func accountKey(email string, conhecido bool) counterKey {
	if conhecido {
		return counterKey{freioLugar, record.EmailKey(email)}
	}
	return counterKey{freioConta, record.EmailKey(email)}
}

// counterKeysOf are the counters of a login. A proxy on this machine that was not made
// known hides who calls, so its address says nothing.
func (c *call) counterKeysOf(email string, conhecido bool) []counterKey {
	list := []counterKey{accountKey(email, conhecido)}
	if network := networkOf(c.actor.IP); network != "" {
		list = append(list, counterKey{freioEndereco, network})
	}
	return list
}

// networkOf is the network that one subscriber has: an IPv4 address, or 64 bits of
// an IPv6 one; "" for this machine and for what is no address.
func networkOf(ip string) string {
	at, err := netip.ParseAddr(ip)
	at = at.Unmap().WithZone("")
	switch {
	case err != nil || at.IsLoopback():
		return ""
	case at.Is4():
		return at.String()
	default:
		return netip.PrefixFrom(at, 64).Masked().String()
	}
}

// ErrBloqueado says that passwords were guessed too often.
var ErrBloqueado = errors.New("muitas tentativas com senha errada")

// BloqueioError is ErrBloqueado with the time after which another try makes sense.
// It is the same whether or not there is such an account.
type BloqueioError struct {
	Espera time.Duration // at least a second
}

func (e *BloqueioError) Error() string {
	minutos := int(math.Ceil(e.Espera.Minutes()))
	if minutos <= 1 {
		return "Muitas tentativas com senha errada: aguarde um minuto e tente de novo"
	}
	return fmt.Sprintf("Muitas tentativas com senha errada: aguarde %d minutos e tente de novo", minutos)
}

// Unwrap makes errors.Is(err, ErrBloqueado) hold.
func (e *BloqueioError) Unwrap() error { return ErrBloqueado }

// tally is a counter as the database holds it.
type tally struct {
	id       int64
	failures int
	ultima   time.Time
	ate      time.Time // until when nobody may try
}

const contadorQuery = "SELECT t.id, t.falhas, t.ultima, t.ate FROM monitor_tentativas t WHERE t.chave = ?"

// readTally reads a counter; the zero one where there is none.
func readTally(ctx context.Context, q engine.Q, a counterKey) (c tally, err error) {
	var ultima, until int64
	err = q.Get(ctx, []any{&c.id, &c.failures, &ultima, &until}, contadorQuery, a.chave())
	if engine.IsNoRows(err) {
		return tally{}, nil
	}
	c.ultima, c.ate = time.UnixMicro(ultima), time.UnixMicro(until)
	return c, err
}

// plausible forgets a wait that no right clock has begun: it would last for years. The
// next guess that fails begins a new one.
func (a counterKey) plausible(c tally, now time.Time) tally {
	if c.ate.After(now.Add(a.maxWait)) {
		c.ate = time.UnixMicro(0)
	}
	return c
}

// allow refuses while one of the counters waits.
func allow(lidos []tally, now time.Time) error {
	var espera time.Duration
	for _, c := range lidos {
		if c.id != 0 {
			espera = max(espera, c.ate.Sub(now))
		}
	}
	if espera <= 0 {
		return nil
	}
	return &BloqueioError{Espera: max(espera, time.Second)}
}

func readTallies(ctx context.Context, q engine.Q, counterKeys []counterKey, now time.Time) ([]tally, error) {
	list := make([]tally, len(counterKeys))
	for i, a := range counterKeys {
		var err error
		if list[i], err = readTally(ctx, q, a); err != nil {
			return nil, err
		}
		list[i] = a.plausible(list[i], now)
	}
	return list, nil
}

// checkBlocked asks, without writing, whether a guess would be refused: hammering
// costs reads only.
func (c *call) checkBlocked(ctx context.Context, counterKeys []counterKey) error {
	return c.read(ctx, func(ctx context.Context, q engine.Q) error {
		now := c.s.cfg.Now()
		lidos, err := readTallies(ctx, q, counterKeys, now)
		if err != nil {
			return err
		}
		return allow(lidos, now)
	})
}

// guess is a guess that was counted before it is known whether it is right.
type guess struct {
	counterKey
	ate int64
}

// reserveGuess counts a guess against all of counterKeys, or none where one of them waits.
func (c *call) reserveGuess(ctx context.Context, counterKeys []counterKey) (feitas []guess, err error) {
	err = c.write(ctx, func(ctx context.Context, t *tx) error {
		feitas = nil
		names := make([]string, len(counterKeys))
		for i, a := range counterKeys {
			names[i] = "tentativa:" + a.chave()
		}
		if err := t.lockNames(ctx, names...); err != nil {
			return err
		}
		lidos, err := readTallies(ctx, t.Q, counterKeys, t.now.Time)
		if err != nil {
			return err
		}
		if err := allow(lidos, t.now.Time); err != nil {
			return err
		}
		for i, a := range counterKeys {
			r, err := t.countGuess(ctx, a, lidos[i])
			if err != nil {
				return err
			}
			feitas = append(feitas, r)
		}
		return nil
	})
	return feitas, err
}

// countGuess adds a failure to a counter.
func (t *tx) countGuess(ctx context.Context, a counterKey, c tally) (guess, error) {
	failures := min(a.remaining(c.failures, c.ultima, t.now.Time)+1, a.maxFailures())
	r := guess{counterKey: a}
	if espera := a.espera(failures); espera > 0 {
		r.ate = t.now.Add(espera).UnixMicro()
	}
	if c.id != 0 {
		_, err := t.Exec(ctx, "UPDATE monitor_tentativas SET falhas = ?, ultima = ?, ate = ? WHERE id = ?", failures, t.now.UnixMicro(), r.ate, c.id)
		return r, err
	}
	if err := t.sweepGuesses(ctx); err != nil {
		return r, err
	}
	_, err := t.Insert(ctx, "INSERT INTO monitor_tentativas(chave, tipo, alvo, falhas, ultima, ate) VALUES (?, ?, ?, ?, ?, ?)",
		a.chave(), a.tipo, a.texto(), failures, t.now.UnixMicro(), r.ate)
	return r, err
}

// sweepGuesses makes room, once in a while: what has healed goes, and where
// that is not enough the counters that refuse nobody and moved longest ago.
func (t *tx) sweepGuesses(ctx context.Context) error {
	if t.s.counters.Add(1)%100 != 0 {
		return nil
	}
	adiante := t.now.AddDate(0, 0, 1).UnixMicro() // of a clock that ran ahead
	for _, f := range throttles {
		velho := t.now.Add(-f.forgiveEvery * time.Duration(f.maxFailures())).UnixMicro()
		if _, err := t.Exec(ctx, "DELETE FROM monitor_tentativas WHERE tipo = ? AND (ultima < ? OR ultima > ?)", f.tipo, velho, adiante); err != nil {
			return err
		}
	}
	var n int
	if err := t.Get(ctx, []any{&n}, "SELECT count(*) FROM monitor_tentativas"); err != nil || n <= maxTentativas {
		return err
	}
	var ids []int64
	if err := t.All(ctx, &ids, "SELECT id FROM monitor_tentativas ORDER BY CASE WHEN ate > ? THEN 1 ELSE 0 END, ultima, id LIMIT ?",
		t.now.UnixMicro(), n-maxTentativas); err != nil {
		return err
	}
	for _, id := range ids {
		if err := t.Later(ctx, "DELETE FROM monitor_tentativas WHERE id = ?", id); err != nil {
			return err
		}
	}
	return nil
}

// refund takes guesses back that turned out right, or that were not tried. A wait
// that another guess has begun meanwhile stays.
func (t *tx) refund(ctx context.Context, feitas []guess) error {
	for _, r := range feitas {
		err := t.Later(ctx, "UPDATE monitor_tentativas SET falhas = falhas - 1, ate = CASE WHEN ate = ? THEN 0 ELSE ate END WHERE chave = ? AND falhas > 0", r.ate, r.chave())
		if err != nil {
			return err
		}
	}
	return nil
}

// admitGuess lets a guess in: one at a time against the first of counterKeys, and counted.
// Whoever was let in calls leave.
func (c *call) admitGuess(ctx context.Context, counterKeys []counterKey) (feitas []guess, leave func(), err error) {
	if err := c.checkBlocked(ctx, counterKeys); err != nil {
		return nil, nil, err
	}
	if leave, err = c.s.fila.enter(ctx, counterKeys[0].chave()); err != nil {
		return nil, nil, err
	}
	if feitas, err = c.reserveGuess(ctx, counterKeys); err != nil {
		leave()
		return nil, nil, err
	}
	return feitas, leave, nil
}

// abandonGuess gives guesses back that no password was compared for: who waited in
// vain for a busy machine has guessed nothing.
func (c *call) abandonGuess(ctx context.Context, feitas []guess) {
	ctx, cancel := c.s.deadline(context.WithoutCancel(ctx))
	defer cancel()
	if err := c.write(ctx, func(ctx context.Context, t *tx) error { return t.refund(ctx, feitas) }); err != nil {
		c.s.cfg.Log.WarnContext(ctx, "não foi possível descontar uma tentativa de senha que não foi conferida")
	}
}
