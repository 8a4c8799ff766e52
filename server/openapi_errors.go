package server

import (
	"errors"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"example.com/monitor/store"
)

// What the store refuses, as the document shows it. The sentences are the store's
// own; where it puts a name into one, an example stands here.
var (
	errInvalid = refusal(http.StatusBadRequest, "dados_invalidos", "Telefone inválido: use DDD e número")
	errNoRight = refusal(http.StatusForbidden, "sem_permissao", "Você não tem permissão para isso")
	errMissing = refusal(http.StatusNotFound, "nao_encontrado", "Cliente não encontrado")
	errStale   = refusal(
		http.StatusConflict,
		"conflito",
		"O cliente foi alterado por outra pessoa depois que você o abriu: confira as duas versões e salve de novo",
	)
	errTaken       = refusal(http.StatusConflict, "email_em_uso", "Email já cadastrado")
	errLastAdmin   = refusal(http.StatusConflict, "ultimo_admin", "Este é o último administrador ativo: promova outro antes")
	errField       = refusal(http.StatusForbidden, "campo_proibido", "Você não tem permissão para alterar o campo nivel_acesso")
	errOwnPassword = refusal(http.StatusForbidden, "senha_propria", "A própria senha é trocada em Trocar senha, com a senha atual")
	errOtherOwner  = refusal(
		http.StatusForbidden,
		"dispositivo_de_outro",
		"Este dispositivo já está registrado com outra credencial; peça a um administrador que o libere",
	)
	errGone   = refusal(http.StatusNotFound, "nao_encontrado", "Dispositivo não encontrado")
	errUsedUp = refusal(
		http.StatusForbidden,
		"usos_esgotados",
		"Esta chave já registrou todos os dispositivos que podia; crie outra com: monitor chaves create",
	)
	errLogin = refusal(http.StatusUnauthorized, "credenciais_invalidas", "Credenciais inválidas")
	errBusy  = refusal(
		http.StatusTooManyRequests,
		"verificacao_em_curso",
		"A trilha já está sendo verificada: espere essa verificação terminar",
	)
	errTooFast   = refusal(http.StatusTooManyRequests, "chamadas_demais", "Chamadas demais em pouco tempo; tente de novo em 3 s")
	errListeners = refusal(
		http.StatusTooManyRequests,
		"muitas_escutas",
		"Há escutas demais abertas: feche as que não usa e tente de novo em instantes",
	)
)

// What operations about many records refuse, and taking back.
var (
	errOtherCount = refusal(http.StatusConflict, "outra_quantidade", "Agora são 1.472, e não 1.471: confira de novo antes de continuar")
	errNeedsFile  = refusal(http.StatusConflict, "falta_arquivo", "Uma importação continua com o arquivo: importe-o de novo, e o que já foi feito não muda outra vez")
	errGivenUp    = refusal(http.StatusConflict, "operacao_encerrada", "Esta operação foi encerrada e não continua")
	errAtWork     = refusal(
		http.StatusConflict,
		"em_andamento",
		"Esta operação está em andamento: espere que termine ou interrompa quem a executa",
	)
	errTwice     = refusal(http.StatusConflict, "ja_desfeita", "Esta operação já foi desfeita")
	errLater     = refusal(http.StatusConflict, "alterado_depois", "Foi alterado depois desta operação")
	errNoWayBack = refusal(http.StatusConflict, "irreversivel", "Quem foi removido de vez não volta")
	errForeign   = refusal(http.StatusConflict, "de_outro_programa", "Este registro é de outro programa: o monitor não sabe desfazê-lo")
	errAltered   = refusal(
		http.StatusConflict,
		"trilha_alterada",
		"O registro da auditoria não é mais o que foi gravado; confira a trilha com: monitor logs verify",
	)
	errKeyAway = refusal(
		http.StatusConflict,
		"outra_chave",
		"O registro foi assinado com uma chave da auditoria que não está neste computador",
	)
)

// ownFailures are the failures that single routes have beside those of their kind.
var ownFailures = map[string][]*failure{
	"POST " + api + "/clientes":               {errTaken},
	"PUT " + api + "/clientes/{id}":           {errField, errOwnPassword, errLastAdmin},
	"PATCH " + api + "/clientes/{id}":         {errField, errOwnPassword, errLastAdmin},
	"DELETE " + api + "/clientes/{id}":        {errLastAdmin},
	"POST " + api + "/clientes/{id}/email":    {errTaken, errOwnPassword},
	"POST " + api + "/dispositivos/registrar": {errOtherOwner, errUsedUp, errGone},
	"POST " + api + "/conexoes/registrar":     {errMissing},
	"POST " + api + "/auth/login":             {errLogin, errInvalid},
	"POST /entrar":                            {errLogin, errInvalid},

	"POST " + api + "/operacoes":                       {errOtherCount, errGivenUp, errAltered, errKeyAway},
	"GET " + api + "/operacoes/{id}":                   {errForeign, errAltered, errKeyAway},
	"POST " + api + "/operacoes/{id}/continuar":        {errGivenUp, errNeedsFile, errAltered, errKeyAway},
	"POST " + api + "/operacoes/{id}/desfazer/simular": {errTwice, errAtWork, errNoWayBack, errForeign, errAltered, errKeyAway},
	"POST " + api + "/operacoes/{id}/desfazer": {
		errInvalid, errField, errOwnPassword, errTaken, errLastAdmin, errLater, errTwice, errAtWork, errNoWayBack, errForeign, errAltered, errKeyAway,
	},
}

// failuresOf lists all ways in which an operation can fail.
func failuresOf(op *huma.Operation) []*failure {
	r := rowOf(op)
	list := []*failure{errInternal, errHeaderSize, errTooFast, errOverload}
	list = append(list, failuresOfCaller(r)...)
	list = append(list, failuresOfBody(op)...)
	for _, k := range kinds {
		if k.status == http.StatusServiceUnavailable {
			list = append(list, refusal(k.status, k.codigo, k.sentence))
		}
	}
	for _, rule := range store.DatabaseRules() {
		if errors.Is(rule, store.ErrUnavailable) {
			list = append(list, refusal(http.StatusServiceUnavailable, rule.Codigo, rule.Frase))
		} else if r.method != http.MethodGet {
			list = append(list, refusal(http.StatusConflict, rule.Codigo, rule.Frase))
		}
	}
	if strings.Contains(r.path, "{id}") {
		missing := *errMissing
		if sentence := notFound[nounOf(r.path)]; sentence != "" {
			missing.Erro = sentence
		}
		list = append(list, &missing)
	}
	for _, p := range op.Parameters {
		switch {
		case p.Name == "If-Match":
			list = append(list, errIfMatch, errStale)
		case p.Name == "Idempotency-Key":
			list = append(list, kindOf("idempotencia"))
		case p.In != "path":
			list = append(list, errInvalid)
		}
	}
	if r.is(password) {
		list = append(list, kindOf("muitas_tentativas"))
	}
	if r.is(file) {
		list = append(list, errImporting, errInvalid)
	} else if r.is(single) {
		list = append(list, errBusy)
	}
	if r.is(streams) {
		list = append(list, errListeners, kindOf("muitos_pedidos"))
	}
	return append(list, ownFailures[r.method+" "+r.path]...)
}

// kindOf is what an error of the store becomes when nothing more is known of it.
func kindOf(code string) *failure {
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.codigo == code })
	return refusal(kinds[i].status, kinds[i].codigo, kinds[i].sentence)
}

// failuresOfCaller are about who calls.
func failuresOfCaller(r route) []*failure {
	var list []*failure
	if r.method != http.MethodGet {
		list = append(list, errOrigin, kindOf("somente_leitura"))
	}
	if r.grants.nobody != no {
		return list
	}
	list = append(
		list,
		refusal(http.StatusUnauthorized, "sem_credencial", "Credencial não fornecida: envie Authorization: Bearer ou X-API-Key"),
		refusal(http.StatusUnauthorized, errSession.Codigo, errSession.Frase),
	)
	if !r.is(sessionOnly) {
		list = append(list, refusal(http.StatusUnauthorized, "chave_invalida", "Chave de API inválida, expirada ou revogada"))
		list = append(list, errNoRight)
	}
	if r.is(transition) {
		list = append(
			list,
			refusal(
				http.StatusUnauthorized,
				"transicao_encerrada",
				"O prazo para chamadas sem credencial terminou: use uma chave de API de agente",
			),
		)
	}
	if !r.is(beforePassword) {
		list = append(list, errMustChange)
	}
	return list
}

// failuresOfBody are about what is sent.
func failuresOfBody(op *huma.Operation) []*failure {
	r := rowOf(op)
	if r.method == http.MethodGet {
		return nil
	}
	list := []*failure{bodyTooLarge(limitOf(r)), errBodyBroken, errBodyTimeout}
	if op.RequestBody != nil {
		list = append(list, errMediaType, errBodyMissing, errBodySyntax, errBodyDepth, errBodyFields, errInvalid)
	}
	return list
}

// answers describes the statuses in Portuguese; huma would write them in English.
var answers = map[int]string{
	http.StatusOK:                          "Feito",
	http.StatusCreated:                     "Criado",
	http.StatusBadRequest:                  "Os dados enviados não servem; campos diz quais",
	http.StatusUnauthorized:                "Falta credencial, ou ela não vale mais",
	http.StatusForbidden:                   "A credencial não permite isso",
	http.StatusNotFound:                    "Não existe, ou não é visível para quem pede",
	http.StatusRequestTimeout:              "O corpo demorou demais para chegar",
	http.StatusConflict:                    "Conflito com o que já está guardado",
	http.StatusRequestEntityTooLarge:       "O corpo é grande demais",
	http.StatusUnsupportedMediaType:        "O corpo não é application/json",
	http.StatusUnprocessableEntity:         "A Idempotency-Key já foi usada com outro conteúdo",
	http.StatusTooManyRequests:             "Pedidos ou senhas erradas demais; Retry-After diz quantos segundos esperar",
	http.StatusRequestHeaderFieldsTooLarge: "Os cabeçalhos passam de 16 KiB",
	http.StatusInternalServerError:         "Erro interno",
	http.StatusServiceUnavailable:          "O banco de dados não está disponível; Retry-After diz quantos segundos esperar",
}

// documentFailures writes what an operation can fail with, by status, each with
// its codes and an example of every one.
func (s *Server) documentFailures(op *huma.Operation) {
	maps.DeleteFunc(op.Responses, func(code string, _ *huma.Response) bool { return !strings.HasPrefix(code, "2") })
	byStatus := map[int][]*failure{}
	for _, f := range failuresOf(op) {
		same := func(g *failure) bool { return g.Codigo == f.Codigo }
		if !slices.ContainsFunc(byStatus[f.statusCode], same) {
			byStatus[f.statusCode] = append(byStatus[f.statusCode], f)
		}
	}
	ref := s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[failure](), true, "Falha").Ref
	for status, list := range byStatus {
		op.Responses[strconv.Itoa(status)] = failureResponse(status, list, ref)
	}
}

func failureResponse(status int, list []*failure, ref string) *huma.Response {
	codes, examples := make([]any, 0, len(list)), map[string]*huma.Example{}
	for _, f := range list {
		codes = append(codes, f.Codigo)
		examples[f.Codigo] = &huma.Example{Summary: f.Erro, Value: exampleFailure(f)}
	}
	resp := &huma.Response{
		Description: answers[status],
		Content: map[string]*huma.MediaType{"application/json": {
			Schema:   &huma.Schema{Ref: ref, Properties: map[string]*huma.Schema{"codigo": {Enum: codes}}},
			Examples: examples,
		}},
	}
	text, number := &huma.Schema{Type: huma.TypeString}, &huma.Schema{Type: huma.TypeInteger}
	switch status {
	case http.StatusUnauthorized:
		resp.Headers = map[string]*huma.Param{"WWW-Authenticate": {Schema: text, Description: "Como se apresentar"}}
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		resp.Headers = map[string]*huma.Param{"Retry-After": {Schema: number, Description: "Segundos a esperar"}}
	}
	return resp
}

// exampleFailure is a failure as callers see it.
func exampleFailure(f *failure) map[string]any {
	out := map[string]any{"success": false, "error": f.Erro, "codigo": f.Codigo, "request_id": "4ZQ7D2NXKJ5T3MBA6WEYUCRFHG"}
	if f.Codigo == errInvalid.Codigo {
		out["campos"] = map[string]any{"telefone": f.Erro}
	}
	return out
}
