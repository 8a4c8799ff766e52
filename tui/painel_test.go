package tui

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/tui/kit"
)

func (b *bench) panel() *painel { return b.env.Top().(*painel) }

func (b *bench) numbers(d panelData, err error) {
	require.True(b, b.panel().ask.Busy(), "no question is running")
	b.send(kit.Answer[panelData]{Seq: b.panel().ask.Seq, Value: d, Err: err})
}

func onPanel(b *bench) { b.goTo("painel") }

func somePanel() panelData {
	return panelData{
		est: store.Estatisticas{
			TotalClientes:      1234,
			ClientesAtivos:     56,
			TotalDispositivos:  40,
			DispositivosOnline: 12,
			TotalConexoes:      98765,
			MensagensHoje:      41,
			SessoesAtivas:      8,
		},
		serie: someSerie(),
		stage: &store.Etapa{Abertos: 3, Ultima: store.Hora{Time: testNow.Add(-time.Hour)}},
	}
}

// someSerie has a course that can be recognised, and an hour in which nobody measured.
func someSerie() store.Serie {
	s := store.Serie{Periodo: store.Serie24h, Passo: store.PassoHora}
	for i := range int64(24) {
		p := store.Ponto{
			Inicio:             store.Hora{Time: testNow.Add(time.Duration(i-24) * time.Hour)},
			Conexoes:           i * 10,
			Mensagens:          i % 5,
			LoginsRecusados:    i / 23,
			DispositivosOnline: new(12 - i/2),
		}
		if i == 3 {
			p.DispositivosOnline = nil
		}
		s.Pontos = append(s.Pontos, p)
	}
	return s
}

func painelScenes() []scene {
	return []scene{
		{"painel", func(b *bench) { onPanel(b); b.numbers(somePanel(), nil) }},
		{"painel-vazio", func(b *bench) { onPanel(b); b.numbers(panelData{stage: &store.Etapa{}}, nil) }},
		{"painel-carregando", func(b *bench) { onPanel(b); b.send(kit.SlowMsg{Seq: b.panel().ask.Seq}) }},
		{"painel-erro", func(b *bench) { onPanel(b); b.numbers(panelData{}, store.ErrUnavailable) }},
		{"painel-erro-com-dados", func(b *bench) {
			onPanel(b)
			b.numbers(somePanel(), nil)
			b.wait(6 * time.Second)
			b.numbers(panelData{}, store.ErrUnavailable)
		}},
	}
}

func TestSparklines(t *testing.T) {
	points := []*int64{new(int64(0)), nil, new(int64(1)), new(int64(4)), new(int64(8))}
	require.Equal(t, "· ▁▄█", sparkline(points, 10))
	require.Equal(t, "▄█", sparkline(points, 2), "the newest stay")
	require.Equal(t, "", sparkline(points, 0))
	require.Equal(t, "sem medições", trend{points: []*int64{nil}}.tell(), "nobody looked is not nobody was there")
	require.Equal(t, "nenhuma", trend{points: []*int64{new(int64(0))}}.tell())
}

func TestPanelTurnsThroughThePeriods(t *testing.T) {
	b := newBench(t, 100, 30)
	onPanel(b)
	b.numbers(somePanel(), nil)
	require.Contains(t, b.View(), "Últimas 24 horas")
	require.Contains(t, b.View(), "p ver últimos 7 dias")
	b.keys("p")
	require.Contains(t, b.View(), "Últimas 24 horas", "the old numbers keep their name until the new ones come")
	d := somePanel()
	d.serie.Periodo = store.Serie7d
	b.numbers(d, nil)
	require.Contains(t, b.View(), "Últimos 7 dias")
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
