package store_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// crowd makes n people of Niterói, many at once.
func crowd(t *testing.T, s *store.Store, n int) (ids []int64) {
	t.Helper()
	made := make(chan int64, n)
	var work sync.WaitGroup
	for part := range min(n, 32) {
		work.Go(func() {
			for i := part; i < n; i += 32 {
				c := storetest.Person(i)
				c.Cidade = "Niterói"
				c, err := s.As(storetest.Operator).Clientes.Create(t.Context(), c)
				if err != nil {
					t.Errorf("create: %v", err)
					return
				}
				made <- c.ID
			}
		})
	}
	work.Wait()
	close(made)
	for id := range made {
		ids = append(ids, id)
	}
	require.Len(t, ids, n)
	slices.Sort(ids)
	return ids
}

// cities are where all people live.
func cities(t *testing.T, s *store.Store) map[int64]string {
	t.Helper()
	page, err := s.As(storetest.Operator).Clientes.List(t.Context(), store.ClienteFiltro{PorPagina: 1000})
	require.NoError(t, err)
	require.Empty(t, page.Proximo)
	live := map[int64]string{}
	for _, c := range page.Itens {
		live[c.ID] = c.Cidade
	}
	return live
}

func jsonValues(t *testing.T, values map[string]any) map[string]json.RawMessage {
	t.Helper()
	out := map[string]json.RawMessage{}
	for k, v := range values {
		text, err := json.Marshal(v)
		require.NoError(t, err)
		out[k] = text
	}
	return out
}

func cityOf(t *testing.T, s *store.Store, id int64) string {
	t.Helper()
	c, err := s.As(storetest.Operator).Clientes.Get(t.Context(), id)
	require.NoError(t, err)
	return c.Cidade
}

// carriedOut begins an operation and works at it to its end.
func carriedOut(t *testing.T, h *store.Handle, p store.Pedido) store.Operacao {
	t.Helper()
	op, err := h.Operacoes.Start(t.Context(), p)
	require.NoError(t, err)
	op, err = h.Operacoes.Continue(t.Context(), op.ID, 0, nil)
	require.NoError(t, err)
	return op
}

// TestManyAtOnceAndBack changes what a filter finds and takes it back: what somebody changed
// meanwhile is refused and named, the others go; what was so already is no change.
func TestManyAtOnceAndBack(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := e.Open(t, e.Fresh(t))
		h := s.As(storetest.Operator)
		ids := crowd(t, s, 60)
		_, err := h.Clientes.Change(t.Context(), ids[5], "", func(c *store.Cliente) { c.Cidade = "Maricá" })
		require.NoError(t, err)
		elsewhere, err := h.Clientes.Create(t.Context(), store.Cliente{Nome: "Outra", Email: "outra@x.com", Cidade: "Recife"})
		require.NoError(t, err)

		p := store.Pedido{
			Recurso: store.OperacaoDeClientes, Acao: store.OperacaoAlterar, Clientes: &store.ClienteFiltro{Cidade: "niteroi"},
			Campos: jsonValues(t, map[string]any{"cidade": "São Gonçalo", "cargo": "Sócio"}),
		}
		plan, err := h.Operacoes.Plan(t.Context(), p)
		require.NoError(t, err)
		require.Equal(t, []int{59, 59, 0, 0}, []int{plan.Total, plan.Mudam, plan.Iguais, plan.Recusados})
		require.Len(t, plan.Amostra, 10)
		require.Equal(t, "Niterói", fmt.Sprint(plan.Amostra[0].Antes["cidade"]))
		require.True(t, plan.Reversivel)
		require.Equal(t, "Niterói", cityOf(t, s, ids[0]), "a plan changes nothing")

		p.Esperados = 58
		_, err = h.Operacoes.Start(t.Context(), p)
		require.ErrorIs(t, err, store.ErrConflict)
		require.ErrorContains(t, err, "59")
		p.Esperados = 59
		op := carriedOut(t, h, p)
		require.Equal(t, store.OperacaoConcluida, op.Estado)
		require.Equal(t, []int{59, 59, 0, 0}, []int{op.Total, op.Feitos, op.Iguais, op.Recusados})
		require.Equal(t, "São Gonçalo", cityOf(t, s, ids[0]))
		require.Equal(t, "Maricá", cityOf(t, s, ids[5]))
		require.Equal(t, "Recife", cityOf(t, s, elsewhere.ID))
		again, err := h.Operacoes.Continue(t.Context(), op.ID, 0, nil)
		require.NoError(t, err)
		require.Equal(t, op.Feitos, again.Feitos)

		same := carriedOut(t, h, store.Pedido{Recurso: p.Recurso, Acao: p.Acao, IDs: ids[:10], Campos: p.Campos})
		require.Equal(t, []int{10, 1, 9}, []int{same.Total, same.Feitos, same.Iguais}, "one was in Maricá")

		for _, id := range ids[20:30] {
			_, err := h.Clientes.Change(t.Context(), id, "", func(c *store.Cliente) { c.Telefone = "(21) 99999-8888" })
			require.NoError(t, err)
		}
		foreseen, err := h.Operacoes.PlanUndo(t.Context(), op.ID)
		require.NoError(t, err)
		require.Equal(t, []int{49, 10}, []int{foreseen.Mudam, foreseen.Recusados})
		require.Equal(t, 10, foreseen.Motivos[0].Quantos)
		require.Len(t, foreseen.Motivos[0].Exemplos, 3)

		undo, err := h.Operacoes.Undo(t.Context(), op.ID)
		require.NoError(t, err)
		undo, err = h.Operacoes.Continue(t.Context(), undo.ID, 0, nil)
		require.NoError(t, err)
		require.Equal(t, []int{59, 49, 0, 10}, []int{undo.Total, undo.Feitos, undo.Iguais, undo.Recusados})
		require.EqualValues(t, op.ID, undo.Desfaz)
		refused, err := h.Operacoes.Items(t.Context(), undo.ID, store.ItemRecusado, store.OperacaoFiltro{})
		require.NoError(t, err)
		require.Len(t, refused.Itens, 10)
		require.Equal(t, ids[29], refused.Itens[0].Alvo)
		require.Contains(t, refused.Itens[0].Motivo, "alterado depois")
		require.Equal(t, "Niterói", cityOf(t, s, ids[0]))
		require.Equal(t, "São Gonçalo", cityOf(t, s, ids[20]))
		op, err = h.Operacoes.Get(t.Context(), op.ID)
		require.NoError(t, err)
		require.EqualValues(t, undo.ID, op.DesfeitaPor)

		redo, err := h.Operacoes.Undo(t.Context(), undo.ID)
		require.NoError(t, err)
		redo, err = h.Operacoes.Continue(t.Context(), redo.ID, 0, nil)
		require.NoError(t, err)
		require.Equal(t, 49, redo.Feitos, "taking back is a change like any other")
		require.Equal(t, "São Gonçalo", cityOf(t, s, ids[0]))

		page, err := h.Operacoes.List(t.Context(), store.OperacaoFiltro{})
		require.NoError(t, err)
		require.Equal(t, []int64{redo.ID, undo.ID, same.ID, op.ID}, []int64{page.Itens[0].ID, page.Itens[1].ID, page.Itens[2].ID, page.Itens[3].ID})
		require.JSONEq(t, `"São Gonçalo"`, string(page.Itens[3].Campos["cidade"]))
		storetest.RequireIntact(t, s)
	})
}

// TestUndoOfSingleChanges takes back each kind of change, or says why not.
func TestUndoOfSingleChanges(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := e.Open(t, e.Fresh(t))
		h := s.As(storetest.Operator)
		var number int64
		noted := store.WithOperacao(&number)
		back := func() error {
			t.Helper()
			require.NotZero(t, number)
			plan, foreseen := h.Operacoes.PlanUndo(t.Context(), number)
			op, err := h.Operacoes.Undo(t.Context(), number)
			if err != nil {
				require.True(t, foreseen != nil || plan.Recusados == 1, "said before")
				number = 0
				return err
			}
			require.NoError(t, foreseen)
			require.Equal(t, 1, plan.Mudam)
			require.EqualValues(t, number, op.Desfaz)
			require.True(t, op.Reversivel)
			number = op.ID
			return nil
		}
		c, err := h.Clientes.Create(t.Context(), store.Cliente{Nome: "Ana", Email: "ana@x.com", DadosExtras: store.Objeto(`{"plano": "ouro", "n": 12345678901234567890}`)}, noted)
		require.NoError(t, err)
		created := number
		found, err := h.Operacoes.Get(t.Context(), created)
		require.NoError(t, err)
		require.Equal(t, []any{"cliente_criado", "clientes", 1, true}, []any{found.Acao, found.Recurso, found.Total, found.Reversivel})

		now, err := h.Clientes.Change(t.Context(), c.ID, "", func(e *store.Cliente) {
			e.Cidade, e.NivelAcesso, e.Observacoes, e.DadosExtras = "Natal", store.Moderador, "duas\nlinhas", store.Objeto(`{}`)
		}, noted)
		require.NoError(t, err)
		require.NoError(t, back())
		was, err := h.Clientes.Get(t.Context(), c.ID)
		require.NoError(t, err)
		require.Equal(t, []string{"", store.Usuario, "", `{"plano":"ouro","n":12345678901234567890}`}, []string{was.Cidade, was.NivelAcesso, was.Observacoes, compact(t, was.DadosExtras)})
		require.NoError(t, back(), "and forward again")
		was, err = h.Clientes.Get(t.Context(), c.ID)
		require.NoError(t, err)
		require.Equal(t, now.Versao(), was.Versao())

		_, err = h.Clientes.SetEmail(t.Context(), c.ID, "ana.souza@x.com", "", noted)
		require.NoError(t, err)
		changed := number
		_, err = h.Clientes.Create(t.Context(), store.Cliente{Nome: "Outra", Email: "ana@x.com"})
		require.NoError(t, err)
		require.ErrorIs(t, back(), store.ErrConflict, "the old address is somebody else's")
		other, err := h.Clientes.Find(t.Context(), "ana@x.com")
		require.NoError(t, err)
		require.NoError(t, h.Clientes.Delete(t.Context(), other.ID))
		number = changed
		require.NoError(t, back())
		was, err = h.Clientes.Get(t.Context(), c.ID)
		require.NoError(t, err)
		require.Equal(t, "ana@x.com", was.Email)

		_, err = h.Clientes.Deactivate(t.Context(), c.ID, noted)
		require.NoError(t, err)
		off := number
		_, err = h.Clientes.Change(t.Context(), c.ID, "", func(e *store.Cliente) { e.Cargo = "Sócia" })
		require.NoError(t, err)
		require.ErrorContains(t, back(), "alterado depois")
		_, err = h.Clientes.Change(t.Context(), c.ID, "", func(e *store.Cliente) { e.Cargo = "" })
		require.NoError(t, err)
		number = off
		require.NoError(t, back(), "it is again what the change left")

		number = created
		require.ErrorContains(t, back(), "alterado depois")
		fresh, err := h.Clientes.Create(t.Context(), store.Cliente{Nome: "Nova", Email: "nova@x.com"}, noted)
		require.NoError(t, err)
		require.NoError(t, back(), "a creation is taken back by deactivating")
		was, err = h.Clientes.Get(t.Context(), fresh.ID)
		require.NoError(t, err)
		require.False(t, was.IsActive())

		id, err := h.Dispositivos.Register(t.Context(), store.Registro{Info: store.Objeto(`{"hostname":"pc-1","mac_address":"aa-bb-cc-00-00-01"}`), ClienteID: c.ID})
		require.NoError(t, err)
		zero, nome := int64(0), "Caixa 1"
		_, err = h.Dispositivos.Change(t.Context(), id, store.DispositivoMudanca{ClienteID: &zero, Nome: &nome}, noted)
		require.NoError(t, err)
		require.NoError(t, back())
		d, err := h.Dispositivos.Get(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, []any{"pc-1", c.ID}, []any{d.Nome, d.ClienteID})

		for acao, why := range map[string]string{"cliente_deletado": "não volta", "dispositivo_alterado": "", "senha_alterada": "senha"} {
			if why == "" {
				continue
			}
			if acao == "senha_alterada" {
				require.NoError(t, h.Clientes.SetSenha(t.Context(), fresh.ID, "", senhaForte))
			}
			logs, err := h.Logs.List(t.Context(), store.LogFiltro{Acao: acao})
			require.NoError(t, err)
			require.NotEmpty(t, logs.Itens, acao)
			number = logs.Itens[0].ID
			require.ErrorContains(t, back(), why)
		}
		number = 999999
		require.ErrorIs(t, back(), store.ErrNotFound)
		storetest.RequireIntact(t, s)
	})
}

func compact(t *testing.T, o store.Objeto) string {
	t.Helper()
	text, err := o.MarshalJSON()
	require.NoError(t, err)
	var v any
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	require.NoError(t, dec.Decode(&v))
	m, _ := v.(map[string]any)
	return fmt.Sprintf(`{"plano":%q,"n":%s}`, m["plano"], m["n"])
}

// TestUndoTrustsTheTrailOnly: what another program wrote into the trail takes nothing back.
func TestUndoTrustsTheTrailOnly(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		at := e.Fresh(t)
		s := e.Open(t, at)
		h := s.As(storetest.Operator)
		ids := crowd(t, s, 2)
		var number int64
		_, err := h.Clientes.Change(t.Context(), ids[0], "", func(c *store.Cliente) { c.Cidade = "Natal" }, store.WithOperacao(&number))
		require.NoError(t, err)
		op := carriedOut(t, h, store.Pedido{Recurso: store.OperacaoDeClientes, Acao: store.OperacaoDesativar, IDs: ids[1:]})
		db := e.Foreign(t, at)
		for _, id := range []int64{number, op.ID + 1} {
			e.Exec(t, db, "UPDATE logs_auditoria SET dados = replace(dados, '\"antes\":{', '\"antes\":{\"nivel_acesso\":\"admin\",') WHERE id = ?", id)
		}
		_, err = h.Operacoes.Undo(t.Context(), number)
		require.ErrorContains(t, err, "não é mais o que foi gravado")
		undo, err := h.Operacoes.Undo(t.Context(), op.ID)
		require.NoError(t, err)
		undo, err = h.Operacoes.Continue(t.Context(), undo.ID, 0, nil)
		require.NoError(t, err)
		require.Equal(t, 1, undo.Recusados)
		c, err := h.Clientes.Get(t.Context(), ids[0])
		require.NoError(t, err)
		require.Equal(t, store.Usuario, c.NivelAcesso)

		e.Exec(t, db, "INSERT INTO logs_auditoria(cliente_id, acao, descricao, dados, nivel) VALUES (?, 'cliente_atualizado', 'x', '{\"antes\":{\"nivel_acesso\":\"admin\"},\"depois\":{\"nivel_acesso\":\"usuario\"}}', 'info')", ids[0])
		logs, err := h.Logs.List(t.Context(), store.LogFiltro{ClienteID: ids[0]})
		require.NoError(t, err)
		planted := logs.Itens[0].ID
		for _, l := range logs.Itens {
			planted = max(planted, l.ID)
		}
		_, err = h.Operacoes.Undo(t.Context(), planted)
		require.ErrorContains(t, err, "outro programa")
	})
}

// TestOperationsKeepTheRoles: each record asks for the rights of its own operation, of whoever
// does it now.
func TestOperationsKeepTheRoles(t *testing.T) {
	t.Parallel()
	e := newElenco(t, storetest.SQLite)
	mod, admin := e.s.As(e.comoModerador), e.s.As(e.comoAdmin)
	all := []int64{e.admin.ID, e.moderador.ID, e.ana.ID, e.bia.ID}
	off := store.Pedido{Recurso: store.OperacaoDeClientes, Acao: store.OperacaoDesativar, IDs: all}
	plan, err := mod.Operacoes.Plan(t.Context(), off)
	require.NoError(t, err)
	require.Equal(t, []int{2, 2}, []int{plan.Mudam, plan.Recusados})
	op := carriedOut(t, mod, off)
	require.Equal(t, []int{2, 2}, []int{op.Feitos, op.Recusados})
	for _, p := range []store.Pedido{
		{Recurso: store.OperacaoDeClientes, Acao: store.OperacaoRemover, IDs: all},
		{Recurso: store.OperacaoDeChaves, Acao: store.OperacaoRevogar, IDs: all},
	} {
		_, err := mod.Operacoes.Start(t.Context(), p)
		require.ErrorIs(t, err, store.ErrForbidden)
	}
	level := store.Pedido{Recurso: store.OperacaoDeClientes, Acao: store.OperacaoAlterar, IDs: all[2:], Campos: jsonValues(t, map[string]any{"nivel_acesso": store.Admin})}
	_, err = mod.Operacoes.Start(t.Context(), level)
	require.ErrorIs(t, err, store.ErrForbidden, "nobody else goes on with what one may not ask for")

	for _, a := range []store.Actor{e.comoAna, e.leitura, e.agente, store.Stranger(store.Origem{})} {
		h := e.s.As(a)
		_, err := h.Operacoes.Start(t.Context(), off)
		require.Error(t, err)
		_, err = h.Operacoes.Continue(t.Context(), op.ID, 0, nil)
		require.Error(t, err)
		_, err = h.Operacoes.Undo(t.Context(), op.ID)
		require.Error(t, err)
		_, err = h.Operacoes.Plan(t.Context(), off)
		require.Error(t, err)
		_, err = h.Operacoes.List(t.Context(), store.OperacaoFiltro{})
		require.Error(t, err)
		_, err = h.Operacoes.Items(t.Context(), op.ID, "", store.OperacaoFiltro{})
		require.Error(t, err)
		_, err = h.Operacoes.Get(t.Context(), op.ID)
		require.Error(t, err)
		_, err = h.Operacoes.Stop(t.Context(), op.ID)
		require.Error(t, err)
	}

	// Of somebody else's, a moderador goes on with none; nobody shuts oneself out, and the last
	// administrator stays.
	begun, err := admin.Operacoes.Start(t.Context(), store.Pedido{Recurso: store.OperacaoDeClientes, Acao: store.OperacaoDesativar, IDs: []int64{e.admin.ID}})
	require.NoError(t, err)
	_, err = mod.Operacoes.Continue(t.Context(), begun.ID, 0, nil)
	require.ErrorIs(t, err, store.ErrForbidden)
	begun, err = admin.Operacoes.Continue(t.Context(), begun.ID, 0, nil)
	require.NoError(t, err)
	require.Equal(t, 1, begun.Recusados)
	items, err := admin.Operacoes.Items(t.Context(), begun.ID, "", store.OperacaoFiltro{})
	require.NoError(t, err)
	require.Contains(t, items.Itens[0].Motivo, "seu próprio acesso")
	require.Equal(t, e.admin.Nome, string(items.Itens[0].Nome))
	last := carriedOut(t, e.s.As(storetest.Operator), store.Pedido{Recurso: store.OperacaoDeClientes, Acao: store.OperacaoDesativar, IDs: []int64{e.admin.ID}})
	items, err = admin.Operacoes.Items(t.Context(), last.ID, "", store.OperacaoFiltro{})
	require.NoError(t, err)
	require.Contains(t, items.Itens[0].Motivo, "último administrador")
}

// TestOwnChangesAreTakenBackByTheirOwner: a usuario takes back what was done to its own record
// and what it may change; of other records it learns nothing.
func TestOwnChangesAreTakenBackByTheirOwner(t *testing.T) {
	t.Parallel()
	e := newElenco(t, storetest.SQLite)
	ana, admin := e.s.As(e.comoAna), e.s.As(storetest.Operator)
	var own, level, other int64
	_, err := ana.Clientes.Change(t.Context(), e.ana.ID, "", func(c *store.Cliente) { c.Telefone = "(21) 99999-8888" }, store.WithOperacao(&own))
	require.NoError(t, err)
	_, err = ana.Operacoes.Undo(t.Context(), own)
	require.NoError(t, err)
	_, err = admin.Clientes.Change(t.Context(), e.ana.ID, "", func(c *store.Cliente) { c.Cargo = "Sócia" }, store.WithOperacao(&level))
	require.NoError(t, err)
	_, err = ana.Operacoes.Undo(t.Context(), level)
	require.ErrorIs(t, err, store.ErrForbidden)
	_, err = admin.Clientes.Change(t.Context(), e.bia.ID, "", func(c *store.Cliente) { c.Cargo = "Sócia" }, store.WithOperacao(&other))
	require.NoError(t, err)
	for _, id := range []int64{other, 999999} {
		_, err = ana.Operacoes.Undo(t.Context(), id)
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = ana.Operacoes.PlanUndo(t.Context(), id)
		require.ErrorIs(t, err, store.ErrNotFound)
	}
}

// TestAnInterruptedOperationGoesOn: a run that stopped half-way is told as interrupted, goes on
// without doing anything twice, or is taken back; a second program beside it does no harm.
func TestAnInterruptedOperationGoesOn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := &relogio{t: start}
		at := e.Fresh(t)
		s := e.Open(t, at, storetest.Now(clock.now))
		h := s.As(storetest.Operator)
		ids := crowd(t, s, 40)
		p := store.Pedido{Recurso: store.OperacaoDeClientes, Acao: store.OperacaoAlterar, IDs: ids, Campos: jsonValues(t, map[string]any{"cidade": "Natal"})}
		begun, err := h.Operacoes.Start(t.Context(), p, store.WithIdempotencia("k1"))
		require.NoError(t, err)
		again, err := h.Operacoes.Start(t.Context(), p, store.WithIdempotencia("k1"))
		require.NoError(t, err)
		require.Equal(t, begun.ID, again.ID)
		require.Equal(t, "em_andamento", begun.Estado)
		others := s.As(store.Local("outra", "maquina", store.CanalCLI)).Operacoes
		_, err = others.Undo(t.Context(), begun.ID)
		require.ErrorContains(t, err, "em andamento", "nobody else's work is cut off")
		_, err = others.PlanUndo(t.Context(), begun.ID)
		require.ErrorContains(t, err, "em andamento", "and that is said before")

		half, err := h.Operacoes.Continue(t.Context(), begun.ID, time.Nanosecond, nil)
		require.NoError(t, err)
		require.NotEqual(t, store.OperacaoConcluida, half.Estado)
		clock.pass(time.Hour)
		half, err = h.Operacoes.Get(t.Context(), begun.ID)
		require.NoError(t, err)
		require.Equal(t, store.OperacaoInterrompida, half.Estado)

		second := e.Open(t, at, storetest.Now(clock.now))
		ended := make(chan error, 2)
		for _, each := range []*store.Store{s, second} {
			go func() {
				_, err := each.As(storetest.Operator).Operacoes.Continue(contextBackground(), begun.ID, 0, nil)
				ended <- err
			}()
		}
		require.NoError(t, <-ended)
		require.NoError(t, <-ended)
		done, err := h.Operacoes.Get(t.Context(), begun.ID)
		require.NoError(t, err)
		require.Equal(t, []any{store.OperacaoConcluida, 40, 0}, []any{done.Estado, done.Feitos, done.Recusados})
		logs, err := h.Logs.List(t.Context(), store.LogFiltro{Acao: "cliente_atualizado"})
		require.NoError(t, err)
		require.Len(t, logs.Itens, 40, "each once")

		other, err := h.Operacoes.Start(t.Context(), store.Pedido{Recurso: p.Recurso, Acao: store.OperacaoDesativar, IDs: ids})
		require.NoError(t, err)
		_, err = h.Operacoes.Continue(t.Context(), other.ID, time.Nanosecond, nil)
		require.NoError(t, err)
		clock.pass(time.Hour)
		given, err := h.Operacoes.Stop(t.Context(), other.ID)
		require.NoError(t, err)
		require.Equal(t, store.OperacaoEncerrada, given.Estado)
		_, err = h.Operacoes.Continue(t.Context(), other.ID, 0, nil)
		require.ErrorIs(t, err, store.ErrConflict)
		storetest.RequireIntact(t, second)
	})
}

// TestHistoryOfAClient tells who changed what, also of somebody who was removed.
func TestHistoryOfAClient(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := e.Open(t, e.Fresh(t))
		h := s.As(storetest.Operator)
		id := crowd(t, s, 1)[0]
		var number int64
		_, err := h.Clientes.Change(t.Context(), id, "", func(c *store.Cliente) { c.Cidade, c.Cargo = "Natal", "Sócia" }, store.WithOperacao(&number))
		require.NoError(t, err)
		_, err = h.Operacoes.Undo(t.Context(), number)
		require.NoError(t, err)
		op := carriedOut(t, h, store.Pedido{Recurso: store.OperacaoDeClientes, Acao: store.OperacaoDesativar, IDs: []int64{id}})
		require.NoError(t, h.Clientes.SetSenha(t.Context(), id, "", senhaForte))
		for _, removed := range []bool{false, true} {
			if removed {
				require.NoError(t, h.Clientes.Delete(t.Context(), id))
			}
			page, err := h.Clientes.History(t.Context(), id, store.OperacaoFiltro{})
			require.NoError(t, err)
			list := page.Itens
			if removed {
				require.Equal(t, "cliente_deletado", list[0].Acao)
				list = list[1:]
			}
			require.Len(t, list, 5)
			require.Equal(t, []any{"senha_alterada", false}, []any{list[0].Acao, list[0].Reversivel})
			require.EqualValues(t, op.ID, list[1].Operacao)
			require.EqualValues(t, number, list[2].Desfaz)
			require.Equal(t, number, list[3].ID)
			require.Equal(t, storetest.Operator.Nome(), string(list[3].Ator))
			require.Len(t, list[3].Campos, 2)
			require.Equal(t, []string{"cargo", "null", `"Sócia"`}, []string{list[3].Campos[0].Campo, string(list[3].Campos[0].Antes), string(list[3].Campos[0].Depois)})
			require.Equal(t, []string{"cidade", `"Niterói"`, `"Natal"`}, []string{list[3].Campos[1].Campo, string(list[3].Campos[1].Antes), string(list[3].Campos[1].Depois)})
		}
	})
}
