package sheet_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/sheet"
)

var rewrite = flag.Bool("rewrite", false, "write testdata/awkward.txt anew, to be read by a person")

// TestAwkwardFiles: what offices send is read, or told in a sentence. awkward.txt says what
// stands in each of the files.
func TestAwkwardFiles(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/awkward/*")
	require.NoError(t, err)
	require.Greater(t, len(files), 50)
	var b strings.Builder
	for _, path := range files {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		fmt.Fprintf(&b, "== %s\n%s\n", filepath.Base(path), told(data, filepath.Base(path)))
	}
	if *rewrite {
		require.NoError(t, os.WriteFile("testdata/awkward.txt", []byte(b.String()), 0o600))
	}
	want, err := os.ReadFile("testdata/awkward.txt")
	require.NoError(t, err)
	require.Equal(t, strings.ReplaceAll(string(want), "\r\n", "\n"), b.String())
}

// told is all that a file says.
func told(data []byte, name string) string {
	table, err := sheet.Open(bytes.NewReader(data), int64(len(data)), name, sheet.Options{})
	if err != nil {
		return err.Error() + "\n"
	}
	defer table.Close()
	var b strings.Builder
	fmt.Fprintf(&b, "%s", table.Format)
	if table.Format == sheet.XLSX {
		fmt.Fprintf(&b, " %q of %q", table.Sheet, table.Sheets)
	} else {
		fmt.Fprintf(&b, " %s", table.Encoding)
	}
	if table.Format == sheet.CSV {
		fmt.Fprintf(&b, " %q", table.Comma)
	}
	fmt.Fprintf(&b, "\n%d: %q\n", table.HeaderLine, table.Header)
	for range 10 {
		row, err := table.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			fmt.Fprintln(&b, err)
			if _, ok := errors.AsType[*sheet.LineError](err); ok {
				continue
			}
			break
		}
		fmt.Fprintf(&b, "%d:", row.Line)
		for _, c := range row.Cells {
			fmt.Fprintf(&b, " %s%q", []string{"-", "t", "n", "d", "b", "!"}[c.Kind], c.Text)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
