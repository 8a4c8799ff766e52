package tui

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/tui/kit"
)

func (b *bench) links() *kit.Section[store.Conexao] { return &topOf[*conexoes](b).List }

func onConexoes(b *bench) {
	b.goTo("conexoes")
	give(b, b.links(), conexoesNo(30)...)
	b.send(kit.TickMsg{})
}

func conexoesScenes() []scene {
	return []scene{
		{"conexoes", onConexoes},
		{"conexoes-vazia", func(b *bench) { b.goTo("conexoes"); give(b, b.links()) }},
		{"conexoes-filtro-vazio", func(b *bench) { onConexoes(b); b.keys("p"); give(b, b.links()) }},
		{"conexoes-de", func(b *bench) { onDevices(b); b.keys("X"); give(b, b.links(), conexoesNo(5)...) }},
		{"conexoes-filtrar", func(b *bench) {
			onConexoes(b)
			b.keys("F")
			b.typeText("31/02/2026")
			b.keys("ctrl+s")
			f := topOf[*filterForm](b)
			b.send(
				kit.Answer[struct{}]{
					Seq: f.ask.Seq,
					Err: &store.InvalidError{
						Campos: map[string]string{
							"de": "Use um dia, como 24/11/2026 ou 2026-11-24, ou um instante, como 2026-11-24T09:00:00Z",
						},
					},
				},
			)
		}},
		{"conexao", func(b *bench) { onConexoes(b); b.keys("down", "enter") }},
	}
}

func TestAddressesAreReadable(t *testing.T) {
	for want, got := range map[string]string{
		"142.250.219.14:443 https":    address("142.250.219.14", new(int64(443))),
		"[2001:db8::1]:5432 postgres": address("2001:0db8:0:0::1", new(int64(5432))),
		"10.0.0.1:50123":              address("::ffff:10.0.0.1", new(int64(50123))),
		"2001:db8::1":                 address("2001:db8::1", nil),
		"não sei":                     address("não sei", nil),
	} {
		require.Equal(t, want, got)
	}
	require.Equal(t, "10.0.0.1:22 ssh (rede local)", placed("10.0.0.1", new(int64(22))))
	require.Equal(t, "[::1]:80 http (a própria máquina)", placed("::1", new(int64(80))))
	require.Equal(t, "5,4 MB", bytesText(new(int64(5_400_000))))
	require.Equal(t, "980 bytes", bytesText(new(int64(980))))
}

func TestPeriodGoesThroughItsChoicesInThePersonsDays(t *testing.T) {
	b := newBench(t, 100, 30)
	b.clock = time.Date(2026, 11, 24, 1, 30, 0, 0, time.UTC) // still the 23rd at the person's
	onConexoes(b)
	for _, want := range []string{"2026-11-23", "2026-11-17", "2026-10-25", ""} {
		b.keys("p")
		f := topOf[*conexoes](b).asked()
		require.Equal(t, want, f.De)
		require.Empty(t, f.Ate)
	}
}

func TestTypedPeriodIsAskedOfTheStoreBeforeItCounts(t *testing.T) {
	b := newBench(t, 100, 30)
	onConexoes(b)
	b.keys("p")
	give(b, b.links(), conexoesNo(3)...)
	b.keys("F")
	b.typeText(" 01/11/2026 ")
	b.keys("tab")
	b.typeText("24/11/2026")
	b.keys("ctrl+s")
	f := topOf[*filterForm](b)
	require.True(t, f.ask.Busy())
	b.send(kit.Answer[struct{}]{Seq: f.ask.Seq})
	page := topOf[*conexoes](b)
	require.Equal(t, store.ConexaoFiltro{De: "01/11/2026", Ate: "24/11/2026"}, page.asked())
	give(b, b.links(), conexoesNo(3)...)
	require.Contains(t, b.View(), "período: 01/11/2026 a 24/11/2026")
	b.keys("esc")
	require.Equal(t, store.ConexaoFiltro{}, page.asked())
}
