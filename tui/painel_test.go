package tui

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
)

func (b *bench) panel() *painel { return b.env.top().(*painel) }

func (b *bench) numbers(d panelData, err error) {
	require.True(b, b.panel().ask.busy(), "no question is running")
	b.send(answer[panelData]{b.panel().ask.seq, d, err})
}

func onPanel(b *bench) { b.goTo("painel") }

func somePanel() panelData {
	return panelData{
		est:   store.Estatisticas{TotalClientes: 1234, ClientesAtivos: 56, TotalDispositivos: 40, DispositivosOnline: 12, TotalConexoes: 98765, MensagensHoje: 41, SessoesAtivas: 8},
		etapa: &store.Etapa{Abertos: 3, Ultima: store.Hora{Time: agora.Add(-time.Hour)}},
	}
}

func painelScenes() []scene {
	return []scene{
		{"painel", func(b *bench) { onPanel(b); b.numbers(somePanel(), nil) }},
		{"painel-vazio", func(b *bench) { onPanel(b); b.numbers(panelData{etapa: &store.Etapa{}}, nil) }},
		{"painel-carregando", func(b *bench) { onPanel(b); b.send(slowMsg{b.panel().ask.seq}) }},
		{"painel-erro", func(b *bench) { onPanel(b); b.numbers(panelData{}, store.ErrUnavailable) }},
		{"painel-erro-com-dados", func(b *bench) {
			onPanel(b)
			b.numbers(somePanel(), nil)
			b.wait(6 * time.Second)
			b.numbers(panelData{}, store.ErrUnavailable)
		}},
	}
}

func TestPanelKeepsItsNumbersWhileTheDatabaseIsGone(t *testing.T) {
	b := newBench(t, 100, 30)
	onPanel(b)
	b.numbers(somePanel(), nil)
	require.Contains(t, b.View(), "1.234")
	b.wait(6 * time.Second)
	b.numbers(panelData{}, store.ErrUnavailable)
	require.Contains(t, b.View(), "1.234")
	require.Contains(t, b.View(), "⚠ Banco de dados indisponível")
	b.wait(2 * time.Second)
	b.numbers(somePanel(), nil)
	require.NotContains(t, b.View(), "⚠")
}
