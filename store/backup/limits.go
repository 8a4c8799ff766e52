package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/internal/chars"
)

// A copy may come from anywhere, and a few kilobytes of it unpack to anything. How
// much it holds in all is not bounded, for an honest one holds a whole database: what
// is held of it at any moment is, and whoever waits can leave at once.
const (
	// maxRow bounds a row. No door takes a text that is a tenth of it.
	maxRow = 32 << 20
	// maxHeader bounds the first line, which names tables and columns.
	maxHeader = 1 << 20
	// maxMarker bounds a line between two tables.
	maxMarker = 1 << 10
	// maxColumns is what SQLite takes, and more than the others do.
	maxColumns = 2000
	// maxDeferred bounds the pointers to later rows that a restore remembers.
	maxDeferred = 1_000_000
)

var (
	errLongRow         = &CopiaError{Frase: "a cópia tem uma linha maior do que o monitor escreve", Remedio: errNotACopy.Remedio}
	errLongHeader      = &CopiaError{Frase: "o começo da cópia é maior do que o monitor escreve", Remedio: errNotACopy.Remedio}
	errTooManyDeferred = &CopiaError{Frase: "mensagens demais respondem a outras que vêm depois delas", Remedio: errNotACopy.Remedio}
	errLargeValue      = &CopiaError{
		Frase:   fmt.Sprintf("o arquivo tem, ou manda calcular, um valor maior que %d MiB", engine.MaxCopyValue>>20),
		Remedio: "encurte esse texto na origem e faça outra cópia; se o arquivo não é seu, não o use",
	}
)

// OpenCopyFile opens what may be a copy. A pipe would be waited for without end.
func OpenCopyFile(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, ReadError(path, err)
	}
	if !info.Mode().IsRegular() {
		return nil, &CopiaError{Arquivo: path, Frase: "não é um arquivo comum", Remedio: errNotACopy.Remedio}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, ReadError(path, err)
	}
	return f, nil
}

// until reads from r as long as ctx lives.
type until struct {
	ctx context.Context //nolint:containedctx // of one reading
	r   io.Reader
}

// Read implements io.Reader.
func (u until) Read(b []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(b)
}

// plausible refuses a header that no program of ours writes.
func (head *header) plausible() error {
	seen := map[string]bool{}
	for i := range head.Tabelas {
		t := &head.Tabelas[i]
		if _, known := specOf(t.Nome); !known {
			return &CopiaError{
				Frase:   "a cópia tem uma tabela que este programa não conhece: " + chars.Truncate(t.Nome, 64),
				Remedio: errNewerCopy.Remedio,
			}
		}
		if seen[t.Nome] || t.Linhas < 0 || !plausibleColumns(t.Colunas) {
			return errDamaged
		}
		seen[t.Nome] = true
	}
	return nil
}

func plausibleColumns(names []string) bool {
	sorted := slices.Sorted(slices.Values(names))
	return len(names) > 0 && len(names) <= maxColumns && sorted[0] != "" && len(slices.Compact(sorted)) == len(names)
}

// tooLong names a row that would not be read again.
func tooLong(t *tableDump, values []any) error {
	where := "da tabela " + t.Nome
	if i := slices.Index(t.Colunas, "id"); i >= 0 {
		where = fmt.Sprintf("%s, de id %v,", where, values[i])
	}
	return &CopiaError{
		Frase:   fmt.Sprintf("a linha %s tem mais de %d MiB e não cabe em uma cópia", where, maxRow>>20),
		Remedio: "encurte os textos dela e repita",
	}
}

// leaveAfter is how long those who give up wait for work to end properly.
const leaveAfter = time.Second

// orLeave returns when fn does, or soon after ctx ends: inside one of its functions
// SQLite does not look up, and a file can keep one busy for years. What is left behind
// only reads, and ends with the process.
func orLeave[T any](ctx context.Context, fn func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := fn()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
	}
	select {
	case r := <-done:
		return r.value, errors.Join(ctx.Err(), r.err)
	case <-time.After(leaveAfter):
		var none T
		return none, ctx.Err()
	}
}
