package sheet_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"example.com/monitor/store/sheet"
)

// readAll opens a file and reads it to its end.
func readAll(t require.TestingT, data []byte) (*sheet.Table, []sheet.Row) {
	table, err := sheet.Open(bytes.NewReader(data), int64(len(data)), "teste", sheet.Options{})
	require.NoError(t, err)
	var rows []sheet.Row
	for {
		row, err := table.Next()
		if errors.Is(err, io.EOF) {
			require.NoError(t, table.Close())
			return table, rows
		}
		require.NoError(t, err)
		rows = append(rows, row)
	}
}

func write(t require.TestingT, f sheet.Format, a sheet.Audience, columns []sheet.Column, rows [][]sheet.Cell) []byte {
	var b bytes.Buffer
	w, err := sheet.NewWriter(&b, f, a, columns)
	require.NoError(t, err)
	for _, r := range rows {
		require.NoError(t, w.Row(r))
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

var forms = []struct {
	name string
	f    sheet.Format
	a    sheet.Audience
}{{"xlsx", sheet.XLSX, sheet.Excel}, {"csv", sheet.CSV, sheet.Excel}, {"csv for programs", sheet.CSV, sheet.Programs}, {"ndjson", sheet.NDJSON, sheet.Programs}}

// TestWhatIsWrittenIsRead: any texts, numbers and dates come back as they were.
func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	columns := []sheet.Column{{Key: "nome", Title: "Nome", Kind: sheet.Text}, {Key: "nota", Title: "Nota", Kind: sheet.Text}, {Key: "valor", Title: "Valor", Kind: sheet.Number}, {Key: "quando", Title: "Quando", Kind: sheet.Date}, {Key: "ativo", Title: "Ativo", Kind: sheet.Bool}}
	text := rapid.OneOf(rapid.StringOf(rapid.RuneFrom([]rune("abçã ;,|\t\"'\n\r_x0D=+-@0129\u00a0\ufeff\u0007"))), rapid.String())
	for _, form := range forms {
		t.Run(form.name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				var rows [][]sheet.Cell
				for range rapid.IntRange(0, 5).Draw(t, "rows") {
					note := strings.ReplaceAll(text.Draw(t, "note"), "\x00", "")
					if rest, ok := strings.CutPrefix(note, "'"); ok && sheet.SafeCell(rest) == note {
						note = rest // an apostrophe before a formula is taken for ours
					}
					if strings.HasPrefix(note, "=\"") {
						note = "a" + note
					}
					row := []sheet.Cell{{Kind: sheet.Text, Text: "José"}, {Kind: sheet.Text, Text: note}, {}, {}, {}}
					if note == "" {
						row[1] = sheet.Cell{}
					}
					if rapid.Bool().Draw(t, "number") {
						row[2] = sheet.Cell{Kind: sheet.Number, Text: rapid.SampledFrom([]string{"0", "-1.5", "1234.56", "999999999999999", "0.1", "12345678000195"}).Draw(t, "n")}
						row[3] = sheet.Cell{Kind: sheet.Date, Text: rapid.SampledFrom([]string{"2026-12-31", "1950-01-01", "2026-02-28T23:59:59", "2026-02-28T00:00:01", "2000-01-01T12:30:00"}).Draw(t, "d")}
						row[4] = sheet.Cell{Kind: sheet.Bool, Text: "true"}
					}
					rows = append(rows, row)
				}
				table, got := readAll(t, write(t, form.f, form.a, columns, append(rows, []sheet.Cell{{Kind: sheet.Text, Text: "fim"}})))
				if form.f == sheet.NDJSON || form.a == sheet.Programs {
					require.Equal(t, []string{"nome", "nota", "valor", "quando", "ativo"}, table.Header)
				} else {
					require.Equal(t, []string{"Nome", "Nota", "Valor", "Quando", "Ativo"}, table.Header)
				}
				require.Len(t, got, len(rows)+1)
				for i, row := range rows {
					requireSame(t, row, got[i].Cells)
				}
			})
		})
	}
}

func requireSame(t require.TestingT, want, got []sheet.Cell) {
	require.Equal(t, want[0].Text, got[0].Text)
	require.Equal(t, want[1].Text, got[1].Text)
	for i, meaning := range map[int]func(sheet.Cell) (any, error){
		2: func(c sheet.Cell) (any, error) { return c.Decimal() },
		3: func(c sheet.Cell) (any, error) { return c.Date() },
		4: func(c sheet.Cell) (any, error) {
			if c.Kind == sheet.Empty {
				return false, nil
			}
			return c.Bool()
		},
	} {
		w, err := meaning(want[i])
		require.NoError(t, err)
		g, err := meaning(got[i])
		require.NoError(t, err)
		require.Equal(t, w, g)
	}
}

// TestProgramsGetWhatTheyGot: CSV for programs is byte for byte what the standard library
// writes of neutralised cells, but for a row of one empty cell, which it leaves blank, so that
// readers lose it.
func TestProgramsGetWhatTheyGot(t *testing.T) {
	t.Parallel()
	text := rapid.OneOf(rapid.StringOf(rapid.RuneFrom([]rune("ab ;,|\t\"'\n\r\\.=+-@\u00a0\ufeff"))), rapid.String(), rapid.Just("\\."), rapid.Just("\xff"))
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(text, 2, 2), 0, 4).Draw(t, "rows")
		var want bytes.Buffer
		w := csv.NewWriter(&want)
		require.NoError(t, w.Write([]string{"a", "b"}))
		cells := make([][]sheet.Cell, len(rows))
		for i, r := range rows {
			require.NoError(t, w.Write([]string{sheet.SafeCell(r[0]), sheet.SafeCell(r[1])}))
			cells[i] = []sheet.Cell{{Kind: sheet.Text, Text: r[0]}, {Kind: sheet.Text, Text: r[1]}}
		}
		w.Flush()
		require.Equal(t, want.String(), string(write(t, sheet.CSV, sheet.Programs, []sheet.Column{{Key: "a"}, {Key: "b"}}, cells)))
	})
	one := write(t, sheet.CSV, sheet.Archive, []sheet.Column{{Key: "a"}}, [][]sheet.Cell{{{}}, {{Kind: sheet.Text, Text: "x\ny"}}})
	require.Equal(t, "a\r\n\"\"\r\n\"x\ny\"\r\n", string(one))
}
