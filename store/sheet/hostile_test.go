package sheet_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/sheet"
)

// packed is a workbook whose sheet and texts are written by functions.
func packed(t testing.TB, rows, texts func(io.Writer)) []byte {
	t.Helper()
	const space = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	put := func(name string, body func(io.Writer)) {
		w, err := z.Create(name)
		require.NoError(t, err)
		body(w)
	}
	say := func(s string) func(io.Writer) { return func(w io.Writer) { _, _ = io.WriteString(w, s) } }
	put("[Content_Types].xml", say(`<Types/>`))
	put("xl/workbook.xml", say(`<workbook xmlns:r="x"><sheets><sheet name="D" r:id="a"/></sheets></workbook>`))
	put("xl/_rels/workbook.xml.rels", say(`<Relationships><Relationship Id="a" Type="`+space+`/worksheet" Target="s.xml"/><Relationship Id="b" Type="`+space+`/sharedStrings" Target="t.xml"/></Relationships>`))
	put("xl/s.xml", func(w io.Writer) {
		_, _ = io.WriteString(w, `<worksheet><sheetData>`)
		rows(w)
		_, _ = io.WriteString(w, `</sheetData></worksheet>`)
	})
	put("xl/t.xml", func(w io.Writer) {
		_, _ = io.WriteString(w, `<sst>`)
		texts(w)
		_, _ = io.WriteString(w, `</sst>`)
	})
	require.NoError(t, z.Close())
	return b.Bytes()
}

func nothing(io.Writer) {}

// drain reads all that can be read.
func drain(data []byte, look func()) error {
	table, err := sheet.Open(bytes.NewReader(data), int64(len(data)), "x", sheet.Options{})
	if err != nil {
		return err
	}
	defer table.Close()
	for n := 0; ; n++ {
		row, err := table.Next()
		var line *sheet.LineError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &line):
		case err != nil:
			return err
		case len(row.Cells) != len(table.Header):
			return errors.New("a row of another width than the titles")
		}
		if look != nil && n%1000 == 0 {
			look()
		}
	}
}

// TestHostileFiles: what a file unpacks to does not decide what we hold.
func TestHostileFiles(t *testing.T) {
	many := func(s string, n int) func(io.Writer) {
		return func(w io.Writer) {
			for range n {
				_, _ = io.WriteString(w, s)
			}
		}
	}
	for name, c := range map[string]struct {
		data []byte
		part string
	}{
		"one text":             {packed(t, many(`A`, 20<<20), nothing), "grande demais"},
		"one attribute":        {packed(t, func(w io.Writer) { many(`<row r="1`, 1)(w); many(`1`, 4<<20)(w) }, nothing), "grande demais"},
		"a million attributes": {packed(t, func(w io.Writer) { many(`<row `, 1)(w); many(`a="" `, 1<<20)(w); many(`>`, 1)(w) }, nothing), "grande demais"},
		"a million columns":    {packed(t, func(w io.Writer) { many(`<row>`, 1)(w); many(`<c><v>1</v></c>`, 1<<20)(w); many(`</row>`, 1)(w) }, nothing), "depois da coluna AMJ"},
		"empty columns":        {packed(t, func(w io.Writer) { many(`<row>`, 1)(w); many(`<c s="1"/>`, 1<<20)(w); many(`</row>`, 1)(w) }, nothing), "nenhuma linha"},
		"marks in quotes":      {packed(t, func(w io.Writer) { many(`<row a="`, 1)(w); many(`>`, 1<<20)(w); many(`"/>`, 1)(w) }, nothing), "grande demais"},
		"rows without end":     {packed(t, many(`<row/>`, 1_100_000), nothing), "danificada"},
		"one large cell": {packed(t, func(w io.Writer) {
			many(`<row><c t="str"><v>`, 1)(w)
			many(`A<!-- -->`, 4<<20)(w)
			many(`</v></c></row>`, 1)(w)
		}, nothing), ""},
		"depth":          {packed(t, many(`<a>`, 1<<20), nothing), "nenhuma linha"},
		"a long line":    {[]byte("a;b\n" + strings.Repeat("x", 8<<20)), "A linha 2 tem mais de 1 MB"},
		"columns of CSV": {[]byte(strings.Repeat(";x", 4000)), "mais de 1024 colunas"},
		"quotes":         {[]byte("a;b\n" + strings.Repeat("\"x\n", 1<<20)), "aspa que não fecha"},
		"an object":      {[]byte(`{"a":"` + strings.Repeat("x", 8<<20) + `"}`), "mais de 1 MB"},
		"depth of JSON":  {[]byte(`{"a":` + strings.Repeat("[", 1<<20)), "JSON está errado"},
		"keys":           {[]byte(`{` + manyKeys(5000) + `"z":1}`), "1024 campos"},
		"space":          {[]byte(`{"a":1}` + strings.Repeat("\n", 8<<20)), "mais de 1 MB"},
	} {
		var err error
		growth := heapGrowth(func(look func()) {
			err = drain(c.data, look)
			look()
		})
		if c.part == "" {
			require.NoError(t, err, name)
		} else {
			require.ErrorContains(t, err, c.part, name)
		}
		require.Less(t, growth, uint64(16<<20), name)
	}
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(`"k` + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + strings.Repeat("y", i/182) + `":1,`)
	}
	return b.String()
}

// TestManyTexts: the texts of a workbook go to a file where they are many, and the file goes
// with the table.
func TestManyTexts(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	t.Setenv("TMP", os.Getenv("TMPDIR"))
	const rows = 40_000
	name := func(i int) string {
		return strings.Repeat("ã", 600) + string(rune('a'+i%26)) + strings.Repeat("b", i%50)
	}
	data := packed(t, func(w io.Writer) {
		for i := range rows {
			_, _ = io.WriteString(w, `<row><c t="s"><v>`+strconv.Itoa(i)+`</v></c><c t="s"><v>`+strconv.Itoa(i*7919%rows)+`</v></c></row>`)
		}
	}, func(w io.Writer) {
		for i := range rows {
			_, _ = io.WriteString(w, `<si><t>`+name(i)+`</t></si>`)
		}
	})
	growth := heapGrowth(func(look func()) {
		table, err := sheet.Open(bytes.NewReader(data), int64(len(data)), "x", sheet.Options{})
		require.NoError(t, err)
		for i := 1; i < rows; i++ {
			row, err := table.Next()
			require.NoError(t, err)
			require.True(t, name(i) == row.Cells[0].Text && name(i*7919%rows) == row.Cells[1].Text, i)
			if i%10_000 == 0 {
				look()
			}
		}
		require.NoError(t, table.Close())
	})
	require.Less(t, growth, uint64(48<<20), "texts are 48 MB")
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func FuzzOpen(f *testing.F) {
	files, err := filepath.Glob("testdata/awkward/*")
	require.NoError(f, err)
	for _, path := range files {
		data, err := os.ReadFile(path)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<20 {
			return
		}
		table, err := sheet.Open(bytes.NewReader(data), int64(len(data)), "x", sheet.Options{})
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		defer table.Close()
		for range 1000 {
			row, err := table.Next()
			var line *sheet.LineError
			if err != nil && !errors.As(err, &line) {
				return
			}
			if err == nil {
				require.Len(t, row.Cells, len(table.Header))
			}
			for _, c := range row.Cells {
				_, _ = c.Digits(11, 14)
				_, _ = c.Date()
				_, _ = c.Decimal()
				_, _ = c.Bool()
			}
		}
	})
}

// FuzzRows gives a workbook's sheet directly, which packing hides from FuzzOpen.
func FuzzRows(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="str"><v>a</v></c><c r="B1" t="s"><v>0</v></c></row><row><c s="1"><v>1E5</v></c><c t="e"><v>#N/A</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells>`)
	f.Add(`<row><c t="inlineStr"><is><r><t>a</t></r><rPh><t>x</t></rPh></is></c><c><f>1</f></c></row>`)
	f.Fuzz(func(t *testing.T, rows string) {
		if len(rows) < 1<<16 {
			_ = drain(packed(t, func(w io.Writer) { _, _ = io.WriteString(w, rows) }, func(w io.Writer) { _, _ = io.WriteString(w, `<si><t>x</t></si>`) }), nil)
		}
	})
}
