package store_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// carriedOn goes on with an operation to its end.
func carriedOn(t *testing.T, h *store.Handle, id int64) store.Operacao {
	t.Helper()
	op, err := h.Operacoes.Continue(t.Context(), id, 0, nil)
	require.NoError(t, err)
	return op
}

// TestTheIndexIsNotTrusted: another program writes into the index of operations. Nothing is done
// to a record that the operation was not about.
func TestTheIndexIsNotTrusted(t *testing.T) {
	t.Parallel()
	e := storetest.SQLite
	at := e.Fresh(t)
	s := e.Open(t, at)
	h := s.As(storetest.Operator)
	db := e.Foreign(t, at)
	ids := crowd(t, s, 5)
	natal := func(ids ...int64) store.Pedido {
		return store.Pedido{Recurso: store.OperacaoDeClientes, Acao: store.OperacaoAlterar, IDs: ids, Campos: jsonValues(t, map[string]any{"cidade": "Natal"})}
	}
	var single int64
	_, err := h.Clientes.Change(t.Context(), ids[4], "", func(c *store.Cliente) { c.Cidade = "Recife" }, store.WithOperacao(&single))
	require.NoError(t, err)

	done := carriedOut(t, h, natal(ids[:2]...))
	e.Exec(t, db, "UPDATE monitor_operacoes_itens SET log_id = ? WHERE operacao = ? AND alvo = ?", single, done.ID, ids[0])
	plan, err := h.Operacoes.PlanUndo(t.Context(), done.ID)
	require.NoError(t, err)
	require.Equal(t, []int{1, 1}, []int{plan.Mudam, plan.Recusados})
	undo, err := h.Operacoes.Undo(t.Context(), done.ID)
	require.NoError(t, err)
	undo = carriedOn(t, h, undo.ID)
	require.Equal(t, []int{1, 1}, []int{undo.Feitos, undo.Recusados})
	require.Equal(t, []string{"Natal", "Niterói", "Recife"}, []string{cityOf(t, s, ids[0]), cityOf(t, s, ids[1]), cityOf(t, s, ids[4])})

	removal, err := h.Operacoes.Start(t.Context(), store.Pedido{Recurso: store.OperacaoDeClientes, Acao: store.OperacaoRemover, IDs: ids[:1]})
	require.NoError(t, err)
	e.Exec(t, db, "UPDATE monitor_operacoes SET alvos = ? WHERE id = ?", strconv.FormatInt(ids[2], 10), removal.ID)
	_, err = h.Operacoes.Continue(t.Context(), removal.ID, 0, nil)
	require.ErrorContains(t, err, "não é mais o que a auditoria registrou")

	off, err := h.Operacoes.Start(t.Context(), store.Pedido{Recurso: store.OperacaoDeClientes, Acao: store.OperacaoDesativar, IDs: ids[2:3]})
	require.NoError(t, err)
	e.Exec(t, db, "UPDATE monitor_operacoes SET acao = 'desfazer', desfaz = ? WHERE id = ?", done.ID, off.ID)
	_, err = h.Operacoes.Continue(t.Context(), off.ID, 0, nil)
	require.ErrorContains(t, err, "não é mais o que a auditoria registrou")

	e.Exec(t, db, "INSERT INTO monitor_operacoes(id, recurso, acao, ator, estado, total, desfaz, vista, alvos) VALUES (?, 'clientes', 'alterar', 'x', 'concluida', 1, 0, 0, '')", single)
	e.Exec(t, db, "INSERT INTO monitor_operacoes_itens VALUES (?, ?, 'feito', ?, '')", single, ids[3], single)
	_, err = h.Operacoes.Undo(t.Context(), single)
	require.ErrorContains(t, err, "não é mais o que a auditoria registrou")
	for _, id := range ids {
		c, err := h.Clientes.Get(t.Context(), id)
		require.NoError(t, err)
		require.True(t, c.IsActive())
	}
}

// TestWhatIsStoppedStops: who is at an operation that somebody gives up does nothing more of it,
// so that taking it back reaches all that was done.
func TestWhatIsStoppedStops(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		at := e.Fresh(t)
		s, other := e.Open(t, at), e.Open(t, at)
		h, second := s.As(storetest.Operator), other.As(storetest.Operator)
		ids := crowd(t, s, 600)
		op := moved(t, s, ids)
		var undo store.Operacao
		_, err := h.Operacoes.Continue(t.Context(), op.ID, 0, func(store.Operacao) {
			if undo.ID != 0 {
				return
			}
			_, err := second.Operacoes.Stop(t.Context(), op.ID)
			require.NoError(t, err)
			undo, err = second.Operacoes.Undo(t.Context(), op.ID)
			require.NoError(t, err)
		})
		require.ErrorContains(t, err, "encerrada")
		stopped, err := h.Operacoes.Get(t.Context(), op.ID)
		require.NoError(t, err)
		require.Equal(t, store.OperacaoEncerrada, stopped.Estado)
		require.Equal(t, stopped.Feitos, undo.Total, "all that was done is taken back")
		require.Equal(t, undo.Total, carriedOn(t, second, undo.ID).Feitos)
		live := cities(t, s)
		for _, id := range ids {
			require.Equal(t, "Niterói", live[id])
		}
	})
}

// TestOthersDoNotLendTheirRights: whoever goes on with an operation does it with rights of his
// own, so an administrator does not go on with what a moderador asked for.
func TestOthersDoNotLendTheirRights(t *testing.T) {
	t.Parallel()
	e := newElenco(t, storetest.SQLite)
	mod, admin := e.s.As(e.comoModerador), e.s.As(e.comoAdmin)
	level := store.Pedido{
		Recurso: store.OperacaoDeClientes, Acao: store.OperacaoAlterar, IDs: []int64{e.ana.ID, e.moderador.ID},
		Campos: jsonValues(t, map[string]any{"nivel_acesso": store.Admin}),
	}
	_, err := mod.Operacoes.Start(t.Context(), level)
	require.ErrorIs(t, err, store.ErrForbidden)
	off, err := mod.Operacoes.Start(t.Context(), store.Pedido{Recurso: store.OperacaoDeClientes, Acao: store.OperacaoDesativar, IDs: []int64{e.admin.ID, e.ana.ID}})
	require.NoError(t, err)
	_, err = admin.Operacoes.Continue(t.Context(), off.ID, 0, nil)
	require.ErrorIs(t, err, store.ErrForbidden)
	_, err = admin.Clientes.Change(t.Context(), e.moderador.ID, "", func(c *store.Cliente) { c.Nome = "Mário de Novo" })
	require.NoError(t, err)
	renamed := e.s.As(e.login(t, "mario@x.com", senhaForte))
	require.Equal(t, []int{1, 1}, []int{carriedOn(t, renamed, off.ID).Feitos, carriedOn(t, renamed, off.ID).Recusados}, "the name is not who it was")

	ids := make([]int64, 30)
	for i := range ids {
		ids[i] = int64(i + 1)
	}
	sessions := store.Pedido{Recurso: store.OperacaoDeSessoes, Acao: store.OperacaoEncerrar, IDs: ids}
	plan, err := renamed.Operacoes.Plan(t.Context(), sessions)
	require.NoError(t, err)
	own, err := renamed.Sessoes.List(t.Context(), store.SessaoFiltro{})
	require.NoError(t, err)
	require.Equal(t, own.Total, plan.Mudam, "of others' sessions nothing is told")
	require.Equal(t, own.Total-1, carriedOut(t, renamed, sessions).Feitos, "one's own session stays")
}

// TestTakingBackShutsNobodyOut: among many one's own level stays, and one's own address comes back
// only with the password, for which no wrong guess is counted.
func TestTakingBackShutsNobodyOut(t *testing.T) {
	t.Parallel()
	e := newElenco(t, storetest.SQLite)
	h := e.s.As(storetest.Operator)
	var number int64
	_, err := h.Clientes.SetEmail(t.Context(), e.bia.ID, "bia2@x.com", "", store.WithOperacao(&number))
	require.NoError(t, err)
	bia := e.s.As(e.login(t, "bia2@x.com", senhaForte))
	for range 8 {
		_, err = bia.Operacoes.Undo(t.Context(), number)
		require.ErrorContains(t, err, "Trocar e-mail")
	}
	set := func(level string, ids ...int64) store.Operacao {
		return carriedOut(t, h, store.Pedido{Recurso: store.OperacaoDeClientes, Acao: store.OperacaoAlterar, IDs: ids, Campos: jsonValues(t, map[string]any{"nivel_acesso": level})})
	}
	set(store.Admin, e.ana.ID)
	set(store.Usuario, e.admin.ID)
	op := set(store.Admin, e.admin.ID, e.bia.ID)
	me := e.s.As(e.comoAdmin)
	plan, err := me.Operacoes.PlanUndo(t.Context(), op.ID)
	require.NoError(t, err)
	require.Equal(t, []int{1, 1}, []int{plan.Mudam, plan.Recusados})
	undo, err := me.Operacoes.Undo(t.Context(), op.ID)
	require.NoError(t, err)
	undo = carriedOn(t, me, undo.ID)
	require.Equal(t, []int{1, 1}, []int{undo.Feitos, undo.Recusados})
	_, err = me.Operacoes.Undo(t.Context(), op.ID)
	require.ErrorContains(t, err, "já foi desfeita")
}

// TestWhoHasTheNumberNowIsSomebodyElse: an entry of somebody who was removed changes nobody who
// has the number now.
func TestWhoHasTheNumberNowIsSomebodyElse(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		at := e.Fresh(t)
		s := e.Open(t, at)
		h := s.As(storetest.Operator)
		id := crowd(t, s, 1)[0]
		var number int64
		was, err := h.Clientes.Change(t.Context(), id, "", func(c *store.Cliente) { c.Cidade = "Natal" }, store.WithOperacao(&number))
		require.NoError(t, err)
		require.NoError(t, h.Clientes.Delete(t.Context(), id))
		e.Exec(t, e.Foreign(t, at), "INSERT INTO clientes(id, nome, email, cidade, ativo, pais, nivel_acesso, data_cadastro) VALUES (?, ?, ?, 'Natal', TRUE, 'Brasil', 'usuario', '2026-01-02 03:04:05')", id, was.Nome, was.Email)
		_, err = h.Operacoes.Undo(t.Context(), number)
		require.ErrorContains(t, err, "não volta")
		require.Equal(t, "Natal", cityOf(t, s, id))
	})
}

// TestForeignRulesEndNoOperation: a rule of the database that is not ours refuses a record, and
// the others go.
func TestForeignRulesEndNoOperation(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		at := e.Fresh(t)
		s := e.Open(t, at)
		h := s.As(storetest.Operator)
		var ids []int64
		for i := range 3 {
			id, err := h.Dispositivos.Register(t.Context(), store.Registro{Info: store.Objeto(fmt.Sprintf(`{"hostname":"pc-%d","mac_address":"aa-bb-cc-00-00-0%d"}`, i, i))})
			require.NoError(t, err)
			ids = append(ids, id)
		}
		e.Exec(t, e.Foreign(t, at), "CREATE UNIQUE INDEX alheio ON dispositivos(nome)")
		op := carriedOut(t, h, store.Pedido{Recurso: store.OperacaoDeDispositivos, Acao: store.OperacaoAlterar, IDs: ids, Campos: jsonValues(t, map[string]any{"nome": "Caixa"})})
		require.Equal(t, []any{store.OperacaoConcluida, 1, 2}, []any{op.Estado, op.Feitos, op.Recusados})
	})
}

// TestManyGoOnAtOnce: several programs go on with one operation, most of which is refused.
func TestManyGoOnAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		at := e.Fresh(t)
		s := e.Open(t, at)
		ids := crowd(t, s, 10)
		for i := range int64(500) {
			ids = append(ids, 100_000+i)
		}
		op := moved(t, s, ids)
		ended := make(chan error)
		for _, each := range []*store.Store{s, e.Open(t, at), e.Open(t, at)} {
			go func() {
				_, err := each.As(storetest.Operator).Operacoes.Continue(contextBackground(), op.ID, 0, nil)
				ended <- err
			}()
		}
		for range 3 {
			require.NoError(t, <-ended)
		}
		end, err := s.As(storetest.Operator).Operacoes.Get(t.Context(), op.ID)
		require.NoError(t, err)
		require.Equal(t, []any{store.OperacaoConcluida, 10, 500}, []any{end.Estado, end.Feitos, end.Recusados})
	})
}

// TestWhoLeavesSaysSo: who is stopped by a person leaves an operation that can be taken back at
// once.
func TestWhoLeavesSaysSo(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	h := s.As(storetest.Operator)
	ids := crowd(t, s, 300)
	op := moved(t, s, ids)
	ctx, leave := context.WithCancel(t.Context())
	_, err := h.Operacoes.Continue(ctx, op.ID, 0, func(store.Operacao) { leave() })
	require.ErrorIs(t, err, ctx.Err())
	found, err := h.Operacoes.Get(t.Context(), op.ID)
	require.NoError(t, err)
	require.Equal(t, store.OperacaoInterrompida, found.Estado)
	_, err = h.Operacoes.Undo(t.Context(), op.ID)
	require.NoError(t, err)
	_, err = h.Operacoes.Items(t.Context(), 999_999, "", store.OperacaoFiltro{})
	require.ErrorIs(t, err, store.ErrNotFound)
}

// TestEveryActReachesItsRecords does each thing that is done to many, and looks at what became of
// the records.
func TestEveryActReachesItsRecords(t *testing.T) {
	t.Parallel()
	e := newElenco(t, storetest.SQLite)
	h := e.s.As(storetest.Operator)
	people := crowd(t, e.s, 2)
	var machines, keys []int64
	for i := range 2 {
		id, err := h.Dispositivos.Register(t.Context(), store.Registro{
			Info: store.Objeto(fmt.Sprintf(`{"hostname":"caixa-%d","mac_address":"aa-bb-cc-00-01-0%d"}`, i, i)), ClienteID: people[0],
		})
		require.NoError(t, err)
		machines = append(machines, id)
		_, k, err := h.Chaves.Create(t.Context(), store.ChaveNova{Nome: "painel", Nivel: store.Leitura})
		require.NoError(t, err)
		keys = append(keys, k.ID)
	}
	do := func(recurso, acao string, ids []int64, campos map[string]any) {
		t.Helper()
		op := carriedOut(t, h, store.Pedido{Recurso: recurso, Acao: acao, IDs: ids, Campos: jsonValues(t, campos)})
		require.Equal(t, []int{len(ids), 0, 0}, []int{op.Feitos, op.Iguais, op.Recusados}, "%s %s", acao, recurso)
	}
	person := func() store.Cliente {
		c, err := h.Clientes.Get(t.Context(), people[0])
		require.NoError(t, err)
		return c
	}
	device := func() store.Dispositivo {
		d, err := h.Dispositivos.Get(t.Context(), machines[0])
		require.NoError(t, err)
		return d
	}

	do(store.OperacaoDeClientes, store.OperacaoAlterar, people, map[string]any{"nivel_acesso": store.Moderador})
	require.Equal(t, store.Moderador, person().NivelAcesso)
	do(store.OperacaoDeClientes, store.OperacaoDesativar, people, nil)
	require.False(t, *person().Ativo)
	do(store.OperacaoDeClientes, store.OperacaoReativar, people, nil)
	require.True(t, *person().Ativo)
	do(store.OperacaoDeDispositivos, store.OperacaoAlterar, machines, map[string]any{"cliente_id": people[1], "tipo": "servidor"})
	require.Equal(t, []any{people[1], "servidor"}, []any{device().ClienteID, device().Tipo})
	do(store.OperacaoDeDispositivos, store.OperacaoDesativar, machines, nil)
	require.False(t, *device().Ativo)
	do(store.OperacaoDeDispositivos, store.OperacaoReativar, machines, nil)
	require.True(t, *device().Ativo)
	do(store.OperacaoDeDispositivos, store.OperacaoRemover, machines, nil)
	_, err := h.Dispositivos.Get(t.Context(), machines[1])
	require.ErrorIs(t, err, store.ErrNotFound)
	do(store.OperacaoDeChaves, store.OperacaoRevogar, keys, nil)
	list, err := h.Chaves.List(t.Context(), store.ChaveFiltro{})
	require.NoError(t, err)
	for _, k := range list.Itens {
		require.Equal(t, k.ID == keys[0] || k.ID == keys[1], !k.RevogadaEm.IsZero(), k.Nome)
	}
	open, err := h.Sessoes.List(t.Context(), store.SessaoFiltro{})
	require.NoError(t, err)
	require.NotEmpty(t, open.Itens)
	var sessions []int64
	for _, s := range open.Itens {
		sessions = append(sessions, s.ID)
	}
	do(store.OperacaoDeSessoes, store.OperacaoEncerrar, sessions, nil)
	open, err = h.Sessoes.List(t.Context(), store.SessaoFiltro{})
	require.NoError(t, err)
	require.Empty(t, open.Itens)
	do(store.OperacaoDeClientes, store.OperacaoRemover, people, nil)
	_, err = h.Clientes.Get(t.Context(), people[1])
	require.ErrorIs(t, err, store.ErrNotFound)
}

// TestWhatIsOfferedIsPossible: numbers are told of what can be taken back, and operations say what
// whoever reads them may do.
func TestWhatIsOfferedIsPossible(t *testing.T) {
	t.Parallel()
	e := newElenco(t, storetest.SQLite)
	h, ana, mod, admin := e.s.As(storetest.Operator), e.s.As(e.comoAna), e.s.As(e.comoModerador), e.s.As(e.comoAdmin)
	var number int64
	noted := store.WithOperacao(&number)
	id, err := h.Dispositivos.Register(t.Context(), store.Registro{Info: store.Objeto(`{"hostname":"pc-1","mac_address":"aa-bb-cc-00-02-01"}`), ClienteID: e.bia.ID})
	require.NoError(t, err)
	_, err = h.Dispositivos.Change(t.Context(), id, store.DispositivoMudanca{Liberar: true}, noted)
	require.NoError(t, err)
	_, err = h.Clientes.Change(t.Context(), e.bia.ID, "", func(c *store.Cliente) { c.Senha = "Outra-Senha-Bem-Longa-7" }, noted)
	require.NoError(t, err)
	_, err = ana.Clientes.SetEmail(t.Context(), e.ana.ID, "ana.souza@x.com", senhaForte, noted)
	require.NoError(t, err)
	require.Zero(t, number)

	may := func(h *store.Handle, id int64) []bool {
		op, err := h.Operacoes.Get(t.Context(), id)
		require.NoError(t, err)
		return []bool{op.PodeContinuar, op.PodeEncerrar, op.PodeDesfazer}
	}
	of := func(ids ...int64) store.Pedido {
		return store.Pedido{Recurso: store.OperacaoDeClientes, Acao: store.OperacaoDesativar, IDs: ids}
	}
	begun, err := mod.Operacoes.Start(t.Context(), of(e.ana.ID, e.bia.ID))
	require.NoError(t, err)
	require.Equal(t, []bool{true, true, false}, may(mod, begun.ID), "nothing is done yet")
	require.Equal(t, []bool{false, true, false}, may(admin, begun.ID))
	_, err = mod.Operacoes.Continue(t.Context(), begun.ID, time.Nanosecond, nil)
	require.NoError(t, err)
	require.Equal(t, []bool{false, true, false}, may(admin, begun.ID), "somebody is at it")
	done := carriedOn(t, mod, begun.ID)
	require.Equal(t, []bool{false, false, true}, []bool{done.PodeContinuar, done.PodeEncerrar, done.PodeDesfazer})
	require.Equal(t, []bool{false, false, true}, may(admin, begun.ID))
	undo, err := admin.Operacoes.Undo(t.Context(), begun.ID)
	require.NoError(t, err)
	carriedOn(t, admin, undo.ID)
	require.Equal(t, []bool{false, false, false}, may(admin, begun.ID))
	_, err = admin.Operacoes.PlanUndo(t.Context(), begun.ID)
	require.ErrorContains(t, err, "já foi desfeita", "said before")
	redo, err := admin.Operacoes.Undo(t.Context(), undo.ID)
	require.NoError(t, err)
	carriedOn(t, admin, redo.ID)
	require.Equal(t, []bool{false, false, true}, may(admin, begun.ID), "what took it back was taken back")

	// A device goes back to nobody who is gone.
	owner := crowd(t, e.s, 1)[0]
	_, err = h.Dispositivos.Change(t.Context(), id, store.DispositivoMudanca{ClienteID: &owner})
	require.NoError(t, err)
	_, err = h.Dispositivos.Change(t.Context(), id, store.DispositivoMudanca{ClienteID: &e.ana.ID}, noted)
	require.NoError(t, err)
	history := func() []store.ClienteVersao {
		page, err := h.Clientes.History(t.Context(), owner, store.OperacaoFiltro{})
		require.NoError(t, err)
		return page.Itens
	}
	require.True(t, history()[0].Reversivel)
	require.NoError(t, h.Clientes.Delete(t.Context(), owner))
	plan, err := h.Operacoes.PlanUndo(t.Context(), number)
	require.NoError(t, err)
	require.Equal(t, 1, plan.Recusados)
	for _, v := range history() {
		require.False(t, v.Reversivel, v.Acao)
		require.NotEmpty(t, v.Motivo)
	}
	_, err = h.Operacoes.Start(t.Context(), store.Pedido{Recurso: store.OperacaoDeClientes, Acao: store.OperacaoDesativar, Clientes: &store.ClienteFiltro{Busca: "ninguém"}})
	require.ErrorContains(t, err, "filtro não encontrou")
	_, err = h.Operacoes.Start(t.Context(), store.Pedido{Recurso: store.OperacaoDeClientes, Acao: store.OperacaoDesativar, IDs: []int64{1}, Dispositivos: &store.DispositivoFiltro{}})
	require.ErrorContains(t, err, "outros registros")
}
