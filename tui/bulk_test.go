package tui

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
	"example.com/monitor/tui/kit"
)

func (b *bench) bulk() *kit.Bulk { return b.env.Top().(*kit.Bulk) }

func marked(b *bench) {
	listed(b)
	b.keys(" ", " ", "down", " ")
}

func inBulk(b *bench) {
	marked(b)
	b.keys("d", "right")
	b.arm()
	b.keys("enter")
}

func bulkScenes() []scene {
	return []scene{
		{"marcados", marked},
		{"lote-confirmar", func(b *bench) { marked(b); b.keys("d") }},
		{"lote-andando", func(b *bench) { inBulk(b); b.bulk().Count.Store(2) }},
		{"lote-falhas", func(b *bench) {
			inBulk(b)
			b.send(kit.Answer[kit.BulkResult]{Seq: b.bulk().Ask.Seq, Value: kit.BulkResult{Did: 2, Failed: []kit.BulkFailure{{Name: "João da Silva (nº 99)", Why: "Este é o último administrador ativo"}}}, Err: nil})
		}},
		{"lote-parado", func(b *bench) { inBulk(b); b.bulk().Count.Store(1); b.keys("esc") }},
		{"reativar-marcados", func(b *bench) { marked(b); b.keys("a") }},
	}
}

func TestMarksSurviveRefreshAndSearchAndEscLetsGo(t *testing.T) {
	b := newBench(t, 80, 24)
	marked(b)
	require.Contains(t, b.View(), "3 ✓")
	require.Contains(t, b.View(), " ✓● Antônia")
	require.Contains(t, b.View(), "d desativar 3")
	b.wait(2 * time.Second)
	b.rows(people(27))
	require.Contains(t, b.View(), " ✓● Antônia")
	b.keys("up", "up", "up", "up", " ")
	require.Contains(t, b.View(), "2 ✓", "space lets go again")
	b.keys("esc")
	require.NotContains(t, b.View(), "✓")
	require.Empty(t, b.page().List.Marks)
}

func TestBulkNamesWhatItTouchesAndKeepsCancelFocused(t *testing.T) {
	b := newBench(t, 100, 30)
	marked(b)
	b.keys("d")
	require.Contains(t, b.View(), "Desativar 3 clientes: ")
	require.Contains(t, b.View(), "“João da Silva”")
	require.Contains(t, b.View(), "❯ Cancelar ❮")
	b.keys("right", "enter", "enter")
	require.IsType(t, &kit.Confirm{}, b.env.Top(), "a burst of keys cannot confirm")
	ro := newBench(t, 100, 30, readOnly)
	listed(ro)
	ro.keys(" ")
	require.Empty(t, ro.page().List.Marks, "there is nothing to do with a choice")
}

func TestFlowBulkListsWhatFailed(t *testing.T) {
	st := storetest.New(t)
	h := st.As(testOperator)
	fill(t, h)
	_, err := h.Clientes.Create(t.Context(), store.ClienteNovo{Nome: "Única Chefe", Email: "chefe@empresa.com.br", NivelAcesso: store.Admin, Senha: "Uma-Senha-Bem-Longa-7"})
	require.NoError(t, err)
	f := newFlow(t, st)
	f.sees("Clientes · 6")
	f.keys(" ", " ", " ")
	f.sees("3 ✓")
	f.keys("d")
	f.confirm("Desativar")
	f.sees("2 desativados, 1 não", "✗ Única Chefe", "administrador")
	f.keys("esc")
	f.sees("○ MARIA JOÃO")
	f.quit()
	ativos := true
	p, err := h.Clientes.List(t.Context(), store.ClienteFiltro{Ativo: &ativos})
	require.NoError(t, err)
	require.Equal(t, 4, p.Total)
}
