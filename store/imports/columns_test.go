package imports

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/record"
)

func campos(columns []Column) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.Campo
	}
	return out
}

// What offices call their columns is understood; what is not says why.
func TestHeadersAreUnderstood(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ header, want []string }{
		{[]string{"NOME COMPLETO", "E-Mail", "Telefone/WhatsApp", "Razão  Social", "Função", "UF", "C.E.P.", "C.N.P.J."}, []string{"nome", "email", "telefone", "empresa", "cargo", "estado", "cep", ""}},
		{[]string{"id", "nome", "email", "cpf_cnpj", "observacoes", "nivel_acesso", "data_cadastro"}, []string{"id", "nome", "email", "cpf_cnpj", "observacoes", "", ""}},
		{[]string{"Nome", "CPF", "CNPJ", "Fone", "Celular", "Código"}, []string{"nome", "cpf_cnpj", "cpf_cnpj", "telefone", "", ""}},
		{[]string{"email", "E-mail", "Motivo", ""}, []string{"email", "", "", ""}},
	} {
		columns, err := Columns(c.header, nil)
		require.NoError(t, err)
		require.Equal(t, c.want, campos(columns), c.header)
		for i := range columns {
			require.Equal(t, c.want[i] == "", columns[i].Motivo != "", "%+v", columns[i])
		}
	}
}

func TestChosenColumnsWin(t *testing.T) {
	t.Parallel()
	header := []string{"Nome", "Responsável", "Correio", "E-mail", "Fone"}
	columns, err := Columns(header, map[string]string{"correio": "email", "responsavel": "nome", "Fone": Nothing})
	require.NoError(t, err)
	require.Equal(t, []string{"", "nome", "email", "", ""}, campos(columns))
	for chosen, want := range map[[2]string]string{
		{"Correi", "email"}: "não tem a coluna", {"Correio", "e-mail"}: "não é um campo", {"Nome", ""}: "não é um campo",
	} {
		_, err := Columns(header, map[string]string{chosen[0]: chosen[1]})
		require.ErrorContains(t, err, want)
	}
	_, err = Columns(header, map[string]string{"Correio": "email", "Fone": "email"})
	require.ErrorContains(t, err, "não podem ser as duas")
	_, err = Columns([]string{"Nome", "Telefone"}, nil)
	require.ErrorContains(t, err, "Nenhuma coluna diz quem é cada linha")
}

// A column that people edit comes in, or it is said why not: a new one must be decided about.
func TestEveryColumnIsDecidedAbout(t *testing.T) {
	t.Parallel()
	for _, f := range record.ClienteFields {
		_, stay := stays[headerKey(f.Column)]
		require.NotEqual(t, stay, slices.Contains(Names(), f.Column), f.Column)
	}
	for _, c := range noted {
		require.NotEmpty(t, stays[headerKey(c.Key)], c.Key)
		require.NotEmpty(t, stays[headerKey(c.Title)], "the title of an export: %s", c.Title)
	}
	seen := map[string]string{}
	for _, f := range fields {
		for _, name := range append([]string{headerKey(f.column), headerKey(f.title)}, f.other...) {
			require.Equal(t, headerKey(name), name, "it is compared folded")
			require.Contains(t, []string{"", f.column}, seen[name], "%s names two columns", name)
			seen[name] = f.column
		}
	}
}
