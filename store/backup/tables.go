package backup

import (
	"context"
	"errors"
	"slices"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/schema"
)

// tableSpec is a table that a copy holds.
type tableSpec struct {
	name string
	// order is the numeric key in whose order the rows come; "" where no order matters.
	order string
	// ids says that the database gives the ids.
	ids bool
	// selfRef is the column that points to a row of the same table.
	selfRef string
}

// tableSpecs are in an order in which no row comes before one that it points to.
var tableSpecs = []tableSpec{
	{name: "clientes", order: "id", ids: true},
	{name: "dispositivos", order: "id", ids: true},
	{name: "mensagens_chat", order: "id", ids: true, selfRef: "resposta_para"},
	{name: "sessoes", order: "id", ids: true},
	{name: "logs_auditoria", order: "id", ids: true},
	{name: "conexoes", order: "id", ids: true},
	{name: "monitor_pessoas", order: "cliente_id"},
	{name: "monitor_chaves", order: "id", ids: true},
	{name: "monitor_dispositivos", order: "dispositivo_id"},
	{name: "monitor_idempotencia"},
	{name: "monitor_faixas", order: "id", ids: true},
	{name: "monitor_trilha", order: "faixa"},
	{name: "monitor_selos", order: "faixa"},
	{name: "monitor_estado"},
	{name: "monitor_pendentes"},
	{name: "monitor_presenca", order: "fatia"},
	{name: "monitor_tentativas", order: "id", ids: true},
	{name: "monitor_nomes_dados", order: "dispositivo_id"},
	{name: "monitor_nomes_antigos", order: "dispositivo_id"},
	{name: "monitor_anonimos", order: "dispositivo_id"},
	{name: "monitor_logs_clientes", order: "log_id"},
	{name: "monitor_operacoes", order: "id"},
	{name: "monitor_operacoes_itens", order: "operacao"},
}

// derivedTables are made anew from the others, or matter only while a program
// runs.
var derivedTables = []string{"monitor_migracoes", "monitor_travas", "monitor_contadores", "monitor_ids", sealTable}

func isDerived(name string) bool {
	return slices.Contains(derivedTables, name) || strings.HasPrefix(name, "monitor_busca") || strings.HasPrefix(name, "sqlite_")
}

func specOf(name string) (tableSpec, bool) {
	i := slices.IndexFunc(tableSpecs, func(t tableSpec) bool { return t.name == name })
	if i < 0 {
		return tableSpec{}, false
	}
	return tableSpecs[i], true
}

// tableDump is what a copy says of one of its tables.
type tableDump struct {
	Nome    string   `json:"nome"`
	Colunas []string `json:"colunas"`
	Linhas  int64    `json:"linhas"`
	// Proximo is the id that the next row would get; 0 where ids come from elsewhere.
	Proximo int64 `json:"proximo,omitempty"`
	// Soma is of the rows, whatever their order.
	Soma string `json:"soma,omitempty"`
	// What makes the table as it was on its own engine, of the six tables only.
	Definicoes []columnDef `json:"definicoes,omitempty"`
	Tipos      []string    `json:"tipos,omitempty"`  // statements
	Regras     []string    `json:"regras,omitempty"` // statements
	Fora       []string    `json:"fora,omitempty"`   // what a copy cannot take along, for people
}

// columnDef is a column as its engine defines it.
type columnDef struct {
	Nome   string `json:"nome"`
	Tipo   string `json:"tipo"`
	SQL    string `json:"sql"` // all after the name
	Gerada bool   `json:"gerada,omitempty"`
}

// define takes down how the table is made.
func (t *tableDump) define(ctx context.Context, q engine.Q) error {
	fields, err := q.Fields(ctx, t.Nome)
	if err != nil {
		return err
	}
	for _, f := range fields {
		if !engine.Ours(q.Kind(), f.Nome) {
			t.Definicoes = append(t.Definicoes, columnDef{Nome: f.Nome, Tipo: f.Declared, SQL: f.SQL, Gerada: f.Generated})
		}
	}
	if t.Tipos, err = q.TypesOf(ctx, t.Nome); err != nil {
		return err
	}
	extras, err := q.Extras(ctx, t.Nome)
	t.Regras, t.Fora = extras.SQL, extras.Outro
	return err
}

// survey lists the tables of a database that a copy holds, with their rows,
// and names those of other programs.
func survey(ctx context.Context, db *engine.DB, q engine.Q) (list []tableDump, foreign []string, err error) {
	there, err := db.Tables(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, t := range tableSpecs {
		if !there[t.name] {
			continue
		}
		c, err := surveyTable(ctx, db, q, t)
		if err != nil {
			return nil, nil, err
		}
		list = append(list, c)
		delete(there, t.name)
	}
	for name := range there {
		if !isDerived(name) {
			foreign = append(foreign, name)
		}
	}
	slices.Sort(foreign)
	return list, foreign, nil
}

func surveyTable(ctx context.Context, db *engine.DB, q engine.Q, t tableSpec) (tableDump, error) {
	c := tableDump{Nome: t.name}
	cols, err := q.Columns(ctx, t.name)
	if err != nil {
		return c, err
	}
	for _, col := range cols {
		c.Colunas = append(c.Colunas, col.Nome)
	}
	if c.Linhas, err = q.Count(ctx, t.name); err != nil {
		return c, err
	}
	if t.ids {
		if c.Proximo, err = q.NextID(ctx, t.name); err != nil {
			return c, err
		}
	}
	if !schema.IsOfSix(t.name) {
		return c, nil
	}
	// Beside the snapshot, which an engine that does not know a question would end.
	err = c.define(ctx, db.Reader())
	if err != nil && (ctx.Err() != nil || errors.Is(err, fault.ErrUnavailable)) {
		return c, err
	}
	return c, nil
}

// columnsOf finds the named columns as the database has them.
func columnsOf(ctx context.Context, q engine.Q, t *tableDump) (cols []engine.Column, missing []string, err error) {
	have, err := q.Columns(ctx, t.Nome)
	if err != nil {
		return nil, nil, err
	}
	for _, name := range t.Colunas {
		i := slices.IndexFunc(have, func(c engine.Column) bool { return c.Nome == name })
		if i < 0 {
			missing = append(missing, name)
			continue
		}
		cols = append(cols, have[i])
	}
	return cols, missing, nil
}

// sink takes the rows of a copy, table by table. line is the row as text; both
// are the caller's again when row returns.
type sink interface {
	begin(ctx context.Context, t *tableDump) error
	row(ctx context.Context, values []any, line []byte) error
	end(ctx context.Context, t *tableDump, s *rowSum) error
}

// dump hands the tables of a database to dst, row by row.
func dump(ctx context.Context, q engine.Q, list []tableDump, dst sink) error {
	for i := range list {
		t := &list[i]
		known, _ := specOf(t.Nome)
		cols, missing, err := columnsOf(ctx, q, t)
		if err != nil {
			return err
		}
		if len(missing) > 0 {
			return &CopiaError{Frase: "a tabela " + t.Nome + " não tem a coluna " + missing[0]}
		}
		if err := dst.begin(ctx, t); err != nil {
			return err
		}
		var s rowSum
		var line []byte
		err = q.Each(ctx, t.Nome, cols, known.order, func(values []any) error {
			line = appendRow(line[:0], values)
			s.add(line)
			return dst.row(ctx, values, line)
		})
		if err != nil {
			return err
		}
		if err := dst.end(ctx, t, &s); err != nil {
			return err
		}
	}
	return nil
}
