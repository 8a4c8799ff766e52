package tui

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/operation"
	"example.com/monitor/store/say"
	"example.com/monitor/store/storetest"
	"example.com/monitor/tui/kit"
)

func (b *bench) bulk() *kit.Bulk { return topOf[*kit.Bulk](b) }

// foreseen answers the question what would change.
func (b *bench) foreseen(p planned, err error) {
	b.send(kit.Answer[planned]{Seq: topOf[*kit.Wait[planned]](b).Ask.Seq, Value: p, Err: err})
}

// begun confirms the dialog in front, which comes to the number of what it began.
func (b *bench) begun(number int64) {
	b.keys("right")
	b.arm()
	b.keys("enter")
	b.send(kit.Answer[int64]{Seq: topOf[*kit.Confirm](b).Ask.Seq, Value: number})
}

func (b *bench) stepped(p kit.Progress, err error) {
	b.send(kit.Answer[kit.Progress]{Seq: b.bulk().Ask.Seq, Value: p, Err: err})
}

// somePlan changes some, leaves some alone and refuses others with hostile names.
func somePlan(recurso, acao string, sets map[string]any) planned {
	plan := operation.NewPlan(recurso, acao)
	for i := range 1471 {
		switch {
		case i%130 == 0:
			plan.Refuse(nasty[(i/130)%len(nasty)], []string{"Este é o último administrador ativo", "Cliente não encontrado\x1b[2J"}[i%2])
		case i%20 == 0:
			plan.Same()
		default:
			m := operation.Mudado{ID: int64(i), Nome: nasty[i%len(nasty)], Antes: map[string]any{}, Depois: sets}
			for column := range sets {
				m.Antes[column] = nasty[(i+3)%len(nasty)]
			}
			plan.Change(m)
		}
	}
	return planned{plan: plan.Ready(), owners: map[int64]string{12: "Antônia (nº 12)"}}
}

func nothingToDo() planned {
	plan := operation.NewPlan(store.OperacaoDeClientes, store.OperacaoReativar)
	plan.Same()
	plan.Refuse("João da Silva", "Você só pode alterar clientes de nível usuario e o seu próprio cadastro")
	return planned{plan: plan.Ready()}
}

func marked(b *bench) {
	listed(b)
	b.keys(" ", " ", "down", " ")
}

func allMarked(b *bench) {
	listed(b)
	b.keys("*")
}

func inPreview(b *bench) {
	allMarked(b)
	b.keys("d")
	b.foreseen(somePlan(store.OperacaoDeClientes, store.OperacaoDesativar, map[string]any{"ativo": false}), nil)
}

func inBulk(b *bench) {
	inPreview(b)
	b.begun(57)
}

var half = kit.Progress{Did: 600, Same: 10, Refused: 2, Total: 1471, Open: true}

// fieldOf goes to the form of the i-th field of the marked clients.
func fieldOf(b *bench, i int) {
	marked(b)
	b.keys("e")
	for range i {
		b.keys("down")
	}
	b.keys("enter")
}

func markedDevices(b *bench) {
	onDevices(b)
	b.keys(" ", " ")
}

func moving(b *bench) {
	markedDevices(b)
	b.keys("m")
	give(b, &topOf[*clientePicker](b).List, people(5).Items...)
}

func bulkScenes() []scene {
	return []scene{
		{"marcados", marked},
		{"todos-marcados", allMarked},
		{"lote-conferindo", func(b *bench) { marked(b); b.keys("d") }},
		{"lote-negado", func(b *bench) { marked(b); b.keys("d"); b.foreseen(planned{}, store.ErrForbidden) }},
		{"lote-previa", inPreview},
		{"lote-previa-resto", func(b *bench) { inPreview(b); b.keys("pgdown") }},
		{"lote-nada", func(b *bench) { marked(b); b.keys("a"); b.foreseen(nothingToDo(), nil) }},
		{"lote-remover", func(b *bench) {
			allMarked(b)
			b.keys("delete")
			b.foreseen(somePlan(store.OperacaoDeClientes, store.OperacaoRemover, nil), nil)
		}},
		{"lote-campos", func(b *bench) { marked(b); b.keys("e", "down") }},
		{"lote-campo", func(b *bench) { fieldOf(b, 4); b.typeText("Natal") }},
		{"lote-nivel", func(b *bench) { fieldOf(b, 8); b.keys("right") }},
		{"lote-campo-errado", func(b *bench) {
			fieldOf(b, 6)
			b.typeText("1")
			b.keys("ctrl+s")
			b.send(
				kit.Answer[planned]{
					Seq: topOf[*fieldForm](b).ask.Seq,
					Err: &store.InvalidError{Campos: map[string]string{"cep": "O CEP tem 8 dígitos"}},
				},
			)
		}},
		{"lote-andando", func(b *bench) { inBulk(b); b.stepped(half, nil) }},
		{"lote-parando", func(b *bench) { inBulk(b); b.stepped(half, nil); b.keys("esc") }},
		{"lote-parado", func(b *bench) {
			inBulk(b)
			b.keys("esc")
			b.stepped(kit.Progress{Did: 600, Total: 1471, Open: true}, nil)
		}},
		{"lote-caiu", func(b *bench) { inBulk(b); b.stepped(half, nil); b.stepped(kit.Progress{}, store.ErrUnavailable) }},
		{"lote-falhas", func(b *bench) {
			inBulk(b)
			b.stepped(kit.Progress{Did: 1400, Same: 60, Refused: 11, Total: 1471}, nil)
			var failures []kit.BulkFailure
			for i := range 9 {
				failures = append(failures, kit.BulkFailure{Name: nasty[i] + " (nº 99)", Why: "Este é o último administrador ativo\x1b[2J"})
			}
			b.send(kit.Answer[[]kit.BulkFailure]{Seq: b.bulk().Ask.Seq, Value: failures})
		}},
		{"lote-feito", func(b *bench) { inBulk(b); b.stepped(kit.Progress{Did: 1471, Total: 1471}, nil) }},
		{"dispositivos-marcados", markedDevices},
		{"dispositivos-mover", moving},
		{"dispositivos-mover-previa", func(b *bench) {
			moving(b)
			b.keys("esc", "enter")
			b.foreseen(somePlan(store.OperacaoDeDispositivos, store.OperacaoAlterar, map[string]any{"cliente_id": 12}), nil)
		}},
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
	b.keys("f")
	b.rows(people(2))
	require.Contains(t, b.View(), "2 ✓", "a filter takes no mark away")
	b.keys("esc")
	require.NotContains(t, b.View(), "✓")
	require.Empty(t, b.page().List.Marks)
}

// What * marks is what the list finds: another list is not marked, single marks stay.
func TestAllMarkedIsWhatTheListFinds(t *testing.T) {
	b := newBench(t, 100, 24)
	marked(b)
	b.keys("*")
	require.Contains(t, b.View(), "Clientes · 27 · os 27 marcados")
	require.Contains(t, b.View(), "todos ✓")
	require.Contains(t, b.View(), "d desativar os 27")
	b.keys(" ")
	require.Contains(t, b.View(), "✗ Tudo o que a lista acha está marcado")
	b.keys("d")
	p := topOf[*kit.Wait[planned]](b)
	require.True(t, p.Ask.Busy())
	b.keys("esc", "f")
	require.Contains(t, b.View(), "não está mais marcado")
	b.rows(people(5))
	require.Contains(t, b.View(), "3 ✓", "what was marked by itself still is")
	b.keys("*")
	require.Contains(t, b.View(), "os 5 marcados")
	require.Equal(t, new(true), b.page().proposal(store.OperacaoDesativar, "", false).Clientes.Ativo, "with the filter that found them")
	b.keys("*")
	require.NotContains(t, b.View(), "marcados")
	require.Equal(t, []int64{97, 99, 100}, b.page().proposal(store.OperacaoDesativar, "", false).IDs)
	b.keys("*", "esc")
	require.False(t, b.page().List.Chosen())
}

func TestAPreviewCountsAndNamesBeforeItAsks(t *testing.T) {
	b := newBench(t, 100, 40)
	inPreview(b)
	for _, want := range []string{
		"Desativar 1.471 clientes?", "1.391 mudam, 68 já estão assim", "e 12 ficam de fora.", "e mais 9", "Por exemplo:", "Situação: ", "→ inativo", "❯ Cancelar ❮",
	} {
		require.Contains(t, b.View(), want)
	}
	b.keys("right", "enter", "enter")
	require.False(t, topOf[*kit.Confirm](b).Ask.Busy(), "a burst of keys cannot confirm")
	nothing := newBench(t, 100, 30)
	marked(nothing)
	nothing.keys("a")
	nothing.foreseen(nothingToDo(), nil)
	require.Contains(t, nothing.View(), "nada mudaria")
	nothing.arm()
	nothing.keys("right", "tab", "enter")
	require.Len(t, nothing.env.Stack, 1, "there is nothing to confirm")
	ro := newBench(t, 100, 30, readOnly)
	listed(ro)
	ro.keys(" ", "*")
	require.False(t, ro.page().List.Chosen(), "there is nothing to do with a choice")
}

// Everything of a preview can be read on the smallest terminal that has room for a dialog.
func TestAPreviewIsReadByPages(t *testing.T) {
	b := newBench(t, 40, 12)
	inPreview(b)
	require.NotContains(t, b.View(), "Por exemplo")
	var seen strings.Builder
	for range 12 {
		b.keys("pgdown")
		require.Contains(t, b.View(), "❯ Cancelar ❮")
		seen.WriteString(b.View())
	}
	require.Contains(t, seen.String(), "Por exemplo")
	last := b.View()
	b.keys("pgdown")
	require.Equal(t, last, b.View(), "there is an end to it")
	b.keys("pgup")
	require.NotEqual(t, last, b.View())
}

func TestRemovingManyAsksForTheirNumber(t *testing.T) {
	b := newBench(t, 100, 40)
	allMarked(b)
	b.keys("delete")
	b.foreseen(somePlan(store.OperacaoDeClientes, store.OperacaoRemover, nil), nil)
	c := topOf[*kit.Confirm](b)
	require.Contains(t, b.View(), "Quem foi removido de vez não volta")
	b.keys("right")
	b.arm()
	b.keys("enter")
	require.Contains(t, b.View(), "Digite “1391” para confirmar")
	require.False(t, c.Ask.Busy())
	b.typeText("1391")
	b.arm()
	b.keys("enter")
	require.True(t, c.Ask.Busy())
}

// A run is stopped after its stretch, goes on where it was, and what was done can be undone.
func TestABulkIsStoppedAndGoesOn(t *testing.T) {
	b := newBench(t, 100, 30)
	inBulk(b)
	require.False(t, b.page().List.Chosen(), "it was begun: nothing is marked any more")
	b.stepped(half, nil)
	require.Contains(t, b.View(), "612 de 1.471")
	b.keys("esc")
	require.Contains(t, b.View(), "parando…")
	b.stepped(kit.Progress{Did: 700, Total: 1471, Open: true}, nil)
	require.Contains(t, b.View(), "700 clientes desativados. 771 faltam.")
	b.keys("c")
	require.True(t, b.bulk().Ask.Busy())
	b.stepped(kit.Progress{}, errors.New("caiu"))
	require.Contains(t, b.View(), "✗ Erro ao consultar o banco: caiu.")
	b.keys("u")
	w := topOf[*kit.Wait[planned]](b)
	require.True(t, w.Ask.Busy())
	b.keys("esc")
	require.Contains(t, b.View(), "❯ ● Antônia")
	b.keys("?")
	require.Contains(t, b.View(), "Desfazer a desativação de 700 clientes")
}

// people250 are more than one part of the list.
func people250(t *testing.T, h *store.Handle) {
	t.Helper()
	for i := range 250 {
		_, err := h.Clientes.Create(
			t.Context(),
			store.ClienteNovo{Nome: fmt.Sprintf("Pessoa %03d", i), Email: fmt.Sprintf("p%d@x.com.br", i), Cidade: "Niterói"},
		)
		require.NoError(t, err)
	}
}

func countOf(t *testing.T, h *store.Handle, f store.ClienteFiltro) int {
	t.Helper()
	p, err := h.Clientes.List(t.Context(), f)
	require.NoError(t, err)
	return p.Total
}

func TestFlowAllThatTheFilterFindsIsDeactivatedAndBack(t *testing.T) {
	st := storetest.New(t)
	h := st.As(testOperator)
	people250(t, h)
	_, err := h.Clientes.Create(t.Context(), store.ClienteNovo{Nome: "Outra", Email: "outra@y.com.br"})
	require.NoError(t, err)
	f := newFlow(t, st)
	f.sees("Clientes · 251")
	f.keys("/")
	f.Text("pessoa")
	f.keys("enter")
	f.sees("Clientes · 250")
	f.keys("*")
	f.sees("os 250 marcados")
	f.keys("d")
	f.sees("Desativar 250 clientes?", "Por exemplo")
	f.confirm("Desativar")
	f.sees("250 clientes desativados.", "u desfaz")
	yes := true
	require.Equal(t, 1, countOf(t, h, store.ClienteFiltro{Ativo: &yes}), "and not the one that the filter did not find")
	f.keys("u")
	f.sees("Desfazer a desativação de 250 clientes?", "Situação: inativo → ativo")
	f.confirm("Desfazer")
	f.sees("Desfeito: a desativação de 250 clientes.", "U refaz")
	require.Equal(t, 251, countOf(t, h, store.ClienteFiltro{Ativo: &yes}))
	f.keys("U")
	f.sees("Refazer a desativação de 250 clientes?")
	f.confirm("Refazer")
	f.sees("Refeito", "u desfaz")
	require.Equal(t, 1, countOf(t, h, store.ClienteFiltro{Ativo: &yes}))
	f.keys("8")
	f.sees("Operações · 3", "✓ Desfazer em 250", "desfeita")
	f.quit()
}

func TestFlowAFieldOfManyIsCheckedBesideIt(t *testing.T) {
	st := storetest.New(t)
	h := st.As(testOperator)
	fill(t, h)
	f := newFlow(t, st)
	f.sees("Clientes · 5")
	f.keys(" ", " ", "e")
	f.sees("Mudar um campo de 2 clientes")
	for range 6 {
		f.keys("down")
	}
	f.keys("enter")
	f.sees("CEP de 2 clientes")
	f.Text("1")
	f.keys("ctrl+s")
	f.sees("nada mudaria", "✗ CEP inválido", ": Bruno Lima")
	f.keys("esc", "backspace")
	f.Text("01310-100")
	f.keys("ctrl+s")
	f.sees("CEP passa a ser “01310-100”.", "CEP: (vazio) → 01310-100")
	f.confirm("Alterar")
	f.sees("2 clientes alterados.", "u desfaz")
	p, err := h.Clientes.List(t.Context(), store.ClienteFiltro{})
	require.NoError(t, err)
	require.Equal(t, []string{"01310-100", "01310-100", ""}, []string{p.Itens[0].CEP, p.Itens[1].CEP, p.Itens[2].CEP})
	f.quit()
}

func TestFlowBulkListsWhatFailed(t *testing.T) {
	st := storetest.New(t)
	h := st.As(testOperator)
	fill(t, h)
	_, err := h.Clientes.Create(
		t.Context(),
		store.ClienteNovo{Nome: "Única Chefe", Email: "chefe@empresa.com.br", NivelAcesso: store.Admin, Senha: "Uma-Senha-Bem-Longa-7"},
	)
	require.NoError(t, err)
	f := newFlow(t, st)
	f.sees("Clientes · 6")
	f.keys(" ", " ", " ")
	f.sees("3 ✓")
	f.keys("d")
	f.sees("Desativar 3 clientes?")
	f.confirm("Desativar")
	f.sees("2 clientes desativados, 1 ficou de fora", "✗ Única Chefe (nº 6)", "administrador")
	f.keys("esc")
	f.sees("○ MARIA JOÃO")
	f.quit()
	require.Equal(t, 4, countOf(t, h, store.ClienteFiltro{Ativo: new(true)}))
}

func TestFlowDevicesAreMovedToAnotherClient(t *testing.T) {
	st := storetest.New(t)
	h := st.As(testOperator)
	fill(t, h)
	one, two := machineIn(t, h, "PC-A", 1), machineIn(t, h, "PC-B", 0)
	f := newFlow(t, st)
	f.keys("2")
	f.sees("Dispositivos · 2")
	f.keys("*", "m")
	f.sees("Mover os 2 dispositivos para")
	f.Text("antonia")
	f.sees("❯ ● Antônia Conceição")
	f.keys("enter")
	f.sees("O dono passa a ser “Antônia", "Dono: João da Silva (nº 1) →", "Dono: sem dono → Antônia")
	f.confirm("Alterar")
	f.sees("2 dispositivos alterados.", "u desfaz")
	for _, id := range []int64{one, two} {
		d, err := h.Dispositivos.Get(t.Context(), id)
		require.NoError(t, err)
		require.EqualValues(t, 3, d.ClienteID)
	}
	f.keys("u")
	f.sees("Desfazer a alteração de 2 dispositivos?")
	f.confirm("Desfazer")
	f.sees("Desfeito")
	d, err := h.Dispositivos.Get(t.Context(), one)
	require.NoError(t, err)
	require.EqualValues(t, 1, d.ClienteID)
	f.quit()
}

// What a level may not do to many is said, not tried.
func TestManyAreNotOfferedToEveryLevel(t *testing.T) {
	st := storetest.New(t)
	h := st.As(testOperator)
	for _, level := range []string{store.Usuario, store.Moderador} {
		_, err := h.Clientes.Create(
			t.Context(),
			store.ClienteNovo{Nome: level, Email: level + "@x.com.br", NivelAcesso: level, Senha: "Uma-Senha-Bem-Longa-7"},
		)
		require.NoError(t, err)
	}
	as := func(level string) func(*Config) {
		return func(c *Config) { c.Handle = asPerson(t, st, level+"@x.com.br", "Uma-Senha-Bem-Longa-7") }
	}
	usuario := newBench(t, 120, 30, as(store.Usuario))
	listed(usuario)
	usuario.keys(" ", "*")
	require.False(t, usuario.page().List.Chosen())
	require.Contains(t, usuario.View(), "✗ Quem entra como usuário não pode alterar muitos registros de uma vez.")
	usuario.keys("8")
	require.Contains(t, usuario.View(), "✗ Operações: ")
	usuario.keys("H")
	require.Len(t, usuario.env.Stack, 1)

	moderador := newBench(t, 120, 30, as(store.Moderador))
	allMarked(moderador)
	moderador.keys("delete")
	require.Contains(t, moderador.View(), "✗ Quem entra como moderador não pode remover clientes.")
	for _, f := range moderador.env.bulkFields() {
		require.NotEqual(t, "nivel_acesso", f.Column)
	}
	require.Len(t, moderador.env.bulkFields(), 9)
	require.Len(t, newBench(t, 80, 24).env.bulkFields(), 10)
}

// TestEveryOperationHasItsWords: none is shown by its code.
func TestEveryOperationHasItsWords(t *testing.T) {
	t.Parallel()
	codes := map[string]bool{store.OperacaoDesfazer: true, store.OperacaoImportar: true}
	for recurso, all := range store.OperacaoAcoes {
		require.NotEqual(t, recurso, say.NounOf(recurso).One)
		for _, acao := range all {
			codes[acao] = true
		}
	}
	require.ElementsMatch(t, slices.Collect(maps.Keys(codes)), slices.Collect(maps.Keys(acaoNames)))
}
