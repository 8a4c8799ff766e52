package list

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fold"
	"example.com/monitor/store/when"
)

// The search index of SQLite. Triggers that hold core SQL only put the id of a
// changed client into monitor_busca_fila, so that the Flask system's own,
// perhaps older, SQLite can fire them; this file brings the FTS5 trigram index
// up to date in batches. A search reads index and queue together, so nothing is
// ever missing while a batch waits.
//
// A document's rowid is its place in the list: seconds of data_cadastro above
// 30 bits of id. Reading the index backwards is then reading the list in order.
// Within one second the order of rowids means nothing; see query.go.

// How the index is kept: places in the list, batches, and who waits for whom.
const (
	posBits    = 30
	posMask    = 1<<posBits - 1
	posNull    = -(1 << 32) // seconds that stand for NULL: after everything else
	posMax     = 1<<32 - 1
	queueBatch = 1000
	SetupBatch = 10_000 // nobody waits behind setup, and keys in order touch each page once a batch
	shortQueue = 2000   // beyond this a search lends the indexer a hand
	// helpFor is how long a search works on a long queue, or waits for whoever does,
	// before it reads the rest of it.
	helpFor = time.Second
	// gather is how long the indexer lets our own writes gather: a batch of one costs
	// the index nearly as much as a batch of hundreds.
	gather = 250 * time.Millisecond
	// idle is how long the indexer sleeps when nobody of this process wrote.
	idle = time.Second
)

// posSeconds is the group of a document: its registration to the second.
func posSeconds(since when.Hora) int64 {
	if since.IsZero() {
		return posNull
	}
	return min(max(since.Unix(), posNull+1), posMax)
}

func posOf(since when.Hora, id int64) int64 { return posSeconds(since)<<posBits | id&posMask }

// secondRange gives the lowest and highest rowid of the second that pos belongs to.
func secondRange(pos int64) (lo, hi int64) { return pos &^ posMask, pos | posMask }

// IndexConfig is what the index needs of the program that it runs in.
type IndexConfig struct {
	DB       *engine.DB
	Log      *slog.Logger
	ReadOnly bool          // nothing may be written
	Deadline time.Duration // of reading a long queue for all who wait
}

// Index is SQLite's search index of clients, as one process keeps and reads it.
type Index struct {
	cfg     IndexConfig
	wake    chan struct{}
	turn    chan struct{} // held by whoever works the queue off
	reading chan struct{} // held by the search that reads a long queue for all who wait
	mu      sync.Mutex
	waiting []*waiter // searches waiting for a reading of the long queue
}

// waiter is a search that waits for the long queue to be read.
type waiter struct {
	fn   func(ctx context.Context, q engine.Q, queue []Doc) error
	err  error
	done chan struct{}
}

// NewIndex needs Run to be called, or Drain, before anything is indexed.
func NewIndex(cfg IndexConfig) *Index {
	return &Index{cfg: cfg, wake: make(chan struct{}, 1), turn: make(chan struct{}, 1), reading: make(chan struct{}, 1)}
}

// Together runs fn over a snapshot and the queue in it. Searches that arrive while
// a long queue is being read share the next reading: each on its own would take
// its time from the others and from the indexer.
func (x *Index) Together(ctx context.Context, fn func(ctx context.Context, q engine.Q, queue []Doc) error) error {
	e := &waiter{fn: fn, done: make(chan struct{})}
	x.mu.Lock()
	x.waiting = append(x.waiting, e)
	x.mu.Unlock()
	select {
	case <-e.done:
		return e.err
	case <-ctx.Done():
		return ctx.Err() // whoever reads next does this one too; nobody looks at it
	case x.reading <- struct{}{}:
	}
	defer func() { <-x.reading }()
	x.mu.Lock()
	waiting := x.waiting
	x.waiting = nil
	x.mu.Unlock()
	x.serve(ctx, waiting)
	<-e.done
	return e.err
}

// serve reads the queue once for all who wait. Its time is not the first
// caller's: the others must not lose their answer when that one goes away.
func (x *Index) serve(ctx context.Context, waiting []*waiter) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), x.cfg.Deadline)
	defer cancel()
	err := x.cfg.DB.Snapshot(ctx, func(q engine.Q) error {
		queue, err := ReadQueue(ctx, q)
		if err != nil {
			return err
		}
		for _, e := range waiting {
			e.err = e.fn(ctx, q, queue)
			close(e.done)
		}
		waiting = nil
		return nil
	})
	for _, e := range waiting {
		e.err = err
		close(e.done)
	}
}

// Poke says that this process changed a client.
func (x *Index) Poke() {
	select {
	case x.wake <- struct{}{}:
	default:
	}
}

// Run works the queue off: soon after our own writes, and within a second after
// another program's. What still waits is found through the queue.
func (x *Index) Run(ctx context.Context) {
	tick := time.NewTicker(idle)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-x.wake:
			pause(ctx, gather)
		case <-tick.C:
		}
		if err := x.Drain(ctx, queueBatch, nil); err != nil && ctx.Err() == nil {
			x.cfg.Log.WarnContext(ctx, "o índice da busca está atrasado; nova tentativa em instantes", slog.Any("erro", err))
		}
	}
}

// pause waits, or less when ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// Drain empties the queue in batches of size. progress may be nil.
func (x *Index) Drain(ctx context.Context, size int, progress func(done, total int)) error {
	select {
	case x.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-x.turn }()
	return x.work(ctx, size, progress, func() bool { return false })
}

// help shortens a long queue for a little while, or lets whoever is at it do so.
func (x *Index) help(ctx context.Context) error {
	start := time.Now()
	patience := time.NewTimer(helpFor)
	defer patience.Stop()
	select {
	case x.turn <- struct{}{}:
	case <-patience.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-x.turn }()
	return x.work(ctx, queueBatch, nil, func() bool { return time.Since(start) > helpFor })
}

// long says that the queue is longer than a search should read at once.
func (x *Index) long(ctx context.Context) (bool, error) {
	var n int
	err := x.cfg.DB.Reader().Get(ctx, []any{&n}, "SELECT count(*) FROM (SELECT 1 FROM monitor_busca_fila LIMIT ?)", shortQueue+1)
	return n > shortQueue, err
}

// work runs batches until the queue is empty or enough says so.
func (x *Index) work(ctx context.Context, size int, progress func(done, total int), enough func() bool) error {
	total, err := x.pending(ctx)
	if err != nil || total == 0 {
		return err // an idle program asks, and writes nothing
	}
	for done := 0; !enough(); {
		n := 0
		err := x.cfg.DB.Write(ctx, func(ctx context.Context, q engine.Q) (err error) {
			n, err = indexBatch(ctx, q, size)
			return err
		})
		if err != nil || n == 0 {
			return err
		}
		done += n
		if progress != nil {
			progress(done, max(total, done))
		}
	}
	return nil
}

func (x *Index) pending(ctx context.Context) (n int, err error) {
	err = x.cfg.DB.Reader().Get(ctx, []any{&n}, "SELECT count(*) FROM monitor_busca_fila")
	return n, err
}

// Doc is a client as the index sees it.
type Doc struct {
	ID           int64     `bun:"id"`
	Nome         string    `bun:"nome"`
	Email        string    `bun:"email"`
	Empresa      string    `bun:"empresa"`
	Telefone     string    `bun:"telefone"`
	CPFCNPJ      string    `bun:"cpf_cnpj"`
	Cidade       string    `bun:"cidade"`
	Estado       string    `bun:"estado"`
	Ativo        *bool     `bun:"ativo"`
	DataCadastro when.Hora `bun:"data_cadastro"`
	Cadastro     string    `bun:"cadastro"` // data_cadastro as stored; "" for NULL
	folded       string    // texto(), once asked for
}

func (d *Doc) texto() string {
	if d.folded == "" {
		d.folded = fold.SearchText(d.Nome, d.Email, d.Empresa, d.Telefone, d.CPFCNPJ)
	}
	return d.folded
}

// ReadQueue reads the clients in the queue.
func ReadQueue(ctx context.Context, q engine.Q) (docs []Doc, err error) {
	err = q.All(ctx, &docs, queuedClientes)
	return docs, err
}

// CROSS keeps the planner from walking all clients to look each up in the queue.
const queuedClientes = `SELECT c.id, c.nome, c.email, c.empresa, c.telefone, c.cpf_cnpj, c.cidade, c.estado,
	c.ativo, c.data_cadastro, AS_TEXT(c.data_cadastro) AS cadastro
	FROM monitor_busca_fila f CROSS JOIN clientes c ON c.id = f.cliente_id `

// indexBatch replaces the documents of up to size queued clients and says
// how many ids left the queue.
func indexBatch(ctx context.Context, q engine.Q, size int) (int, error) {
	var ids []int64
	if err := q.All(ctx, &ids, "SELECT cliente_id FROM monitor_busca_fila ORDER BY cliente_id LIMIT ?", size); err != nil || len(ids) == 0 {
		return 0, err
	}
	last := ids[len(ids)-1]
	var docs []Doc
	if err := q.All(ctx, &docs, queuedClientes+"WHERE f.cliente_id <= ? ORDER BY f.cliente_id", last); err != nil {
		return 0, err
	}
	if err := dropDocs(ctx, q, last); err != nil {
		return 0, err
	}
	for i := range docs {
		if err := addDoc(ctx, q, &docs[i]); err != nil {
			return 0, err
		}
	}
	if _, err := q.Exec(ctx, "INSERT INTO monitor_busca(rowid, texto) SELECT pos, texto FROM monitor_busca_doc WHERE "+queuedDocs+" ORDER BY pos", last); err != nil {
		return 0, err
	}
	_, err := q.Exec(ctx, "DELETE FROM monitor_busca_fila WHERE cliente_id <= ?", last)
	return len(ids), err
}

// queuedDocs are the documents of queued clients up to an id.
const queuedDocs = "cliente_id IN (SELECT cliente_id FROM monitor_busca_fila WHERE cliente_id <= ?)"

// dropDocs removes what the index still says of queued clients up to id last.
func dropDocs(ctx context.Context, q engine.Q, last int64) error {
	_, err := q.Exec(
		ctx,
		"INSERT INTO monitor_busca(monitor_busca, rowid, texto) SELECT 'delete', pos, texto FROM monitor_busca_doc WHERE "+queuedDocs,
		last,
	)
	if err == nil {
		_, err = q.Exec(ctx, "DELETE FROM monitor_busca_doc WHERE "+queuedDocs, last)
	}
	return err
}

// addDoc gives a client its place. Two ids of the same second that agree in their
// low 30 bits collide; the second takes the next free place of that second.
func addDoc(ctx context.Context, q engine.Q, d *Doc) error {
	pos, text := posOf(d.DataCadastro, d.ID), d.texto()
	lo, hi := secondRange(pos)
	for {
		_, err := q.Exec(
			ctx,
			"INSERT INTO monitor_busca_doc(pos, cliente_id, ativo, texto, nome, empresa, cidade) VALUES (?, ?, ?, ?, ?, ?, ?)",
			pos,
			d.ID,
			d.Ativo,
			text,
			fold.OrderKey(d.Nome),
			fold.OrderKey(d.Empresa),
			fold.CityKey(d.Cidade, d.Estado),
		)
		if !errors.Is(err, engine.ErrUnique) {
			return err
		}
		if pos++; pos > hi {
			pos = lo
		}
	}
}

// Shorten works on a long queue before a search reads what is left of it, and
// says whether that is still long. Where nothing may be written it stays so.
func (x *Index) Shorten(ctx context.Context) (bool, error) {
	long, err := x.long(ctx)
	if err != nil || !long || x.cfg.ReadOnly {
		return long, err
	}
	if err := x.help(ctx); err != nil {
		return false, err
	}
	return x.long(ctx)
}
