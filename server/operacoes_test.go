package server

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// crowd makes people who live in Niterói and returns their ids.
func (h *house) crowd(n int) []int64 {
	h.t.Helper()
	made := make([]int64, n)
	for i := range made {
		c, err := h.local().Clientes.Create(
			context.Background(),
			store.ClienteNovo{Nome: fmt.Sprintf("Pessoa %03d", i), Email: fmt.Sprintf("p%d@x.com", i), Cidade: "Niterói"},
		)
		require.NoError(h.t, err)
		made[i] = c.ID
	}
	return made
}

func (h *house) city(id int64) any {
	h.t.Helper()
	return h.admin("GET", fmt.Sprintf("/api/db/clientes/%d", id), nil).json["cliente"].(map[string]any)["cidade"]
}

func operationOf(got reply) map[string]any { return got.json["operacao"].(map[string]any) }

// TestAnOperationByFilter goes the whole way: it is simulated, done, looked at and taken back;
// what somebody changed meanwhile stays and is named.
func TestAnOperationByFilter(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	people := h.crowd(30)
	require.Equal(
		t,
		200,
		h.admin("PUT", fmt.Sprintf("/api/db/clientes/%d", people[0]), map[string]any{"cidade": "Natal", "empresa": "Niterói Ltda."}).status,
	)
	body := map[string]any{
		"recurso": "clientes",
		"acao":    "alterar",
		"filtro":  map[string]any{"busca": "pessoa", "ativo": true},
		"campos":  map[string]any{"cidade": "Natal"},
	}
	got := h.admin("POST", "/api/db/operacoes/simular", body)
	require.Equal(t, 200, got.status, got.text)
	plan := got.json["plano"].(map[string]any)
	require.EqualValues(t, 30, plan["total"])
	require.EqualValues(t, 29, plan["mudam"])
	require.EqualValues(t, 1, plan["iguais"])
	require.Equal(t, map[string]any{"cidade": "Niterói"}, plan["amostra"].([]any)[0].(map[string]any)["antes"])
	require.Equal(t, "Niterói", h.city(people[1]), "nothing is done yet")

	body["esperados"] = 29
	requireFailure(t, h.admin("POST", "/api/db/operacoes", body), 409, "outra_quantidade")
	body["esperados"] = 30
	key := http.Header{"Idempotency-Key": {"k"}}
	got = h.do(request{method: "POST", path: "/api/db/operacoes", key: h.key, body: body, header: key})
	require.Equal(t, 201, got.status, got.text)
	op := operationOf(got)
	require.Equal(t, "concluida", op["estado"])
	require.EqualValues(t, 29, op["feitos"])
	require.EqualValues(t, 1, op["iguais"])
	require.Equal(t, "Natal", h.city(people[1]))
	at := fmt.Sprintf("/api/db/operacoes/%v", op["id"])
	require.Equal(t, op, operationOf(h.admin("GET", at, nil)))
	require.Equal(t, op, h.admin("GET", "/api/db/operacoes", nil).json["operacoes"].([]any)[0])
	same := h.admin("GET", at+"/itens?situacao=igual", nil)
	require.EqualValues(t, 1, same.json["total"], same.text)
	require.EqualValues(t, people[0], same.json["itens"].([]any)[0].(map[string]any)["alvo"])
	require.EqualValues(t, 30, h.admin("GET", at+"/itens", nil).json["total"])

	require.Equal(t, 200, h.admin("PUT", fmt.Sprintf("/api/db/clientes/%d", people[7]), map[string]any{"cidade": "Belém"}).status)
	plan = h.admin("POST", at+"/desfazer/simular", nil).json["plano"].(map[string]any)
	require.EqualValues(t, 28, plan["mudam"])
	require.Equal(t, "Pessoa 007", plan["motivos"].([]any)[0].(map[string]any)["exemplos"].([]any)[0])
	got = h.admin("POST", at+"/desfazer", nil)
	require.Equal(t, 200, got.status, got.text)
	undo := operationOf(got)
	require.Equal(t, "concluida", undo["estado"])
	require.EqualValues(t, 28, undo["feitos"])
	require.EqualValues(t, 1, undo["recusados"])
	require.EqualValues(t, op["id"], undo["desfaz"])
	refused := h.admin("GET", fmt.Sprintf("/api/db/operacoes/%v/itens?situacao=recusado", undo["id"]), nil).json["itens"].([]any)[0].(map[string]any)
	require.EqualValues(t, people[7], refused["alvo"])
	require.Contains(t, refused["motivo"], "alterado depois")
	require.Equal(t, "Pessoa 007", refused["nome"])
	require.Equal(t, "Niterói", h.city(people[1]))
	require.Equal(t, "Belém", h.city(people[7]))
	require.Equal(t, "Natal", h.city(people[0]))
}

// TestARetryOfAnOperationDoesNothingAgain, although the filter finds nobody any more.
func TestARetryOfAnOperationDoesNothingAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.crowd(3)
	body := map[string]any{
		"recurso":   "clientes",
		"acao":      "alterar",
		"filtro":    map[string]any{"cidade": "niteroi"},
		"campos":    map[string]any{"cidade": "Natal"},
		"esperados": 3,
	}
	q := request{method: "POST", path: "/api/db/operacoes", key: h.key, body: body, header: http.Header{"Idempotency-Key": {"k"}}}
	first, again := h.do(q), h.do(q)
	require.Equal(t, 201, first.status, first.text)
	require.Equal(t, first.text, again.text)
	q.header = nil
	requireFailure(t, h.do(q), 400, "dados_invalidos")
}

// TestASingleChangeTellsItsNumber by which it is taken back; what is not taken back has none.
// What is taken back once is not taken back again, whether its answer came or not.
func TestAnUndoIsDoneOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	people := h.crowd(3)
	at := fmt.Sprintf("/api/db/clientes/%d", people[0])
	one := h.admin("PUT", at, map[string]any{"cidade": "Natal"}).header.Get("X-Operacao")
	other := h.admin("PUT", at, map[string]any{"cargo": "Gerente"}).header.Get("X-Operacao")
	many := operationOf(h.admin("POST", "/api/db/operacoes", map[string]any{"recurso": "clientes", "acao": "desativar", "ids": people[1:]}))
	undo := func(number any, key string) reply {
		return h.do(
			request{
				method: "POST",
				path:   fmt.Sprintf("/api/db/operacoes/%v/desfazer", number),
				key:    h.key,
				header: http.Header{"Idempotency-Key": {key}},
			},
		)
	}
	for _, number := range []any{other, one, many["id"]} {
		first := undo(number, fmt.Sprint("key of ", number))
		require.Equal(t, 200, first.status, first.text)
		again := undo(number, fmt.Sprint("key of ", number))
		require.Equal(t, 200, again.status, again.text)
		require.Equal(t, operationOf(first)["id"], operationOf(again)["id"])
	}
	require.EqualValues(t, 3, h.admin("GET", "/api/db/clientes?ativo=true&busca=Pessoa", nil).json["total"])
	for range 10 { // a retry beside its original
		number := h.admin("PUT", at, map[string]any{"telefone": fmt.Sprintf("(21) 3333-%04d", serial.Add(1))}).header.Get("X-Operacao")
		var both [2]reply
		var wait sync.WaitGroup
		for i := range both {
			wait.Go(func() { both[i] = undo(number, "beside "+number) })
		}
		wait.Wait()
		require.Equal(t, []int{200, 200}, []int{both[0].status, both[1].status}, both[0].text+both[1].text)
		require.Equal(t, operationOf(both[0])["id"], operationOf(both[1])["id"])
	}
	requireFailure(t, undo(other, fmt.Sprint("key of ", one)), 422, "idempotencia")
	requireFailure(t, undo(one, strings.Repeat("x", 201)), 400, "dados_invalidos")
	requireFailure(t, undo(one, "another key"), 409, "alterado_depois")
}

func TestASingleChangeTellsItsNumber(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	number := func(got reply) string {
		t.Helper()
		require.Less(t, got.status, 300, got.text)
		return got.header.Get("X-Operacao")
	}
	undo := func(got reply) {
		t.Helper()
		n, err := strconv.ParseInt(number(got), 10, 64)
		require.NoError(t, err)
		back := h.admin("POST", fmt.Sprintf("/api/db/operacoes/%d/desfazer", n), nil)
		require.Equal(t, 200, back.status, back.text)
		require.EqualValues(t, n, operationOf(back)["desfaz"])
		require.Equal(t, "Mudança desfeita", back.json["message"])
	}
	made := h.admin("POST", "/api/db/clientes", map[string]any{"nome": "Ana", "email": "ana@x.com", "cidade": "Niterói"})
	require.NotEmpty(t, number(made))
	at := fmt.Sprintf("/api/db/clientes/%v", made.json["cliente"].(map[string]any)["id"])
	ana := func() map[string]any { return h.admin("GET", at, nil).json["cliente"].(map[string]any) }

	undo(h.admin("PUT", at, map[string]any{"cidade": "Natal"}))
	require.Equal(t, "Niterói", ana()["cidade"])
	undo(h.admin("POST", at+"/email", map[string]any{"email": "outra@x.com"}))
	require.Equal(t, "ana@x.com", ana()["email"])
	undo(h.admin("DELETE", at, nil))
	require.Equal(t, true, ana()["ativo"])
	byVersion := h.do(
		request{method: "DELETE", path: at, key: h.key, header: http.Header{"If-Match": {h.admin("GET", at, nil).header.Get("ETag")}}},
	)
	undo(byVersion)
	require.Equal(t, true, ana()["ativo"])
	require.Empty(t, number(h.admin("GET", at, nil)))
	require.Empty(t, number(h.admin("PUT", at, map[string]any{"cidade": "Niterói"})), "nothing changed")
	require.Empty(t, number(h.admin("PUT", at, map[string]any{"cidade": "Natal", "senha": "outra-senha-1"})))
	undo(h.admin("POST", "/api/db/clientes", map[string]any{"nome": "Bia", "email": "bia@x.com"}))
	require.EqualValues(t, 1, h.admin("GET", "/api/db/clientes?ativo=false", nil).json["total"])

	device := h.admin("POST", "/api/db/dispositivos/registrar", map[string]any{"hostname": "PC"}).json["dispositivo_id"]
	there := fmt.Sprintf("/api/db/dispositivos/%v", device)
	undo(h.admin("PATCH", there, map[string]any{"nome": "RECEPCAO"}))
	require.Equal(t, "PC", h.admin("GET", there, nil).json["dispositivo"].(map[string]any)["nome"])
	require.Empty(t, number(h.admin("PATCH", there, map[string]any{"nome": "RECEPCAO", "liberar": true})))
	require.Empty(t, number(h.admin("DELETE", at+"?hard=true", nil)))

	history := h.admin("GET", at+"/historico", nil)
	require.Equal(t, 200, history.status, history.text)
	rows := history.json["historico"].([]any)
	gone := rows[0].(map[string]any)
	require.Equal(t, "cliente_deletado", gone["acao"])
	require.Equal(t, false, gone["reversivel"])
	require.NotEmpty(t, gone["motivo"])
	first := rows[len(rows)-1].(map[string]any)
	require.Equal(t, "cliente_criado", first["acao"])
	require.Equal(t, "127.0.0.1", first["ip"])
}

// TestWhatIsNoOperationIsRefused what is none.
func TestWhatIsNoOperationIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	one := h.crowd(1)
	right := func(changed map[string]any) map[string]any {
		body := map[string]any{"recurso": "clientes", "acao": "alterar", "ids": one, "campos": map[string]any{"cidade": "Natal"}}
		for k, v := range changed {
			if body[k] = v; v == nil {
				delete(body, k)
			}
		}
		return body
	}
	long := make([]int, store.MaxAlvos+1)
	for i := range long {
		long[i] = 1
	}
	many := map[string]any{}
	for i := range fieldLimit + 1 {
		many[fmt.Sprint("c", i)] = 1
	}
	for _, c := range []struct {
		field, says string
		changed     map[string]any
	}{
		{"ids", "um dos dois", map[string]any{"ids": nil}},
		{"ids", "um dos dois", map[string]any{"filtro": map[string]any{}}},
		{"ids", "ao menos um", map[string]any{"ids": []int{}}},
		{"ids", "de 1 em diante", map[string]any{"ids": []int{-1}}},
		{"ids", "de 1 em diante", map[string]any{"ids": []any{1, "2"}}},
		{"ids", "de 1 em diante", map[string]any{"ids": []any{1.5}}},
		{"ids", "de 1 em diante", map[string]any{"ids": []any{1e300}}},
		{"ids", "de 1 em diante", map[string]any{"ids": "1"}},
		{"ids", "registros demais", map[string]any{"ids": long}},
		{"filtro", "objeto", map[string]any{"ids": nil, "filtro": []int{1}}},
		{"filtro.ordem", "busca, ativo, nivel, cidade, empresa", map[string]any{"ids": nil, "filtro": map[string]any{"ordem": "nome"}}},
		{"filtro.ativo", "true ou false", map[string]any{"ids": nil, "filtro": map[string]any{"ativo": "sim"}}},
		{"filtro.ativo", "online, tipo, sistema, cliente_id", map[string]any{"ids": nil, "recurso": "dispositivos", "filtro": map[string]any{"ativo": true}}},
		{"filtro", "envie ids", map[string]any{"ids": nil, "recurso": "sessoes", "acao": "encerrar", "campos": nil, "filtro": map[string]any{}}},
		{"campos", "objeto", map[string]any{"campos": "cidade"}},
		{"campos", "1.000", map[string]any{"campos": many}},
		{"campos", "ao menos um", map[string]any{"campos": map[string]any{}}},
		{"campos", "Só a ação alterar", map[string]any{"acao": "desativar"}},
		{"email", "não pode", map[string]any{"campos": map[string]any{"email": "x@x.com"}}},
		{"senha", "não pode", map[string]any{"campos": map[string]any{"senha": "segredo-novo-1"}}},
		{"cidade", "texto", map[string]any{"campos": map[string]any{"cidade": 5}}},
		{"cidade", "50", map[string]any{"campos": map[string]any{"cidade": strings.Repeat("a", 51)}}},
		{"observacoes", "", map[string]any{"campos": map[string]any{"observacoes": strings.Repeat("a", 1<<20)}}},
		{"nome", "obrigatório", map[string]any{"campos": map[string]any{"nome": nil}}},
		{"nivel_acesso", "usuario, moderador ou admin", map[string]any{"campos": map[string]any{"nivel_acesso": "dono"}}},
		{"recurso", "clientes, dispositivos", map[string]any{"recurso": "mensagens"}},
		{"acao", "alterar, desativar", map[string]any{"acao": "apagar", "campos": nil}},
		{"esperados", "quantos", map[string]any{"esperados": -1}},
		{"esperados", "inteiro", map[string]any{"esperados": "muitos"}},
		{"outro", "desconhecido", map[string]any{"outro": 1}},
	} {
		for _, path := range []string{"/api/db/operacoes", "/api/db/operacoes/simular"} {
			got := h.admin("POST", path, right(c.changed))
			requireFailure(t, got, 400, "dados_invalidos")
			require.Contains(t, got.json["campos"], c.field, got.text)
			require.Contains(t, got.json["campos"].(map[string]any)[c.field], c.says)
			require.Less(t, len(got.text), 4<<10)
		}
	}
	require.EqualValues(t, 0, h.admin("GET", "/api/db/operacoes", nil).json["total"])
	twice := h.admin("POST", "/api/db/operacoes", right(map[string]any{"ids": []int64{one[0], one[0], 999_999}}))
	require.Equal(t, 201, twice.status, twice.text)
	require.EqualValues(t, 2, operationOf(twice)["total"], "each once")
	require.EqualValues(t, 1, operationOf(twice)["recusados"], "who is not there is named and costs nothing")
	for _, path := range []string{"", "/itens"} {
		requireFailure(t, h.admin("GET", "/api/db/operacoes/x"+path, nil), 404, "nao_encontrado")
	}
	for _, path := range []string{"/continuar", "/encerrar", "/desfazer", "/desfazer/simular"} {
		requireFailure(t, h.admin("POST", "/api/db/operacoes/999999"+path, nil), 404, "nao_encontrado")
	}
	wrong := h.admin("GET", fmt.Sprintf("/api/db/operacoes/%v/itens?situacao=feita", operationOf(twice)["id"]), nil)
	requireFailure(t, wrong, 400, "dados_invalidos")
}

// TestNobodyShutsOneselfOut by a filter that finds oneself, too.
func TestNobodyShutsOneselfOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	boss := h.newPerson("chefe@x.com", store.Admin)
	bearer := h.login("chefe@x.com", strongSenha)
	h.crowd(2)
	for i, body := range []map[string]any{
		{"recurso": "clientes", "acao": "alterar", "filtro": map[string]any{}, "campos": map[string]any{"nivel_acesso": "usuario"}},
		{"recurso": "clientes", "acao": "desativar", "filtro": map[string]any{}},
		{"recurso": "clientes", "acao": "remover", "filtro": map[string]any{}},
	} {
		plan := h.do(request{method: "POST", path: "/api/db/operacoes/simular", bearer: bearer, body: body}).json["plano"].(map[string]any)
		require.EqualValues(t, 1, plan["recusados"])
		got := h.do(request{method: "POST", path: "/api/db/operacoes", bearer: bearer, body: body})
		require.Equal(t, 201, got.status, got.text)
		require.EqualValues(t, 1, operationOf(got)["recusados"], got.text)
		if i > 0 {
			require.EqualValues(t, 2, operationOf(got)["feitos"], got.text)
		}
	}
	now, err := h.local().Clientes.Get(t.Context(), boss.ID)
	require.NoError(t, err)
	require.True(t, now.IsActive())
	require.Equal(t, store.Admin, now.NivelAcesso)
}

// TestADatabaseFailureLeavesTheOperationOpen and the answer says so; when the database is back
// it goes on, and nothing is done twice.
func TestADatabaseFailureLeavesTheOperationOpen(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "clientes.db")
	h := houseOf(t, storetest.Open(t, path), false)
	db := storetest.Foreign(t, path)
	people := h.crowd(5)
	op, err := h.local().Operacoes.Start(
		t.Context(),
		store.Pedido{Recurso: store.OperacaoDeClientes, Acao: store.OperacaoDesativar, IDs: people},
	)
	require.NoError(t, err)
	at := fmt.Sprintf("/api/db/operacoes/%d", op.ID)
	storetest.Exec(t, db, "ALTER TABLE sessoes RENAME TO sessoes_fora")
	got := h.admin("POST", at+"/continuar", nil)
	require.GreaterOrEqual(t, got.status, 500, got.text)
	require.Contains(t, got.json["error"], fmt.Sprintf("A operação nº %d continua aberta", op.ID))
	require.EqualValues(t, op.ID, got.json["atual"].(map[string]any)["id"])
	require.Equal(t, "interrompida", operationOf(h.admin("GET", at, nil))["estado"])
	storetest.Exec(t, db, "ALTER TABLE sessoes_fora RENAME TO sessoes")
	got = h.admin("POST", at+"/continuar", nil)
	require.Equal(t, 200, got.status, got.text)
	require.EqualValues(t, 5, operationOf(got)["feitos"])
	stopped := h.admin("POST", at+"/encerrar", nil)
	require.Equal(t, "Esta operação já tinha terminado", stopped.json["message"])
}

// TestAnOperationGivenUpDoesNotGoOn, and a moderador goes on with no other's.
func TestAnOperationGivenUpDoesNotGoOn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.newPerson("mod@x.com", store.Moderador)
	bearer := h.login("mod@x.com", strongSenha)
	people := h.crowd(2)
	op, err := h.local().Operacoes.Start(
		t.Context(),
		store.Pedido{Recurso: store.OperacaoDeClientes, Acao: store.OperacaoDesativar, IDs: people},
	)
	require.NoError(t, err)
	at := fmt.Sprintf("/api/db/operacoes/%d", op.ID)
	for _, path := range []string{"/continuar", "/encerrar"} {
		requireFailure(t, h.do(request{method: "POST", path: at + path, bearer: bearer}), 403, "sem_permissao")
	}
	stopped := h.admin("POST", at+"/encerrar", nil)
	require.Equal(t, "encerrada", operationOf(stopped)["estado"], stopped.text)
	requireFailure(t, h.admin("POST", at+"/continuar", nil), 409, "operacao_encerrada")
	requireFailure(t, h.admin("POST", at+"/desfazer", nil), 409, "irreversivel")
}

// TestAFilterOfAnOperationIsTheLists: what a list can be narrowed by an operation can, too,
// and both hand all of it to the store.
func TestAFilterOfAnOperationIsTheLists(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		recurso            string
		list, filter, used any
		body               string
		asked              func(store.Pedido) any
	}{
		{
			store.OperacaoDeClientes,
			clienteList{},
			clienteFilter{},
			store.ClienteFiltro{},
			`{"busca": "a", "ativo": true, "nivel": "admin", "cidade": "b", "empresa": "c"}`,
			func(p store.Pedido) any { return *p.Clientes },
		},
		{
			store.OperacaoDeDispositivos,
			dispositivoList{},
			dispositivoFilter{},
			store.DispositivoFiltro{},
			`{"busca": "a", "online": true, "tipo": "b", "sistema": "c", "cliente_id": 7}`,
			func(p store.Pedido) any { return *p.Dispositivos },
		},
	} {
		// A page and an order are of a list only.
		window := []string{"Pagina", "PorPagina", "Cursor", "Ultima", "SemTotal", "Ordem"}
		narrow := func(v any, tag string) (names []string) {
			for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
				if !f.Anonymous && !slices.Contains(window, f.Name) {
					names = append(names, cmp.Or(f.Tag.Get(tag), f.Name))
				}
			}
			return names
		}
		names := narrow(c.filter, "json")
		require.ElementsMatch(t, narrow(c.list, "query"), names)
		require.Len(t, narrow(c.used, "none"), len(names))

		var in newOperacao
		require.NoError(t, json.Unmarshal([]byte(c.body), &in.Filter))
		require.ElementsMatch(t, slices.Collect(maps.Keys(in.Filter)), names)
		in.Recurso.value, in.Acao.value = c.recurso, store.OperacaoDesativar
		p, err := in.asked()
		require.NoError(t, err)
		for f, value := range reflect.ValueOf(c.asked(p)).Fields() {
			if !slices.Contains(window, f.Name) {
				require.False(t, value.IsZero(), f.Name)
			}
		}
	}
}
