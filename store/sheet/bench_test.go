package sheet_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/sheet"
)

var wideColumns = func() []sheet.Column {
	columns := make([]sheet.Column, 12)
	for i := range columns {
		columns[i] = sheet.Column{Key: fmt.Sprintf("coluna_%d", i), Title: fmt.Sprintf("Coluna de número %d", i), Kind: sheet.Text}
	}
	return columns
}()

// wideRow is a record as clients are, no two alike.
func wideRow(cells []sheet.Cell, i int) {
	for j := range cells {
		switch j {
		case 0:
			cells[j] = sheet.Cell{Kind: sheet.Number, Text: strconv.Itoa(i)}
		case 1:
			cells[j] = sheet.Cell{Kind: sheet.Date, Text: fmt.Sprintf("20%02d-%02d-%02d", i%100, i%12+1, i%28+1)}
		default:
			cells[j] = sheet.Cell{Kind: sheet.Text, Text: fmt.Sprintf("José da Silva %d-%d", i, j)}
		}
	}
}

func writeRows(t require.TestingT, w io.Writer, f sheet.Format, n int) {
	out, err := sheet.NewWriter(w, f, sheet.Excel, wideColumns)
	require.NoError(t, err)
	cells := make([]sheet.Cell, len(wideColumns))
	for i := range n {
		wideRow(cells, i)
		require.NoError(t, out.Row(cells))
	}
	require.NoError(t, out.Close())
}

// BenchmarkRows writes and reads 100,000 rows of twelve cells; MB is how far the heap grew.
func BenchmarkRows(b *testing.B) {
	const rows = 100_000
	for _, f := range []sheet.Format{sheet.XLSX, sheet.CSV, sheet.NDJSON} {
		var file bytes.Buffer
		writeRows(b, &file, f, rows)
		b.Run("write/"+string(f), func(b *testing.B) {
			for b.Loop() {
				writeRows(b, io.Discard, f, rows)
			}
			b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
		b.Run("read/"+string(f), func(b *testing.B) {
			for b.Loop() {
				require.Equal(b, rows, readThrough(b, file.Bytes(), nil))
			}
			b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// readThrough counts the rows; look is called now and then.
func readThrough(t require.TestingT, file []byte, look func()) int {
	table, err := sheet.Open(bytes.NewReader(file), int64(len(file)), "", sheet.Options{})
	require.NoError(t, err)
	defer table.Close()
	for n := 0; ; n++ {
		_, err := table.Next()
		if errors.Is(err, io.EOF) {
			return n
		}
		require.NoError(t, err)
		if look != nil && n%1000 == 0 {
			look()
		}
	}
}

// heapGrowth is by how much the live heap was larger than before, at the worst look.
func heapGrowth(run func(look func())) uint64 {
	var m runtime.MemStats
	live := func() uint64 {
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, most := live(), uint64(0)
	run(func() { most = max(most, live()) })
	return most - min(most, before)
}

// TestMemoryIsFlat: neither direction holds the rows.
func TestMemoryIsFlat(t *testing.T) {
	const rows = 20_000
	for _, f := range []sheet.Format{sheet.XLSX, sheet.CSV, sheet.NDJSON} {
		var file bytes.Buffer
		file.Grow(8 << 20)
		growth := heapGrowth(func(look func()) {
			out, err := sheet.NewWriter(&file, f, sheet.Excel, wideColumns)
			require.NoError(t, err)
			cells := make([]sheet.Cell, len(wideColumns))
			for i := range rows {
				wideRow(cells, i)
				require.NoError(t, out.Row(cells))
				if i%2000 == 0 {
					look()
				}
			}
			require.NoError(t, out.Close())
		})
		require.Less(t, growth, uint64(3<<20), "%s out", f)
		growth = heapGrowth(func(look func()) { require.Equal(t, rows, readThrough(t, file.Bytes(), look)) })
		require.Less(t, growth, uint64(3<<20), "%s in", f)
	}
}
