// Package legacy keeps who still calls as in the days of the Flask system, while an owner
// changes over: counted in the process, written down once in a while, bounded by what strangers
// can make us keep. Who is let in, and to what, is the store's.
package legacy

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/record"
	"example.com/monitor/store/when"
)

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
	Primeira    when.Hora   `bun:"primeira" json:"primeira"`
	Ultima      when.Hora   `bun:"ultima" json:"ultima"`
}

// List returns who called during the change-over, latest first.
func List(ctx context.Context, q engine.Q) ([]Pendente, error) {
	list := []Pendente{}
	err := q.All(
		ctx,
		&list,
		`SELECT p.endereco, p.programa, p.rota, p.dispositivo_id, d.hostname, p.recusada, p.chamadas, p.primeira, p.ultima
		FROM monitor_pendentes p LEFT JOIN dispositivos d ON d.id = p.dispositivo_id ORDER BY p.ultima DESC, p.chave`,
	)
	return list, err
}

// Key tells callers apart.
func (p *Pendente) Key() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%d\n%t", p.Rota, p.Endereco, p.Programa, p.Dispositivo, p.Recusada))
	return hex.EncodeToString(sum[:16])
}

// noteEvery is how often the calls of one caller are written down; those in
// between are counted here.
const noteEvery = 10 * time.Second

// What strangers can make us keep: in all, from one address where they speak for no
// device of theirs, and for one device. Who sends many names must not hide the others,
// and behind one address there may be an office.
const (
	maxKept       = 5000
	maxPerAddress = 100
	maxPerDevice  = 6
)

// maxNoting is how many callers are being written down at once: strangers who call
// under ever other names while the database is slow do not pile up.
const maxNoting = 32

// Calls counts the calls that are not written down yet.
type Calls struct {
	mu     sync.Mutex
	m      map[string]*callCount
	noting int
}

type callCount struct {
	chamadas int64
	notedAt  time.Time
}

// Due counts a call and says how many are to be written down now; then Done follows.
func (a *Calls) Due(key string, now time.Time) int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.m == nil || len(a.m) > 10*maxKept {
		a.m = map[string]*callCount{}
	}
	c := a.m[key]
	if c == nil {
		c = &callCount{}
		a.m[key] = c
	}
	c.chamadas++
	if now.Sub(c.notedAt) < noteEvery || a.noting == maxNoting {
		return 0
	}
	n := c.chamadas
	c.chamadas, c.notedAt = 0, now
	a.noting++
	return n
}

// Done says that a call was written down.
func (a *Calls) Done() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.noting--
}

// Note writes down that p called.
func (p *Pendente) Note(ctx context.Context, q engine.Q) error {
	changed, err := q.Exec(
		ctx,
		"UPDATE monitor_pendentes SET chamadas = chamadas + ?, ultima = ? WHERE chave = ?",
		p.Chamadas,
		p.Ultima,
		p.Key(),
	)
	if err != nil || changed > 0 {
		return err
	}
	id, perAddress := int64(p.Dispositivo), maxPerAddress
	if id != 0 && !p.Recusada {
		perAddress = maxKept // each machine of an office counts for itself
	}
	_, err = q.Exec(
		ctx,
		`INSERT INTO monitor_pendentes(chave, rota, endereco, programa, dispositivo_id, recusada, chamadas, primeira, ultima)
		SELECT ?, ?, ?, ?, d.id, ?, ?, ?, ? FROM (SELECT max(id) AS id FROM dispositivos WHERE id = ?) d, (SELECT count(*) AS n FROM monitor_pendentes) t,
			(SELECT count(*) AS n FROM monitor_pendentes WHERE endereco = ? AND (recusada OR dispositivo_id IS NULL)) e,
			(SELECT count(*) AS n FROM monitor_pendentes WHERE dispositivo_id = ?) m
		WHERE t.n < ? AND e.n < ? AND m.n < ?`,
		p.Key(),
		p.Rota,
		p.Endereco,
		p.Programa,
		p.Recusada,
		p.Chamadas,
		p.Ultima,
		p.Ultima,
		id,
		p.Endereco,
		id,
		maxKept,
		perAddress,
		maxPerDevice,
	)
	return err
}
