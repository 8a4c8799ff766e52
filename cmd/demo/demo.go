package demo

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync"
	"time"

	"example.com/monitor/store"
)

// How much of each Seed makes.
const (
	Clients = 300 // beside the person that may log in
	Devices = 60
	// Alive is how many devices keep beating while the demonstration runs.
	Alive = 38
	// days are the batches in which clients were "registered".
	days      = 20
	beatEvery = 5 * time.Second
	email     = "demo@monitor.local"
)

// Demo is a database full of invented people.
type Demo struct {
	// Email and Senha let a person in.
	Email, Senha string

	st      *store.Store
	h       *store.Handle
	clock   *Clock
	clients []int64
	alive   []int64 // devices that keep beating
	owners  []int64 // whose they are
}

// Clock lets Seed write history: it stands at a moment of the past until all is
// there, then tells the real time.
type Clock struct {
	mu   sync.Mutex
	at   time.Time
	free bool
}

// NewClock begins a year and a half ago.
func NewClock() *Clock { return &Clock{at: time.Now().AddDate(-1, -6, 0)} }

// Now is for store.Config.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.free {
		return time.Now()
	}
	// Each reading is later: no two people registered at once. A day's readings stay
	// below the three hours that morning leaves before the present.
	c.at = c.at.Add(37 * time.Second)
	return c.at
}

func (c *Clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t
}

// forward lets time pass.
func (c *Clock) forward(t time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(t)
}

func (c *Clock) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.free = true
}

// Seed fills an empty store that was opened with Now of clock; h is who does it.
func Seed(ctx context.Context, st *store.Store, h *store.Handle, clock *Clock) (*Demo, error) {
	d := &Demo{Email: email, Senha: "Demo-" + rand.Text()[:14], st: st, h: h, clock: clock}
	if err := d.seed(ctx); err != nil {
		return nil, err
	}
	return d, nil
}

// Live lets devices beat, talk and log in until ctx ends.
func (d *Demo) Live(ctx context.Context) {
	var living sync.WaitGroup
	living.Go(func() { d.beat(ctx) })
	living.Go(func() { d.openSessions(ctx) })
	living.Wait()
}

// seed writes people, machines and the login, through the same operations as
// everybody else.
func (d *Demo) seed(ctx context.Context) error {
	ids, err := d.seedClients(ctx)
	if err != nil {
		return err
	}
	if err := d.seedDevices(ctx, ids); err != nil {
		return err
	}
	d.clients = ids
	if err := d.seedActivity(ctx, ids); err != nil {
		return err
	}
	d.clock.release()
	if err := d.seedLogin(ctx); err != nil {
		return fmt.Errorf("demo: login: %w", err)
	}
	for _, id := range d.alive {
		if err := d.h.Dispositivos.Heartbeat(ctx, id); err != nil {
			return fmt.Errorf("demo: heartbeat: %w", err)
		}
	}
	return nil
}

// seedLogin makes the person of the demonstration, who has already chosen the
// password that is shown.
func (d *Demo) seedLogin(ctx context.Context) error {
	given := "Dada-" + rand.Text()[:14]
	c, err := d.h.Clientes.Create(ctx, store.ClienteNovo{
		Nome: "Pessoa da Demonstração", Email: d.Email, Senha: given, NivelAcesso: store.Admin, Empresa: "Monitor",
	})
	if err != nil {
		return err
	}
	token, _, err := d.st.As(store.Stranger(store.Origem{})).Sessoes.Login(ctx, d.Email, given)
	if err != nil {
		return err
	}
	me, err := d.st.Authenticate(ctx, store.Credencial{Bearer: token}, store.Origem{})
	if err != nil {
		return err
	}
	if err := d.st.As(me).Clientes.SetSenha(ctx, c.ID, given, d.Senha); err != nil {
		return err
	}
	return d.st.As(me).Sessoes.Logout(ctx)
}

// seedClients registers people day by day, each day's at once so that they
// share a transaction.
func (d *Demo) seedClients(ctx context.Context) ([]int64, error) {
	ids := make([]int64, Clients)
	start := d.clock.Now()
	step := time.Since(start) / days
	for day := range days {
		d.clock.set(morning(start.Add(time.Duration(day+1) * step)))
		err := atOnce(Clients/days, func(i int) error {
			n := day*Clients/days + i
			c, err := d.h.Clientes.Create(ctx, Cliente(n))
			ids[n] = c.ID
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("demo: clients: %w", err)
		}
	}
	return ids, d.deactivateSome(ctx, ids)
}

// morning is the last 9 o'clock of São Paulo that is three hours or more before t.
func morning(t time.Time) time.Time {
	return t.Add(-15 * time.Hour).Truncate(24 * time.Hour).Add(12 * time.Hour)
}

func (d *Demo) deactivateSome(ctx context.Context, ids []int64) error {
	return atOnce(len(ids)/23, func(i int) error {
		_, err := d.h.Clientes.Deactivate(ctx, ids[i*23+7])
		return err
	})
}

// seedDevices registers the devices yesterday or before, so that those that never beat
// again are offline whatever the hour is.
func (d *Demo) seedDevices(ctx context.Context, clients []int64) error {
	d.clock.set(morning(time.Now().AddDate(0, 0, -1)))
	devices := make([]int64, Devices)
	err := atOnce(Devices, func(i int) error {
		id, err := d.h.Dispositivos.Register(ctx, store.Registro{Info: deviceInfo(i), ClienteID: clients[(i*37)%len(clients)]})
		devices[i] = id
		return err
	})
	if err != nil {
		return fmt.Errorf("demo: devices: %w", err)
	}
	d.alive = devices[:Alive]
	for i := range d.alive {
		d.owners = append(d.owners, clients[(i*37)%len(clients)])
	}
	return nil
}

// beat keeps the demonstration lively: a part of the devices reports at each
// tick, and two of them fall silent for a while in turn.
func (d *Demo) beat(ctx context.Context) {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for round := 0; ; round++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		// The next tick tries again; there is nobody to tell.
		_ = d.report(ctx, round+1)
		d.talk(ctx, round)
		for i := round % 4; i < len(d.alive); i += 4 {
			if i%19 == (round/80)%19 {
				continue
			}
			_ = d.h.Dispositivos.Heartbeat(ctx, d.alive[i])
		}
	}
}

// atOnce runs fn for 0..n-1 concurrently and returns one of the errors.
func atOnce(n int, fn func(i int) error) error {
	errs := make(chan error, n)
	for i := range n {
		go func() { errs <- fn(i) }()
	}
	var first error
	for range n {
		if err := <-errs; err != nil && first == nil {
			first = err
		}
	}
	return first
}
