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

// freio says how a kind of counter grows and heals.
type freio struct {
	tipo     string
	livres   int           // failures that cost no wait
	primeira time.Duration // the wait after them; each further failure doubles it
	teto     time.Duration // the longest wait
	perdao   time.Duration // each takes one failure off
}

// An account computes at most five hashes in a quarter of an hour for strangers
// and as many for places that it knows.
var (
	freioConta    = freio{tipo: "conta", livres: 4, primeira: 5 * time.Minute, teto: 20 * time.Minute, perdao: time.Hour}
	freioLugar    = freio{tipo: "conhecida", livres: 4, primeira: 5 * time.Minute, teto: 20 * time.Minute, perdao: time.Hour}
	freioSessao   = freio{tipo: "sessao", livres: 4, primeira: 5 * time.Minute, teto: 20 * time.Minute, perdao: time.Hour}
	freioEndereco = freio{tipo: "endereco", livres: 30, primeira: time.Minute, teto: 15 * time.Minute, perdao: 5 * time.Minute}
)

var freios = []freio{freioConta, freioLugar, freioSessao, freioEndereco}

// maxFalhas bounds a counter, and with it the time that it takes to heal.
func (f freio) maxFalhas() int { return f.livres + 6 }

// espera is how long nobody may try after so many failures.
func (f freio) espera(falhas int) time.Duration {
	if falhas < f.livres {
		return 0
	}
	return min(f.primeira<<(falhas-f.livres), f.teto)
}

// restam is how many of the failures still count.
func (f freio) restam(falhas int, ultima, agora time.Time) int {
	return max(0, falhas-int(max(0, agora.Sub(ultima))/f.perdao))
}

// lugarConhecido is how long a place counts as the person's own after a login.
const lugarConhecido = 30 * 24 * time.Hour

// maxTentativas bounds the counters that strangers can make us keep.
const maxTentativas = 10_000

// alvo is what a guess counts against.
type alvo struct {
	freio
	nome string // what administrators see
}

func (a alvo) chave() string { return sha256Hex(a.tipo + ":" + a.nome) }

// texto is the name as every engine can hold it.
func (a alvo) texto() string {
	return chars.Truncate(strings.ReplaceAll(strings.ToValidUTF8(a.nome, "\uFFFD"), "\x00", "\uFFFD"), 200)
}

// contaDe is the counter of an account as seen from a place.
func contaDe(email string, conhecido bool) alvo {
	if conhecido {
		return alvo{freioLugar, emailKey(email)}
	}
	return alvo{freioConta, emailKey(email)}
}

// alvosDe are the counters of a login. A proxy on this machine that was not made
// known hides who calls, so its address says nothing.
func (c *call) alvosDe(email string, conhecido bool) []alvo {
	list := []alvo{contaDe(email, conhecido)}
	if rede := redeDe(c.actor.IP); rede != "" {
		list = append(list, alvo{freioEndereco, rede})
	}
	return list
}

// redeDe is the network that one subscriber has: an IPv4 address, or 64 bits of
// an IPv6 one; "" for this machine and for what is no address.
func redeDe(ip string) string {
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

// erros is a counter as the database holds it.
type erros struct {
	id     int64
	falhas int
	ultima time.Time
	ate    time.Time // until when nobody may try
}

const contadorQuery = "SELECT t.id, t.falhas, t.ultima, t.ate FROM monitor_tentativas t WHERE t.chave = ?"

// lerContagem reads a counter; the zero one where there is none.
func lerContagem(ctx context.Context, q engine.Q, a alvo) (c erros, err error) {
	var ultima, until int64
	err = q.Get(ctx, []any{&c.id, &c.falhas, &ultima, &until}, contadorQuery, a.chave())
	if engine.IsNoRows(err) {
		return erros{}, nil
	}
	c.ultima, c.ate = time.UnixMicro(ultima), time.UnixMicro(until)
	return c, err
}

// plausible forgets a wait that no right clock has begun: it would last for years. The
// next guess that fails begins a new one.
func (a alvo) plausible(c erros, agora time.Time) erros {
	if c.ate.After(agora.Add(a.teto)) {
		c.ate = time.UnixMicro(0)
	}
	return c
}

// livre refuses while one of the counters waits.
func livre(lidos []erros, agora time.Time) error {
	var espera time.Duration
	for _, c := range lidos {
		if c.id != 0 {
			espera = max(espera, c.ate.Sub(agora))
		}
	}
	if espera <= 0 {
		return nil
	}
	return &BloqueioError{Espera: max(espera, time.Second)}
}

func lerContagens(ctx context.Context, q engine.Q, alvos []alvo, agora time.Time) ([]erros, error) {
	list := make([]erros, len(alvos))
	for i, a := range alvos {
		var err error
		if list[i], err = lerContagem(ctx, q, a); err != nil {
			return nil, err
		}
		list[i] = a.plausible(list[i], agora)
	}
	return list, nil
}

// bloqueado asks, without writing, whether a guess would be refused: hammering
// costs reads only.
func (c *call) bloqueado(ctx context.Context, alvos []alvo) error {
	return c.read(ctx, func(ctx context.Context, q engine.Q) error {
		agora := c.s.cfg.Now()
		lidos, err := lerContagens(ctx, q, alvos, agora)
		if err != nil {
			return err
		}
		return livre(lidos, agora)
	})
}

// reserva is a guess that was counted before it is known whether it is right.
type reserva struct {
	alvo
	ate int64
}

// reservar counts a guess against all of alvos, or none where one of them waits.
func (c *call) reservar(ctx context.Context, alvos []alvo) (feitas []reserva, err error) {
	err = c.write(ctx, func(ctx context.Context, t *tx) error {
		feitas = nil
		names := make([]string, len(alvos))
		for i, a := range alvos {
			names[i] = "tentativa:" + a.chave()
		}
		if err := t.lockNames(ctx, names...); err != nil {
			return err
		}
		lidos, err := lerContagens(ctx, t.Q, alvos, t.agora.Time)
		if err != nil {
			return err
		}
		if err := livre(lidos, t.agora.Time); err != nil {
			return err
		}
		for i, a := range alvos {
			r, err := t.contar(ctx, a, lidos[i])
			if err != nil {
				return err
			}
			feitas = append(feitas, r)
		}
		return nil
	})
	return feitas, err
}

// contar adds a failure to a counter.
func (t *tx) contar(ctx context.Context, a alvo, c erros) (reserva, error) {
	falhas := min(a.restam(c.falhas, c.ultima, t.agora.Time)+1, a.maxFalhas())
	r := reserva{alvo: a}
	if espera := a.espera(falhas); espera > 0 {
		r.ate = t.agora.Add(espera).UnixMicro()
	}
	if c.id != 0 {
		_, err := t.Exec(ctx, "UPDATE monitor_tentativas SET falhas = ?, ultima = ?, ate = ? WHERE id = ?", falhas, t.agora.UnixMicro(), r.ate, c.id)
		return r, err
	}
	if err := t.limparTentativas(ctx); err != nil {
		return r, err
	}
	_, err := t.Insert(ctx, "INSERT INTO monitor_tentativas(chave, tipo, alvo, falhas, ultima, ate) VALUES (?, ?, ?, ?, ?, ?)",
		a.chave(), a.tipo, a.texto(), falhas, t.agora.UnixMicro(), r.ate)
	return r, err
}

// limparTentativas makes room, once in a while: what has healed goes, and where
// that is not enough the counters that refuse nobody and moved longest ago.
func (t *tx) limparTentativas(ctx context.Context) error {
	if t.s.contadores.Add(1)%100 != 0 {
		return nil
	}
	adiante := t.agora.AddDate(0, 0, 1).UnixMicro() // of a clock that ran ahead
	for _, f := range freios {
		velho := t.agora.Add(-f.perdao * time.Duration(f.maxFalhas())).UnixMicro()
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
		t.agora.UnixMicro(), n-maxTentativas); err != nil {
		return err
	}
	for _, id := range ids {
		if err := t.Later(ctx, "DELETE FROM monitor_tentativas WHERE id = ?", id); err != nil {
			return err
		}
	}
	return nil
}

// devolver takes guesses back that turned out right, or that were not tried. A wait
// that another guess has begun meanwhile stays.
func (t *tx) devolver(ctx context.Context, feitas []reserva) error {
	for _, r := range feitas {
		err := t.Later(ctx, "UPDATE monitor_tentativas SET falhas = falhas - 1, ate = CASE WHEN ate = ? THEN 0 ELSE ate END WHERE chave = ? AND falhas > 0", r.ate, r.chave())
		if err != nil {
			return err
		}
	}
	return nil
}

// tentar lets a guess in: one at a time against the first of alvos, and counted.
// Whoever was let in calls leave.
func (c *call) tentar(ctx context.Context, alvos []alvo) (feitas []reserva, leave func(), err error) {
	if err := c.bloqueado(ctx, alvos); err != nil {
		return nil, nil, err
	}
	if leave, err = c.s.fila.enter(ctx, alvos[0].chave()); err != nil {
		return nil, nil, err
	}
	if feitas, err = c.reservar(ctx, alvos); err != nil {
		leave()
		return nil, nil, err
	}
	return feitas, leave, nil
}

// desistir gives guesses back that no password was compared for: who waited in
// vain for a busy machine has guessed nothing.
func (c *call) desistir(ctx context.Context, feitas []reserva) {
	ctx, cancel := c.s.deadline(context.WithoutCancel(ctx))
	defer cancel()
	if err := c.write(ctx, func(ctx context.Context, t *tx) error { return t.devolver(ctx, feitas) }); err != nil {
		c.s.cfg.Log.WarnContext(ctx, "não foi possível descontar uma tentativa de senha que não foi conferida")
	}
}
