package tui

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
	"example.com/monitor/tui/kit"
)

func paletteScenes() []scene {
	return []scene{
		{"comando", func(b *bench) { listed(b); b.keys(":") }},
		{"comando-completar", func(b *bench) { listed(b); b.keys(":"); b.typeText("tema "); b.keys("tab", "tab") }},
		{"comando-errado", func(b *bench) { listed(b); b.keys(":"); b.typeText("xyz"); b.keys("enter") }},
		{"comando-historico", func(b *bench) {
			listed(b)
			b.keys(":")
			b.typeText("xyz")
			b.keys("enter", "esc", ":", "up")
		}},
		{"comando-consulta", func(b *bench) {
			listed(b)
			b.keys(":")
			b.typeText("cliente 12")
			b.keys("enter")
			b.send(kit.SlowMsg{Seq: b.env.Top().(*kit.Palette).Ask.Seq})
		}},
		{"copiar", func(b *bench) { listed(b); b.keys("y", "down") }},
	}
}

func (b *bench) command(text string) { b.keys(":"); b.typeText(text); b.keys("enter") }

func TestCommandsDoWhatTheySay(t *testing.T) {
	b := newBench(t, 100, 30)
	listed(b)
	b.command("painel")
	require.IsType(t, &painel{}, b.env.Top())
	b.command("clientes joão")
	require.Equal(t, "joão", b.page().Term())
	require.True(t, b.page().List.List.Busy())
	b.command("TEMA claro")
	require.Equal(t, kit.ThemeLight, b.env.cfg.Theme)
	b.command("atual 10s")
	require.Contains(t, b.View(), "A tela se atualiza a cada 10 s")
	b.command("ajuda")
	require.IsType(t, &kit.HelpPage{}, b.env.Top())
	b.keys(":")
	b.typeText("sair")
	requireQuits(t, b.keys("enter"))
}

func TestCommandErrorsStandBesideTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"nada":            "Não há o comando “nada”",
		"a":               "pode ser auditoria ou atualizar ou ajuda",
		"tema roxo":       "Os temas são auto, escuro, claro e mono",
		"mouse":           "mouse ligado ou mouse desligado",
		"atualizar 1ms":   "de 1s para cima",
		"cliente":         "por exemplo: cliente 12",
		"exportar a.xlsx": ".csv ou .json",
	} {
		b := newBench(t, 120, 30)
		listed(b)
		b.command(text)
		require.Contains(t, strings.Join(strings.Fields(b.View()), " "), want, text)
		require.IsType(t, &kit.Palette{}, b.env.Top(), "the line stays, to be mended: %s", text)
		require.Equal(t, text, b.env.Top().(*kit.Palette).Line.Value())
	}
}

func TestCompletionAndHistory(t *testing.T) {
	b := newBench(t, 100, 30)
	listed(b)
	b.keys(":")
	b.typeText("cl")
	line := func() string { return b.env.Top().(*kit.Palette).Line.Value() }
	b.keys("tab")
	require.Equal(t, "clientes", line())
	b.keys("tab")
	require.Equal(t, "cliente ", line(), "the second proposal for what was typed, not for what was filled in")
	b.keys("shift+tab", "esc")
	b.command("xyz")
	b.keys("esc", ":")
	b.typeText("ra")
	b.keys("up")
	require.Equal(t, "xyz", line())
	b.keys("down")
	require.Equal(t, "ra", line(), "what was being typed is not lost")
}

func TestFlowOpensAClientByCommand(t *testing.T) {
	st := storetest.New(t)
	fill(t, st.As(testOperator))
	f := newFlow(t, st)
	f.sees("Clientes · 5")
	f.keys(":")
	f.Text("cliente 99")
	f.keys("enter")
	f.sees("✗ Registro não encontrado")
	f.keys("backspace", "backspace")
	f.Text("p2@empresa.com.br")
	f.keys("enter")
	f.sees("Antônia Conceição · nº 3")
	f.quit()
}

func TestFlowExportsTheFilteredList(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	st := storetest.New(t)
	h := st.As(testOperator)
	fill(t, h)
	_, err := h.Clientes.Create(t.Context(), store.ClienteNovo{Nome: "=cmd João", Email: "f@empresa.com.br"})
	require.NoError(t, err)
	f := newFlow(t, st)
	f.sees("Clientes · 6")
	f.keys("/")
	f.Text("joao")
	f.keys("enter")
	f.sees("Clientes · 4")
	for _, name := range []string{"lista.csv", "lista.json"} {
		f.keys(":")
		f.Text("exportar " + name)
		f.keys("enter")
		f.sees("4 registros em", "/"+name)
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		require.EqualValues(t, 0o600, info.Mode().Perm())
	}
	f.keys(":")
	f.Text("exportar lista.csv")
	f.keys("enter")
	f.sees("Já existe")
	f.quit()

	file, err := os.Open(filepath.Join(dir, "lista.csv"))
	require.NoError(t, err)
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 5)
	require.Equal(t, "id", rows[0][0])
	require.Contains(t, rows[1], "'=cmd João", "a spreadsheet must not run it")

	doc, err := os.ReadFile(filepath.Join(dir, "lista.json"))
	require.NoError(t, err)
	var list []struct{ Nome string }
	require.NoError(t, json.Unmarshal(doc, &list))
	require.Len(t, list, 4)
	require.Equal(t, "=cmd João", list[0].Nome)
	left, err := filepath.Glob(filepath.Join(dir, ".monitor*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestExportLeavesNothingWhenItFails(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.json")
	rows := func(_ context.Context, each func(json.RawMessage) error) error {
		require.NoError(t, each(json.RawMessage(`{"id":1}`)))
		return store.ErrUnavailable
	}
	var n atomic.Int64
	_, err := exportTo(t.Context(), path, ".json", rows, &n)
	require.ErrorIs(t, err, store.ErrUnavailable)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
	// Somebody else writes a file of that name meanwhile.
	rows = func(_ context.Context, each func(json.RawMessage) error) error {
		require.NoError(t, os.WriteFile(path, []byte("de outro"), 0o600))
		return each(json.RawMessage(`{"id":1}`))
	}
	_, err = exportTo(t.Context(), path, ".json", rows, &n)
	require.ErrorIs(t, err, store.ErrConflict)
	kept, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "de outro", string(kept))
	_, err = exportTo(t.Context(), filepath.Join(dir, "nada", "a.json"), ".json", rows, &n)
	require.Contains(t, fmt.Sprint(err), "a pasta não existe")
}
