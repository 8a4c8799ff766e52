package web_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// half is an operation that stopped before its end: somebody of the team began it, and nobody
// was seen at it for long.
func half(h *house, firm, cargo string) (store.Operacao, []store.Cliente) {
	h.t.Helper()
	made := people(h, firm, "Meio Um", "Meio Dois", "Meio Três")
	op, err := h.st.As(storetest.Operator).Operacoes.Start(h.t.Context(), store.Pedido{
		Recurso: store.OperacaoDeClientes, Acao: store.OperacaoAlterar, IDs: []int64{made[0].ID, made[1].ID, made[2].ID},
		Campos: map[string]json.RawMessage{"cargo": json.RawMessage(fmt.Sprintf("%q", cargo))},
	})
	require.NoError(h.t, err)
	storetest.Exec(h.t, storetest.Foreign(h.t, h.path), "UPDATE monitor_operacoes SET vista = 0 WHERE id = ?", op.ID)
	return op, made
}

// TestOperacoes: what stopped is found, gone on with and taken back from its page; another is
// given up.
func TestOperacoes(t *testing.T) {
	h := program(t)
	op, made := half(h, "Metade", "Sócia")
	p := h.open(boss, "/operacoes")
	p.waitText(".grid", "Alterar 3 clientes")
	p.axe("operations")
	p.open(fmt.Sprintf("/operacoes/%d", op.ID))
	p.waitText("dialog .badge", "Interrompida")
	p.waitText("dialog .facts", "Faltam")
	p.axe("an operation")
	p.use("Continuar")
	p.waitText(".toast", "3 clientes foram alterados")
	p.waitText("dialog .badge", "Concluída")
	require.Equal(t, "Sócia", h.get(made[0].ID).Cargo)
	_, err := h.clientes().Change(t.Context(), made[1].ID, "", func(c *store.Cliente) { c.Cargo = "Diretora" })
	require.NoError(t, err)
	p.use("Desfazer")
	p.waitText("dialog.preview h2", "Desfazer em 3 clientes?")
	p.waitText("dialog.preview .reasons", "Meio Dois")
	p.axe("what taking back would do")
	p.use("Desfazer em 2")
	p.waitText(".failures", "alterado depois")
	p.use("Fechar")
	p.waitText(".toast", "Desfeito em 2 clientes")
	p.waitText("dialog .facts", "Desfeita por")
	require.Empty(t, h.get(made[0].ID).Cargo)
	require.Equal(t, "Diretora", h.get(made[1].ID).Cargo)

	other, people := half(h, "Terça", "Gerente")
	p.open(fmt.Sprintf("/operacoes/%d", other.ID))
	p.use("Encerrar")
	p.waitText("dialog .badge", "Encerrada")
	require.Empty(t, h.get(people[0].ID).Cargo)
	p.fits("an operation")

	// A moderador may look at it, and goes on with no other's.
	third, _ := half(h, "Quarta", "Chefe")
	p = h.open(monica, fmt.Sprintf("/operacoes/%d", third.ID))
	p.waitText("dialog .badge", "Interrompida")
	p.waitFor("nothing to do", `!document.querySelector('dialog .dialog-foot')`)
}

// TestDispositivosBulk gives devices to another client and back, and takes an edit back.
func TestDispositivosBulk(t *testing.T) {
	h := program(t)
	owners := people(h, "Dona", "Primeira Dona", "Segunda Dona")
	op := h.st.As(storetest.Operator)
	var devices []int64
	for i := range 2 {
		id, err := op.Dispositivos.Register(
			t.Context(),
			store.Registro{Info: store.Objeto(fmt.Sprintf(`{"hostname": "LOTE-%d"}`, i)), ClienteID: owners[0].ID},
		)
		require.NoError(t, err)
		devices = append(devices, id)
	}
	ownerOf := func(id int64) int64 {
		d, err := op.Dispositivos.Get(t.Context(), id)
		require.NoError(t, err)
		return d.ClienteID
	}
	p := h.open(monica, "/dispositivos?busca=lote-")
	p.waitText(".range", "1–2 de 2")
	p.choose("Selecionar todos desta página")
	p.use("Mudar de cliente")
	p.fill("dialog [name=cliente_id]", strconv.FormatInt(owners[1].ID, 10))
	p.use("Conferir o que muda")
	p.waitText("dialog h2", "Alterar 2 dispositivos?")
	p.use("Mudar 2 dispositivos")
	p.waitText(".toast", "2 dispositivos foram alterados")
	require.Equal(t, owners[1].ID, ownerOf(devices[0]))
	p.use("Desfazer")
	p.waitText(".toast", "Desfeito em 2 dispositivos")
	require.Equal(t, owners[0].ID, ownerOf(devices[1]))

	p.open("/dispositivos?busca=lote-1")
	p.waitText(".range", "1–1 de 1")
	p.use("Editar LOTE-1")
	p.fill("dialog [name=nome]", "RECEPÇÃO")
	p.use("Salvar")
	p.waitText(".grid", "RECEPÇÃO")
	p.use("Desfazer")
	p.waitFor("the name again", `document.querySelector('.grid a.row-link').textContent === 'LOTE-1'`)
}
