package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"example.com/monitor/store/engine"
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

var errTransicao = ruleError(ErrUnauthenticated, "transicao_encerrada", "O prazo para chamadas sem credencial terminou: use uma chave de API de agente")

// Antigo is a caller of the Flask system's days on one of the routes above, let
// in until ate. After it the error is ErrUnauthenticated.
func (s *Store) Antigo(o Origem, rota string, ate time.Time) (Actor, error) {
	if !s.cfg.Now().Before(ate) {
		return Stranger(o), errTransicao
	}
	return Actor{kind: kindAntigo, nome: "chamador antigo", rota: rota, Origem: o}, nil
}

// livres are the devices that such a caller may speak for.
const livres = " AND NOT EXISTS (" + nossoRegistro + " AND (m.chave_id IS NOT NULL OR m.segredo_hash IS NOT NULL))"

// Pendente is somebody who still calls without a credential that counts.
type Pendente struct {
	bun.BaseModel `bun:"table:monitor_pendentes,alias:p"`

	Endereco    string   `bun:"endereco" json:"endereco"`
	Programa    string   `bun:"programa" json:"programa"` // User-Agent
	Rota        string   `bun:"rota" json:"rota"`
	Dispositivo jsonID   `bun:"dispositivo_id,nullzero" json:"dispositivo_id"` // the last one it spoke for
	Hostname    jsonText `bun:"hostname,nullzero" json:"hostname"`
	Chamadas    int64    `bun:"chamadas" json:"chamadas"`
	Primeira    Hora     `bun:"primeira" json:"primeira"`
	Ultima      Hora     `bun:"ultima" json:"ultima"`
}

// Pendentes lists who called during the change-over, latest first. Admins only.
func (h *Handle) Pendentes(ctx context.Context) ([]Pendente, error) {
	if err := h.require(Admin); err != nil {
		return nil, err
	}
	list := []Pendente{}
	err := h.read(ctx, func(ctx context.Context, q engine.Q) error {
		return q.All(ctx, &list, `SELECT p.endereco, p.programa, p.rota, p.dispositivo_id, d.hostname, p.chamadas, p.primeira, p.ultima
			FROM monitor_pendentes p LEFT JOIN dispositivos d ON d.id = p.dispositivo_id ORDER BY p.ultima DESC, p.chave`)
	})
	return list, err
}

// anotarACada is how often the calls of one caller are written down; those in
// between are counted here.
const anotarACada = 10 * time.Second

// What strangers can make us keep, in all and from one address: who sends many
// names must not hide the others.
const (
	maxPendentes   = 1000
	maxPorEndereco = 20
)

// antigos counts the calls that are not written down yet.
type antigos struct {
	mu sync.Mutex
	m  map[string]*contagem
}

type contagem struct {
	chamadas int64
	anotada  time.Time
}

// due counts a call and says how many are to be written down now.
func (a *antigos) due(chave string, now time.Time) int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.m == nil || len(a.m) > 10*maxPendentes {
		a.m = map[string]*contagem{}
	}
	c := a.m[chave]
	if c == nil {
		c = &contagem{}
		a.m[chave] = c
	}
	c.chamadas++
	if now.Sub(c.anotada) < anotarACada {
		return 0
	}
	n := c.chamadas
	c.chamadas, c.anotada = 0, now
	return n
}

// anotar writes down that a caller of the old days called. It never makes the
// call wait or fail: it is telemetry.
func (c *call) anotar(ctx context.Context, dispositivo int64) {
	if c.actor.kind != kindAntigo || c.s.cfg.SomenteLeitura {
		return
	}
	programa := truncate(strings.ToValidUTF8(c.actor.UserAgent, "\uFFFD"), 200)
	sum := sha256.Sum256([]byte(c.actor.rota + "\n" + c.actor.IP + "\n" + programa))
	chave, now := hex.EncodeToString(sum[:16]), c.s.agora()
	n := c.s.antigos.due(chave, now.Time)
	if n == 0 {
		return
	}
	ctx = context.WithoutCancel(ctx)
	c.s.toques.pending.Go(func() {
		ctx, cancel := c.s.deadline(ctx)
		defer cancel()
		err := c.s.db.Write(ctx, func(ctx context.Context, q engine.Q) error {
			return anotaPendente(ctx, q, chave, c.actor, programa, dispositivo, n, now)
		})
		// Another process may be quicker with the same caller; the next call counts on.
		if err != nil && !errors.Is(err, engine.ErrUnique) {
			c.s.cfg.Log.WarnContext(ctx, "não foi possível anotar quem ainda chama sem credencial")
		}
	})
}

func anotaPendente(ctx context.Context, q engine.Q, chave string, a Actor, programa string, dispositivo, n int64, now Hora) error {
	changed, err := q.Exec(ctx, "UPDATE monitor_pendentes SET chamadas = chamadas + ?, ultima = ?, dispositivo_id = coalesce(?, dispositivo_id) WHERE chave = ?",
		n, now, idOrNull(dispositivo), chave)
	if err != nil || changed > 0 {
		return err
	}
	_, err = q.Exec(ctx, `INSERT INTO monitor_pendentes(chave, rota, endereco, programa, dispositivo_id, chamadas, primeira, ultima)
		SELECT ?, ?, ?, ?, ?, ?, ?, ? FROM (SELECT count(*) AS n FROM monitor_pendentes) t, (SELECT count(*) AS n FROM monitor_pendentes WHERE endereco = ?) e
		WHERE t.n < ? AND e.n < ?`, chave, a.rota, truncate(a.IP, 45), programa, idOrNull(dispositivo), n, now, now, truncate(a.IP, 45), maxPendentes, maxPorEndereco)
	return err
}
