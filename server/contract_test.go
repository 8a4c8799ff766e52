package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/storetest"
)

type recordedCase struct {
	Name, Method, Path, Auth string
	Body                     json.RawMessage
	SaveToken                bool `json:"save_token"`
	Status                   int
	Response                 map[string]any
}

func readCases(t *testing.T) []recordedCase {
	t.Helper()
	text, err := os.ReadFile("testdata/cases.json")
	require.NoError(t, err)
	var cases []recordedCase
	require.NoError(t, json.Unmarshal(text, &cases))
	require.Len(t, cases, 107)
	return cases
}

func TestRecordedCases(t *testing.T) {
	t.Parallel()
	storetest.EachDoor(t, func(t *testing.T, e storetest.Engine) {
		replay(t, houseOf(t, e.New(t), false))
	})
}

func replay(t *testing.T, h *house) {
	t.Helper()
	token := ""
	for i, c := range readCases(t) {
		t.Run(fmt.Sprintf("%03d %s", i+1, c.Name), func(t *testing.T) {
			q := request{method: c.Method, path: c.Path}
			if c.Body != nil {
				q.body = c.Body
			}
			switch c.Auth {
			case "saved_token":
				q.bearer = token
			case "false_token":
				q.bearer = "token-falso"
			case "none":
			default:
				q.key = h.key
			}
			if strings.HasPrefix(c.Path, "/api/db/logs?") {
				replayLogs(t, h, c, q)
				return
			}
			got := h.doIn(t, q)
			require.Equal(t, c.Status, got.status, got.text)
			compare(t, c.Name, c.Response, got.json)
			if c.SaveToken {
				token = got.json["token"].(string)
			}
		})
	}
}

var limite = regexp.MustCompile(`limite=\d+`)

// replayLogs looks for the recorded rows, in their order, among the newest 500: we
// write down more than the Flask system did.
func replayLogs(t *testing.T, h *house, c recordedCase, q request) {
	t.Helper()
	q.path = limite.ReplaceAllString(c.Path, "limite=500")
	got := h.doIn(t, q)
	require.Equal(t, c.Status, got.status, got.text)
	have := got.json["logs"].([]any)
	for _, row := range c.Response["logs"].([]any) {
		want := row.(map[string]any)
		at := slices.IndexFunc(have, func(x any) bool {
			for _, key := range []string{"acao", "descricao", "cliente_id", "nivel", "ip_address"} {
				if value, ok := x.(map[string]any)[key]; !ok || value != want[key] {
					return false
				}
			}
			return true
		})
		require.GreaterOrEqual(t, at, 0, "%v is not among, or not in the order of, %s", want, got.text)
		row := have[at].(map[string]any)
		require.IsType(t, want["dados"], row["dados"])
		require.Regexp(t, ourTime, row["data_hora"])
		require.IsType(t, want["id"], row["id"])
		have = have[at+1:]
	}
}

var (
	recordedTime = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$`)
	ourTime      = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$`)
)

// compare demands every recorded key with its value; date-times by form, tokens
// by type. Ids are demanded too: the database starts empty.
func compare(t *testing.T, place string, want, got any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		have, ok := got.(map[string]any)
		require.True(t, ok, "%s is %T", place, got)
		for key, value := range want {
			require.Contains(t, have, key, place)
			compare(t, place+"."+key, value, have[key])
		}
	case []any:
		have, ok := got.([]any)
		require.True(t, ok, "%s is %T", place, got)
		require.Len(t, have, len(want), place)
		for i := range want {
			compare(t, fmt.Sprintf("%s[%d]", place, i), want[i], have[i])
		}
	case string:
		have, ok := got.(string)
		require.True(t, ok, "%s is %T", place, got)
		switch {
		case strings.HasSuffix(place, ".token"):
			require.NotEmpty(t, have, place)
		case recordedTime.MatchString(want):
			require.Regexp(t, ourTime, have, place)
		default:
			require.Equal(t, want, have, place)
		}
	default:
		require.Equal(t, want, got, place)
	}
}

func TestListsCarryCursors(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		listsCarryCursors(t, houseOf(t, e.New(t), false))
	})
}

func listsCarryCursors(t *testing.T, h *house) {
	t.Helper()
	for _, email := range []string{"a@x.com", "b@x.com", "c@x.com"} {
		require.Equal(t, 201, h.admin("POST", "/api/db/clientes", map[string]any{"nome": email, "email": email}).status)
	}
	first := h.admin("GET", "/api/db/clientes?por_pagina=2", nil)
	require.Equal(t, 200, first.status, first.text)
	require.Nil(t, first.json["anterior_cursor"])
	require.Equal(t, true, first.json["tem_proxima"])
	next := first.json["proximo_cursor"].(string)
	second := h.admin("GET", "/api/db/clientes?por_pagina=2&sem_total=true&cursor="+next, nil)
	require.Equal(t, 200, second.status, second.text)
	require.Len(t, second.json["clientes"], 1)
	require.Equal(t, "a@x.com", second.json["clientes"].([]any)[0].(map[string]any)["email"])
	require.Contains(t, second.json, "total")
	require.Nil(t, second.json["total"])
	require.Nil(t, second.json["paginas"])
	require.Equal(t, false, second.json["tem_proxima"])
	require.Equal(t, true, second.json["tem_anterior"])
	back := h.admin("GET", "/api/db/clientes?por_pagina=2&cursor="+second.json["anterior_cursor"].(string), nil)
	require.Equal(t, first.json["clientes"], back.json["clientes"])
	requireFailure(t, h.admin("GET", "/api/db/clientes?cursor=estragado", nil), 400, "dados_invalidos")
}

func TestPagesAreBounded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, query := range []string{"por_pagina=-1", "por_pagina=0", "pagina=-5", "pagina=999999999999", "por_pagina=99999999", "pagina=&por_pagina="} {
		got := h.admin("GET", "/api/db/clientes?"+query, nil)
		require.Equal(t, 200, got.status, "%s: %s", query, got.text)
	}
	for _, query := range []string{"pagina=abc", "por_pagina=1.5", "ativo=talvez", "sem_total=x", "pagina=99999999999999999999999"} {
		got := h.admin("GET", "/api/db/clientes?"+query, nil)
		requireFailure(t, got, 400, "dados_invalidos")
		require.NotContains(t, got.text, "invalid ")
	}
}

func TestPageSizes(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int{-1: 20, 0: 20, 1: 1, 99: 99, 100: 100, 101: 100, 1 << 40: 100} {
		require.Equal(t, want, pageSize(n, 20))
	}
	for n, want := range map[int]int{-1: 1, 0: 1, 1: 1, 7: 7, 1 << 62: maxPage} {
		require.Equal(t, want, pageNumber(n))
	}
}

func TestIgnoredFieldsAreNamed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made := h.admin(
		"POST",
		"/api/db/clientes",
		map[string]any{"nome": "Ana", "email": "ana@x.com", "id": 77, "ativo": false, "senha_hash": "x", "zzz": 1},
	)
	require.Equal(t, 201, made.status, made.text)
	require.Equal(t, []any{"ativo", "id", "senha_hash", "zzz"}, made.json["ignorados"])
	require.Equal(t, true, made.json["cliente"].(map[string]any)["ativo"])
	changed := h.admin("PUT", "/api/db/clientes/1", map[string]any{"email": "outra@x.com", "cargo": "Chefe"})
	require.Equal(t, []any{"email"}, changed.json["ignorados"])
	require.Equal(t, "ana@x.com", changed.json["cliente"].(map[string]any)["email"])
	reg := h.admin("POST", "/api/db/dispositivos/registrar", map[string]any{"system_info": map[string]any{"hostname": "A"}, "cor": "azul"})
	require.Equal(t, []any{"cor"}, reg.json["ignorados"])
}

func TestNewRoutesRefuseUnknownFields(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.newPerson("ana@x.com", "usuario")
	got := h.do(request{
		method: "POST", path: "/api/db/auth/senha", bearer: h.login("ana@x.com", userSenha),
		body: map[string]any{"senha_atual": userSenha, "senha_nova": "outra-senha", "mais": 1},
	})
	requireFailure(t, got, 400, "dados_invalidos")
	require.Equal(t, map[string]any{"mais": "Campo desconhecido"}, got.json["campos"])
}

func TestEveryWrongFieldIsNamed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	got := h.admin(
		"POST",
		"/api/db/clientes",
		map[string]any{"nome": []int{1}, "email": true, "dados_extras": "x", "telefone": 11999998888},
	)
	requireFailure(t, got, 400, "dados_invalidos")
	require.Equal(t, map[string]any{
		"nome": "Deve ser um texto", "email": "Deve ser um texto", "dados_extras": "Deve ser um objeto JSON",
	}, got.json["campos"])
}

func TestVersionsGuardChanges(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		versionsGuardChanges(t, houseOf(t, e.New(t), false))
	})
}

func versionsGuardChanges(t *testing.T, h *house) {
	t.Helper()
	made := h.admin("POST", "/api/db/clientes", map[string]any{"nome": "Ana", "email": "ana@x.com"})
	tag := made.header.Get("ETag")
	require.Regexp(t, `^"[^"]+"$`, tag)
	require.Equal(t, tag, h.admin("GET", "/api/db/clientes/1", nil).header.Get("ETag"))
	with := func(method, path, tag string, body any) reply {
		return h.do(request{method: method, path: path, key: h.key, body: body, header: http.Header{"If-Match": {tag}}})
	}
	second := with("PUT", "/api/db/clientes/1", tag, map[string]any{"cargo": "Chefe"})
	require.Equal(t, 200, second.status, second.text)
	require.NotEqual(t, tag, second.header.Get("ETag"))
	for _, late := range []reply{
		with("PUT", "/api/db/clientes/1", tag, map[string]any{"cargo": "Outro"}),
		with("PATCH", "/api/db/clientes/1", "W/"+tag, map[string]any{"cargo": "Outro"}),
		with("DELETE", "/api/db/clientes/1", tag, nil),
		with("DELETE", "/api/db/clientes/1?hard=true", tag, nil),
	} {
		requireFailure(t, late, 409, "conflito")
		require.Equal(t, "Chefe", late.json["atual"].(map[string]any)["cargo"])
	}
	requireFailure(t, with("PUT", "/api/db/clientes/1", `"a", "b"`, map[string]any{"cargo": "X"}), 400, "if_match_invalido")
	requireFailure(t, with("PUT", "/api/db/clientes/1", `sem-aspas`, map[string]any{"cargo": "X"}), 400, "if_match_invalido")
	require.Equal(t, 200, with("PUT", "/api/db/clientes/1", "*", map[string]any{"cargo": "X"}).status)
	now := h.admin("GET", "/api/db/clientes/1", nil).header.Get("ETag")
	require.Equal(t, 200, with("DELETE", "/api/db/clientes/1", now, nil).status)
}

func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		createdOnce(t, houseOf(t, e.New(t), false))
	})
}

func createdOnce(t *testing.T, h *house) {
	t.Helper()
	post := func(nome string) reply {
		return h.do(request{
			method: "POST", path: "/api/db/clientes", key: h.key, header: http.Header{"Idempotency-Key": {"pedido-1"}},
			body: map[string]any{"nome": nome, "email": "ana@x.com"},
		})
	}
	first, again := post("Ana"), post("Ana")
	require.Equal(t, 201, first.status, first.text)
	require.Equal(t, 201, again.status, again.text)
	require.Equal(t, first.json["cliente"], again.json["cliente"])
	requireFailure(t, post("Outra"), 422, "idempotencia")
	require.EqualValues(t, 1, h.admin("GET", "/api/db/clientes", nil).json["total"])
}

func TestRegistrationKeepsTheInfoButNotTheSecret(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	digest := strings.Repeat("ab", 32)
	for _, body := range []map[string]any{
		{"hostname": "UM", "cor": "azul", "segredo_sha256": digest},
		{"system_info": map[string]any{"hostname": "DOIS", "cor": "azul"}, "segredo_sha256": digest[2:] + "cd"},
	} {
		got := h.admin("POST", "/api/db/dispositivos/registrar", body)
		require.Equal(t, 200, got.status, got.text)
	}
	list := h.admin("GET", "/api/db/dispositivos", nil)
	require.Equal(t, 2, strings.Count(list.text, `"cor":"azul"`))
	require.NotContains(t, list.text, "segredo")
	require.NotContains(t, list.text, digest)
	for _, body := range []any{
		map[string]any{"system_info": nil},
		map[string]any{"system_info": "x"},
		map[string]any{"system_info": map[string]any{"hostname": "A"}, "cliente_id": "um"},
	} {
		requireFailure(t, h.admin("POST", "/api/db/dispositivos/registrar", body), 400, "dados_invalidos")
	}
}
