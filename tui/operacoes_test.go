package tui

import (
	"encoding/json"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/operation"
	"example.com/monitor/store/storetest"
	"example.com/monitor/tui/kit"
)

func (b *bench) operations() *kit.Section[store.Operacao] { return &topOf[*operacoes](b).List }

// operacaoNo is in turn running, interrupted, done, given up, taken back, of no return.
func operacaoNo(i int) store.Operacao {
	op := store.Operacao{
		ID: int64(
			70 - i,
		), Recurso: store.OperacaoDeClientes, Acao: store.OperacaoAlterar, Ator: "pessoa:3 Maria \x1b[31mda Silva", Estado: operation.EmAndamento,
		Total: 1471, Feitos: 600, Iguais: 40, Recusados: 11, IniciadaEm: store.Hora{Time: testNow.Add(-time.Duration(i) * 7 * time.Hour)}, Reversivel: true,
		Campos: map[string]json.RawMessage{"cidade": json.RawMessage(`"Natal"`)},
	}
	switch i % 6 {
	case 1:
		op.Estado, op.Acao, op.Campos = store.OperacaoInterrompida, store.OperacaoDesativar, nil
	case 2:
		op.Estado, op.Feitos = store.OperacaoConcluida, 1420
	case 3:
		op.Estado = store.OperacaoEncerrada
	case 4:
		op.Estado, op.DesfeitaPor, op.Feitos, op.Recusados = store.OperacaoConcluida, 71, 1431, 0
	case 5:
		op.Estado, op.Acao, op.Campos, op.Reversivel, op.Motivo = store.OperacaoConcluida, store.OperacaoRemover, nil, false, "Quem foi removido de vez não volta"
	}
	op.PodeContinuar, op.PodeEncerrar = op.IsOpen() && i != 0, op.IsOpen()
	op.PodeDesfazer = op.Reversivel && op.Undoable(operation.Reader{Began: i != 0}) == nil
	return op
}

func onOperations(b *bench, alter ...func(*store.Operacao)) {
	b.goTo("operacoes")
	var rows []store.Operacao
	for i := range 6 {
		op := operacaoNo(i)
		for _, change := range alter {
			change(&op)
		}
		rows = append(rows, op)
	}
	give(b, b.operations(), rows...)
	b.send(kit.TickMsg{})
}

func inOperation(b *bench) {
	onOperations(b)
	b.keys("down", "down", "enter")
	card := operacaoCard{Operacao: operacaoNo(2)}
	for i := range 7 {
		card.refused = append(card.refused, kit.BulkFailure{Name: nasty[i], Why: "Este é o último administrador ativo\r\n"})
	}
	b.send(kit.Answer[operacaoCard]{Seq: topOf[*operacaoDetail](b).Ask.Seq, Value: card})
}

func operacoesScenes() []scene {
	return []scene{
		{"operacoes", func(b *bench) { onOperations(b) }},
		{"operacoes-vazia", func(b *bench) { b.goTo("operacoes"); give(b, b.operations()) }},
		{"operacoes-erro", func(b *bench) { b.goTo("operacoes"); deny(b, b.operations(), store.ErrUnavailable) }},
		{"operacoes-interrompida", func(b *bench) { onOperations(b); b.keys("down") }},
		{"operacoes-encerrar", func(b *bench) { onOperations(b); b.keys("down", "delete") }},
		{"operacoes-continuar", func(b *bench) { onOperations(b); b.keys("down", "c") }},
		{"operacoes-desfazer", func(b *bench) {
			onOperations(b)
			b.keys("down", "down", "u")
			b.foreseen(somePlan(store.OperacaoDeClientes, store.OperacaoDesfazer, map[string]any{"cidade": "Niterói"}), nil)
		}},
		{"operacao", inOperation},
	}
}

func TestOperationsSayWhatCanBeDoneAboutThem(t *testing.T) {
	b := newBench(t, 120, 30)
	onOperations(b)
	for _, want := range []string{"em andamento", "interrompida", "concluída", "encerrada", "desfeita", "Remover 1.471 clientes", "600 de 1.471", "Maria "} {
		require.Contains(t, b.View(), want)
	}
	for _, step := range []struct{ key, want string }{
		{"c", "✗ Só quem começou esta operação a continua"},
		{"u", "✗ Esta operação está em andamento"},
		{"down", "❯ ⚠ Desativar"},
		{"down", "❯ ⚠ Alterar"},
		{"c", "✗ Esta operação já terminou."},
		{"delete", "✗ Esta operação já terminou."},
		{"down", "❯ ■ Alterar"},
		{"c", "✗ Esta operação já terminou."},
		{"down", "❯ ↶ Alterar"},
		{"u", "✗ Esta operação já foi desfeita pela de nº 71."},
		{"down", "❯ ⚠ Remover"},
		{"u", "✗ Quem foi removido de vez não volta."},
	} {
		b.keys(step.key)
		require.Contains(t, b.View(), step.want)
	}
	b.keys("home", "down", "c")
	require.True(t, b.bulk().Ask.Busy())
	require.Contains(t, b.View(), "651 de 1.471")
}

// Somebody else's is gone on with by administrators only.
func TestOthersOperationsAreNotOffered(t *testing.T) {
	st := storetest.New(t)
	_, err := st.As(
		testOperator,
	).Clientes.Create(
		t.Context(),
		store.ClienteNovo{Nome: "Moderadora", Email: "m@x.com.br", NivelAcesso: store.Moderador, Senha: "Uma-Senha-Bem-Longa-7"},
	)
	require.NoError(t, err)
	h := asPerson(t, st, "m@x.com.br", "Uma-Senha-Bem-Longa-7")
	b := newBench(t, 120, 30, func(c *Config) { c.Handle = h })
	onOperations(b, func(op *store.Operacao) { op.PodeContinuar, op.PodeEncerrar = false, false })
	b.keys("down", "c")
	require.Contains(t, b.View(), "✗ Só quem começou a operação ou um administrador a continua.")
	b.keys("delete")
	require.Contains(t, b.View(), "✗ Só quem começou")
}

// An operation that was left behind is found, gone on with and taken back.
func TestFlowAnInterruptedOperationGoesOn(t *testing.T) {
	var ahead atomic.Int64
	st := storetest.New(t, storetest.Now(func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }))
	h := st.As(testOperator)
	fill(t, h)
	begin := func(acao string) {
		_, err := h.Operacoes.Start(t.Context(), store.Pedido{Recurso: store.OperacaoDeClientes, Acao: acao, IDs: []int64{1, 2, 3}})
		require.NoError(t, err)
	}
	begin(store.OperacaoDesativar)
	f := newFlow(t, st, func(c *Config) { c.Refresh = 50 * time.Millisecond })
	f.sees("Clientes · 5")
	f.keys("8")
	f.sees("Operações · 1", "Desativar 3 clientes", "em andamento")
	ahead.Store(int64(time.Hour))
	f.sees("interrompida")
	f.keys("enter")
	f.sees("Faltam", "0 de 3")
	f.keys("c")
	f.sees("3 clientes desativados.", "u desfaz")
	f.sees("concluída", "3 de 3")
	require.Equal(t, 2, countOf(t, h, store.ClienteFiltro{Ativo: new(true)}))
	f.keys("u")
	f.sees("Desfazer a desativação de 3 clientes?")
	f.confirm("Desfazer")
	f.sees("desfeita", "Desfeita por")
	require.Equal(t, 5, countOf(t, h, store.ClienteFiltro{Ativo: new(true)}))

	begin(store.OperacaoReativar)
	f.keys("esc")
	f.sees("Operações · 3", "● Reativar 3 clientes")
	f.keys("home", "delete")
	f.sees("Encerrar “Reativar 3 clientes” antes do fim?", "que faltam ficam como estão")
	f.confirm("Encerrar")
	f.sees("encerrada", "■ Reativar 3 clientes")
	f.quit()
}
