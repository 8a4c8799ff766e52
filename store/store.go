package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unicode"

	"example.com/monitor/store/drift"
	"example.com/monitor/store/feed"
	"example.com/monitor/store/fold"
	"example.com/monitor/store/guess"
	"example.com/monitor/store/legacy"
	"example.com/monitor/store/list"
	"example.com/monitor/store/password"
	"example.com/monitor/store/refusal"
	"example.com/monitor/store/schema"
	"example.com/monitor/store/summary"
	"example.com/monitor/store/trail"
	"example.com/monitor/store/when"

	_ "time/tzdata"

	"example.com/monitor/store/engine"
)

// Windows and bare containers have no zone files

// Config is all that the store needs to know; reading files, the environment
// and flags is the business of cmd.
type Config struct {
	// URL names the database in SQLAlchemy's forms: sqlite:///rel,
	// sqlite:////abs. A relative path starts at the working directory.
	URL string
	// CA is a PEM file, or PEM text, with authorities to trust beside the system's
	// when a server's certificate is verified.
	CA string
	// Certificado is the SHA-256, in hex, of the one certificate that the server may
	// show; "" for any that can be verified.
	Certificado string
	// Lookup finds the addresses of a server for the diagnosis; nil asks the system.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Fuso is the zone in which people's days begin; nil means São Paulo.
	Fuso *time.Location
	// Log receives what nobody waits for; nil discards it.
	Log *slog.Logger
	// SomenteLeitura refuses every change with ErrReadOnly.
	SomenteLeitura bool
	// Create lets Open make a missing database and bring its schema up to date.
	// Without it Open returns a *SchemaError.
	Create bool
	// ChaveAuditoria signs the audit chain: 32 bytes in hex; more keys, set apart by
	// spaces or commas, verify what they have signed. When empty a file beside the
	// database is used, made 0600 on first use.
	ChaveAuditoria string
	// lugarChave is the file that ChaveAuditoria was read from; "" for none.
	lugarChave string
	// Pasta is the folder for what belongs beside the database (audit key, anchor)
	// when that is on a server; "" means data in the working directory.
	Pasta string
	// Deadline bounds every call whose ctx has none; 0 means 10 s.
	Deadline time.Duration
	// mend makes Open look for drift also where the schema is current.
	mend bool
	// noTableTimes takes a MySQL for one that does not say when tables changed.
	noTableTimes bool
}

// target is where URL leads, with the trust that the configuration adds.
func (cfg Config) target() (engine.Target, error) {
	t, err := engine.ParseURL(cfg.URL)
	return t.Trust(cfg.CA, cfg.Certificado), err
}

func (cfg Config) withDefaults() Config {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Fuso == nil {
		cfg.Fuso = defaultZone()
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	cfg.Deadline = cmp.Or(cfg.Deadline, 10*time.Second)
	return cfg
}

// keyPath is where the audit key is kept when the configuration has none: beside
// a SQLite file, else one for all servers, which may be known by several names.
func (cfg Config) keyPath(t engine.Target) string {
	if t.Kind == engine.SQLite {
		return t.Path + ".auditoria"
	}
	return filepath.Join(cfg.folder(), "monitor.auditoria")
}

// anchorPath is where the heads of the chain are written down.
func (cfg Config) anchorPath(t engine.Target) string {
	if t.Kind == engine.SQLite {
		return t.Path + ".ancora"
	}
	plain := func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '.' || r == '-' {
			return r
		}
		return '_'
	}
	name := fmt.Sprintf("%s-%s-%d-%s.ancora", t.Kind, t.Host, t.Porta, t.Banco)
	return filepath.Join(cfg.folder(), strings.Map(plain, name))
}

func (cfg Config) folder() string { return cmp.Or(cfg.Pasta, "data") }

// defaultZone is São Paulo's zone; the zone data is embedded, so it cannot be missing.
func defaultZone() *time.Location {
	loc, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		return time.FixedZone("-03", -3*60*60)
	}
	return loc
}

// Store is an open database.
type Store struct {
	cfg Config
	db  *engine.DB
	// unwritable is why a store that was meant to write only reads.
	unwritable error
	// taken is sent to once the files of the database are.
	taken chan struct{}
	chain *trail.Chain
	// verifying is held by whoever checks the trail.
	verifying   sync.Mutex
	gate        *password.Gate
	refusals    *refusal.Counter[Actor]
	guesses     guess.Guard
	index       *list.Index
	dobra       fold.Server
	touches     touches
	legacyCalls legacy.Calls
	sampler     summary.Sampler
	feed        *feed.Feed
	stop        context.CancelFunc
	work        sync.WaitGroup
}

// Open opens the database named by cfg.URL. It returns a *SchemaError when the
// schema is missing, behind or newer (see Config.Create), ErrUnavailable when the
// database cannot be reached.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	cfg = cfg.withDefaults()
	target, err := cfg.target()
	if err != nil {
		return nil, err
	}
	s := &Store{cfg: cfg, gate: password.NewGate(0), refusals: newRefusals(), chain: trail.New(cfg.chain(target)), taken: make(chan struct{}, 1)}
	if s.db, err = s.openCurrent(ctx, target); err != nil {
		return nil, err
	}
	s.start()
	return s, nil
}

// openCurrent opens target and makes sure that its schema is this program's. A
// database that is refused is not written to, not even its header.
func (s *Store) openCurrent(ctx context.Context, target engine.Target) (*engine.DB, error) {
	if err := requireFile(target, s.cfg.Create); err != nil {
		return nil, err
	}
	db, err := engine.Open(ctx, target)
	if err != nil {
		return nil, err
	}
	if err := s.ready(ctx, db); err != nil {
		_ = db.Close()
		return nil, err
	}
	return db, nil
}

// ready judges the schema, starts the writer and upgrades where it may. A file
// that only permits reading is still read; changes then tell why they fail.
func (s *Store) ready(ctx context.Context, db *engine.DB) error {
	s.chain.AskSigner = func() (trail.Signer, error) {
		ctx, cancel := context.WithTimeout(context.Background(), s.cfg.Deadline)
		defer cancel()
		return trail.ReadSigner(ctx, db.Reader())
	}
	state, err := schema.StateOf(ctx, db)
	if err != nil {
		return err
	}
	if state != schema.Current && (!s.cfg.Create || state == schema.Newer || state == schema.Alien) {
		return &schema.Error{Estado: state, Banco: db.Target.Nome}
	}
	if s.cfg.SomenteLeitura {
		return nil
	}
	mends := false
	if state == schema.Foreign || state == schema.Behind || s.cfg.mend && state == schema.Current {
		if mends, err = drift.Sound(ctx, db, s.now()); err != nil {
			return err
		}
	}
	hooks := s.chain.Hooks()
	hooks.Lost = s.lost
	if err := db.StartWriter(ctx, hooks); err != nil {
		if state != schema.Current || !errors.Is(err, ErrUnavailable) {
			return err
		}
		s.cfg.SomenteLeitura, s.unwritable = true, err
		return nil
	}
	if mends {
		if err := drift.Mend(ctx, db); err != nil {
			return err
		}
	}
	if state == schema.Current {
		return nil
	}
	return db.Migrate(ctx, s.now().String())
}

// lost tells whoever runs this program what happened to its files, and what to do.
func (s *Store) lost(err error) {
	attrs := []slog.Attr{slog.String("causa", err.Error())}
	if u, ok := errors.AsType[*UnavailableError](err); ok {
		attrs = append(attrs, slog.String("remedio", u.Remedio))
	}
	s.cfg.Log.LogAttrs(context.Background(), slog.LevelError, "os arquivos do banco foram tirados do lugar", attrs...)
	s.taken <- struct{}{} // told once
}

// Writable says why changes would fail: nil, ErrReadOnly, or an
// *UnavailableError with cause and remedy when the file permits only reading.
func (s *Store) Writable() error {
	switch {
	case s.unwritable != nil:
		return s.unwritable
	case s.cfg.SomenteLeitura:
		return ErrReadOnly
	default:
		return nil
	}
}

// requireFile refuses a missing SQLite file before a driver gets the chance to
// make an empty one.
func requireFile(t engine.Target, create bool) error {
	if t.Kind != engine.SQLite {
		return nil
	}
	info, err := os.Stat(t.Path)
	switch {
	case err == nil && info.IsDir():
		return &engine.UnavailableError{Causa: t.Path + " é uma pasta", Remedio: "informe o arquivo do banco, por exemplo sqlite:///data/clientes.db"}
	case err == nil:
		return nil
	case !errors.Is(err, os.ErrNotExist):
		return &engine.UnavailableError{Causa: "o arquivo " + t.Path + " não pôde ser lido", Remedio: "confira as permissões do arquivo e da pasta"}
	case t.Instance != "":
		return schema.InInstance(t)
	case !create:
		return &schema.Error{Estado: schema.Missing, Banco: t.Nome}
	default:
		return engine.CreateFile(t.Path)
	}
}

// start begins the background work of a writable store.
func (s *Store) start() {
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	s.index = list.NewIndex(list.IndexConfig{DB: s.db, ReadOnly: s.cfg.SomenteLeitura, Log: s.cfg.Log, Deadline: s.cfg.Deadline})
	s.feed = feed.New(s.feedConfig())
	s.chain.OnGrow = s.feed.Poke
	if s.cfg.SomenteLeitura {
		return
	}
	if s.db.Kind == engine.SQLite {
		s.work.Go(func() { s.index.Run(ctx) })
		s.work.Go(func() { s.rescueWhenLost(ctx) })
	}
	s.work.Go(func() { s.chain.Run(ctx, chainDB{s}) })
	s.work.Go(func() { s.runRefusals(ctx) })
}

// Close ends background work and closes the database. Call it where Open was called.
func (s *Store) Close() error {
	s.stop()
	s.feed.Close()
	s.work.Wait()
	s.touches.pending.Wait()
	if !s.cfg.SomenteLeitura {
		s.flushRefusals(context.Background())
		s.chain.Release(chainDB{s})
	}
	return s.db.Close()
}

// As gives the operations of actor.
func (s *Store) As(actor Actor) *Handle {
	c := &call{s: s, actor: actor}
	return &Handle{Clientes: Clientes{c}, Dispositivos: Dispositivos{c}, Conexoes: Conexoes{c}, Sessoes: Sessoes{c}, Chaves: Chaves{c}, Logs: Logs{c}, Chat: Chat{c}, Bloqueios: Bloqueios{c}, Auditoria: Auditoria{c}, Operacoes: Operacoes{c}, call: c}
}

// Banco names the database for people: absolute path or URL without password.
func (s *Store) Banco() string { return s.db.Target.Nome }

// Config returns the configuration with defaults filled in (Now, Fuso never nil).
func (s *Store) Config() Config { return s.cfg }

// Ping asks the database, for the banner of the TUI.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := s.deadline(ctx)
	defer cancel()
	return s.db.Ping(ctx)
}

// Ready says why the database is of no use now, for /readyz: it gives no answer, or
// takes no change although it should. It costs little, however often it is asked.
func (s *Store) Ready(ctx context.Context) error {
	if err := s.Ping(ctx); err != nil {
		return err
	}
	if s.unwritable != nil || s.cfg.SomenteLeitura {
		return s.unwritable
	}
	return s.db.TakesWrites(ctx)
}

func (s *Store) now() Hora { return when.Of(s.cfg.Now()) }

// deadline gives ctx one when it has none: a silent database would hang for ever.
func (s *Store) deadline(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, s.cfg.Deadline)
}

// Handle holds the operations that its actor may try. It is cheap; make one
// per request.
type Handle struct {
	Clientes     Clientes
	Dispositivos Dispositivos
	Conexoes     Conexoes
	Sessoes      Sessoes
	Chaves       Chaves
	Logs         Logs
	Chat         Chat
	Bloqueios    Bloqueios
	Auditoria    Auditoria
	Operacoes    Operacoes
	*call
}

// Clientes are the operations on clients.
type Clientes struct{ *call }

// Dispositivos are the operations on devices.
type Dispositivos struct{ *call }

// Sessoes are login, logout and the sessions of people.
type Sessoes struct{ *call }

// Chaves are the operations on API keys; admins only.
type Chaves struct{ *call }

// Logs reads and verifies the audit trail; admins and moderadores.
type Logs struct{ *call }
