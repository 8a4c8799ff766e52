package backup

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/migrations"
	"example.com/monitor/store/schema"
	"example.com/monitor/store/trail"
)

// RestoreOptions are the choices of a restore; the zero value replaces nothing.
type RestoreOptions struct {
	// Replace lets a SQLite file that exists give way. It is kept under another name.
	Replace bool
	// ChaveNova goes on although the key that signed the trail in the copy is not at
	// hand: the old links can then no longer be verified.
	ChaveNova bool
	// Fit changes what the target cannot hold into what it can, and takes away
	// triggers and views that are not of monitor.
	Fit bool
	// DryRun only tells what would be changed; nothing is written.
	DryRun bool
	// KeepTriggers restores triggers and views that are not of monitor with the rest.
	KeepTriggers bool
	// Progresso is as in CopiaOpcoes.
	Progresso func(stage string, done, total int64)
}

func (o RestoreOptions) progress(stage string, done, total int64) {
	if o.Progresso != nil {
		o.Progresso(stage, done, total)
	}
}

// Restauracao tells what Restore did.
type Restauracao struct {
	Banco  string `json:"banco"`
	Copia  Copia  `json:"copia"`
	Linhas int64  `json:"linhas"`
	// Anterior is where the file that was replaced is kept; "" for none.
	Anterior string `json:"anterior"`
	// Ajustes are the values that were changed, or would be; Ajustados is how many
	// there are, of which the first 50,000 are named.
	Ajustes   []Ajuste `json:"ajustes"`
	Ajustados int64    `json:"ajustados"`
	Simulada  bool     `json:"simulada"`
	Avisos    []string `json:"avisos"`
}

// RestoreConfig is what a restore needs of the program that it runs in.
type RestoreConfig struct {
	Config
	// Prepare makes the schema in the database at p this program's, and fills its index.
	Prepare func(ctx context.Context, p Place, progress func(done, total int)) error
	// Record writes into the trail of the database at p that it was restored. assume says
	// that the trail goes on with a key that did not sign it.
	Record func(ctx context.Context, p Place, r Restauracao, assume bool) error
}

// Place is where a database is being made, and the keys that its trail goes on with.
type Place struct {
	File string // a SQLite file; "" for the target itself
	Keys string // in hex
	// KeyPlace is where they are kept.
	KeyPlace string
}

// place is the database at file, or the target.
func (r *restoring) place(file string) Place {
	return Place{File: file, Keys: r.cfg.Trail.Key, KeyPlace: r.cfg.Trail.KeyPlace}
}

// restoring is a restore in progress.
type restoring struct {
	cfg    RestoreConfig
	target engine.Target
	o      RestoreOptions
	res    Restauracao
	assume bool // the trail goes on with a key that did not sign it
	shape  shape
	loaded bool    // the rows are there for good
	fitted *fitter // the first look at the rows; nil where the file itself is copied
}

// Restore brings the copy at path into the database at t, on whatever engine. It
// verifies the copy before, and that the target can hold every value, and all rows
// after; until they are right nothing has changed, and a restore that fails leaves
// nothing behind. A server's database must be empty, else the error is ErrConflict; a
// SQLite file that exists gives way only with Substituir.
func Restore(ctx context.Context, t engine.Target, cfg RestoreConfig, path string, o RestoreOptions) (Restauracao, error) {
	r := &restoring{cfg: cfg, target: t, o: o}
	r.res = Restauracao{Banco: t.Nome, Avisos: []string{}, Ajustes: []Ajuste{}, Simulada: o.DryRun}
	err := r.run(ctx, path)
	return r.res, aboutCopy(err, r.res.Copia.Arquivo)
}

func (r *restoring) run(ctx context.Context, path string) error {
	err := r.refuse(ctx, path)
	if err != nil {
		return err
	}
	keys, _ := trail.New(r.cfg.Trail).LoadKeys()
	if r.res.Copia, err = VerifyCopy(ctx, path, CopyOptions{Progresso: r.o.Progresso, Chaves: keys}); err != nil {
		return err
	}
	r.res.Linhas, r.res.Avisos = r.res.Copia.Linhas, append(r.res.Avisos, r.res.Copia.Avisos...)
	if err := r.refuseForeign(); err != nil {
		return err
	}
	if err := r.examine(ctx); err != nil || r.o.DryRun {
		return err
	}
	if err := r.key(); err != nil {
		return err
	}
	if r.target.Kind == engine.SQLite {
		return refusedStep(r.intoFile(ctx))
	}
	return refusedStep(r.intoServer(ctx))
}

// refusedStep puts into words what a database refused outside the rows.
func refusedStep(err error) error {
	var copia *CopiaError
	var rule *fault.RuleError
	var schema *schema.Error
	var url *engine.URLError
	known := errors.As(err, &copia) || errors.As(err, &rule) || errors.As(err, &schema) || errors.As(err, &url)
	if err == nil || known || errors.Is(err, fault.ErrUnavailable) || errors.Is(err, context.Canceled) ||
		errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &CopiaError{
		Frase:   "o banco de destino recusou um passo da restauração; nada ficou nele",
		Remedio: "confira os direitos do usuário e a versão do servidor com monitor setup --verificar; --depurar mostra o que o servidor disse", cause: err,
	}
}

// refuse looks at the target before any work.
func (r *restoring) refuse(ctx context.Context, path string) error {
	if r.target.Kind != engine.SQLite {
		return r.requireEmpty(ctx)
	}
	have, err := os.Stat(r.target.Path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return fault.File(r.target.Path, err)
	}
	if from, err := os.Stat(path); err == nil && os.SameFile(from, have) {
		return fault.Rule(fault.ErrConflict, "mesmo_arquivo", "a cópia e o banco são o mesmo arquivo")
	}
	if !r.o.Replace && !r.o.DryRun {
		return fault.Rule(fault.ErrConflict, "banco_existe", "o banco "+r.target.Path+" já existe")
	}
	return nil
}

// requireEmpty refuses a database on a server in which anything would be lost.
func (r *restoring) requireEmpty(ctx context.Context) error {
	db, err := engine.Open(ctx, r.target)
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(ctx, r.cfg.Deadline)
	defer cancel()
	state, err := schema.StateOf(ctx, db)
	if err != nil {
		return err
	}
	if state == schema.Alien || state == schema.Newer {
		return &schema.Error{Estado: state, Banco: r.target.Nome}
	}
	there, err := db.Tables(ctx)
	if err != nil {
		return err
	}
	r.shape.before = there
	if err := r.refuseThere(ctx, db); err != nil {
		return err
	}
	for _, t := range tableSpecs {
		if !there[t.name] {
			continue
		}
		n, err := db.Reader().Count(ctx, t.name)
		if err != nil {
			return err
		}
		if n > 0 {
			return fault.Rule(
				fault.ErrConflict,
				"banco_nao_vazio",
				fmt.Sprintf("o banco %s não está vazio: a tabela %s tem %d linha(s)", r.target.Nome, t.name, n),
			)
		}
	}
	return nil
}

// load writes the copy into the empty tables of db, compares every table with the
// copy, and closes the lanes: all of it or nothing.
func (r *restoring) load(ctx context.Context, db *engine.DB) error {
	if err := r.makeRoom(ctx, db); err != nil {
		return err
	}
	total := r.res.Copia.Linhas
	ctx, alive, stop := watch(ctx)
	defer stop()
	err := db.Bulk(ctx, func(ctx context.Context, q engine.Q) error {
		c := &loader{q: q, progress: func(n int64) { alive(); r.o.progress("Restaurando", n, total) }}
		f, err := r.writer(ctx, q, c)
		if err != nil {
			return err
		}
		if err := r.rows(ctx, f); err != nil {
			return err
		}
		if err := r.compare(ctx, q, f.sums, alive); err != nil {
			return err
		}
		if err := r.countOn(ctx, q); err != nil {
			return err
		}
		if err := r.nameTheRemoved(ctx, q); err != nil {
			return err
		}
		return r.goOn(ctx, q)
	})
	if cause := context.Cause(ctx); err != nil && cause != nil {
		return cause
	}
	return err
}

// removedNamed is the schema from which on a database knows whom the rows of removed
// clients are about. A copy of an older one is asked as the migration asks it.
const removedNamed = 9

func (r *restoring) nameTheRemoved(ctx context.Context, q engine.Q) error {
	if r.res.Copia.Esquema >= removedNamed || r.res.Copia.Esquema == 0 {
		return nil
	}
	for _, stmt := range migrations.For(string(q.Kind()))[removedNamed-1].SQL {
		if !strings.HasPrefix(stmt, "INSERT") || !strings.Contains(stmt, "INTO monitor_logs_clientes") {
			continue
		}
		if _, err := q.Exec(ctx, stmt); err != nil {
			return err
		}
	}
	return nil
}

// makeRoom prepares ids and columns. It is no part of the transaction: MySQL
// would end it.
func (r *restoring) makeRoom(ctx context.Context, db *engine.DB) error {
	next := map[string]int64{}
	for i := range r.res.Copia.tables {
		t := &r.res.Copia.tables[i]
		if t.Proximo > 1 {
			next[t.Nome] = t.Proximo
		}
	}
	if err := r.addColumns(ctx, db); err != nil {
		return err
	}
	return db.StartIDs(ctx, next)
}

// rows hands the rows of the copy, whatever its form, to dst.
func (r *restoring) rows(ctx context.Context, dst sink) error {
	if r.res.Copia.Formato == CopiaSQLite {
		return r.rowsOfFile(ctx, dst)
	}
	f, err := OpenCopyFile(r.res.Copia.Arquivo)
	if err != nil {
		return err
	}
	defer f.Close()
	l, err := openNeutral(ctx, f)
	if err != nil {
		return err
	}
	return l.each(ctx, dst)
}

func (r *restoring) rowsOfFile(ctx context.Context, dst sink) error {
	from, err := engine.OpenCopy(ctx, r.res.Copia.Arquivo)
	if err != nil {
		return damage(err)
	}
	defer from.Close()
	return from.Snapshot(ctx, func(q engine.Q) error { return dump(ctx, q, r.res.Copia.tables, dst) })
}

// compare reads back what was written.
func (r *restoring) compare(ctx context.Context, q engine.Q, want map[string]string, alive func()) error {
	written := make([]tableDump, len(r.res.Copia.tables))
	for i, t := range r.res.Copia.tables {
		written[i] = tableDump{Nome: t.Nome, Colunas: t.Colunas}
	}
	total := r.res.Copia.Linhas
	err := dump(ctx, q, written, &sumSink{progress: func(n int64) { alive(); r.o.progress("Conferindo", n, total) }})
	if err != nil {
		return err
	}
	for i, t := range r.res.Copia.tables {
		if written[i].Linhas != t.Linhas || written[i].Soma != want[t.Nome] {
			return &CopiaError{
				Frase:   fmt.Sprintf("a tabela %s não voltou igual à da cópia: este banco não guarda algum dos seus valores", t.Nome),
				Remedio: "restaure em um banco do mesmo tipo que o de origem (" + r.res.Copia.Motor + ")",
			}
		}
	}
	return nil
}

// never is a time that no lease outlives: the year 9999.
const never = 253402300799

// goOn makes the rows that were written this database's own: it is the Flask system's
// if the one that was copied was, and its trail goes on with a key that is at hand.
func (r *restoring) goOn(ctx context.Context, q engine.Q) error {
	if !r.res.Copia.fresh {
		if err := engine.MarkAdopted(ctx, q); err != nil {
			return err
		}
	}
	t := trail.New(r.cfg.Trail)
	t.Assume = r.assume
	t.AskSigner = func() (trail.Signer, error) { return trail.ReadSigner(ctx, q) }
	if _, _, err := t.SigningKey(); err != nil {
		return err
	}
	return closeLanes(ctx, q)
}

// closeLanes keeps every process of this database from extending a lane that the
// database which was copied may still extend.
func closeLanes(ctx context.Context, q engine.Q) error {
	_, err := q.Exec(ctx, "UPDATE monitor_faixas SET dono = 'copia', ate = ?", int64(never))
	return err
}
