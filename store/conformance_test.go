package store_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/storetest"
)

// roteiros together call every operation of the store. What one engine answers,
// all answer: SQLite's record is the measure.
var roteiros = map[string]func(*roteiro){
	"cadastro":     roteiroCadastro,
	"emails":       roteiroEmails,
	"mudanças":     roteiroMudancas,
	"papéis":       roteiroPapeis,
	"remoção":      roteiroRemocao,
	"idempotência": roteiroIdempotencia,
	"listas":       roteiroListas,
	"filtros":      roteiroFiltros,
	"dispositivos": roteiroDispositivos,
	"conexões":     roteiroConexoes,
	"sessões":      roteiroSessoes,
	"bloqueios":    roteiroBloqueios,
	"chaves":       roteiroChaves,
	"trilha":       roteiroTrilha,
	"conversas":    roteiroConversas,
	"estatísticas": roteiroEstatisticas,
	"eventos":      roteiroEventos,
	"estranhos":    roteiroEstranhos,
	"série":        roteiroSerie,
	"resumo":       roteiroResumo,
}

func TestConformidade(t *testing.T) {
	t.Parallel()
	for nome, play := range roteiros {
		t.Run(nome, func(t *testing.T) {
			t.Parallel() // most of a script's time is waiting
			want := encena(t, storetest.SQLite, play)
			require.NotEmpty(t, want)
			storetest.ServersEachDoor(t, func(t *testing.T, e storetest.Engine) {
				confere(t, want, encena(t, e, play))
			})
		})
	}
}

func encena(t *testing.T, e storetest.Engine, play func(*roteiro)) []string {
	t.Helper()
	r := novoRoteiro(t, e)
	play(r)
	return r.ata
}

// confere names every line that differs, not only the first.
func confere(t *testing.T, want, got []string) {
	t.Helper()
	for i := range max(len(want), len(got)) {
		a, b := "(nada)", "(nada)"
		if i < len(want) {
			a = want[i]
		}
		if i < len(got) {
			b = got[i]
		}
		if a != b {
			nome, _, _ := strings.Cut(a, " -> ")
			a, b = diferenca(a, b)
			t.Errorf("linha %d, %s\n  sqlite: %s\n  aqui:   %s", i, nome, a, b)
		}
	}
}

// diferenca cuts two lines to where they begin to differ.
func diferenca(a, b string) (string, string) {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	cut := func(s string) string {
		s = s[max(0, n-60):]
		return strings.ToValidUTF8(s[:min(len(s), 400)], "?")
	}
	return cut(a), cut(b)
}
