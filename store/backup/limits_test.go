package backup

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/engine"
)

const (
	headBomb = `{"monitor":"copia","versao":1,"esquema":1,"motor":"postgres","tabelas":[{"nome":"clientes","colunas":["id","nome"],"linhas":%d}]}` + "\n"
	markBomb = `{"tabela":"clientes"}` + "\n"
)

// bomb is a copy with a right seal whose lines are begin, many times piece, and end.
func bomb(t *testing.T, begin, piece string, size int, end string) string {
	t.Helper()
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	w.Comment = gzipComment
	block := []byte(strings.Repeat(piece, max(1, (64<<10)/len(piece))))
	_, _ = w.Write([]byte(begin))
	for n := 0; n < size; n += len(block) {
		_, _ = w.Write(block)
	}
	_, _ = w.Write([]byte(end))
	require.NoError(t, w.Close())
	sum := sha256.Sum256(b.Bytes())
	path := filepath.Join(t.TempDir(), "copia.monitor")
	require.NoError(t, os.WriteFile(path, append(b.Bytes(), trailer(sum[:])...), 0o600))
	return path
}

// allocated is how much was allocated in all meanwhile, which bounds the peak. The
// tests that use it run alone.
func allocated(fn func()) int64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	fn()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc) //nolint:gosec // far below
}

// TestCraftedCopiesAreRefused: what a few kilobytes unpack to is refused in words as
// soon as it shows, with little memory, whoever verifies or restores it.
func TestCraftedCopiesAreRefused(t *testing.T) {
	one, many := fmt.Sprintf(headBomb, 1)+markBomb, fmt.Sprintf(headBomb, int64(1)<<40)+markBomb
	const line, short, most = maxRow + 1<<20, maxHeader + 1<<20, 160 << 20
	const tooLong = "maior do que o monitor escreve"
	for name, c := range map[string]struct {
		begin, piece string
		size         int
		says         string
	}{
		"values":            {one + "[", "0,", line, tooLong},
		"objects":           {one + "[", "{},", line, tooLong},
		"values that fit":   {one + "[", "0,", maxRow - 1<<20, "danificada"},
		"objects that fit":  {one + "[", "{},", maxRow - 1<<20, "danificada"},
		"depth":             {one, "[", maxRow - 1<<20, "danificada"},
		"a text":            {one + `[1,"`, "a", line, tooLong},
		"escapes that fit":  {one + `[1,"`, `\u0041`, maxRow - 1<<20, "danificada"},
		"a number":          {one + "[", "1", maxRow - 1<<20, "danificada"},
		"a mark":            {one + `{"fim":"`, "a", short, "danificada"},
		"fields of a mark":  {fmt.Sprintf(headBomb, 1) + `{"tabela":"clientes","x":[`, "{},", maxRow - 1<<20, "danificada"},
		"rows":              {one, "[1,\"a\"]\n", short, "danificada"},
		"empty lines":       {many, "\n", short, "danificada"},
		"a header":          {`{"monitor":"`, "a", short, tooLong},
		"tables":            {`{"monitor":"copia","versao":1,"tabelas":[`, "{},", short, tooLong},
		"columns":           {`{"monitor":"copia","versao":1,"tabelas":[{"nome":"clientes","linhas":1,"colunas":[`, `"a",`, short, tooLong},
		"depth of a header": {"", "[", short, tooLong},
	} {
		t.Run(name, func(t *testing.T) {
			if c.size > short && os.Getenv("MONITOR_ENSAIO") != "completo" &&
				!slices.Contains([]string{"a text", "objects that fit"}, name) {
				t.Skip("com MONITOR_ENSAIO=completo")
			}
			path := bomb(t, c.begin, c.piece, c.size, "\n")
			info, err := os.Stat(path)
			require.NoError(t, err)
			require.Less(t, info.Size(), int64(1<<20))
			var bad *CopiaError
			used := allocated(func() {
				_, err := VerifyCopy(t.Context(), path, CopyOptions{})
				require.ErrorAs(t, err, &bad)
			})
			require.Contains(t, bad.Frase, c.says)
			require.NotEmpty(t, bad.Remedio)
			require.Less(t, used, int64(most))
		})
	}
}

// TestHeadersThatLie name what no copy has.
func TestHeadersThatLie(t *testing.T) {
	t.Parallel()
	const table = `{"nome":"clientes","colunas":["id"],"linhas":0}`
	names := make([]string, maxColumns+1)
	for i := range names {
		names[i] = fmt.Sprintf(`"c%d"`, i)
	}
	for tables, says := range map[string]string{
		table + "," + table: "danificada",
		`{"nome":"clientes","colunas":["id"],"linhas":-1}`:                                     "danificada",
		`{"nome":"clientes","colunas":["id"],"linhas":99}`:                                     "danificada",
		`{"nome":"clientes","colunas":[],"linhas":0}`:                                          "danificada",
		`{"nome":"clientes","colunas":["id","id"],"linhas":0}`:                                 "danificada",
		`{"nome":"clientes","colunas":[""],"linhas":0}`:                                        "danificada",
		`{"nome":"clientes","colunas":[` + strings.Join(names, ",") + `],"linhas":0}`:          "danificada",
		`{"nome":"pg_authid","colunas":["id"],"linhas":0}`:                                     "não conhece: pg_authid",
		`{"nome":"` + strings.Repeat("x", 1000) + `","colunas":["id"],"linhas":0}`:             "não conhece",
		`{"nome":"clientes","colunas":["id"],"linhas":0},{"nome":"dispositivos","linhas":"1"}`: "danificada",
	} {
		lines := `{"monitor":"copia","versao":1,"tabelas":[` + tables + "]}\n" + markBomb + `{"fim":"clientes","soma":"` + new(
			rowSum,
		).String() + "\"}\n"
		path := filepath.Join(t.TempDir(), "copia.monitor")
		require.NoError(t, os.WriteFile(path, sealedLines([]byte(lines)), 0o600))
		_, err := VerifyCopy(t.Context(), path, CopyOptions{})
		require.ErrorContains(t, err, says, "%.100s", tables)
	}
	path := filepath.Join(t.TempDir(), "copia.monitor")
	require.NoError(
		t,
		os.WriteFile(
			path,
			sealedLines(
				[]byte(
					`{"monitor":"copia","versao":1,"tabelas":[`+table+"]}\n"+markBomb+`{"fim":"clientes","soma":"`+new(
						rowSum,
					).String()+"\"}\n",
				),
			),
			0o600,
		),
	)
	_, err := VerifyCopy(t.Context(), path, CopyOptions{})
	require.NoError(t, err, "the others differ by what they lie about")
}

// fitted looks at the rows of a table as a restore does.
func fitted(t *testing.T, f *fitter, table *tableDump, rows ...[]any) error {
	t.Helper()
	fields := map[string]*engine.Field{}
	for _, c := range engine.Standard(f.kind, table.Nome) {
		fields[c.Nome] = &c
	}
	f.fields[table.Nome] = fields
	require.NoError(t, f.begin(t.Context(), table))
	for _, r := range rows {
		if err := f.row(t.Context(), r, nil); err != nil {
			return err
		}
	}
	return f.end(t.Context(), table, new(rowSum))
}

// TestTablesWithoutTheirColumns: a header may leave out the columns by which rows are
// known, and rows may come in any order.
func TestTablesWithoutTheirColumns(t *testing.T) {
	t.Parallel()
	f := newFitter(engine.Postgres, false)
	require.NoError(t, fitted(t, f, &tableDump{Nome: "mensagens_chat", Colunas: []string{"resposta_para"}}, []any{int64(9)}))
	require.Equal(t, int64(1), f.count, "it points nowhere")
	f = newFitter(engine.SQLite, false)
	require.NoError(t, fitted(t, f, &tableDump{Nome: "logs_auditoria", Colunas: []string{"id", "acao"}}, []any{int64(1), nil}))
	require.Len(t, f.byLog, 1)
	require.NoError(t, fitted(t, f, &tableDump{Nome: "monitor_trilha", Colunas: []string{"faixa"}}, []any{int64(1)}))

	f = newFitter(engine.Postgres, false)
	backwards := make([][]any, 1000)
	for i := range backwards {
		backwards[i] = []any{int64(1000 - i), "Ana"}
	}
	require.ErrorIs(t, fitted(t, f, &tableDump{Nome: "clientes", Colunas: []string{"id", "nome"}}, backwards...), errDamaged)
}

// TestTheLongestRow: what is written is read, up to the last byte; what would not be
// read is not written.
func TestTheLongestRow(t *testing.T) {
	table := tableDump{Nome: "clientes", Colunas: []string{"id", "nome"}}
	var file bytes.Buffer
	fits := strings.Repeat("a", maxRow-len(`[1,""]`)-1)
	line := appendRow(nil, []any{int64(1), fits})
	var s rowSum
	s.add(line)
	table.Linhas = 1
	g, err := newFileWriter(&file, header{Monitor: "copia", Versao: 1, Tabelas: []tableDump{table}}, nil)
	require.NoError(t, err)
	require.NoError(t, g.begin(t.Context(), &table))
	var bad *CopiaError
	require.ErrorAs(t, g.row(t.Context(), []any{int64(7), fits + "a"}, append(line, 'a')), &bad)
	require.Contains(t, bad.Frase, "da tabela clientes, de id 7,")
	require.NoError(t, g.row(t.Context(), nil, line))
	require.NoError(t, errors.Join(g.end(t.Context(), &table, &s), g.finish()))
	path := filepath.Join(t.TempDir(), "copia.monitor")
	require.NoError(t, os.WriteFile(path, file.Bytes(), 0o600))
	used := allocated(func() {
		_, err = VerifyCopy(t.Context(), path, CopyOptions{})
		require.NoError(t, err)
	})
	require.Less(t, used, int64(200<<20))
}

// TestCopiesLetGoAtOnce: whoever verifies or restores a copy that unpacks without end
// can leave at any moment.
func TestCopiesLetGoAtOnce(t *testing.T) {
	t.Parallel()
	endless := bomb(t, fmt.Sprintf(headBomb, int64(1)<<40)+markBomb, "[1,\"a\"]\n", 64<<20, "")
	for name, read := range map[string]func(context.Context, func(string, int64, int64)) error{
		"verify": func(ctx context.Context, told func(string, int64, int64)) error {
			_, err := VerifyCopy(ctx, endless, CopyOptions{Progresso: told})
			return err
		},
		"restore": func(ctx context.Context, told func(string, int64, int64)) error {
			target, err := engine.ParseURL("sqlite:///" + filepath.ToSlash(filepath.Join(t.TempDir(), "banco.db")))
			if err == nil {
				_, err = Restore(ctx, target, RestoreConfig{}, endless, RestoreOptions{Progresso: told})
			}
			return err
		},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		after := int64(0)
		err := read(ctx, func(_ string, done, _ int64) {
			if after = done; done >= 10_000 {
				cancel()
			}
		})
		cancel()
		require.ErrorIs(t, err, context.Canceled, name)
		require.Less(t, after, int64(100_000), name+": it went on")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := VerifyCopy(ctx, endless, CopyOptions{})
	require.ErrorIs(t, err, context.Canceled)
}

// TestWorkThatDoesNotLookUpIsLeft, as SQLite's inside one of its functions.
func TestWorkThatDoesNotLookUpIsLeft(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	stuck := make(chan struct{})
	defer close(stuck)
	_, err := orLeave(ctx, func() (int, error) { cancel(); <-stuck; return 0, nil })
	require.ErrorIs(t, err, context.Canceled)
	n, err := orLeave(t.Context(), func() (int, error) { return 1, nil })
	require.NoError(t, err)
	require.Equal(t, 1, n)
}
