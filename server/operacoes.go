package server

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.com/monitor/store"
)

// Change is the header by which a change tells its number. It is exported only
// because huma documents no other embedded structs.
type Change struct {
	Operacao string `header:"X-Operacao" doc:"Número desta mudança, para POST operacoes/{id}/desfazer; ausente quando nada mudou ou quando ela não se desfaz"`
}

// changeOf tells the number of a change, 0 when there was none.
func changeOf(number int64) Change {
	if number == 0 {
		return Change{}
	}
	return Change{strconv.FormatInt(number, 10)}
}

// ids are the numbers of records. They are read in place: a list may be as long as a body.
type ids struct {
	given   bool
	list    []int64
	problem string
}

// UnmarshalJSON implements json.Unmarshaler.
func (i *ids) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	i.given, i.problem = true, "Deve ser uma lista de números de registros, de 1 em diante"
	return eachItem(b, func(raw []byte) error {
		id, err := strconv.ParseInt(string(raw), 10, 64)
		if err != nil || id < 1 {
			return errWrongType
		}
		if i.list = append(i.list, id); len(i.list) > store.MaxAlvos {
			i.problem = fmt.Sprintf("São registros demais para uma operação: o máximo é %d", store.MaxAlvos)
			return errEnough
		}
		return nil
	})
}

func (i *ids) wanted() string { return i.problem }

// Schema implements huma.SchemaProvider.
func (ids) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeInteger}, Examples: []any{[]int64{7, 9}}}
}

// rawObject is an object whose fields are read later; nil: absent or null.
type rawObject map[string]json.RawMessage

// UnmarshalJSON implements json.Unmarshaler.
func (m *rawObject) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	fields, err := fieldsOf(slices.Clone(b))
	*m = fields
	return err
}

func (m *rawObject) wanted() string {
	if *m != nil {
		return errBodyFields.Erro
	}
	return "Deve ser um objeto JSON"
}

// Schema implements huma.SchemaProvider.
func (rawObject) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
}

type newOperacao struct {
	Recurso  field[string] `json:"recurso" enum:"clientes,dispositivos,sessoes,chaves" example:"clientes"`
	Acao     field[string] `json:"acao" doc:"De clientes e dispositivos: alterar, desativar, reativar ou remover; de sessoes: encerrar; de chaves: revogar" example:"alterar"`
	IDs      ids           `json:"ids,omitzero" doc:"A que registros; ou filtro, um dos dois. No máximo 200.000"`
	Filter   rawObject     `json:"filtro,omitzero" doc:"Todos os que a lista mostraria assim quando a operação começa. De clientes: busca, ativo, nivel, cidade, empresa; de dispositivos: busca, online, tipo, sistema, cliente_id. {} são todos"`
	Campos   rawObject     `json:"campos,omitzero" doc:"Com alterar: os campos e os seus valores; null esvazia"`
	Expected field[int64]  `json:"esperados,omitzero" doc:"Quantos registros foram vistos: se no começo forem outros tantos, a resposta é 409 e nada se faz"`
}

// clienteFilter and dispositivoFilter are what filtro may hold: the names of the lists' own.
type clienteFilter struct {
	Busca   field[string] `json:"busca"`
	Ativo   field[bool]   `json:"ativo"`
	Nivel   field[string] `json:"nivel"`
	Cidade  field[string] `json:"cidade"`
	Empresa field[string] `json:"empresa"`
}

type dispositivoFilter struct {
	Busca     field[string] `json:"busca"`
	Online    field[bool]   `json:"online"`
	Tipo      field[string] `json:"tipo"`
	Sistema   field[string] `json:"sistema"`
	ClienteID field[int64]  `json:"cliente_id"`
}

// readFilter fills a filter and says of each name that it does not have which it has.
func readFilter(given rawObject, filter any) error {
	fields, body := maps.Clone(given), reflect.ValueOf(filter).Elem()
	wrong, names := map[string]string{}, make([]string, body.NumField())
	takeFields(fields, body, wrong)
	for i := range names {
		names[i] = body.Type().Field(i).Tag.Get("json")
	}
	bad := map[string]string{}
	for name, problem := range wrong {
		bad["filtro."+name] = problem
	}
	for name := range fields {
		bad["filtro."+name] = "Campo desconhecido; use: " + strings.Join(names, ", ")
	}
	if len(bad) > 0 {
		return &store.InvalidError{Campos: bad}
	}
	return nil
}

// asked is what the store is asked.
func (n *newOperacao) asked() (store.Pedido, error) {
	p := store.Pedido{Recurso: n.Recurso.value, Acao: n.Acao.value, IDs: n.IDs.list, Campos: n.Campos}
	switch {
	case n.IDs.given == (n.Filter != nil):
		return p, &store.InvalidError{Campos: map[string]string{"ids": "Envie ids ou filtro, um dos dois"}}
	case n.Expected.value < 0 || n.Expected.value > store.MaxAlvos:
		return p, &store.InvalidError{Campos: map[string]string{"esperados": "Deve ser quantos registros a operação tem"}}
	case p.Acao != store.OperacaoAlterar && n.Campos != nil:
		return p, &store.InvalidError{Campos: map[string]string{"campos": "Só a ação alterar leva campos"}}
	}
	p.Esperados = int(n.Expected.value)
	if n.Filter == nil {
		return p, nil
	}
	switch p.Recurso {
	case store.OperacaoDeClientes:
		var f clienteFilter
		err := readFilter(n.Filter, &f)
		p.Clientes = &store.ClienteFiltro{
			Busca:   f.Busca.value,
			Ativo:   f.Ativo.optional(),
			Nivel:   f.Nivel.value,
			Cidade:  f.Cidade.value,
			Empresa: f.Empresa.value,
		}
		return p, err
	case store.OperacaoDeDispositivos:
		var f dispositivoFilter
		err := readFilter(n.Filter, &f)
		p.Dispositivos = &store.DispositivoFiltro{
			Busca:     f.Busca.value,
			Online:    f.Online.optional(),
			Tipo:      f.Tipo.value,
			Sistema:   f.Sistema.value,
			ClienteID: f.ClienteID.value,
		}
		return p, err
	default:
		return p, &store.InvalidError{
			Campos: map[string]string{"filtro": "Só clientes e dispositivos são escolhidos por filtro; envie ids"},
		}
	}
}

type planInput struct{ Body newOperacao }

type planAnswer struct{ Body planBody }

type planBody struct {
	Success bool                `json:"success" example:"true"`
	Plano   store.OperacaoPlano `json:"plano"`
}

func (s *Server) planOperacao(ctx context.Context, in *planInput) (*planAnswer, error) {
	p, err := in.Body.asked()
	if err != nil {
		return nil, err
	}
	plan, err := s.as(ctx).Operacoes.Plan(ctx, p)
	if err != nil {
		return nil, err
	}
	return &planAnswer{planBody{true, *plan}}, nil
}

type operacaoCreate struct {
	IdempotencyKey
	Body newOperacao
}

type operacaoAnswer struct{ Body operacaoBody }

type operacaoBody struct {
	Success  bool           `json:"success" example:"true"`
	Message  string         `json:"message,omitempty" doc:"Até onde foi, em uma frase" example:"Operação concluída"`
	Registro store.Operacao `json:"operacao"`
}

func (s *Server) createOperacao(ctx context.Context, in *operacaoCreate) (*operacaoAnswer, error) {
	p, err := in.Body.asked()
	if err != nil {
		return nil, err
	}
	begun, err := s.as(ctx).Operacoes.Start(ctx, p, in.options()...)
	if err != nil {
		return nil, err
	}
	return s.goOn(ctx, begun.ID)
}

// runBudget is about how long a request works at an operation: well within answerWait.
const runBudget = 2 * time.Second

// goOn works at an operation for the budget of a request.
func (s *Server) goOn(ctx context.Context, id int64) (*operacaoAnswer, error) {
	op, err := s.as(ctx).Operacoes.Continue(ctx, id, min(runBudget, callFrom(ctx).patience/2), nil)
	if err != nil {
		return nil, halfway{err, op}
	}
	message := "Operação concluída"
	if op.IsOpen() {
		message = "Operação em andamento: continue-a até que termine"
	}
	return &operacaoAnswer{operacaoBody{true, message, op}}, nil
}

// halfway is why the work at an operation ended early. What was done stays, and where the
// reason is none of the operation's it can be gone on with.
type halfway struct {
	error
	op store.Operacao
}

func (h halfway) Unwrap() error { return h.error }

// describe adds to the failure that the operation waits.
func (h halfway) describe(f *failure) *failure {
	if f.statusCode >= http.StatusInternalServerError && h.op.ID != 0 {
		f.Erro += fmt.Sprintf(". A operação nº %d continua aberta, e o que foi feito fica: continue-a, encerre-a ou desfaça-a", h.op.ID)
		f.Atual = h.op
	}
	return f
}

type operacaoByID struct {
	ID int64 `path:"id" doc:"Número da operação, ou da mudança como veio em X-Operacao" example:"4812"`
}

func (s *Server) getOperacao(ctx context.Context, in *operacaoByID) (*operacaoAnswer, error) {
	op, err := s.as(ctx).Operacoes.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &operacaoAnswer{operacaoBody{true, "", op}}, nil
}

func (s *Server) resumeOperacao(ctx context.Context, in *operacaoByID) (*operacaoAnswer, error) {
	return s.goOn(ctx, in.ID)
}

func (s *Server) stopOperacao(ctx context.Context, in *operacaoByID) (*operacaoAnswer, error) {
	op, err := s.as(ctx).Operacoes.Stop(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	message := "Operação encerrada: o que não foi feito fica como estava"
	if op.Estado == store.OperacaoConcluida {
		message = "Esta operação já tinha terminado"
	}
	return &operacaoAnswer{operacaoBody{true, message, op}}, nil
}

type operacaoUndo struct {
	IdempotencyKey
	ID int64 `path:"id" doc:"Número da operação, ou da mudança como veio em X-Operacao" example:"4812"`
}

func (s *Server) undoOperacao(ctx context.Context, in *operacaoUndo) (*operacaoAnswer, error) {
	op, err := s.as(ctx).Operacoes.Undo(ctx, in.ID, in.options()...)
	if err != nil {
		return nil, err
	}
	if op.IsOpen() {
		return s.goOn(ctx, op.ID)
	}
	return &operacaoAnswer{operacaoBody{true, "Mudança desfeita", op}}, nil
}

func (s *Server) planUndo(ctx context.Context, in *operacaoByID) (*planAnswer, error) {
	plan, err := s.as(ctx).Operacoes.PlanUndo(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &planAnswer{planBody{true, *plan}}, nil
}

type operacaoList struct {
	Window
	PorPagina int `query:"por_pagina" default:"50" doc:"No máximo 100"`
}

func (l *operacaoList) filter() store.OperacaoFiltro {
	return store.OperacaoFiltro{Cursor: l.Cursor, SemTotal: l.SemTotal, Pagina: pageNumber(l.Pagina), PorPagina: pageSize(l.PorPagina, 50)}
}

type operacaoListAnswer struct{ Body operacoesBody }

type operacoesBody struct {
	Success   bool             `json:"success" example:"true"`
	Operacoes []store.Operacao `json:"operacoes" nullable:"false"`
	Paging
}

func (s *Server) listOperacoes(ctx context.Context, in *operacaoList) (*operacaoListAnswer, error) {
	p, err := s.as(ctx).Operacoes.List(ctx, in.filter())
	if err != nil {
		return nil, err
	}
	return &operacaoListAnswer{operacoesBody{true, nonNil(p.Itens), pagingOf(p)}}, nil
}

type itemList struct {
	ID int64 `path:"id" doc:"Número da operação" example:"4812"`
	Window
	PorPagina int    `query:"por_pagina" default:"50" doc:"No máximo 100"`
	Situacao  string `query:"situacao" enum:"feito,igual,recusado" doc:"Só os que ficaram assim"`
}

type itemListAnswer struct{ Body itensBody }

type itensBody struct {
	Success bool                 `json:"success" example:"true"`
	Itens   []store.OperacaoItem `json:"itens" nullable:"false"`
	Paging
}

func (s *Server) listItens(ctx context.Context, in *itemList) (*itemListAnswer, error) {
	f := (&operacaoList{Window: in.Window, PorPagina: in.PorPagina}).filter()
	p, err := s.as(ctx).Operacoes.Items(ctx, in.ID, in.Situacao, f)
	if err != nil {
		return nil, err
	}
	return &itemListAnswer{itensBody{true, nonNil(p.Itens), pagingOf(p)}}, nil
}

type historyInput struct {
	ID int64 `path:"id" doc:"Número do cliente, também de um que foi removido" example:"7"`
	Window
	PorPagina int `query:"por_pagina" default:"50" doc:"No máximo 100"`
}

type historyAnswer struct{ Body historyBody }

type historyBody struct {
	Success bool                  `json:"success" example:"true"`
	History []store.ClienteVersao `json:"historico" nullable:"false" doc:"Da mudança mais nova à mais antiga"`
	Paging
}

func (s *Server) clienteHistory(ctx context.Context, in *historyInput) (*historyAnswer, error) {
	f := (&operacaoList{Window: in.Window, PorPagina: in.PorPagina}).filter()
	p, err := s.as(ctx).Clientes.History(ctx, in.ID, f)
	if err != nil {
		return nil, err
	}
	return &historyAnswer{historyBody{true, nonNil(p.Itens), pagingOf(p)}}, nil
}
