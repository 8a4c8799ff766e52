package sheet_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"example.com/monitor/store/sheet"
)

// people are what offices keep, and what programs spoil.
var (
	peopleColumns = []sheet.Column{
		{Key: "nome", Title: "Nome", Kind: sheet.Text},
		{Key: "cpf_cnpj", Title: "CPF/CNPJ", Kind: sheet.Text},
		{Key: "cep", Title: "CEP", Kind: sheet.Text},
		{Key: "telefone", Title: "Telefone", Kind: sheet.Text},
		{Key: "desde", Title: "Cliente desde", Kind: sheet.Date},
		{Key: "visto", Title: "Visto em", Kind: sheet.Date},
		{Key: "valor", Title: "Valor", Kind: sheet.Number},
	}
	people = [][]string{
		{"José & Cia <Ltda>", "01234567890", "01310100", "+55 11 91234-5678", "1950-01-31", "2026-02-28T14:05:09", "1234.5"},
		{"=SOMA(A1)", "12345678000E23", "00123456", "11999990000", "2026-12-31", "2026-01-01T00:00:30", "0.1"},
		{"Linha\nquebrada", "12.345.678/0001-95", "69900-000", "(11) 3333-4444", "2000-02-29", "2026-02-28T23:59:59", "-7"},
		{"@maria; \"aspas\"", "00000000000191", "99999999", "0800 123 4567", "1999-07-01", "2026-02-28T12:00:00", "999999999999999"},
	}
)

func peopleRows() [][]sheet.Cell {
	rows := make([][]sheet.Cell, len(people))
	for i, p := range people {
		for j, s := range p {
			rows[i] = append(rows[i], sheet.Cell{Kind: peopleColumns[j].Kind, Text: s})
		}
	}
	return rows
}

// requirePeople finds everybody as they were written.
func requirePeople(t *testing.T, data []byte) {
	t.Helper()
	table, rows := readAll(t, data)
	require.Equal(t, []string{"Nome", "CPF/CNPJ", "CEP", "Telefone", "Cliente desde", "Visto em", "Valor"}, table.Header)
	require.Len(t, rows, len(people))
	for i, p := range people {
		for j, want := range p {
			got := rows[i].Cells[j]
			switch peopleColumns[j].Kind {
			case sheet.Date:
				at, err := got.Date()
				require.NoError(t, err)
				require.Equal(t, want, strings.TrimSuffix(at.Format("2006-01-02T15:04:05"), "T00:00:00"), "%s", p[0])
			case sheet.Number:
				n, err := got.Decimal()
				require.NoError(t, err)
				require.Equal(t, want, n)
			default:
				require.Equal(t, want, got.Text)
			}
		}
	}
}

// soffice is LibreOffice, which takes a minute here: it is asked with MONITOR_TEST_OFFICE=1, as
// .ci/wide does, and has to be there then.
func soffice(t *testing.T) func(name, to string, data []byte, more ...string) []byte {
	t.Helper()
	if os.Getenv("MONITOR_TEST_OFFICE") != "1" {
		t.Skip("LibreOffice is asked with MONITOR_TEST_OFFICE=1")
	}
	program, err := exec.LookPath("soffice")
	require.NoError(t, err)
	home := t.TempDir()
	return func(name, to string, data []byte, more ...string) []byte {
		in, out := t.TempDir(), t.TempDir()
		path := filepath.Join(in, name)
		require.NoError(t, os.WriteFile(path, data, 0o600))
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		said, err := exec.CommandContext(ctx, program, append(more, "-env:UserInstallation=file://"+filepath.ToSlash(home), "--headless", "--convert-to", to, "--outdir", out, path)...).CombinedOutput()
		require.NoError(t, err, "%s", said)
		converted, err := os.ReadFile(filepath.Join(out, strings.TrimSuffix(name, filepath.Ext(name))+"."+to))
		require.NoError(t, err, "%s", said)
		return converted
	}
}

// TestOfficeKeepsWhatWeWrite: another program opens our files, saves them, and nothing is lost.
func TestOfficeKeepsWhatWeWrite(t *testing.T) {
	convert := soffice(t)
	book := write(t, sheet.XLSX, sheet.Excel, peopleColumns, peopleRows())
	requirePeople(t, book)
	requirePeople(t, convert("a.xlsx", "xlsx", book))
	requirePeople(t, convert("b.ods", "xlsx", convert("b.xlsx", "ods", book)))
	list := write(t, sheet.CSV, sheet.Excel, peopleColumns, peopleRows())
	requirePeople(t, list)
	// As a person imports it who says that these columns are text (2) and those dates (4).
	requirePeople(t, convert("c.csv", "xlsx", list, "--infilter=CSV:59,34,76,1,1/2/2/2/3/2/4/2/5/4/6/4/7/1,1046"))
}

// TestExcelizeReadsWhatWeWrite: a second opinion, also on what no reader of ours looks at.
func TestExcelizeReadsWhatWeWrite(t *testing.T) {
	t.Parallel()
	f, err := excelize.OpenReader(bytes.NewReader(write(t, sheet.XLSX, sheet.Excel, peopleColumns, peopleRows())))
	require.NoError(t, err)
	defer f.Close()
	require.Equal(t, []string{"Dados"}, f.GetSheetList())
	for i, p := range people {
		for j, want := range p {
			at, err := excelize.CoordinatesToCellName(j+1, i+2)
			require.NoError(t, err)
			got, err := f.GetCellValue("Dados", at)
			require.NoError(t, err)
			formula, err := f.GetCellFormula("Dados", at)
			require.NoError(t, err)
			require.Empty(t, formula)
			switch peopleColumns[j].Kind {
			case sheet.Date:
				form, year := "02/01/2006", want[:4]
				if len(want) > 10 {
					form = "02/01/2006 15:04:05"
					if strings.HasSuffix(want, ":00") {
						form = "02/01/2006 15:04"
					}
				}
				require.Contains(t, got, year)
				read, err := time.Parse(form, got)
				require.NoError(t, err)
				require.True(t, strings.HasPrefix(want, read.Format("2006-01-02")))
			case sheet.Text:
				require.Equal(t, want, got)
				kind, err := f.GetCellType("Dados", at)
				require.NoError(t, err)
				require.Equal(t, excelize.CellTypeInlineString, kind)
				id, err := f.GetCellStyle("Dados", at)
				require.NoError(t, err)
				style, err := f.GetStyle(id)
				require.NoError(t, err)
				require.Equal(t, 49, style.NumFmt, "@")
			default:
				require.Equal(t, want, got)
			}
		}
	}
	panes, err := f.GetPanes("Dados")
	require.NoError(t, err)
	require.True(t, panes.Freeze)
	require.Equal(t, 1, panes.YSplit)
	names := f.GetDefinedName()
	require.Len(t, names, 1)
	require.Equal(t, "Dados!$A$1:$G$5", names[0].RefersTo)
	width, err := f.GetColWidth("Dados", "D")
	require.NoError(t, err)
	require.Greater(t, width, 17.0)
}

// TestWhatACellCannotHold: a text that is too long ends in a mark, a sign that XML cannot hold
// comes back, and the rest of the row is whole.
func TestWhatACellCannotHold(t *testing.T) {
	t.Parallel()
	columns := []sheet.Column{{Key: "a", Title: "A", Kind: sheet.Text}, {Key: "b", Title: "B", Kind: sheet.Text}}
	for _, c := range []struct{ in, want string }{
		{strings.Repeat("ã", 32_767), strings.Repeat("ã", 32_767)},
		{strings.Repeat("ã", 32_768), strings.Repeat("ã", 32_766) + "…"},
		{strings.Repeat("😀", 16_384), strings.Repeat("😀", 16_383) + "…"},
		{strings.Repeat("\xff", 40_000), strings.Repeat("\ufffd", 32_766) + "…"},
		{"a\x00b\x1f\x07\uffff_x0041_\xff", "ab\x1f\x07\uffff_x0041_\ufffd"},
	} {
		data := write(t, sheet.XLSX, sheet.Excel, columns, [][]sheet.Cell{{text(c.in), text("inteiro")}})
		_, rows := readAll(t, data)
		require.True(t, c.want == rows[0].Cells[0].Text, "%.40q", rows[0].Cells[0].Text)
		require.Equal(t, "inteiro", rows[0].Cells[1].Text)
		f, err := excelize.OpenReader(bytes.NewReader(data))
		require.NoError(t, err)
		require.NoError(t, f.Close())
	}
}
