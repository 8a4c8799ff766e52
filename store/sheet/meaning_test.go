package sheet_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/fault"
	"example.com/monitor/store/sheet"
)

func text(s string) sheet.Cell   { return sheet.Cell{Kind: sheet.Text, Text: s} }
func figure(s string) sheet.Cell { return sheet.Cell{Kind: sheet.Number, Text: s} }

// says requires a sentence for people about a value that was refused.
func says(t *testing.T, err error, part string) {
	t.Helper()
	var invalid *fault.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.Contains(t, err.Error(), part)
}

func TestDigits(t *testing.T) {
	t.Parallel()
	document, cep := []int{11, 14}, []int{8}
	for _, c := range []struct {
		cell    sheet.Cell
		lengths []int
		want    string
	}{
		{text("012.345.678-90"), document, "01234567890"},
		{figure("1234567890"), []int{11}, "01234567890"},
		{figure("529982247"), []int{11}, "00529982247"},
		{figure("1234567890"), document, "01234567890"}, // a CPF by its check digits
		{figure("272"), []int{11}, "00000000272"},
		{figure("52998224725"), document, "52998224725"},
		{figure("345678000195"), document, "00345678000195"},
		{figure("12345678000195"), document, "12345678000195"},
		{text("12345678000E23"), document, "12345678000E23"},
		{text("12.abc.345/01de-35"), document, "12ABC34501DE35"},
		{text("'00123456"), cep, "00123456"},
		{text("01310-100"), cep, "01310100"},
		{figure("1310100"), cep, "01310100"},
		{text("+55 (11) 91234-5678"), nil, "5511912345678"},
		{text(" "), document, ""},
		{sheet.Cell{}, document, ""},
	} {
		got, err := c.cell.Digits(c.lengths...)
		require.NoError(t, err, "%q", c.cell.Text)
		require.Equal(t, c.want, got, "%q", c.cell.Text)
	}
	for _, c := range []struct {
		cell    sheet.Cell
		lengths []int
		part    string
	}{
		{text("1,23E+13"), document, "se perderam"},
		{text("1.23457E+13"), document, "se perderam"},
		{text("1E+13"), nil, "se perderam"},
		{figure("1234567800000000000000000000000000"), document, "se perderam"},
		{figure("1234567890123456"), nil, "se perderam"},
		{figure("12.5"), cep, "casas decimais"},
		{figure("-5"), cep, "negativo"},
		{figure("191"), document, "faltam zeros"}, // both 00000000191 and 00000000000191 are right,
		{figure("123456789"), cep, "tem 9 algarismos, e aqui se esperam 8"},
		{text("sem CPF"), []int{11}, "mais do que algarismos"},
		{text("--"), []int{11}, "nenhum algarismo"},
		{sheet.Cell{Kind: sheet.Date, Text: "2026-02-01"}, cep, "uma data (01/02/2026)"},
		{sheet.Cell{Kind: sheet.Bool, Text: "true"}, cep, "verdadeiro ou falso"},
		{sheet.Cell{Kind: sheet.Wrong, Text: "#N/D"}, cep, "o erro #N/D"},
		{sheet.Cell{Kind: sheet.Wrong, Text: "=A1"}, cep, "não foi calculada"},
	} {
		_, err := c.cell.Digits(c.lengths...)
		says(t, err, c.part)
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	for s, want := range map[string]time.Time{
		"01/02/2026": day, "1/2/2026": day, "01/02/26": day, "1-2-2026": day, "01.02.2026": day, "2026-02-01": day, "2026/2/1": day,
		"1º de fevereiro de 2026": day, "01/fev/2026": day, "1-fev-26": day, "1 de Fevereiro de 2026": day, " 01/02/2026\u00a0": day,
		"01/02/2026 14:05": day.Add(14*time.Hour + 5*time.Minute), "01/02/2026 14:05:09": day.Add(14*time.Hour + 5*time.Minute + 9*time.Second),
		"2026-02-01T14:05:09": day.Add(14*time.Hour + 5*time.Minute + 9*time.Second), "2026-02-01 14:05": day.Add(14*time.Hour + 5*time.Minute), "01/02/2026 14h05": day.Add(14*time.Hour + 5*time.Minute), "01/02/2026 às 14:05": day.Add(14*time.Hour + 5*time.Minute),
		"29/02/2000": time.Date(2000, 2, 29, 0, 0, 0, 0, time.UTC), "31/12/30": time.Date(1930, 12, 31, 0, 0, 0, 0, time.UTC), "31/12/29": time.Date(2029, 12, 31, 0, 0, 0, 0, time.UTC), "": {},
	} {
		got, err := text(s).Date()
		require.NoError(t, err, s)
		require.True(t, want.Equal(got), "%s: %s", s, got)
	}
	got, err := text("2026-02-01T14:05:09.5-03:00").Date()
	require.NoError(t, err)
	require.Equal(t, "2026-02-01T17:05:09.5Z", got.UTC().Format(time.RFC3339Nano))
	for n, want := range map[string]string{"1": "1900-01-01T00:00:00Z", "59": "1900-02-28T00:00:00Z", "61": "1900-03-01T00:00:00Z", "46054": "2026-02-01T00:00:00Z", "46054.5": "2026-02-01T12:00:00Z", "46054.99999999": "2026-02-02T00:00:00Z"} {
		got, err := figure(n).Date()
		require.NoError(t, err, n)
		require.Equal(t, want, got.Format(time.RFC3339), n)
	}
	for s, part := range map[string]string{
		"12/31/2026": "o mês seria 31", "31/02/2026": "não existe no calendário", "29/02/2026": "não existe", "ontem": "não é uma data", "01/02-2026": "não é uma data", "2026": "não é uma data", "01/02/2026 25:00": "não é uma data", "01/02/202": "não é uma data", "00/01/2026": "não existe",
	} {
		_, err := text(s).Date()
		says(t, err, part)
	}
	for n, part := range map[string]string{"2026": "só o ano", "20260201": "não é uma data", "60": "não é uma data", "-1": "não é uma data", "0": "não é uma data"} {
		_, err := figure(n).Date()
		says(t, err, part)
	}
}

func TestDecimals(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"1.234,56": "1234.56", "1234.56": "1234.56", "1234,56": "1234.56", "1.234": "1234", "1.234.567": "1234567", "1,234": "1.234", "1,234.56": "1234.56", "1,234,567": "1234567", "R$ 1.234,56": "1234.56", "R$\u00a0-5,00": "-5.00", "-R$ 5": "-5", "(12,5)": "-12.5", "−3": "-3", "+7": "7", "007": "7", ",5": "0.5", "0,00": "0.00", "-0": "0", "1.5": "1.5", "": "",
	} {
		got, err := text(s).Decimal()
		require.NoError(t, err, s)
		require.Equal(t, want, got, s)
	}
	for n, want := range map[string]string{"1.234": "1.234", "-0.5": "-0.5", "00123": "123", "0": "0"} {
		got, err := figure(n).Decimal()
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for s, part := range map[string]string{"1,2E+5": "abreviado", "dez": "não é um número", "1.23.4": "não é um número", "1,2,3": "não é um número", "5%": "não é um número", "-": "não é um número", "()": "não é um número"} {
		_, err := text(s).Decimal()
		says(t, err, part)
	}
}

func TestBools(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{"Sim": true, "NÃO": false, "nao": false, "s": true, "n": false, "Ativo": true, "inativo": false, "VERDADEIRO": true, "falso": false, "true": true, "1": true, "0": false, "\u00a0x": true} {
		got, err := text(s).Bool()
		require.NoError(t, err, s)
		require.Equal(t, want, got, s)
	}
	_, err := text("talvez").Bool()
	says(t, err, "não é sim nem não")
	_, err = sheet.Cell{}.Bool()
	says(t, err, "vazia")
}
