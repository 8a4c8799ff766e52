package web_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/say"
	"example.com/monitor/store/storetest"
)

// script is the text of a module.
func script(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("static", "js", filepath.FromSlash(name)))
	require.NoError(t, err)
	return string(text)
}

// wordsIn are what pattern captures in the first part of text that begins with from and
// ends with until.
func wordsIn(t *testing.T, text, from, until, pattern string) (words []string) {
	t.Helper()
	part := regexp.MustCompile(`(?s)` + regexp.QuoteMeta(from) + `(.*?)` + regexp.QuoteMeta(until)).FindString(text)
	require.NotEmpty(t, part, from)
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(part[len(from):], -1) {
		words = append(words, m[1])
	}
	return words
}

// TestPagesKnowTheColumnsOfAClient: what the store knows of a client has its place in the
// form, the record and the words of a change.
func TestPagesKnowTheColumnsOfAClient(t *testing.T) {
	t.Parallel()
	var edited []string
	for _, f := range store.ClienteFields() {
		edited = append(edited, f.Column)
	}
	const quoted = `'([a-z_]+)'`
	all := append(slices.Clone(edited), "email", "senha")
	record := script(t, "clientes/record.js")
	require.ElementsMatch(t, all, wordsIn(t, record, "const fieldInfo = {", "\n}", `(?m)^ +([a-z_]+): \{`))
	var inSections []string
	for _, m := range regexp.MustCompile(`fields: \[[^\]]*`).FindAllString(record, -1) {
		inSections = append(inSections, wordsIn(t, m+"]", "fields: [", "]", quoted)...)
	}
	require.ElementsMatch(t, all, inSections)
	permissions := script(t, "permissions.js")
	require.ElementsMatch(t, edited, append(wordsIn(t, permissions, "const allFields = [", "]", quoted), "nivel_acesso"))
	require.Subset(
		t,
		wordsIn(t, script(t, "difference.js"), "const names = {", "\n}", `([a-z_]+): '`),
		append(slices.Clone(edited), "email", "ativo", "dados_extras"),
	)
	require.Subset(
		t,
		wordsIn(t, script(t, "clientes/details.js"), "function Identity(", "function Actions(", `c\.([a-z_]+)`),
		append(slices.Clone(edited), "email"),
	)
}

// TestPagesOfferWhatOneMayChangeOfOneself: no more, or the store refuses it, and no less.
func TestPagesOfferWhatOneMayChangeOfOneself(t *testing.T) {
	t.Parallel()
	st := storetest.New(t)
	c, err := st.As(
		storetest.Operator,
	).Clientes.Create(
		t.Context(),
		store.Cliente{Nome: "Ana", Email: "ana@exemplo.com", Senha: strongSenha},
	)
	require.NoError(t, err)
	token, _, err := st.As(store.Stranger(store.Origem{})).Sessoes.Login(t.Context(), c.Email, strongSenha)
	require.NoError(t, err)
	actor, err := st.Authenticate(t.Context(), store.Credencial{Bearer: token}, store.Origem{})
	require.NoError(t, err)
	me := st.As(actor)
	samples := map[string]string{
		"cep":          "24020-000",
		"telefone":     "(11) 98765-4321",
		"cpf_cnpj":     "529.982.247-25",
		"nivel_acesso": store.Admin,
	}
	var mine []string
	for _, f := range store.ClienteFields() {
		value := "outro"
		if s, ok := samples[f.Column]; ok {
			value = s
		}
		_, err := me.Clientes.Change(t.Context(), c.ID, "", func(c *store.Cliente) { *f.Ref(c) = value })
		if err != nil {
			require.ErrorIs(t, err, store.ErrForbidden, f.Column)
			continue
		}
		mine = append(mine, f.Column)
	}
	require.NotEmpty(t, mine)
	require.ElementsMatch(t, mine, wordsIn(t, script(t, "permissions.js"), "const ownFields = [", "]", `'([a-z_]+)'`))
}

// TestPagesHaveTheWordsOfOperations: the nouns and the states as say has them, a verb and a
// participle for each that there is.
func TestPagesHaveTheWordsOfOperations(t *testing.T) {
	t.Parallel()
	text := script(t, "operations.js")
	table := func(name string) map[string]string {
		t.Helper()
		found := map[string]string{}
		line := regexp.MustCompile(`const ` + name + ` = \{ (.*) \}`).FindStringSubmatch(text)
		require.NotNil(t, line, name)
		for _, m := range regexp.MustCompile(`([a-z_]+): (\[[^\]]*\]|'[^']*')`).FindAllStringSubmatch(line[1], -1) {
			found[m[1]] = m[2]
		}
		return found
	}
	nouns, states := map[string]string{}, map[string]string{}
	for _, n := range say.Nouns {
		nouns[n.Code] = "['" + n.One + "', '" + n.Many + "']"
	}
	require.Equal(t, nouns, table("nouns"))
	for _, s := range say.States {
		first, rest := s.Name[:1], s.Name[1:]
		states[s.Code] = "'" + strings.ToUpper(first) + rest + "'"
	}
	require.Equal(t, states, table("states"))
	verbs := []string{store.OperacaoImportar}
	for recurso, all := range store.OperacaoAcoes {
		require.Contains(t, nouns, recurso)
		verbs = append(verbs, all...)
	}
	slices.Sort(verbs)
	verbs = slices.Compact(verbs)
	require.ElementsMatch(t, verbs, slices.Collect(maps.Keys(table("done"))))
	require.ElementsMatch(t, append(verbs, store.OperacaoDesfazer), slices.Collect(maps.Keys(table("verbs"))))
}
