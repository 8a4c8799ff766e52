package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"example.com/monitor/store/engine"
)

// How much is sent to the database at once. The smallest server takes a megabyte.
const (
	loteLinhas = 400
	loteBytes  = 512 << 10
)

// carga writes the rows of a copy into a database; it is the destino of a restore.
type carga struct {
	q      engine.Q
	avanco func(rows int64)
	linhas int64

	tabela string
	cols   []engine.Column
	lote   [][]any
	bytes  int
	// propria and chave are the places of a column that points into its own table
	// and of the id; -1 for none. adiadas wait until all rows are there.
	propria, chave int
	adiadas        [][2]int64
}

func (c *carga) begin(ctx context.Context, t *tabelaCopiada) (err error) {
	c.tabela = t.Nome
	c.propria, c.chave, c.adiadas = -1, slices.Index(t.Colunas, "id"), nil
	known, ok := tabelaDe(t.Nome)
	if !ok {
		return &CopiaError{Frase: "a cópia tem uma tabela que este programa não conhece: " + t.Nome, Remedio: "atualize este programa"}
	}
	if known.propria != "" && c.q.Kind() == engine.Postgres {
		c.propria = slices.Index(t.Colunas, known.propria)
	}
	var missing []string
	if c.cols, missing, err = columnsOf(ctx, c.q, t); err == nil && len(missing) > 0 {
		err = &CopiaError{Frase: "a tabela " + t.Nome + " do banco não tem a coluna " + missing[0]}
	}
	return err
}

func (c *carga) row(ctx context.Context, values []any, line []byte) error {
	r := slices.Clone(values)
	if c.postpone(r); len(c.adiadas) > maxAdiadas {
		return errAdiadas
	}
	c.lote = append(c.lote, r)
	c.bytes += len(line)
	if len(c.lote) < loteLinhas && c.bytes < loteBytes {
		return nil
	}
	return c.flush(ctx)
}

// postpone keeps a pointer to a row that is not there yet: PostgreSQL's checks
// cannot wait.
func (c *carga) postpone(r []any) {
	if c.propria < 0 || c.chave < 0 {
		return
	}
	to, ok := r[c.propria].(int64)
	id, isID := r[c.chave].(int64)
	if ok && isID && to >= id {
		c.adiadas = append(c.adiadas, [2]int64{id, to})
		r[c.propria] = nil
	}
}

func (c *carga) flush(ctx context.Context) error {
	err := c.q.InsertRows(ctx, c.tabela, c.cols, c.lote)
	if err != nil {
		return c.explain(err)
	}
	c.linhas += int64(len(c.lote))
	c.lote, c.bytes = c.lote[:0], 0
	c.avanco(c.linhas)
	return nil
}

func (c *carga) end(ctx context.Context, t *tabelaCopiada, _ *soma) error {
	if err := c.flush(ctx); err != nil {
		return err
	}
	known, _ := tabelaDe(t.Nome)
	for _, a := range c.adiadas {
		_, err := c.q.Exec(ctx, "UPDATE "+t.Nome+" SET "+known.propria+" = ? WHERE id = ?", a[1], a[0])
		if err != nil {
			return c.explain(err)
		}
	}
	return nil
}

// explain names the rows that the database refused.
func (c *carga) explain(err error) error {
	if errors.Is(err, ErrUnavailable) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	where := "da tabela " + c.tabela
	if len(c.lote) > 0 && c.chave >= 0 {
		where = fmt.Sprintf("%s, entre os ids %v e %v", where, c.lote[0][c.chave], c.lote[len(c.lote)-1][c.chave])
	}
	return &CopiaError{
		Frase:   "o banco não aceita uma linha " + where + ": um texto é longo demais, um valor é de outro tipo, repete-se onde só pode haver um, ou aponta para uma linha que não existe",
		Remedio: "restaure em um banco do mesmo tipo que o de origem, ou corrija essas linhas na origem e faça outra cópia",
		causa:   err,
	}
}
