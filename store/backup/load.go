package backup

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
)

// How much is sent to the database at once. The smallest server takes a megabyte.
const (
	batchRows  = 400
	batchBytes = 512 << 10
)

// loader writes the rows of a copy into a database; it is the sink of a restore.
type loader struct {
	q        engine.Q
	progress func(rows int64)
	linhas   int64

	tabela string
	cols   []engine.Column
	batch  [][]any
	bytes  int
	// selfRef and chave are the places of a column that points into its own table
	// and of the id; -1 for none. adiadas wait until all rows are there.
	selfRef, chave int
	postponed      [][2]int64
}

func (c *loader) begin(ctx context.Context, t *tableDump) (err error) {
	c.tabela = t.Nome
	c.selfRef, c.chave, c.postponed = -1, slices.Index(t.Colunas, "id"), nil
	known, ok := specOf(t.Nome)
	if !ok {
		return &CopiaError{Frase: "a cópia tem uma tabela que este programa não conhece: " + t.Nome, Remedio: "atualize este programa"}
	}
	if known.selfRef != "" && c.q.Kind() == engine.Postgres {
		c.selfRef = slices.Index(t.Colunas, known.selfRef)
	}
	var missing []string
	if c.cols, missing, err = columnsOf(ctx, c.q, t); err == nil && len(missing) > 0 {
		err = &CopiaError{Frase: "a tabela " + t.Nome + " do banco não tem a coluna " + missing[0]}
	}
	return err
}

func (c *loader) row(ctx context.Context, values []any, line []byte) error {
	r := slices.Clone(values)
	if c.postpone(r); len(c.postponed) > maxDeferred {
		return errTooManyDeferred
	}
	c.batch = append(c.batch, r)
	c.bytes += len(line)
	if len(c.batch) < batchRows && c.bytes < batchBytes {
		return nil
	}
	return c.flush(ctx)
}

// postpone keeps a pointer to a row that is not there yet: PostgreSQL's checks
// cannot wait.
func (c *loader) postpone(r []any) {
	if c.selfRef < 0 || c.chave < 0 {
		return
	}
	to, ok := r[c.selfRef].(int64)
	id, isID := r[c.chave].(int64)
	if ok && isID && to >= id {
		c.postponed = append(c.postponed, [2]int64{id, to})
		r[c.selfRef] = nil
	}
}

func (c *loader) flush(ctx context.Context) error {
	err := c.q.InsertRows(ctx, c.tabela, c.cols, c.batch)
	if err != nil {
		return c.explain(err)
	}
	c.linhas += int64(len(c.batch))
	c.batch, c.bytes = c.batch[:0], 0
	c.progress(c.linhas)
	return nil
}

func (c *loader) end(ctx context.Context, t *tableDump, _ *rowSum) error {
	if err := c.flush(ctx); err != nil {
		return err
	}
	known, _ := specOf(t.Nome)
	for _, a := range c.postponed {
		_, err := c.q.Exec(ctx, "UPDATE "+t.Nome+" SET "+known.selfRef+" = ? WHERE id = ?", a[1], a[0])
		if err != nil {
			return c.explain(err)
		}
	}
	return nil
}

// explain names the rows that the database refused.
func (c *loader) explain(err error) error {
	if errors.Is(err, fault.ErrUnavailable) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	where := "da tabela " + c.tabela
	if len(c.batch) > 0 && c.chave >= 0 {
		where = fmt.Sprintf("%s, entre os ids %v e %v", where, c.batch[0][c.chave], c.batch[len(c.batch)-1][c.chave])
	}
	return &CopiaError{
		Frase:   "o banco não aceita uma linha " + where + ": um texto é longo demais, um valor é de outro tipo, repete-se onde só pode haver um, ou aponta para uma linha que não existe",
		Remedio: "restaure em um banco do mesmo tipo que o de origem, ou corrija essas linhas na origem e faça outra cópia",
		cause:   err,
	}
}
