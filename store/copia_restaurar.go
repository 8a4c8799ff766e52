package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/migrations"
)

// RestauracaoOpcoes are the choices of a restore; the zero value replaces nothing.
type RestauracaoOpcoes struct {
	// Substituir lets a SQLite file that exists give way. It is kept under another name.
	Substituir bool
	// ChaveNova goes on although the key that signed the trail in the copy is not at
	// hand: the old links can then no longer be verified.
	ChaveNova bool
	// Ajustar changes what the target cannot hold into what it can, and takes away
	// triggers and views that are not of monitor.
	Ajustar bool
	// Simular only tells what would be changed; nothing is written.
	Simular bool
	// ManterGatilhos restores triggers and views that are not of monitor with the rest.
	ManterGatilhos bool
	// Progresso is as in CopiaOpcoes.
	Progresso func(etapa string, feito, total int64)
}

func (o RestauracaoOpcoes) progress(etapa string, feito, total int64) {
	if o.Progresso != nil {
		o.Progresso(etapa, feito, total)
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

// restauracao is a restore in progress.
type restauracao struct {
	cfg    Config
	target engine.Target
	actor  Actor
	o      RestauracaoOpcoes
	res    Restauracao
	assume bool // the trail goes on with a key that did not sign it
	shape  shape
	loaded bool    // the rows are there for good
	fitted *fitter // the first look at the rows; nil where the file itself is copied
}

// Restore brings the copy at path into the database that cfg names, on whatever
// engine. It verifies the copy before, and that the target can hold every value, and
// all rows after; until they are right nothing has changed, and a restore that fails
// leaves nothing behind. A server's database must be empty, else the error is
// ErrConflict; a SQLite file that exists gives way only with Substituir. The
// schema becomes this program's, sessions stay, and the trail goes on in a new
// lane that quotes the old heads. Admins only.
func Restore(ctx context.Context, cfg Config, actor Actor, path string, o RestauracaoOpcoes) (Restauracao, error) {
	cfg = cfg.withDefaults()
	r := &restauracao{cfg: cfg, actor: actor, o: o}
	err := (&call{actor: actor}).require(Admin)
	if err != nil {
		return r.res, err
	}
	if r.target, err = cfg.target(); err != nil {
		return r.res, err
	}
	r.res = Restauracao{Banco: r.target.Nome, Avisos: []string{}, Ajustes: []Ajuste{}, Simulada: o.Simular}
	if err := r.refuse(ctx, path); err != nil {
		return r.res, err
	}
	if r.res.Copia, err = VerifyCopy(ctx, path, CopiaOpcoes{Progresso: o.Progresso, Chaves: KnownKeys(cfg)}); err != nil {
		return r.res, err
	}
	r.res.Linhas, r.res.Avisos = r.res.Copia.Linhas, append(r.res.Avisos, r.res.Copia.Avisos...)
	if err := r.refuseForeign(); err != nil {
		return r.res, aboutCopy(err, r.res.Copia.Arquivo)
	}
	if err := r.examine(ctx); err != nil || o.Simular {
		return r.res, aboutCopy(err, r.res.Copia.Arquivo)
	}
	if err := r.key(); err != nil {
		return r.res, err
	}
	if r.target.Kind == engine.SQLite {
		err = r.intoFile(ctx)
	} else {
		err = r.intoServer(ctx)
	}
	return r.res, aboutCopy(refusedStep(err), r.res.Copia.Arquivo)
}

// refusedStep puts into words what a database refused outside the rows.
func refusedStep(err error) error {
	var copia *CopiaError
	var rule *RuleError
	var schema *SchemaError
	var url *URLError
	known := errors.As(err, &copia) || errors.As(err, &rule) || errors.As(err, &schema) || errors.As(err, &url)
	if err == nil || known || errors.Is(err, ErrUnavailable) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &CopiaError{
		Frase:   "o banco de destino recusou um passo da restauração; nada ficou nele",
		Remedio: "confira os direitos do usuário e a versão do servidor com monitor setup --verificar; --depurar mostra o que o servidor disse", causa: err,
	}
}

// refuse looks at the target before any work.
func (r *restauracao) refuse(ctx context.Context, path string) error {
	if r.target.Kind != engine.SQLite {
		return r.requireEmpty(ctx)
	}
	have, err := os.Stat(r.target.Path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return fileError(r.target.Path, err)
	}
	if from, err := os.Stat(path); err == nil && os.SameFile(from, have) {
		return ruleError(ErrConflict, "mesmo_arquivo", "a cópia e o banco são o mesmo arquivo")
	}
	if !r.o.Substituir && !r.o.Simular {
		return ruleError(ErrConflict, "banco_existe", "o banco "+r.target.Path+" já existe")
	}
	return nil
}

// requireEmpty refuses a database on a server in which anything would be lost.
func (r *restauracao) requireEmpty(ctx context.Context) error {
	db, err := engine.Open(ctx, r.target)
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(ctx, r.cfg.Deadline)
	defer cancel()
	state, err := schemaState(ctx, db)
	if err != nil {
		return err
	}
	if state == SchemaAlien || state == SchemaNewer {
		return &SchemaError{Estado: state, Banco: r.target.Nome}
	}
	there, err := db.Tables(ctx)
	if err != nil {
		return err
	}
	r.shape.before = there
	if err := r.refuseThere(ctx, db); err != nil {
		return err
	}
	for _, t := range tabelasCopia {
		if !there[t.nome] {
			continue
		}
		n, err := db.Reader().Count(ctx, t.nome)
		if err != nil {
			return err
		}
		if n > 0 {
			return ruleError(ErrConflict, "banco_nao_vazio", fmt.Sprintf("o banco %s não está vazio: a tabela %s tem %d linha(s)", r.target.Nome, t.nome, n))
		}
	}
	return nil
}

// load writes the copy into the empty tables of db, compares every table with the
// copy, and closes the lanes: all of it or nothing.
func (r *restauracao) load(ctx context.Context, db *engine.DB) error {
	if err := r.makeRoom(ctx, db); err != nil {
		return err
	}
	total := r.res.Copia.Linhas
	ctx, alive, stop := watch(ctx)
	defer stop()
	err := db.Bulk(ctx, func(ctx context.Context, q engine.Q) error {
		c := &carga{q: q, avanco: func(n int64) { alive(); r.o.progress("Restaurando", n, total) }}
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

func (r *restauracao) nameTheRemoved(ctx context.Context, q engine.Q) error {
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
func (r *restauracao) makeRoom(ctx context.Context, db *engine.DB) error {
	next := map[string]int64{}
	for i := range r.res.Copia.tabelas {
		t := &r.res.Copia.tabelas[i]
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
func (r *restauracao) rows(ctx context.Context, dst destino) error {
	if r.res.Copia.Formato == CopiaSQLite {
		return r.rowsOfFile(ctx, dst)
	}
	f, err := openCopyFile(r.res.Copia.Arquivo)
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

func (r *restauracao) rowsOfFile(ctx context.Context, dst destino) error {
	from, err := engine.OpenCopy(ctx, r.res.Copia.Arquivo)
	if err != nil {
		return damage(err)
	}
	defer from.Close()
	return from.Snapshot(ctx, func(q engine.Q) error { return despejar(ctx, q, r.res.Copia.tabelas, dst) })
}

// compare reads back what was written.
func (r *restauracao) compare(ctx context.Context, q engine.Q, want map[string]string, alive func()) error {
	written := make([]tabelaCopiada, len(r.res.Copia.tabelas))
	for i, t := range r.res.Copia.tabelas {
		written[i] = tabelaCopiada{Nome: t.Nome, Colunas: t.Colunas}
	}
	total := r.res.Copia.Linhas
	err := despejar(ctx, q, written, &somas{avanco: func(n int64) { alive(); r.o.progress("Conferindo", n, total) }})
	if err != nil {
		return err
	}
	for i, t := range r.res.Copia.tabelas {
		if written[i].Linhas != t.Linhas || written[i].Soma != want[t.Nome] {
			return &CopiaError{
				Frase:   fmt.Sprintf("a tabela %s não voltou igual à da cópia: este banco não guarda algum dos seus valores", t.Nome),
				Remedio: "restaure em um banco do mesmo tipo que o de origem (" + r.res.Copia.Motor + ")",
			}
		}
	}
	return nil
}

// semFim is a time that no lease outlives: the year 9999.
const semFim = 253402300799

// goOn makes the rows that were written this database's own: it is the Flask system's
// if the one that was copied was, and its trail goes on with a key that is at hand.
func (r *restauracao) goOn(ctx context.Context, q engine.Q) error {
	if !r.res.Copia.nova {
		if err := engine.MarkAdopted(ctx, q); err != nil {
			return err
		}
	}
	t := newTrilha(r.cfg, r.target)
	t.assume = r.assume
	t.assinante = func() (assinante, error) { return lerAssinante(ctx, q) }
	if _, _, err := t.signingKey(); err != nil {
		return err
	}
	return closeLanes(ctx, q)
}

// closeLanes keeps every process of this database from extending a lane that the
// database which was copied may still extend.
func closeLanes(ctx context.Context, q engine.Q) error {
	_, err := q.Exec(ctx, "UPDATE monitor_faixas SET dono = 'copia', ate = ?", int64(semFim))
	return err
}

// record opens the restored database, brings its search index up to date, and
// begins a lane by quoting the heads of the old ones.
func (r *restauracao) record(ctx context.Context, cfg Config) error {
	cfg.SomenteLeitura, cfg.Create = false, true
	s, err := Open(ctx, cfg)
	if err != nil {
		return err
	}
	return errors.Join(r.recordIn(ctx, s), s.Close())
}

func (r *restauracao) recordIn(ctx context.Context, s *Store) error {
	if s.db.Kind == engine.SQLite {
		err := s.indice.drain(ctx, loteSetup, func(n, total int) { r.o.progress("Preparando a busca", int64(n), int64(total)) })
		if err != nil {
			return err
		}
	}
	fins, err := heads(ctx, s.db.Reader())
	if err != nil {
		return err
	}
	adotado, err := s.db.Adopted(ctx)
	if err != nil {
		return err
	}
	// That the anchor is new is no news, and the chain may go on with a key that did
	// not sign it: whoever restores answers for both.
	s.trilha.semNota, s.trilha.assume = true, r.assume
	err = s.As(r.actor).write(ctx, func(ctx context.Context, t *tx) error {
		return t.audit(ctx, registro{
			acao: acaoRestauracao, descricao: "Banco restaurado de uma cópia de segurança", sujeito: "banco", nivel: "warning",
			depois: map[string]any{
				"arquivo": r.res.Copia.Arquivo, "sha256": r.res.Copia.SHA256, "feita_em": r.res.Copia.FeitaEm, "fins": fins, "adotado": adotado,
				"valores_ajustados": r.res.Ajustados, "assinatura": r.res.Copia.Assinatura,
			},
		})
	})
	if err != nil {
		return err
	}
	return s.trilha.seal(ctx, s)
}
