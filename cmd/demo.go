package cmd

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"example.com/monitor/store"
)

const (
	demoClients = 300
	demoDevices = 60
	// demoAlive is how many devices keep beating while the demonstration runs.
	demoAlive = 38
	// demoDays are the batches in which clients were "registered".
	demoDays  = 20
	demoBeat  = 5 * time.Second
	demoEmail = "demo@monitor.local"
)

// demo is a temporary database full of invented people.
type demo struct {
	*session
	email, senha string
	clock        *demoClock
	clients      []int64
	alive        []int64 // devices that keep beating
	owners       []int64 // whose they are
}

// demoClock lets the seed write history: it stands at a moment of the past
// until release, then tells the real time.
type demoClock struct {
	mu   sync.Mutex
	at   time.Time
	free bool
}

func (c *demoClock) now() time.Time {
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

func (c *demoClock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t
}

// forward lets time pass.
func (c *demoClock) forward(t time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(t)
}

func (c *demoClock) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.free = true
}

// withDemo makes the demonstration, runs fn on it and removes it again.
func (a *app) withDemo(ctx context.Context, cfg *config, canal string, fn func(context.Context, *demo) error) error {
	dir, err := os.MkdirTemp("", "monitor-demo-*")
	if err != nil {
		return fmt.Errorf("cmd: demo: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	p := a.Working("Preparando a demonstração")
	d, err := a.seedDemo(ctx, cfg, dir, canal)
	p.Stop()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	var beating sync.WaitGroup
	beating.Go(func() { d.beat(ctx) })
	beating.Go(func() { d.openSessions(ctx) })
	err = fn(ctx, d)
	cancel()
	beating.Wait()
	if closeErr := d.st.Close(); err == nil {
		err = closeErr
	}
	return err
}

func (a *app) seedDemo(ctx context.Context, cfg *config, dir, canal string) (*demo, error) {
	clock := &demoClock{at: time.Now().AddDate(-1, -6, 0)}
	sc := store.Config{
		URL: "sqlite:///" + filepath.ToSlash(filepath.Join(dir, "demonstracao.db")),
		Now: clock.now, Fuso: cfg.zone(), Create: true,
	}
	if a.debug {
		sc.Log = a.debugLog()
	}
	s, err := a.openStore(ctx, cfg, sc, canal)
	if err != nil {
		return nil, err
	}
	d := &demo{session: s, email: demoEmail, senha: "Demo-" + rand.Text()[:14], clock: clock}
	if err := d.seed(ctx); err != nil {
		_ = s.st.Close()
		return nil, err
	}
	return d, nil
}

// seed writes people, machines and the login, through the same operations as
// everybody else.
func (d *demo) seed(ctx context.Context) error {
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
		return fmt.Errorf("cmd: demo login: %w", err)
	}
	for _, id := range d.alive {
		if err := d.Dispositivos.Heartbeat(ctx, id); err != nil {
			return fmt.Errorf("cmd: demo heartbeat: %w", err)
		}
	}
	return nil
}

// seedLogin makes the person of the demonstration, who has already chosen the
// password that is shown.
func (d *demo) seedLogin(ctx context.Context) error {
	given := "Dada-" + rand.Text()[:14]
	c, err := d.Clientes.Create(ctx, store.ClienteNovo{
		Nome: "Pessoa da Demonstração", Email: d.email, Senha: given, NivelAcesso: store.Admin, Empresa: "Monitor",
	})
	if err != nil {
		return err
	}
	token, _, err := d.st.As(store.Stranger(store.Origem{})).Sessoes.Login(ctx, d.email, given)
	if err != nil {
		return err
	}
	me, err := d.st.Authenticate(ctx, store.Credencial{Bearer: token}, store.Origem{})
	if err != nil {
		return err
	}
	if err := d.st.As(me).Clientes.SetSenha(ctx, c.ID, given, d.senha); err != nil {
		return err
	}
	return d.st.As(me).Sessoes.Logout(ctx)
}

// seedClients registers people day by day, each day's at once so that they
// share a transaction.
func (d *demo) seedClients(ctx context.Context) ([]int64, error) {
	ids := make([]int64, demoClients)
	start := d.clock.now()
	step := time.Since(start) / demoDays
	for day := range demoDays {
		d.clock.set(morning(start.Add(time.Duration(day+1) * step)))
		err := atOnce(demoClients/demoDays, func(i int) error {
			n := day*demoClients/demoDays + i
			c, err := d.Clientes.Create(ctx, demoCliente(n))
			ids[n] = c.ID
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("cmd: demo clients: %w", err)
		}
	}
	return ids, d.deactivateSome(ctx, ids)
}

// morning is the last 9 o'clock of São Paulo that is three hours or more before t.
func morning(t time.Time) time.Time {
	return t.Add(-15 * time.Hour).Truncate(24 * time.Hour).Add(12 * time.Hour)
}

func (d *demo) deactivateSome(ctx context.Context, ids []int64) error {
	return atOnce(len(ids)/23, func(i int) error {
		_, err := d.Clientes.Deactivate(ctx, ids[i*23+7])
		return err
	})
}

// seedDevices registers the devices yesterday or before, so that those that never beat
// again are offline whatever the hour is.
func (d *demo) seedDevices(ctx context.Context, clients []int64) error {
	d.clock.set(morning(time.Now().AddDate(0, 0, -1)))
	devices := make([]int64, demoDevices)
	err := atOnce(demoDevices, func(i int) error {
		id, err := d.Dispositivos.Register(ctx, store.Registro{Info: demoDevice(i), ClienteID: clients[(i*37)%len(clients)]})
		devices[i] = id
		return err
	})
	if err != nil {
		return fmt.Errorf("cmd: demo devices: %w", err)
	}
	d.alive = devices[:demoAlive]
	for i := range d.alive {
		d.owners = append(d.owners, clients[(i*37)%len(clients)])
	}
	return nil
}

// beat keeps the demonstration lively: a part of the devices reports at each
// tick, and two of them fall silent for a while in turn.
func (d *demo) beat(ctx context.Context) {
	tick := time.NewTicker(demoBeat)
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
			_ = d.Dispositivos.Heartbeat(ctx, d.alive[i])
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
