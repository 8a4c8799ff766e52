package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"os"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/when"
)

// A copy of a SQLite database is a SQLite file. What the header of the other
// form says stands in a table of it: the rows of each table and their sums, by
// which a change of any value shows, which SQLite itself would not notice.

// sealTable is that table. A restored database has it no longer.
const sealTable = "monitor_copia"

const createSeal = "CREATE TABLE " + sealTable + " (cabecalho TEXT NOT NULL, assinatura TEXT)"

func backupSQLite(ctx context.Context, db *engine.DB, cfg Config, path string, o CopyOptions) ([]string, error) {
	now := when.Of(cfg.Now())
	stop := watchSize(ctx, db, path, o)
	err := db.CopyTo(ctx, path)
	stop()
	if err != nil {
		return nil, err
	}
	o.progress("Conferindo", 0, 0)
	return nil, sealSQLite(ctx, path, now, o.Chaves.Signer())
}

// watchSize tells how far a copy is by the size of its file.
func watchSize(ctx context.Context, db *engine.DB, path string, o CopyOptions) (stop func()) {
	total, err := db.Size(ctx)
	if o.Progresso == nil || err != nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(300 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				if info, err := os.Stat(path); err == nil {
					o.progress("Copiando", min(info.Size(), total), total)
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return func() { cancel(); <-done }
}

// sealSQLite counts and sums the copy and writes that into it, signed where there
// is a key.
func sealSQLite(ctx context.Context, path string, now when.Hora, key []byte) error {
	head, err := describeFile(ctx, path)
	if err != nil {
		return damage(err)
	}
	head.FeitaEm = now
	doc, err := json.Marshal(head)
	if err != nil {
		return err
	}
	db, err := engine.OpenCopy(ctx, path)
	if err != nil {
		return err
	}
	err = db.Bulk(ctx, func(ctx context.Context, q engine.Q) error {
		for _, text := range []string{"DROP TABLE IF EXISTS " + sealTable, createSeal} {
			if _, err := q.Exec(ctx, text); err != nil {
				return err
			}
		}
		var signed any
		if key != nil {
			signed = signHeader(key, doc)
		}
		_, err := q.Exec(ctx, "INSERT INTO "+sealTable+"(cabecalho, assinatura) VALUES (?, ?)", string(doc), signed)
		return err
	})
	return errors.Join(err, db.Close())
}

// describeFile is the header of a SQLite file as it is now.
func describeFile(ctx context.Context, path string) (head header, err error) {
	db, err := engine.OpenCopy(ctx, path)
	if err != nil {
		return head, err
	}
	defer db.Close()
	err = db.Snapshot(ctx, func(q engine.Q) error {
		if head, _, err = newHeader(ctx, db, q, when.Hora{}); err != nil {
			return err
		}
		if head.Estrutura, err = q.Structure(ctx, sealTable); err != nil {
			return err
		}
		all := sha256.New()
		if err := dump(ctx, q, head.Tabelas, &sumSink{all: all}); err != nil {
			return err
		}
		head.Conteudo = hex.EncodeToString(all.Sum(nil))
		return nil
	})
	return head, err
}

// sumSink is a sink that only takes down the sums.
type sumSink struct {
	linhas   int64
	progress func(rows int64)
	all      hash.Hash // of everything in its order, nil for nobody
}

func (c *sumSink) begin(_ context.Context, t *tableDump) error {
	if c.all != nil {
		fmt.Fprintf(c.all, "%s\n", t.Nome)
	}
	return nil
}

func (c *sumSink) row(_ context.Context, _ []any, line []byte) error {
	if c.all != nil {
		_, _ = c.all.Write(line)
		_, _ = c.all.Write([]byte{'\n'})
	}
	if c.linhas++; c.progress != nil && c.linhas%256 == 0 {
		c.progress(c.linhas)
	}
	return nil
}

func (*sumSink) end(_ context.Context, t *tableDump, s *rowSum) error {
	t.Linhas, t.Soma = s.linhas, s.String()
	return nil
}
