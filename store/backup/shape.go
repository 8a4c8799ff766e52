package backup

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/internal/chars"
	"example.com/monitor/store/say"
	"example.com/monitor/store/schema"
)

// shape is what a restore makes at the target beside what the migrations make.
type shape struct {
	before map[string]bool // tables that were there
	base   []string        // statements on the six tables, before the migrations
	types  []string        // statements
	add    []addition
	rules  []string // statements, when all rows are there
	added  []addition
}

// addition is a column that is not of monitor.
type addition struct {
	tabela string
	origin string // its type there, "" where it is not known
	exact  bool   // it is made as the origin defines it
	field  engine.Field
}

// examine looks at every row before anything is written: what the target cannot
// hold is named, and what it must be given is planned. A SQLite copy that becomes
// a SQLite file is copied as it is.
func (r *restoring) examine(ctx context.Context) error {
	if r.target.Kind == engine.SQLite && r.res.Copia.Formato == CopiaSQLite {
		return nil
	}
	f := newFitter(r.target.Kind, r.same())
	f.loose = r.mayLoosen
	if err := r.plan(ctx, f); err != nil {
		return err
	}
	total := r.res.Copia.Linhas
	r.o.progress("Conferindo", 0, total)
	if err := r.rows(ctx, f); err != nil {
		return err
	}
	r.fitted = f
	r.settle(f)
	r.res.Ajustes, r.res.Ajustados = f.list, f.count
	if r.res.Ajustes == nil {
		r.res.Ajustes = []Ajuste{}
	}
	return r.refuseValues(f)
}

// same says that the copy comes from the engine that it goes to.
func (r *restoring) same() bool { return r.res.Copia.Motor == string(r.target.Kind) }

// refuseValues ends a restore whose target cannot hold something.
func (r *restoring) refuseValues(f *fitter) error {
	if f.signed > 0 && r.o.Fit {
		r.res.Avisos = append(
			r.res.Avisos,
			say.Count(
				int(f.signed),
				"valor ajustado é de uma linha assinada da auditoria: logs verificar vai apontá-lo",
				"valores ajustados são de linhas assinadas da auditoria: logs verificar vai apontá-los",
			),
		)
	}
	if f.count == 0 || r.o.DryRun || r.o.Fit && f.stuck == 0 {
		return nil
	}
	e := &CopiaError{
		Frase: say.Count(
			int(f.count),
			"valor da cópia não cabe no banco de destino; nada foi gravado",
			"valores da cópia não cabem no banco de destino; nada foi gravado",
		),
		Remedio: "corrija-os na origem e faça outra cópia, ou repita com --ajustar, que os muda como está dito acima",
		Valores: f.list,
	}
	if f.stuck > 0 {
		e.Remedio = "corrija na origem os que não têm ajuste, e faça outra cópia"
		e.Valores = slices.DeleteFunc(slices.Clone(f.list), func(a Ajuste) bool { return r.o.Fit && !a.stuck })
	}
	return e
}

// plan finds what the target has for each column of the copy, and what it lacks.
func (r *restoring) plan(ctx context.Context, f *fitter) error {
	var q engine.Q
	if r.target.Kind != engine.SQLite {
		db, err := engine.Open(ctx, r.target)
		if err != nil {
			return err
		}
		defer db.Close()
		q = db.Reader()
	}
	for i := range r.res.Copia.tables {
		t := &r.res.Copia.tables[i]
		if _, ok := specOf(t.Nome); !ok {
			return unknownTable(t.Nome)
		}
		have := engine.Standard(r.target.Kind, t.Nome)
		if r.shape.before[t.Nome] {
			var err error
			if have, err = q.Fields(ctx, t.Nome); err != nil {
				return err
			}
		}
		r.planTable(f, t, have)
	}
	return nil
}

func unknownTable(name string) error {
	return &CopiaError{Frase: "a cópia tem uma tabela que este programa não conhece: " + name, Remedio: "atualize este programa"}
}

func (r *restoring) planTable(f *fitter, t *tableDump, have []engine.Field) {
	f.fields[t.Nome] = map[string]*engine.Field{}
	for _, c := range t.Colunas {
		if at := slices.IndexFunc(have, func(h engine.Field) bool { return h.Nome == c }); at >= 0 {
			f.fields[t.Nome][c] = &have[at]
			continue
		}
		r.planColumn(f, t, c)
	}
	for _, d := range t.Definicoes {
		is := func(h engine.Field) bool { return h.Nome == d.Nome }
		switch {
		case !d.Gerada || slices.ContainsFunc(have, is):
		case r.same() && r.usable(d):
			field := r.fieldOf(t, d)
			field.Generated = true
			r.shape.add = append(r.shape.add, addition{tabela: t.Nome, origin: d.Tipo, exact: true, field: field})
		default:
			r.warn("a coluna calculada " + t.Nome + "." + d.Nome + " não é do monitor e não foi recriada")
		}
	}
	if r.same() {
		r.shape.types = append(r.shape.types, r.onlyUsable(t.Nome, t.Tipos)...)
		r.shape.rules = append(r.shape.rules, r.onlyUsable(t.Nome, t.Regras)...)
	} else if len(t.Regras) > 0 {
		r.warn(say.Count(len(t.Regras), "índice ou regra de outros", "índices e regras de outros") + " em " + t.Nome + " não passam para outro tipo de banco")
	}
	for _, text := range t.Fora {
		r.warn(text + " não é do monitor e não foi recriada")
	}
}

func (r *restoring) warn(text string) { r.res.Avisos = append(r.res.Avisos, text) }

// planColumn finds a place for a column that is not of monitor.
func (r *restoring) planColumn(f *fitter, t *tableDump, name string) {
	a := addition{tabela: t.Nome}
	d, known := t.definition(name)
	switch {
	case known && r.same() && r.usable(d):
		a.field, a.origin, a.exact = r.fieldOf(t, d), d.Tipo, true
	case known:
		from := engine.FieldOf(engine.Kind(r.res.Copia.Motor), t.Nome, name, d.Tipo)
		a.field, a.origin = r.target.Kind.Plain(t.Nome, name, from.Tipo), d.Tipo
		mark(f.aligned, t.Nome, name)
	default:
		a.field = r.target.Kind.Plain(t.Nome, name, engine.Texto)
		if f.guesses[t.Nome] == nil {
			f.guesses[t.Nome] = map[string]int{}
		}
		f.guesses[t.Nome][name] = 0
	}
	r.shape.add = append(r.shape.add, a)
	field := a.field
	f.fields[t.Nome][name] = &field
}

func (t *tableDump) definition(name string) (columnDef, bool) {
	at := slices.IndexFunc(t.Definicoes, func(d columnDef) bool { return d.Nome == name })
	if at < 0 {
		return columnDef{}, false
	}
	return t.Definicoes[at], true
}

// fieldOf is a column as its own engine defines it. Of a type that somebody made
// only the engine knows what it holds.
func (r *restoring) fieldOf(t *tableDump, d columnDef) engine.Field {
	f := engine.FieldOf(r.target.Kind, t.Nome, d.Nome, d.Tipo)
	f.Declared, f.SQL = d.Tipo, d.SQL
	for _, made := range t.Tipos {
		if strings.Contains(made+" ", " "+d.Tipo+" ") {
			f.Tipo = engine.Outro
		}
	}
	return f
}

// signed says that the copy is ours beyond doubt. What a copy defines is run only then,
// or where its text can do nothing but define.
func (r *restoring) signed() bool { return r.res.Copia.Assinatura == AssinaturaValida }

func (r *restoring) usable(d columnDef) bool {
	return d.SQL != "" && (r.signed() || engine.HarmlessColumn(d.SQL) && engine.HarmlessColumn(d.Tipo))
}

// onlyUsable names what is left out.
func (r *restoring) onlyUsable(table string, list []string) (use []string) {
	for _, sql := range list {
		if r.signed() || engine.HarmlessStatement(r.target.Kind, table, sql) {
			use = append(use, sql)
			continue
		}
		r.warn("a cópia não tem assinatura que se confira, por isso não foi executado: " + chars.Truncate(sql, maxErrorSQL))
	}
	return use
}

// maxErrorSQL bounds what is shown of a statement that was left out.
const maxErrorSQL = 200

// mayLoosen says that a column of ours, or for "" the rules of a table, may take
// the form that they have at the origin.
func (r *restoring) mayLoosen(table, column string) bool {
	if !r.same() || r.target.Kind == engine.SQLite || r.shape.before[table] || !schema.IsOfSix(table) {
		return false
	}
	if column == "" {
		return true
	}
	for i := range r.res.Copia.tables {
		if t := &r.res.Copia.tables[i]; t.Nome == table {
			d, known := t.definition(column)
			return known && r.usable(d)
		}
	}
	return false
}

// settle turns what the look at the rows found into statements.
func (r *restoring) settle(f *fitter) {
	for i := range r.shape.add {
		a := &r.shape.add[i]
		seen, guess := f.guesses[a.tabela][a.field.Nome]
		fits, aligned := f.aligned[a.tabela][a.field.Nome]
		switch {
		case guess:
			a.field = r.target.Kind.Plain(a.tabela, a.field.Nome, guessed(seen))
		case aligned && !fits:
			a.field = r.target.Kind.Plain(a.tabela, a.field.Nome, engine.Texto)
		}
	}
	for i := range r.res.Copia.tables {
		t := &r.res.Copia.tables[i]
		for _, d := range t.Definicoes {
			if f.loosed[t.Nome][d.Nome] {
				r.loosen(t, d)
			}
		}
		for _, c := range slices.Sorted(maps.Keys(f.free[t.Nome])) {
			r.release(t.Nome, c)
		}
	}
}

// loosen gives a column of ours the form that it has at the origin, which holds more.
func (r *restoring) loosen(t *tableDump, d columnDef) {
	r.shape.base = append(r.shape.base, r.target.Kind.Retype(t.Nome, r.fieldOf(t, d)))
	if r.target.Kind == engine.Postgres && !strings.Contains(d.SQL, "NOT NULL") && d.Nome != "id" {
		r.shape.base = append(r.shape.base, "ALTER TABLE "+t.Nome+" ALTER COLUMN "+d.Nome+" DROP NOT NULL")
	}
	r.warn("a coluna " + t.Nome + "." + d.Nome + " ficou como na origem (" + d.Tipo + "): os seus valores não cabem na forma do monitor")
}

// release takes away a rule of ours that the origin does not keep.
func (r *restoring) release(table, column string) {
	_, key := pointers[column]
	switch {
	case r.target.Kind == engine.MySQL:
		r.shape.base = append(r.shape.base, "ALTER TABLE "+table+" DROP INDEX "+column)
	case key:
		r.shape.base = append(r.shape.base, "ALTER TABLE "+table+" DROP CONSTRAINT IF EXISTS "+table+"_"+column+"_fkey")
	default:
		r.shape.base = append(r.shape.base, "ALTER TABLE "+table+" DROP CONSTRAINT IF EXISTS "+table+"_"+column+"_key")
	}
	r.warn("em " + table + "." + column + " há valores que a regra do monitor recusa, como na origem; a regra não foi criada")
}

// makeBase makes the six tables before the migrations find them, where they are to
// have another form.
func (r *restoring) makeBase(ctx context.Context, db *engine.DB) error {
	if len(r.shape.base) == 0 {
		return nil
	}
	r.makeTypes(ctx, db)
	return db.Make(ctx, append(db.BaseTables(), r.shape.base...)...)
}

// makeTypes makes types of others; one that is there already does, and what is
// missing shows where it is needed.
func (r *restoring) makeTypes(ctx context.Context, db *engine.DB) {
	for _, sql := range r.shape.types {
		if err := db.Make(ctx, sql); err != nil {
			r.cfg.Log.DebugContext(ctx, "um tipo de outros não pôde ser criado", slog.String("sql", sql))
		}
	}
}

// addColumns makes room for what only the origin has. A type that this server does
// not have becomes text.
func (r *restoring) addColumns(ctx context.Context, db *engine.DB) error {
	if len(r.shape.base) == 0 {
		r.makeTypes(ctx, db)
	}
	for _, a := range r.shape.add {
		there, err := db.Reader().Fields(ctx, a.tabela)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(there, func(f engine.Field) bool { return f.Nome == a.field.Nome }) {
			continue // the migrations make it after all
		}
		err = db.AddColumn(ctx, a.tabela, a.field.Nome, a.field.SQL)
		name := a.tabela + "." + a.field.Nome
		switch {
		case err == nil:
		case a.field.Generated:
			r.warn("a coluna calculada " + name + " não pôde ser recriada: " + a.field.SQL)
			continue
		default:
			text := r.target.Kind.Plain(a.tabela, a.field.Nome, engine.Texto)
			if err := db.AddColumn(ctx, a.tabela, a.field.Nome, text.SQL); err != nil {
				return err
			}
			r.warn("a coluna " + name + " não é do monitor e não pôde ser recriada como " + a.field.SQL + "; ficou como texto")
		}
		r.shape.added = append(r.shape.added, a)
		if err == nil && !a.exact {
			r.tellColumn(name, a)
		}
	}
	return nil
}

func (r *restoring) tellColumn(name string, a addition) {
	text := "a coluna " + name
	if a.origin != "" {
		text += " (" + a.origin + ")"
	}
	r.warn(text + " não é do monitor; foi recriada como " + a.field.SQL + ", sem valor padrão, obrigatoriedade nem regras")
}

// addRules makes indexes and rules of others, when all rows are there.
func (r *restoring) addRules(ctx context.Context, db *engine.DB) error {
	for _, sql := range r.shape.rules {
		err := db.Make(ctx, sql)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			r.warn("não pôde ser recriado: " + sql)
		}
	}
	return nil
}

// countOn lets identities of others go on behind their last value.
func (r *restoring) countOn(ctx context.Context, q engine.Q) error {
	for _, a := range r.shape.added {
		if !strings.Contains(a.field.SQL, "AS IDENTITY") {
			continue
		}
		if err := q.CountFrom(ctx, a.tabela, a.field.Nome); err != nil {
			return err
		}
	}
	return nil
}

// writer is the fitter through which rows go to c, with the columns as they are now.
func (r *restoring) writer(ctx context.Context, q engine.Q, c sink) (*fitter, error) {
	f := newFitter(r.target.Kind, r.same())
	f.to, f.all, f.free = c, map[string][]int64{}, map[string]map[string]bool{}
	if r.fitted != nil {
		f.all, f.free = r.fitted.ids, r.fitted.free
	}
	for _, t := range r.res.Copia.tables {
		fields, err := q.Fields(ctx, t.Nome)
		if err != nil {
			return nil, err
		}
		f.fields[t.Nome] = map[string]*engine.Field{}
		for i := range fields {
			f.fields[t.Nome][fields[i].Nome] = &fields[i]
		}
	}
	return f, nil
}

// sweepFor bounds the cleaning up after a failure.
const sweepFor = time.Minute

var madeType = regexp.MustCompile(`^CREATE (TYPE|DOMAIN) (\S+)`)

// sweep takes away what a failed restore made on a server, whatever ended it.
func (r *restoring) sweep(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sweepFor)
	defer cancel()
	db, err := engine.Open(ctx, r.target)
	if err != nil {
		return err
	}
	defer db.Close()
	now, err := db.Tables(ctx)
	if err != nil {
		return err
	}
	var made, empty []string
	for name := range now {
		if _, ours := specOf(name); !r.shape.before[name] && (ours || isDerived(name)) {
			made = append(made, name)
		}
		if !r.shape.before[name] && !r.loaded && schema.IsOfSix(name) {
			empty = append(empty, name)
		}
	}
	slices.Sort(made)
	err = db.DropTables(ctx, made, empty)
	if errors.Is(err, engine.ErrFilled) {
		return nil // somebody else restored here at the same time
	}
	if err != nil {
		return err
	}
	for _, a := range r.shape.added {
		if r.shape.before[a.tabela] {
			if err := db.Make(ctx, "ALTER TABLE "+db.Kind.Quote(a.tabela)+" DROP COLUMN "+db.Kind.Quote(a.field.Nome)); err != nil {
				return err
			}
		}
	}
	for _, sql := range slices.Backward(r.shape.types) {
		if m := madeType.FindStringSubmatch(sql); m != nil {
			_ = db.Make(ctx, fmt.Sprintf("DROP %s IF EXISTS %s", m[1], m[2])) // what others use stays
		}
	}
	return nil
}

// Foreign code in a copy, or at the target, is neither restored nor run unseen.

func (r *restoring) refuseForeign() error {
	c := &r.res.Copia
	if c.Formato != CopiaSQLite || r.target.Kind != engine.SQLite || len(c.Estranhos) == 0 || r.o.KeepTriggers || r.o.Fit || r.o.DryRun {
		return nil
	}
	return &CopiaError{
		Frase:   "na cópia há código que não é do monitor e age sobre os dados ou fica no lugar deles: " + strings.Join(c.Estranhos, ", "),
		Remedio: "veja quem o pôs ali; restaure sem ele com --ajustar, ou com ele com --manter-gatilhos",
	}
}

// refuseThere looks at the tables of the target that are there already.
func (r *restoring) refuseThere(ctx context.Context, db *engine.DB) error {
	if r.o.KeepTriggers {
		return nil
	}
	code, err := db.Reader().ForeignCode(ctx)
	if err != nil || len(code) == 0 {
		return err
	}
	return &CopiaError{
		Frase: "no banco de destino há código que não é do monitor e age sobre as tabelas ou fica no lugar delas: " + strings.Join(
			schema.ForeignNames(code),
			", ",
		),
		Remedio: "retire-o do banco, restaure em outro banco, vazio, ou aceite-o com --manter-gatilhos",
	}
}

// dropForeign takes foreign code out of a restored file.
func (r *restoring) dropForeign(ctx context.Context, file string) error {
	if r.o.KeepTriggers || !r.o.Fit || len(r.res.Copia.Estranhos) == 0 {
		return nil
	}
	db, err := engine.OpenCopy(ctx, file)
	if err != nil {
		return err
	}
	err = db.Bulk(ctx, func(ctx context.Context, q engine.Q) error {
		code, err := q.ForeignCode(ctx)
		if err != nil {
			return err
		}
		for _, c := range code {
			for _, stmt := range c.Removal(r.res.Copia.Esquema) {
				if _, err := q.Exec(ctx, stmt); err != nil {
					return err
				}
			}
			r.warn("retirado da cópia: " + c.String())
		}
		return nil
	})
	return errors.Join(err, db.Close())
}
