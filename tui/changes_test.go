package tui

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/operation"
	"example.com/monitor/store/storetest"
	"example.com/monitor/tui/kit"
)

// deactivated is after a client was deactivated by its key.
func deactivated(b *bench) {
	listed(b)
	b.keys("down", "d")
	b.begun(41)
}

// oneBack is what taking one change back would change.
func oneBack() planned {
	plan := operation.NewPlan(store.OperacaoDeClientes, store.OperacaoDesfazer)
	plan.Change(
		operation.Mudado{
			ID:     99,
			Nome:   nasty[5],
			Antes:  map[string]any{"ativo": false, "observacoes": nasty[6]},
			Depois: map[string]any{"ativo": true, "observacoes": nil},
		},
	)
	return planned{plan: plan.Ready()}
}

func refusedBack() planned {
	plan := operation.NewPlan(store.OperacaoDeClientes, store.OperacaoDesfazer)
	plan.Refuse(nasty[5], "Foi alterado depois desta operação")
	return planned{plan: plan.Ready()}
}

func takenBack(b *bench) {
	deactivated(b)
	b.keys("u")
	b.foreseen(oneBack(), nil)
	b.begun(42)
}

func changeScenes() []scene {
	return []scene{
		{"desativado", deactivated},
		{"desfazer-conferindo", func(b *bench) { deactivated(b); b.keys("u") }},
		{"desfazer", func(b *bench) { deactivated(b); b.keys("u"); b.foreseen(oneBack(), nil) }},
		{"desfazer-recusado", func(b *bench) { deactivated(b); b.keys("u"); b.foreseen(refusedBack(), nil) }},
		{"desfeito", takenBack},
		{"refazer", func(b *bench) { takenBack(b); b.keys("U"); b.foreseen(oneBack(), nil) }},
	}
}

func TestUndoSaysWhatItTakesBackAndRedoToo(t *testing.T) {
	b := newBench(t, 100, 30)
	listed(b)
	b.keys("u")
	require.Contains(t, b.View(), "✗ Nada a desfazer")
	b.keys("U")
	require.Contains(t, b.View(), "✗ Nada a refazer")
	deactivated2 := func() {
		b.keys("down", "d")
		b.begun(41)
	}
	deactivated2()
	require.Contains(t, b.View(), "✓ “João da Silva” foi desativado. u desfaz")
	b.keys("u")
	b.foreseen(oneBack(), nil)
	require.Contains(t, b.View(), "Desfazer a desativação de “João da Silva”?")
	require.Contains(t, b.View(), "Situação: inativo → ativo")
	b.begun(42)
	require.Contains(t, b.View(), "✓ Desfeito: a desativação de “João da Silva”. U refaz")
	b.keys("u")
	require.Contains(t, b.View(), "✗ Nada a desfazer", "it is taken off")
	b.keys("U")
	b.foreseen(oneBack(), nil)
	b.begun(43)
	require.Contains(t, b.View(), "✓ Refeito: a desativação de “João da Silva”. u desfaz")
	b.keys("u")
	b.foreseen(refusedBack(), nil)
	require.Contains(t, b.View(), "Não dá para desfazer a desativação")
	require.Contains(t, b.View(), "✗ Foi alterado depois desta operação")
	b.keys("enter", "u")
	require.Contains(t, b.View(), "✗ Nada a desfazer", "what cannot be taken back does not stand before the others")
	b.keys("U")
	require.Contains(t, b.View(), "✗ Nada a refazer")
}

// The hint is in sight however long the name is.
func TestTheHintOfANoticeIsNeverCut(t *testing.T) {
	b := newBench(t, 40, 12)
	listed(b)
	b.env.Offer("“Um nome que é muito mais longo do que o terminal” foi desativado.", "u desfaz")
	require.Contains(t, b.View(), "… u desfaz")
	b.keys("down")
	require.NotContains(t, b.View(), "u desfaz")
}

// A change of another noun is not taken back from here, and whoever logs in begins anew.
func TestChangesBelongToTheirPageAndPerson(t *testing.T) {
	b := newBench(t, 100, 30)
	deactivated(b)
	b.goTo("dispositivos")
	give(b, b.devices(), machines()...)
	b.keys("u")
	require.Contains(t, b.View(), "✗ Nada a desfazer")
	b.env.openPages()
	b.env.Top().Start()
	b.rows(people(3))
	b.keys("u")
	require.Contains(t, b.View(), "✗ Nada a desfazer")
}

func TestFlowUndoGoesBackStepByStep(t *testing.T) {
	st := storetest.New(t)
	h := st.As(testOperator)
	f := newFlow(t, st)
	f.sees("Nenhum cliente cadastrado")
	f.keys("n")
	f.Text("Ana")
	f.keys("tab")
	f.Text("ana@empresa.com.br")
	f.keys("ctrl+s")
	f.sees("Cliente nº 1 criado.", "u desfaz")
	f.sees("❯ ● Ana")
	f.keys("e", "tab")
	f.Text("11987654321")
	f.keys("ctrl+s")
	f.sees("salvas.", "u desfaz")
	f.keys("m")
	f.Text(".uk")
	f.keys("ctrl+s")
	f.sees("alterado.", "u desfaz")
	require.Equal(t, "ana@empresa.com.br.uk", only(t, st).Email)

	f.keys("u")
	f.sees("Desfazer a troca do e-mail de “Ana”?", "E-mail: ana@empresa.com.br.uk → ana@empresa.com.br")
	f.confirm("Desfazer")
	f.sees("Desfeito: a troca do e-mail", "U refaz")
	f.keys("u")
	f.sees("Desfazer a alteração de “Ana”?", "Telefone: 11987654321 → (vazio)")
	f.confirm("Desfazer")
	f.sees("Desfeito: a alteração")
	require.Empty(t, only(t, st).Telefone)
	f.keys("U")
	f.sees("Refazer a alteração de “Ana”?")
	f.confirm("Refazer")
	f.sees("Refeito: a alteração")
	require.Equal(t, "11987654321", only(t, st).Telefone)

	_, err := h.Clientes.Change(t.Context(), 1, "", func(c *store.Cliente) { c.Cidade = "Natal" })
	require.NoError(t, err)
	f.keys("u")
	f.sees("Não dá para desfazer a alteração de “Ana”", "✗ Foi alterado depois desta operação")
	f.keys("esc")
	require.Equal(t, "11987654321", only(t, st).Telefone)
	f.quit()
}

func TestADeviceThatWasEditedIsTakenBack(t *testing.T) {
	b := newBench(t, 100, 30)
	inDeviceForm(b)
	b.keys("tab")
	b.typeText("x")
	b.keys("ctrl+s")
	f := topOf[*dispositivoForm](b)
	d := machineNo(1)
	b.send(kit.Answer[written[store.Dispositivo]]{Seq: f.ask.Seq, Value: written[store.Dispositivo]{d, 77}})
	require.Contains(t, b.View(), "u desfaz")
	b.keys("u")
	require.True(t, topOf[*kit.Wait[planned]](b).Ask.Busy())
	c, _ := lastOf(b.env.made.done, store.OperacaoDeDispositivos)
	require.EqualValues(t, 77, c.number)
}
