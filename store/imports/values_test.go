package imports

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/record"
	"example.com/monitor/store/sheet"
)

// What spreadsheets make of numbers that are names comes back, where it can be known.
func TestNumbersThatAreNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ header, campo, cell, want string }{
		{"CPF", "cpf_cnpj", "529.982.247-25", "529.982.247-25"},
		{"CPF", "cpf_cnpj", "1234567890", "01234567890"},
		{"Documento", "cpf_cnpj", "4252011000110", "04252011000110"},
		{"CNPJ", "cpf_cnpj", "191", "191"},
		{"CNPJ", "cpf_cnpj", "4,252E+12", "✗ arredondou"},
		{"CNPJ", "cpf_cnpj", "1.2345678E+30", "✗ arredondou"},
		{"CNPJ", "cpf_cnpj", "12.ABC.345/01DE-35", "12.ABC.345/01DE-35"},
		{"CEP", "cep", "1310100", "01310100"},
		{"CEP", "cep", "01310-100", "01310-100"},
		{"CEP", "cep", "310", "310"},
		{"CEP", "cep", "1,31E+06", "✗ arredondou"},
		{"Fone", "telefone", "21998765432", "21998765432"},
		{"Fone", "telefone", "+55 21 99876-5432", "+55 21 99876-5432"},
		{"Fone", "telefone", "2,1E+10", "✗ arredondou"},
	} {
		p := &Plan{Colunas: []Column{{Cabecalho: c.header, Campo: c.campo}}}
		v, err := p.read([]sheet.Cell{{Kind: sheet.Text, Text: c.cell}})
		if problem, wrong := strings.CutPrefix(c.want, "✗ "); wrong {
			require.ErrorContains(t, err, problem, c.cell)
			continue
		}
		require.NoError(t, err, c.cell)
		require.Equal(t, c.want, v.texts[c.campo], c.cell)
	}
}

func TestTwoDocumentsInARow(t *testing.T) {
	t.Parallel()
	p := &Plan{Colunas: []Column{{Cabecalho: "CPF", Campo: "cpf_cnpj"}, {Cabecalho: "CNPJ", Campo: "cpf_cnpj"}}}
	text := func(s string) sheet.Cell { return sheet.Cell{Kind: sheet.Text, Text: s} }
	v, err := p.read([]sheet.Cell{{}, text("04.252.011/0001-10")})
	require.NoError(t, err)
	require.Equal(t, "04.252.011/0001-10", v.texts["cpf_cnpj"])
	_, err = p.read([]sheet.Cell{text("529.982.247-25"), text("04.252.011/0001-10")})
	require.ErrorContains(t, err, "um CPF e um CNPJ")
	_, err = p.read([]sheet.Cell{{Kind: sheet.Wrong, Text: "#N/D"}, {}})
	require.ErrorContains(t, err, "#N/D")
}

// Another punctuation is no change; an empty cell takes nothing away.
func TestWhatIsNoChange(t *testing.T) {
	t.Parallel()
	was := record.Cliente{Nome: "Ana", Telefone: "(21) 99876-5432", CPFCNPJ: "529.982.247-25", CEP: "24.020-000", Cidade: "Niterói"}
	now := was
	v := values{texts: map[string]string{"telefone": "21998765432", "cpf_cnpj": "52998224725", "cep": "24020000"}}
	v.edit(&now)
	require.Equal(t, was, now)
	v = values{texts: map[string]string{"telefone": "21998765433", "cidade": "niterói"}}
	v.edit(&now)
	require.Equal(t, []string{"21998765433", "niterói"}, []string{now.Telefone, now.Cidade})
}

// A row that is kept comes back as it was.
func TestPackedRowsComeBack(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		cells := make([]sheet.Cell, 1+r.IntN(20))
		for i := range cells {
			text := make([]rune, r.IntN(300))
			for j := range text {
				text[j] = rune(r.IntN(0x2000))
			}
			cells[i] = sheet.Cell{Kind: sheet.Kind(r.IntN(6)), Text: string(text)}
		}
		require.Equal(t, cells, pack(cells).cells())
	}
	require.Empty(t, pack(nil).cells())
}
