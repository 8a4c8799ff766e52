package store

import (
	"context"
	"errors"
	"slices"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/schema"
)

// tabelaCopia is a table that a copy holds.
type tabelaCopia struct {
	nome string
	// ordem is the numeric key in whose order the rows come; "" where no order matters.
	ordem string
	// ids says that the database gives the ids.
	ids bool
	// propria is the column that points to a row of the same table.
	propria string
}

// tabelasCopia are in an order in which no row comes before one that it points to.
var tabelasCopia = []tabelaCopia{
	{nome: "clientes", ordem: "id", ids: true},
	{nome: "dispositivos", ordem: "id", ids: true},
	{nome: "mensagens_chat", ordem: "id", ids: true, propria: "resposta_para"},
	{nome: "sessoes", ordem: "id", ids: true},
	{nome: "logs_auditoria", ordem: "id", ids: true},
	{nome: "conexoes", ordem: "id", ids: true},
	{nome: "monitor_pessoas", ordem: "cliente_id"},
	{nome: "monitor_chaves", ordem: "id", ids: true},
	{nome: "monitor_dispositivos", ordem: "dispositivo_id"},
	{nome: "monitor_idempotencia"},
	{nome: "monitor_faixas", ordem: "id", ids: true},
	{nome: "monitor_trilha", ordem: "faixa"},
	{nome: "monitor_selos", ordem: "faixa"},
	{nome: "monitor_estado"},
	{nome: "monitor_pendentes"},
	{nome: "monitor_presenca", ordem: "fatia"},
	{nome: "monitor_tentativas", ordem: "id", ids: true},
	{nome: "monitor_nomes_dados", ordem: "dispositivo_id"},
	{nome: "monitor_nomes_antigos", ordem: "dispositivo_id"},
	{nome: "monitor_anonimos", ordem: "dispositivo_id"},
	{nome: "monitor_logs_clientes", ordem: "log_id"},
}

// tabelasDerivadas are made anew from the others, or matter only while a program
// runs.
var tabelasDerivadas = []string{"monitor_migracoes", "monitor_travas", "monitor_contadores", "monitor_ids", tabelaSelo}

func derivada(nome string) bool {
	return slices.Contains(tabelasDerivadas, nome) || strings.HasPrefix(nome, "monitor_busca") || strings.HasPrefix(nome, "sqlite_")
}

func tabelaDe(nome string) (tabelaCopia, bool) {
	i := slices.IndexFunc(tabelasCopia, func(t tabelaCopia) bool { return t.nome == nome })
	if i < 0 {
		return tabelaCopia{}, false
	}
	return tabelasCopia[i], true
}

// tabelaCopiada is what a copy says of one of its tables.
type tabelaCopiada struct {
	Nome    string   `json:"nome"`
	Colunas []string `json:"colunas"`
	Linhas  int64    `json:"linhas"`
	// Proximo is the id that the next row would get; 0 where ids come from elsewhere.
	Proximo int64 `json:"proximo,omitempty"`
	// Soma is of the rows, whatever their order.
	Soma string `json:"soma,omitempty"`
	// What makes the table as it was on its own engine, of the six tables only.
	Definicoes []definicao `json:"definicoes,omitempty"`
	Tipos      []string    `json:"tipos,omitempty"`  // statements
	Regras     []string    `json:"regras,omitempty"` // statements
	Fora       []string    `json:"fora,omitempty"`   // what a copy cannot take along, for people
}

// definicao is a column as its engine defines it.
type definicao struct {
	Nome   string `json:"nome"`
	Tipo   string `json:"tipo"`
	SQL    string `json:"sql"` // all after the name
	Gerada bool   `json:"gerada,omitempty"`
}

// define takes down how the table is made.
func (t *tabelaCopiada) define(ctx context.Context, q engine.Q) error {
	fields, err := q.Fields(ctx, t.Nome)
	if err != nil {
		return err
	}
	for _, f := range fields {
		if !engine.Ours(q.Kind(), f.Nome) {
			t.Definicoes = append(t.Definicoes, definicao{Nome: f.Nome, Tipo: f.Declared, SQL: f.SQL, Gerada: f.Generated})
		}
	}
	if t.Tipos, err = q.TypesOf(ctx, t.Nome); err != nil {
		return err
	}
	extras, err := q.Extras(ctx, t.Nome)
	t.Regras, t.Fora = extras.SQL, extras.Outro
	return err
}

// levantamento lists the tables of a database that a copy holds, with their rows,
// and names those of other programs.
func levantamento(ctx context.Context, db *engine.DB, q engine.Q) (list []tabelaCopiada, alheias []string, err error) {
	there, err := db.Tables(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, t := range tabelasCopia {
		if !there[t.nome] {
			continue
		}
		c := tabelaCopiada{Nome: t.nome}
		cols, err := q.Columns(ctx, t.nome)
		if err != nil {
			return nil, nil, err
		}
		for _, col := range cols {
			c.Colunas = append(c.Colunas, col.Nome)
		}
		if c.Linhas, err = q.Count(ctx, t.nome); err != nil {
			return nil, nil, err
		}
		if t.ids {
			if c.Proximo, err = q.NextID(ctx, t.nome); err != nil {
				return nil, nil, err
			}
		}
		if schema.IsOfSix(t.nome) {
			// Beside the snapshot, which an engine that does not know a question would end.
			err := c.define(ctx, db.Reader())
			if err != nil && (ctx.Err() != nil || errors.Is(err, ErrUnavailable)) {
				return nil, nil, err
			}
		}
		list = append(list, c)
		delete(there, t.nome)
	}
	for nome := range there {
		if !derivada(nome) {
			alheias = append(alheias, nome)
		}
	}
	slices.Sort(alheias)
	return list, alheias, nil
}

// columnsOf finds the named columns as the database has them.
func columnsOf(ctx context.Context, q engine.Q, t *tabelaCopiada) (cols []engine.Column, missing []string, err error) {
	have, err := q.Columns(ctx, t.Nome)
	if err != nil {
		return nil, nil, err
	}
	for _, nome := range t.Colunas {
		i := slices.IndexFunc(have, func(c engine.Column) bool { return c.Nome == nome })
		if i < 0 {
			missing = append(missing, nome)
			continue
		}
		cols = append(cols, have[i])
	}
	return cols, missing, nil
}

// destino takes the rows of a copy, table by table. line is the row as text; both
// are the caller's again when row returns.
type destino interface {
	begin(ctx context.Context, t *tabelaCopiada) error
	row(ctx context.Context, values []any, line []byte) error
	end(ctx context.Context, t *tabelaCopiada, s *soma) error
}

// despejar hands the tables of a database to dst, row by row.
func despejar(ctx context.Context, q engine.Q, list []tabelaCopiada, dst destino) error {
	for i := range list {
		t := &list[i]
		known, _ := tabelaDe(t.Nome)
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
		var s soma
		var line []byte
		err = q.Each(ctx, t.Nome, cols, known.ordem, func(values []any) error {
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
