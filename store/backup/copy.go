// Package backup writes a consistent copy of a database while others work on it, reads
// it back, and brings a copy into an empty database of any engine: every value that the
// target cannot hold is found and named before anything is written. A copy is a SQLite
// file, or one neutral file of rows that every engine is restored from. Who may do so,
// and what the audit trail says of it, is the store's.
package backup

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.com/monitor/store/durable"
	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/schema"
	"example.com/monitor/store/trail"
	"example.com/monitor/store/when"
)

// The forms of a copy.
const (
	// CopiaSQLite is a plain SQLite file.
	CopiaSQLite = "sqlite"
	// CopiaNeutra is a compressed file that any engine is restored from.
	CopiaNeutra = "monitor"
)

// Copia describes a copy that was verified.
type Copia struct {
	Arquivo string    `json:"arquivo"` // absolute path
	Formato string    `json:"formato"` // CopiaSQLite or CopiaNeutra
	Motor   string    `json:"motor"`   // the engine that it was taken from
	Esquema int       `json:"esquema"`
	FeitaEm when.Hora `json:"feita_em"`
	// Tabelas are the rows of each table, Linhas of all.
	Tabelas map[string]int64 `json:"tabelas"`
	Linhas  int64            `json:"linhas"`
	Bytes   int64            `json:"bytes"`
	SHA256  string           `json:"sha256"` // of the file
	// ChavesAuditoria identify the keys that signed the trail in it; the keys
	// themselves are not in the file.
	ChavesAuditoria []string `json:"chaves_auditoria"`
	// ArquivoChave is where the audit key is kept, which belongs in another place
	// than the copy; "" when it comes from the configuration or was not looked for.
	ArquivoChave string `json:"arquivo_chave"`
	// Assinatura is one of AssinaturaValida, AssinaturaOutra and AssinaturaAusente.
	Assinatura string `json:"assinatura"`
	// Estranhos names triggers, views and the like that are not of monitor: in the
	// copy itself where it is a SQLite file, else where it was taken.
	Estranhos []string `json:"estranhos"`
	Avisos    []string `json:"avisos"` // Portuguese

	tables []tableDump
	fresh  bool // the database never was the Flask system's
}

// CopyOptions are the choices of a backup; the zero value refuses to overwrite.
type CopyOptions struct {
	// Chaves are the audit keys with which a copy's signature is verified.
	Chaves trail.Keyring
	// Overwrite replaces an existing file, once the new one is complete.
	Overwrite bool
	// Progresso is told what is being done and how far it is; nil for nobody. total
	// is 0 where it is not known.
	Progresso func(stage string, done, total int64)
}

func (o CopyOptions) progress(stage string, done, total int64) {
	if o.Progresso != nil {
		o.Progresso(stage, done, total)
	}
}

// CopiaError says what is wrong with a copy, or why none could be made.
type CopiaError struct {
	Arquivo string
	Frase   string // Portuguese
	Remedio string // Portuguese
	// Valores are what the target of a restore cannot hold, as far as they were
	// remembered; the sentence has their number.
	Valores []Ajuste
	cause   error
}

// Unwrap is what the database said, for logs.
func (e *CopiaError) Unwrap() error { return e.cause }

func (e *CopiaError) Error() string {
	if e.Arquivo == "" {
		return e.Frase
	}
	return e.Arquivo + ": " + e.Frase
}

var (
	errNotACopy  = &CopiaError{Frase: "o arquivo não é uma cópia de segurança do monitor", Remedio: "confira o nome do arquivo"}
	errTruncated = &CopiaError{
		Frase:   "a cópia está incompleta: falta o fim do arquivo",
		Remedio: "traga o arquivo de novo de onde ele foi guardado, ou use outra cópia",
	}
	errDamaged = &CopiaError{
		Frase:   "a cópia está danificada: o conteúdo não confere com a soma gravada nela",
		Remedio: "traga o arquivo de novo de onde ele foi guardado, ou use outra cópia",
	}
	errNewerCopy = &CopiaError{Frase: "a cópia foi feita por uma versão mais nova do monitor", Remedio: "atualize este programa"}
)

// ErrOpenHere refuses a file that this process has open as a database: reading it
// past SQLite would end the locks that protect it.
var ErrOpenHere = &CopiaError{
	Frase:   "o arquivo é um banco em uso por este programa, não uma cópia",
	Remedio: "faça a cópia com monitor backup",
}

// About is the error with the file that it is about.
func (e *CopiaError) About(path string) error { return aboutCopy(e, path) }

// aboutCopy tells which file an error is about.
func aboutCopy(err error, path string) error {
	if e, ok := errors.AsType[*CopiaError](err); ok && e.Arquivo == "" {
		about := *e
		about.Arquivo = path
		return &about
	}
	return err
}

// NewPath refuses, before any work, what would destroy something.
func NewPath(t engine.Target, cfg Config, path string, o CopyOptions) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	for _, own := range ownFiles(t, cfg) {
		if samePlace(path, own) {
			return "", fault.Rule(fault.ErrConflict, "destino_em_uso", path+" é do próprio banco; escolha outro nome para a cópia")
		}
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return path, nil
	case err != nil:
		return "", fault.File(path, err)
	case !info.Mode().IsRegular():
		return "", fault.Rule(fault.ErrConflict, "destino_invalido", path+" não é um arquivo comum")
	}
	if !o.Overwrite {
		return "", fault.Rule(fault.ErrConflict, "arquivo_existe", path+" já existe")
	}
	return path, nil
}

// ownFiles are the files that a database consists of, on this machine.
func ownFiles(t engine.Target, cfg Config) []string {
	list := []string{cfg.Trail.KeyPath, cfg.Trail.AnchorPath}
	if t.Kind == engine.SQLite {
		list = append(list, t.Path, t.Path+"-wal", t.Path+"-shm", t.Path+"-journal")
	}
	return list
}

// samePlace returns whether two names lead to one file, or would if it were there:
// a journal may be missing now and be read the next moment.
func samePlace(a, b string) bool {
	here, err := os.Stat(a)
	there, otherErr := os.Stat(b)
	if err == nil && otherErr == nil {
		return os.SameFile(here, there)
	}
	here, err = os.Stat(filepath.Dir(a))
	there, otherErr = os.Stat(filepath.Dir(b))
	return err == nil && otherErr == nil && os.SameFile(here, there) && filepath.Base(a) == filepath.Base(b)
}

// Config is what writing and restoring copies need to know of the program.
type Config struct {
	Now      func() time.Time
	Zone     *time.Location // of names that tell the time
	Log      *slog.Logger
	Deadline time.Duration // of looking at a server
	Trail    trail.Config  // the keys that sign, and the files beside the database
}

// Write makes the file path, a copy of db, reads it back, and leaves nothing under
// that name unless all of it is right.
func Write(ctx context.Context, db *engine.DB, cfg Config, path string, o CopyOptions) (Copia, error) {
	p, err := durable.NewPartial(path)
	if err != nil {
		return Copia{}, err
	}
	defer p.Discard()
	o.Chaves, _ = trail.New(cfg.Trail).LoadKeys()
	take := backupServer
	if db.Kind == engine.SQLite {
		take = backupSQLite
	}
	foreign, err := take(ctx, db, cfg, p.Name, o)
	if err != nil {
		return Copia{}, explainPartial(p, err)
	}
	if err := p.Sync(); err != nil {
		return Copia{}, err
	}
	c, err := VerifyCopy(ctx, p.Name, o)
	if err != nil {
		return Copia{}, explainPartial(p, err)
	}
	if err := p.Publish(o.Overwrite); err != nil {
		return Copia{}, err
	}
	c.Arquivo = path
	if cfg.Trail.Key == "" && len(c.ChavesAuditoria) > 0 {
		c.ArquivoChave = cfg.Trail.KeyPath
	}
	if len(foreign) > 0 {
		c.Avisos = append(c.Avisos, "tabelas de outros programas não entraram na cópia: "+strings.Join(foreign, ", "))
	}
	return c, nil
}

// keysOf identifies the keys of the trail.
func keysOf(ctx context.Context, q engine.Q, list []tableDump) (keys []string, err error) {
	keys = []string{}
	for _, t := range list {
		if t.Nome == "monitor_trilha" {
			err = q.All(ctx, &keys, "SELECT DISTINCT chave FROM monitor_trilha ORDER BY chave")
		}
	}
	return keys, err
}

func newHeader(ctx context.Context, db *engine.DB, q engine.Q, now when.Hora) (head header, foreign []string, err error) {
	head = header{Monitor: "copia", Versao: formatVersion, Motor: string(db.Kind), FeitaEm: now}
	if head.Tabelas, foreign, err = survey(ctx, db, q); err != nil {
		return head, nil, err
	}
	if head.Chaves, err = keysOf(ctx, q, head.Tabelas); err != nil {
		return head, nil, err
	}
	code, err := db.Reader().ForeignCode(ctx)
	if err != nil && (ctx.Err() != nil || errors.Is(err, fault.ErrUnavailable)) {
		return head, nil, err
	}
	head.Estranhos = schema.ForeignNames(code)
	if head.Esquema, err = db.Versao(ctx); err == nil && head.Esquema > 0 {
		adopted, err := db.Adopted(ctx)
		if err != nil {
			return head, foreign, err
		}
		head.Nova = !adopted
	}
	return head, foreign, err
}

// backupServer streams one state of the database into the file.
func backupServer(ctx context.Context, db *engine.DB, cfg Config, path string, o CopyOptions) (foreign []string, err error) {
	f, err := os.OpenFile(path, os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fault.File(path, err)
	}
	defer f.Close()
	ctx, alive, stop := watch(ctx)
	defer stop()
	err = db.Snapshot(ctx, func(q engine.Q) error {
		var head header
		if head, foreign, err = newHeader(ctx, db, q, when.Of(cfg.Now())); err != nil {
			return err
		}
		total := rowsOf(head.Tabelas)
		g, err := newFileWriter(f, head, func(n int64) { alive(); o.progress("Copiando", n, total) })
		if err != nil {
			return err
		}
		g.key = o.Chaves.Signer()
		if err := dump(ctx, q, head.Tabelas, g); err != nil {
			return err
		}
		return g.finish()
	})
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause
	}
	return foreign, errors.Join(err, f.Close())
}

func rowsOf(list []tableDump) (total int64) {
	for _, t := range list {
		total += t.Linhas
	}
	return total
}

// maxSilence is how long a server may say nothing in the middle of a copy:
// counting a large table takes minutes on a small one.
const maxSilence = 10 * time.Minute

var errSilent = &engine.UnavailableError{
	Causa:   "o servidor do banco parou de responder durante o trabalho",
	Remedio: "confira o servidor e a rede, e repita",
}

// watch ends ctx when nobody says alive for long: there is no telling how long
// honest work takes.
func watch(ctx context.Context) (context.Context, func(), func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(maxSilence, func() { cancel(errSilent) })
	return ctx, func() { timer.Reset(maxSilence) }, func() { timer.Stop(); cancel(nil) }
}

// newCopia is what people are told of a copy.
func newCopia(path, form string, head *header) Copia {
	c := Copia{
		Arquivo: path, Formato: form, Motor: head.Motor, Esquema: head.Esquema, FeitaEm: head.FeitaEm,
		Tabelas: map[string]int64{}, ChavesAuditoria: head.Chaves, Estranhos: head.Estranhos, Avisos: []string{}, tables: head.Tabelas, fresh: head.Nova,
	}
	if c.Estranhos == nil {
		c.Estranhos = []string{}
	}
	if c.ChavesAuditoria == nil {
		c.ChavesAuditoria = []string{}
	}
	for _, t := range head.Tabelas {
		c.Tabelas[t.Nome] = t.Linhas
	}
	c.Linhas = rowsOf(head.Tabelas)
	return c
}

// explainPartial keeps the name of the unfinished file out of what people read.
func explainPartial(p *durable.Partial, err error) error {
	if e, ok := errors.AsType[*CopiaError](err); ok {
		about := *e
		about.Arquivo = ""
		about.Frase = "a cópia foi lida de volta e não confere, por isso não foi guardada: " + e.Frase
		about.Remedio = "confira o disco em que ela seria guardada e repita"
		return &about
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, fault.ErrUnavailable) {
		return err
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return fault.File(p.Final, err)
	}
	return err
}
