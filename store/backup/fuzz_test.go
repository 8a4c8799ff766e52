package backup

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// sealedLines is a copy of a server whose lines somebody wrote.
func sealedLines(lines []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	w.Comment = gzipComment
	_, _ = w.Write(lines)
	_ = w.Close()
	sum := sha256.Sum256(b.Bytes())
	return append(b.Bytes(), trailer(sum[:])...)
}

// FuzzCopy reads files that are no copies, and copies with a right seal around
// lines that this program would not write: each is refused in words.
func FuzzCopy(f *testing.F) {
	head := `{"monitor":"copia","versao":1,"esquema":1,"motor":"postgres","tabelas":[{"nome":"clientes","colunas":["id","nome"],"linhas":1}]}` + "\n"
	var s rowSum
	s.add([]byte(`[1,"Ana"]`))
	whole := head + `{"tabela":"clientes"}` + "\n" + `[1,"Ana"]` + "\n" + `{"fim":"clientes","linhas":1,"soma":"` + s.String() + `"}` + "\n"
	for _, lines := range []string{"", "\n", "{}", head, head + `{"tabela":"clientes"}` + "\n\n", whole, strings.Replace(whole, "Ana", "Bia", 1), whole + "\n", `{"monitor":"copia","versao":99}` + "\n", "[\n"} {
		f.Add([]byte(lines))
		f.Add(sealedLines([]byte(lines)))
	}
	path := filepath.Join(f.TempDir(), "copia")
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, file := range [][]byte{content, sealedLines(content)} {
			require.NoError(t, os.WriteFile(path, file, 0o600))
			c, err := VerifyCopy(context.Background(), path, CopyOptions{})
			var bad *CopiaError
			if err == nil {
				require.NotEmpty(t, c.SHA256)
				continue
			}
			require.ErrorAs(t, err, &bad, "%T", errors.Unwrap(err))
			require.NotEmpty(t, bad.Frase)
		}
	})
}

// FuzzCopyRow compares what a copy holds of a row with the row.
func FuzzCopyRow(f *testing.F) {
	for _, line := range []string{`[1,"Ana",null,true]`, `[{"b":"AA=="},{"t":"/w=="},{"r":"NaN"}]`, `[{"r":"1e400"}]`, `[[1]]`, `[{"b":1}]`, `[1e3]`, `[{}]`, `[9223372036854775808]`, `[1] x`} {
		f.Add([]byte(line), "texto", []byte{0, 255}, 1.5, int64(-1))
	}
	f.Fuzz(func(t *testing.T, line []byte, s string, b []byte, r float64, i int64) {
		if values, err := parseRow(line, 100); err == nil {
			again, err := parseRow(appendRow(nil, values), 100)
			require.NoError(t, err)
			require.Equal(t, appendRow(nil, values), appendRow(nil, again))
		}
		if b == nil {
			b = []byte{}
		}
		values := []any{s, b, i, r, nil, true, false}
		text := appendRow(nil, values)
		require.NotContains(t, string(text), "\n")
		got, err := parseRow(text, 7)
		require.NoError(t, err, "%s", text)
		if math.IsNaN(r) {
			values[3], got[3] = nil, nil
		}
		require.Equal(t, values, got)
	})
}
