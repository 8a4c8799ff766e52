package web_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// TestDocs reads the documentation by keyboard, finds a route by an error code and
// runs its example as it was copied.
func TestDocs(t *testing.T) {
	h := newHouse(t)
	h.person("Chefe", "chefe@x.com", store.Admin)
	p := h.open("chefe@x.com", "/docs")
	p.waitFor("the routes", `document.querySelectorAll('.op').length > 30`)
	require.Zero(t, evaluate[int](p, `document.querySelectorAll('.op[open]').length`))
	p.fill(".docs .search input", "EMAIL_em_uso")
	p.waitFor("only what can fail so", `document.querySelector('#post-clientes') && document.querySelectorAll('.op').length === 3`)
	p.fill(".docs .search input", "não há nada disso")
	p.waitText(".state h2", "Nada com essas palavras")
	p.fill(".docs .search input", "lista os clientes")
	p.use("GET /api/db/clientes Lista")
	p.waitFor("the example", `document.querySelector('#get-clientes[open] .code code')`)
	p.axe("a route")
	p.phone()
	p.fits("phone")

	curl := evaluate[string](p, `document.querySelector('#get-clientes .code code').textContent`)
	secret, _, err := h.st.As(storetest.Operator).Chaves.Create(t.Context(), store.ChaveNova{Nome: "docs", Nivel: store.Leitura})
	require.NoError(t, err)
	run := exec.CommandContext(t.Context(), "sh", "-c", curl)
	run.Env = append(os.Environ(), "CHAVE="+secret)
	out, err := run.Output()
	require.NoError(t, err, curl)
	require.Contains(t, string(out), `"success":true`, curl)

	// An address leads to its route, unfolded.
	p.open("/docs#post-clientes")
	p.waitFor("the route of the address", `document.querySelector('#post-clientes[open] .fields')`)
	text := evaluate[string](p, `document.querySelector('#post-clientes').innerText`)
	for _, want := range []string{"Administrador", "email_em_uso", "Idempotency-Key", "Email já cadastrado", "cpf_cnpj"} {
		require.Contains(t, text, want)
	}
	require.NotContains(t, strings.ToLower(text), "undefined")
}
