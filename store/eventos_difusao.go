package store

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
)

const (
	// olharACada is how often the database is asked for what other processes did.
	olharACada = time.Second
	// olharNoMinimo keeps our own commits, which are told at once, from asking more
	// often than that.
	olharNoMinimo = 50 * time.Millisecond
	// repetirACada is how often a listener hears, at most, that something
	// unspecified of a noun changed.
	repetirACada = time.Second
	// maxRodada bounds the links that one look reads.
	maxRodada = 5000
	// maxEscutas and maxEscutasAtor bound the listeners of a process and of one
	// person or key.
	maxEscutas     = 1000
	maxEscutasAtor = 20
)

var errMuitasEscutas = fault.Rule(ErrTooMany, "muitas_escutas", "Há escutas demais abertas: feche as que não usa e tente de novo em instantes")

// difusao is the feed of one process: a goroutine that looks at the database while
// somebody listens, and only then.
type difusao struct {
	s       *Store
	selo    seloLugar
	sinal   chan struct{} // this process committed something
	chegada chan struct{} // somebody came or went
	ativa   atomic.Bool   // the goroutine runs

	mu      sync.Mutex
	fechada bool
	ouvem   map[*Escuta]struct{}
	porAtor map[string]int
	pedidos []*pedido
	cancela context.CancelFunc // of the goroutine's work

	// The goroutine's own.
	sabe     bool    // faixas was read
	faixas   []ponto // how far the lanes were followed
	textos   textos
	digitais leitura
	postgres digitaisPostgres
	mysql    digitaisMySQL
	cega     bool // the database does not answer what digitais ask for
}

// pedido is a listener that waits for its start.
type pedido struct {
	escuta *Escuta
	done   chan error
}

func newDifusao(s *Store) *difusao {
	return &difusao{s: s, selo: seloLugar{trilha: s.trilha}, sinal: make(chan struct{}, 1), chegada: make(chan struct{}, 1), ouvem: map[*Escuta]struct{}{}, porAtor: map[string]int{}}
}

// poke says that this process committed something. It costs next to nothing while
// nobody listens.
func (d *difusao) poke() {
	if d.ativa.Load() {
		signal(d.sinal)
	}
}

// signal wakes whoever waits for c, or will.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// join lets e take part and returns when its place is known: what is committed
// afterwards reaches it.
func (d *difusao) join(ctx context.Context, e *Escuta) error {
	p := &pedido{escuta: e, done: make(chan error, 1)}
	if err := d.ask(p); err != nil {
		return err
	}
	signal(d.chegada)
	select {
	case err := <-p.done:
		if err != nil {
			d.leave(e)
		}
		return err
	case <-ctx.Done():
		d.leave(e)
		return ctx.Err()
	}
}

func (d *difusao) ask(p *pedido) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	ref := p.escuta.ator.ref()
	switch {
	case d.fechada:
		return engine.ErrClosed
	case len(d.ouvem) >= maxEscutas || d.porAtor[ref] >= maxEscutasAtor:
		return errMuitasEscutas
	}
	d.ouvem[p.escuta] = struct{}{}
	d.porAtor[ref]++
	d.pedidos = append(d.pedidos, p)
	if !d.ativa.Swap(true) {
		var ctx context.Context
		ctx, d.cancela = context.WithCancel(context.Background())
		d.s.work.Go(func() { d.run(ctx) })
	}
	return nil
}

// leave takes e out. The goroutine ends with the last one.
func (d *difusao) leave(e *Escuta) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, there := d.ouvem[e]; !there {
		return
	}
	delete(d.ouvem, e)
	ref := e.ator.ref()
	if d.porAtor[ref]--; d.porAtor[ref] <= 0 {
		delete(d.porAtor, ref)
	}
	d.pedidos = slices.DeleteFunc(d.pedidos, func(p *pedido) bool { return p.escuta == e })
	if len(d.ouvem) == 0 {
		signal(d.chegada)
	}
}

// close ends all listeners; nobody may join any more.
func (d *difusao) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fechada = true
	for e := range d.ouvem {
		e.end(engine.ErrClosed)
	}
	for _, p := range d.pedidos {
		p.done <- engine.ErrClosed
	}
	d.pedidos = nil
	if d.cancela != nil {
		d.cancela()
	}
	signal(d.chegada)
}

// run looks until nobody listens.
func (d *difusao) run(ctx context.Context) {
	tick := time.NewTimer(0)
	defer tick.Stop()
	// What was known when the last listener left is old.
	d.sabe, d.digitais, d.postgres, d.mysql = false, leitura{}, digitaisPostgres{}, digitaisMySQL{}
	for {
		ouvem, pedidos, ok := d.listeners()
		if !ok {
			return
		}
		began := time.Now()
		err := d.look(ctx, ouvem, pedidos)
		if err != nil && ctx.Err() == nil {
			d.s.cfg.Log.WarnContext(ctx, "não foi possível procurar mudanças para quem acompanha ao vivo; nova tentativa em instantes", slog.Any("erro", err))
		}
		for _, p := range pedidos {
			p.done <- err
		}
		d.rest(tick, began, err != nil)
	}
}

// rest waits for the next look: a second, or until something is known to be there.
// Who comes does not wait, and those who come during a look share the next.
func (d *difusao) rest(tick *time.Timer, began time.Time, failed bool) {
	tick.Reset(olharACada - time.Since(began)%olharACada)
	select {
	case <-tick.C:
		return
	case <-d.chegada:
		return
	case <-d.sinal:
	}
	least := olharNoMinimo
	if failed {
		least = olharACada
	}
	tick.Reset(max(0, least-time.Since(began)))
	select {
	case <-tick.C:
	case <-d.chegada:
	}
}

// listeners are those who take part and those who wait to; not ok ends the
// goroutine.
func (d *difusao) listeners() (ouvem []*Escuta, pedidos []*pedido, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fechada || len(d.ouvem) == 0 {
		d.ativa.Store(false)
		return nil, nil, false
	}
	pedidos, d.pedidos = d.pedidos, nil
	waiting := map[*Escuta]bool{}
	for _, p := range pedidos {
		waiting[p.escuta] = true
	}
	for e := range d.ouvem {
		if !waiting[e] && !e.fora {
			ouvem = append(ouvem, e)
		}
	}
	return ouvem, pedidos, true
}

// olhada is what one look has found.
type olhada struct {
	at       time.Time
	elos     []mudanca
	depois   [][]ponto // the lanes after each link
	faixas   []ponto   // the lanes after all
	salto    bool      // there is no way from the last look to this one
	textos   textos
	digitais leitura
	atrasos  map[*Escuta]atraso
}

// look reads what is new and hands it out. The order matters: marks before links,
// so that a link read may stand for a mark that moved; credentials after links, so
// that nobody hears of a change that came after its credential's end. Nothing is
// handed out, and nothing forgotten, when any of it fails.
func (d *difusao) look(ctx context.Context, ouvem []*Escuta, pedidos []*pedido) error {
	ctx, cancel := context.WithTimeout(ctx, d.s.cfg.Deadline)
	defer cancel()
	q := d.s.db.Reader()
	o := &olhada{at: time.Now(), atrasos: map[*Escuta]atraso{}}
	all := slices.Clone(ouvem)
	for _, p := range pedidos {
		all = append(all, p.escuta)
	}
	if err := d.readMarks(ctx, q, o, all); err != nil {
		return err
	}
	if err := d.readLinks(ctx, q, o); err != nil {
		return err
	}
	for _, p := range pedidos {
		if err := d.readBehind(ctx, q, o, p.escuta); err != nil {
			return err
		}
	}
	alive, err := d.s.alive(ctx, q, all)
	if err != nil {
		return err
	}
	d.faixas, d.textos, d.digitais, d.sabe = o.faixas, o.textos, o.digitais, true
	for _, e := range all {
		if !alive[e] {
			e.fora = true
			e.end(errSessao)
			continue
		}
		d.hand(e, o)
	}
	return nil
}

// readLinks reads the audit chain from the last look on.
func (d *difusao) readLinks(ctx context.Context, q engine.Q, o *olhada) error {
	heads, err := pontas(ctx, q)
	if err != nil {
		return err
	}
	o.faixas = heads
	if !d.sabe {
		return nil
	}
	if o.salto = recuou(d.faixas, heads); o.salto {
		return nil
	}
	links, ok, err := novos(ctx, q, d.faixas, heads, maxRodada)
	if o.salto = !ok; err != nil || !ok {
		return err
	}
	o.elos, o.faixas = links, d.faixas
	for i := range links {
		o.faixas = withPoint(o.faixas, links[i].em)
		o.depois = append(o.depois, o.faixas)
	}
	return nil
}

// recuou says that a lane is not as far as it was: the database was restored.
func recuou(known, heads []ponto) bool {
	for _, k := range known {
		i := slices.IndexFunc(heads, func(h ponto) bool { return h.faixa == k.faixa })
		if i < 0 || heads[i].sequencia < k.sequencia {
			return true
		}
	}
	return false
}

// atraso is what a listener that comes back has missed.
type atraso struct {
	de    lugar
	elos  []mudanca
	salto bool // too much, or not known any more
}

// readBehind reads what e has missed since the position that it shows.
func (d *difusao) readBehind(ctx context.Context, q engine.Q, o *olhada, e *Escuta) error {
	if e.desde == "" {
		return nil
	}
	a := atraso{}
	de, known := d.selo.le(e.desde)
	if known {
		var err error
		if known, err = continua(ctx, q, de.faixas, o.faixas); err != nil {
			return err
		}
	}
	if known {
		var err error
		if a.elos, known, err = novos(ctx, q, de.faixas, de.pulo.first(o.faixas), maxAtraso); err != nil {
			return err
		}
	}
	a.de, a.salto = de, !known
	o.atrasos[e] = a
	return nil
}
