package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/internal/chars"
	"example.com/monitor/store/record"
)

// While an owner changes over, callers of the Flask system's days go on
// registering and beating without a credential that counts, until a date. They
// reach only devices that have neither a secret nor a key, and each of them is
// written down, so that the owner sees who is left.

// The routes on which such callers are let in.
const (
	RotaRegistrar = "registrar"
	RotaHeartbeat = "heartbeat"
	RotaConexoes  = "conexoes"
)

var errTransicao = fault.Rule(ErrUnauthenticated, "transicao_encerrada", "O prazo para chamadas sem credencial terminou: use uma chave de API de agente")

// Antigo is a caller of the Flask system's days on one of the routes above, let
// in until ate. After it the error is ErrUnauthenticated.
func (s *Store) Antigo(o Origem, rota string, until time.Time) (Actor, error) {
	a := Actor{kind: kindLegacy, nome: "chamador antigo", rota: rota, Origem: o}
	if !s.cfg.Now().Before(until) {
		s.anotaChamada(context.Background(), a, 0, true)
		return Stranger(o), errTransicao
	}
	return a, nil
}

// livres are the devices that such a caller may speak for.
const livres = " AND NOT EXISTS (" + ourDeviceRow + " AND (m.chave_id IS NOT NULL OR m.segredo_hash IS NOT NULL))"

// Pendente is somebody who still calls without a credential that counts: a machine that
// is known, or an address and a program.
type Pendente struct {
	bun.BaseModel `bun:"table:monitor_pendentes,alias:p"`

	Endereco    string      `bun:"endereco" json:"endereco"`
	Programa    string      `bun:"programa" json:"programa"` // User-Agent
	Rota        string      `bun:"rota" json:"rota"`
	Dispositivo record.ID   `bun:"dispositivo_id,nullzero" json:"dispositivo_id"` // which it spoke for, or wanted to
	Hostname    record.Text `bun:"hostname,nullzero" json:"hostname"`
	Recusada    bool        `bun:"recusada" json:"recusada"` // the device has a credential by now, is gone, or the time is over
	Chamadas    int64       `bun:"chamadas" json:"chamadas"`
	Primeira    Hora        `bun:"primeira" json:"primeira"`
	Ultima      Hora        `bun:"ultima" json:"ultima"`
}

// Pendentes lists who called during the change-over, latest first. Admins only.
func (h *Handle) Pendentes(ctx context.Context) ([]Pendente, error) {
	if err := h.require(Admin); err != nil {
		return nil, err
	}
	list := []Pendente{}
	err := h.read(ctx, func(ctx context.Context, q engine.Q) error {
		return q.All(ctx, &list, `SELECT p.endereco, p.programa, p.rota, p.dispositivo_id, d.hostname, p.recusada, p.chamadas, p.primeira, p.ultima
			FROM monitor_pendentes p LEFT JOIN dispositivos d ON d.id = p.dispositivo_id ORDER BY p.ultima DESC, p.chave`)
	})
	return list, err
}

// anotarACada is how often the calls of one caller are written down; those in
// between are counted here.
const anotarACada = 10 * time.Second

// What strangers can make us keep: in all, from one address where they speak for no
// device of theirs, and for one device. Who sends many names must not hide the others,
// and behind one address there may be an office.
const (
	maxPendentes      = 5000
	maxPorEndereco    = 100
	maxPorDispositivo = 6
)

// maxAnotando is how many callers are being written down at once: strangers who call
// under ever other names while the database is slow do not pile up.
const maxAnotando = 32

// legacyCalls counts the calls that are not written down yet.
type legacyCalls struct {
	mu       sync.Mutex
	m        map[string]*callCount
	anotando int
}

type callCount struct {
	chamadas int64
	notedAt  time.Time
}

// due counts a call and says how many are to be written down now; then done follows.
func (a *legacyCalls) due(chave string, now time.Time) int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.m == nil || len(a.m) > 10*maxPendentes {
		a.m = map[string]*callCount{}
	}
	c := a.m[chave]
	if c == nil {
		c = &callCount{}
		a.m[chave] = c
	}
	c.chamadas++
	if now.Sub(c.notedAt) < anotarACada || a.anotando == maxAnotando {
		return 0
	}
	n := c.chamadas
	c.chamadas, c.notedAt = 0, now
	a.anotando++
	return n
}

func (a *legacyCalls) done() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.anotando--
}

// noteLegacyCall writes down that a caller of the old days called, and whether it was refused.
// It never makes the call wait or fail: it is telemetry.
func (c *call) noteLegacyCall(ctx context.Context, dispositivo int64, err error) {
	if c.actor.kind == kindLegacy && (err == nil || errors.Is(err, ErrForbidden) || errors.Is(err, ErrNotFound)) {
		c.s.anotaChamada(ctx, c.actor, dispositivo, err != nil)
	}
}

func (s *Store) anotaChamada(ctx context.Context, a Actor, dispositivo int64, recusada bool) {
	if s.cfg.SomenteLeitura {
		return
	}
	p := Pendente{
		Endereco: chars.Truncate(a.IP, 45), Programa: chars.Truncate(strings.ToValidUTF8(a.UserAgent, "\uFFFD"), 200), Rota: a.rota,
		Dispositivo: record.ID(dispositivo), Recusada: recusada, Ultima: s.now(),
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%d\n%t", p.Rota, p.Endereco, p.Programa, dispositivo, recusada))
	chave := hex.EncodeToString(sum[:16])
	if p.Chamadas = s.legacyCalls.due(chave, p.Ultima.Time); p.Chamadas == 0 {
		return
	}
	ctx = context.WithoutCancel(ctx)
	s.touches.pending.Go(func() {
		defer s.legacyCalls.done()
		ctx, cancel := s.deadline(ctx)
		defer cancel()
		err := s.db.Write(ctx, func(ctx context.Context, q engine.Q) error { return p.note(ctx, q, chave) })
		// Another process may be quicker with the same caller; the next call counts on.
		if err != nil && !errors.Is(err, engine.ErrUnique) {
			s.cfg.Log.WarnContext(ctx, "não foi possível anotar quem ainda chama sem credencial")
		}
	})
}

func (p Pendente) note(ctx context.Context, q engine.Q, chave string) error {
	changed, err := q.Exec(ctx, "UPDATE monitor_pendentes SET chamadas = chamadas + ?, ultima = ? WHERE chave = ?", p.Chamadas, p.Ultima, chave)
	if err != nil || changed > 0 {
		return err
	}
	id, perAddress := int64(p.Dispositivo), maxPorEndereco
	if id != 0 && !p.Recusada {
		perAddress = maxPendentes // each machine of an office counts for itself
	}
	_, err = q.Exec(ctx, `INSERT INTO monitor_pendentes(chave, rota, endereco, programa, dispositivo_id, recusada, chamadas, primeira, ultima)
		SELECT ?, ?, ?, ?, d.id, ?, ?, ?, ? FROM (SELECT max(id) AS id FROM dispositivos WHERE id = ?) d, (SELECT count(*) AS n FROM monitor_pendentes) t,
			(SELECT count(*) AS n FROM monitor_pendentes WHERE endereco = ? AND (recusada OR dispositivo_id IS NULL)) e,
			(SELECT count(*) AS n FROM monitor_pendentes WHERE dispositivo_id = ?) m
		WHERE t.n < ? AND e.n < ? AND m.n < ?`, chave, p.Rota, p.Endereco, p.Programa, p.Recusada, p.Chamadas, p.Ultima, p.Ultima, id,
		p.Endereco, id, maxPendentes, perAddress, maxPorDispositivo)
	return err
}
