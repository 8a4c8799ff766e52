package backup

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"testing"
)

// CopiedTables names the tables that a copy holds.
func CopiedTables() (names []string) {
	for _, t := range tableSpecs {
		names = append(names, t.name)
	}
	return names
}

// DerivedTable says that a copy leaves a table out on purpose.
func DerivedTable(name string) bool { return isDerived(name) }

// Reseal changes words of a copy and seals it again, as another version of the
// program would have written it.
func Reseal(t *testing.T, copia []byte, was, is string) []byte {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(copia))
	if err != nil {
		t.Fatal(err)
	}
	zip.Multistream(false)
	text, err := io.ReadAll(zip)
	if err != nil || !bytes.Contains(text, []byte(was)) {
		t.Fatalf("%v, or no %s", err, was)
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Comment = gzipComment
	_, _ = w.Write(bytes.Replace(text, []byte(was), []byte(is), 1))
	_ = w.Close()
	sum := sha256.Sum256(b.Bytes())
	return append(b.Bytes(), trailer(sum[:])...)
}

// RowsOfCopy are the values in a copy, by table, id and column.
func RowsOfCopy(t *testing.T, path string) map[string]string {
	t.Helper()
	c, err := VerifyCopy(t.Context(), path, CopyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r := &restoring{res: Restauracao{Copia: c}}
	out := rowKeeper{m: map[string]string{}}
	if err := r.rows(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	return out.m
}

// rowKeeper is a sink that keeps everything.
type rowKeeper struct {
	m map[string]string
	t *tableDump
}

func (l *rowKeeper) begin(_ context.Context, t *tableDump) error {
	l.t = t
	return nil
}

func (l *rowKeeper) row(_ context.Context, values []any, _ []byte) error {
	if l.t.Colunas[0] != "id" {
		return nil
	}
	for i, c := range l.t.Colunas {
		l.m[fmt.Sprintf("%s/%v/%s", l.t.Nome, values[0], c)] = string(appendValue(nil, values[i]))
	}
	return nil
}

func (l *rowKeeper) end(context.Context, *tableDump, *rowSum) error { return nil }

// Resign changes words of a signed copy and sums it anew, with its old signature.
func Resign(t *testing.T, copia []byte, was, is string) []byte {
	t.Helper()
	at := int64(len(copia)) - trailerSize - signatureSize
	body := Reseal(t, copia, was, is)
	body = append(body[:int64(len(body))-trailerSize], copia[at:at+signatureSize]...)
	sum := sha256.Sum256(body)
	return append(body, trailer(sum[:])...)
}
