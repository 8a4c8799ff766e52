package cmd

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

func setupJSON(t *testing.T, args ...string) (setupResult, result) {
	t.Helper()
	r := runMonitor(t, append([]string{"setup", "-o", "json"}, args...)...)
	var got setupResult
	require.NoError(t, json.Unmarshal([]byte(r.out), &got), r.out)
	return got, r
}

func TestSetupIsOneJSONObject(t *testing.T) {
	fresh(t)
	got, r := setupJSON(t)
	require.Equal(t, 0, r.code)
	require.True(t, got.Aplicado)
	require.Equal(t, defaultAdmin, got.Administrador.Email)
	require.NotEmpty(t, got.Administrador.Senha)
	require.Equal(t, 1, got.Estatisticas.TotalClientes)
	require.NotEmpty(t, got.Fases)
	require.NotEmpty(t, got.Proximos)
	again, r := setupJSON(t)
	require.Equal(t, 0, r.code)
	require.False(t, again.Aplicado)
	require.Nil(t, again.Administrador)
}

func TestSetupOptions(t *testing.T) {
	fresh(t)
	got, r := setupJSON(t, "--simular")
	require.Equal(t, 0, r.code)
	require.False(t, got.Aplicado)
	require.NoDirExists(t, "data")
	_, r = setupJSON(t, "--verificar")
	require.Equal(t, 0, r.code)
	require.NoDirExists(t, "data")
	r = runWith(
		t,
		term.Streams{In: strings.NewReader("Senha-Escolhida-2026\n")},
		"setup",
		"--admin-email",
		"eu@empresa.com",
		"--senha-stdin",
		"-o",
		"json",
	)
	require.Equal(t, 0, r.code, r.err)
	require.NotContains(t, r.out+r.err, "Senha-Escolhida")
	require.Contains(t, r.out, "eu@empresa.com")
	fresh(t)
	got, _ = setupJSON(t, "--sem-admin")
	require.Zero(t, got.Estatisticas.TotalClientes)
}

// A stage that fails ends setup with its code, cause and remedy; nothing is made.
func TestSetupStageFails(t *testing.T) {
	fresh(t)
	require.NoError(t, os.WriteFile("pasta", nil, 0o600))
	got, r := setupJSON(t, "--banco", "sqlite:///pasta/clientes.db")
	require.Equal(t, exitUnavailable, r.code)
	last := got.Fases[len(got.Fases)-1]
	require.Equal(t, store.FaseErro, last.Estado)
	require.NotEmpty(t, last.Remedio)
	require.Contains(t, r.err, last.Remedio)
	_, r = setupJSON(t, "--banco", "coisa://x")
	require.Equal(t, exitUsage, r.code)
	require.Equal(t, exitUsage, runMonitor(t, "clientes", "list", "--banco", "coisa://x").code)
}

func TestSetupAsksBeforeItTouchesData(t *testing.T) {
	fresh(t)
	legacy := storetest.Flask(t)
	before, err := os.ReadFile(legacy)
	require.NoError(t, err)
	url := storetest.URL(filepath.ToSlash(legacy))
	for args, code := range map[string]int{"": exitUnconfirmed, "--simular": 0, "--verificar": 0} {
		r := runMonitor(t, append([]string{"setup", "--banco", url}, strings.Fields(args)...)...)
		require.Equal(t, code, r.code, "%s %s", args, r.err)
		after, err := os.ReadFile(legacy)
		require.NoError(t, err)
		require.Equal(t, before, after, "setup %s changed the database", args)
	}
	r := runMonitor(t, "setup", "--yes", "--banco", url)
	require.Equal(t, 0, r.code, r.err)
	require.Contains(t, r.out, "27 clientes")
}

// The question comes after a summary; only --simular and -o json give all of the SQL.
func TestSetupSumsThePlanUp(t *testing.T) {
	fresh(t)
	url := storetest.URL(filepath.ToSlash(storetest.Flask(t)))
	const sum = "; os dados das seis tabelas não mudam"
	r := runMonitor(t, "setup", "--banco", url)
	require.Equal(t, exitUnconfirmed, r.code)
	require.Regexp(t, `acrescenta \d+ tabelas, \d+ índices e \d+ gatilhos`+sum, r.out)
	require.NotContains(t, r.out, "CREATE")
	require.Contains(t, r.out, "monitor setup --banco "+url+" --simular")
	r = runMonitor(t, "setup", "--banco", url, "--simular")
	require.Contains(t, r.out, sum)
	require.Contains(t, r.out, "CREATE TABLE monitor_pessoas")
	got, _ := setupJSON(t, "--banco", url, "--simular")
	require.Contains(t, strings.Join(got.Plano.SQL, ";"), "CREATE TABLE IF NOT EXISTS clientes")
}

func TestPlanSummary(t *testing.T) {
	p := store.Plano{Estado: store.SchemaForeign, SQL: []string{
		"CREATE TABLE IF NOT EXISTS clientes (\n\tid INTEGER)", "CREATE TABLE a (b)", "CREATE VIRTUAL TABLE c USING fts5(d)",
		"CREATE UNIQUE INDEX e ON a(b)", "INSERT INTO a SELECT 1", "CREATE TRIGGER f AFTER INSERT ON a BEGIN SELECT 1; END", "create trigger g",
	}}
	require.Equal(t, "acrescenta 2 tabelas, 1 índice e 2 gatilhos; os dados das seis tabelas não mudam", planSummary(p))
	p.SQL = append(
		p.SQL,
		"CREATE INDEX IF NOT EXISTS h ON a(b)",
		"-- talvez\nCREATE INDEX i ON a(b)",
		"ALTER TABLE a ENABLE ROW LEVEL SECURITY",
		"REVOKE ALL ON TABLE a FROM anon",
	)
	require.Equal(
		t,
		"acrescenta 2 tabelas, 3 índices e 2 gatilhos; fecha 1 tabela à API pública do provedor (papéis anon e authenticated); os dados das seis tabelas não mudam",
		planSummary(p),
	)
	p.Consertos = []string{"ALTER TABLE clientes ADD COLUMN dados_extras TEXT"}
	mended := p
	mended.SQL = append(
		append([]string{}, p.Consertos...),
		"ALTER TABLE clientes ADD COLUMN x INT,\n\tADD COLUMN y INT",
		"ALTER TABLE monitor_a ADD COLUMN z INT",
	)
	require.Equal(t, "acrescenta 2 colunas; os dados das seis tabelas não mudam", planSummary(mended))
	p.Consertos = nil
	p.SQL = p.SQL[:len(p.SQL)-4]
	p.Estado = store.SchemaMissing
	require.Equal(t, "acrescenta 3 tabelas, 1 índice e 2 gatilhos", planSummary(p))
	p = store.Plano{Estado: store.SchemaBehind, SQL: p.SQL[3:4]}
	require.Equal(t, "acrescenta 1 índice; os dados que já existem não mudam", planSummary(p))
	p.SQL = []string{"UPDATE a SET b = 1"}
	require.Equal(t, "não acrescenta tabelas; os dados que já existem não mudam", planSummary(p))
}

func TestSetupTellsAFailureOnce(t *testing.T) {
	fresh(t)
	require.NoError(t, os.WriteFile("pasta", nil, 0o600))
	for url, code := range map[string]int{"sqlite:///pasta/clientes.db": exitUnavailable, "coisa://x": exitUsage} {
		got, _ := setupJSON(t, "--banco", url)
		last := got.Fases[len(got.Fases)-1]
		r := runMonitor(t, "setup", "--banco", url)
		require.Equal(t, code, r.code)
		require.Equal(t, 1, strings.Count(r.out+r.err, last.Detalhe), r.out+r.err)
		require.Equal(t, 1, strings.Count(r.out+r.err, last.Remedio), r.out+r.err)
		require.Contains(t, r.err, "erro: "+last.Nome+": "+last.Detalhe)
	}
}

// TestSetupCopiesFirst: the copy that setup was asked for is taken before anything
// changes, and a copy that cannot be taken stops it.
func TestSetupCopiesFirst(t *testing.T) {
	fresh(t)
	legacy := storetest.Flask(t)
	url := storetest.URL(filepath.ToSlash(legacy))
	before, err := os.ReadFile(legacy)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile("ocupado.sqlite", nil, 0o600))
	r := runMonitor(t, "setup", "--sim", "--banco", url, "--backup", "ocupado.sqlite")
	require.NotZero(t, r.code)
	after, err := os.ReadFile(legacy)
	require.NoError(t, err)
	require.Equal(t, before, after, "nothing changed")
	r = runMonitor(t, "setup", "--sim", "--banco", url, "--backup", "antes.sqlite")
	require.Equal(t, 0, r.code, r.err)
	require.Contains(t, r.out, "antes.sqlite")
	require.Equal(t, 5, runMonitor(t, "clientes", "list", "--banco", storetest.URL("antes.sqlite")).code, "the copy is not adopted")
	require.Equal(t, 0, runMonitor(t, "backup", "--verificar", "antes.sqlite").code)
}
