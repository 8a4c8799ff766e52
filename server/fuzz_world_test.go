package server

import (
	"context"
	"crypto/rand"
	"fmt"
	"hash/fnv"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// mold is a database with everybody in it, from which fuzzing takes copies to
// wear out: making people costs hashes, copying a file nothing.
type mold struct {
	banco, chave []byte
	now          func() time.Time
	callers      []caller
	routes       []route
	params       map[string][]string // the query parameters of each route
	secrets      []string            // stand in no answer
	canaries     []string            // stand in no answer to a pequeno
}

// theMold is one for all targets of a process.
var theMold struct {
	sync.Mutex
	*mold
}

// small see only what is their own.
var small = []string{
	"ninguem",
	"usuario",
	"usuario com cookie",
	"chave agente",
	"dispositivo",
	"sessão vencida",
	"pessoa desativada",
	"token inventado",
	"chave inventada",
}

func moldOf(f *testing.F) *mold {
	f.Helper()
	theMold.Lock()
	defer theMold.Unlock()
	if theMold.mold == nil {
		theMold.mold = newMold(f)
	}
	return theMold.mold
}

func newMold(f *testing.F) *mold {
	m := newMatrix(f)
	d := &mold{now: m.clock.now, routes: m.srv.routes(), params: paramsOf(f, m.srv.spec), callers: slices.Concat(m.callers, m.refused)}
	i := slices.IndexFunc(d.callers, func(c caller) bool { return c.name == "usuario" })
	cookie := d.callers[i]
	cookie.name, cookie.with = "usuario com cookie", request{header: http.Header{
		"Cookie": {"monitor_sessao=" + m.login("usuario@x.com", userSenha)}, "Sec-Fetch-Site": {"same-origin"},
	}}
	d.callers = append(d.callers, cookie)
	d.furnish(f, m)
	path := filepath.Join(f.TempDir(), "molde.db")
	storetest.Exec(f, storetest.Foreign(f, m.path), "VACUUM INTO ?", path)
	var err error
	d.banco, err = os.ReadFile(path)
	require.NoError(f, err)
	d.chave, err = os.ReadFile(m.path + ".auditoria")
	require.NoError(f, err)
	return d
}

// furnish writes what lists need, and marks what the small ones must not see. The
// name of the other person is not among it: whoever registers a device for somebody
// is told the name.
func (d *mold) furnish(f *testing.F, m *matrix) {
	f.Helper()
	canary := "canario" + strings.ToLower(rand.Text()[:12])
	d.canaries = []string{canary}
	at := fmt.Sprintf("/api/db/clientes/%d", m.other)
	require.Equal(f, 200, m.admin("PATCH", at, map[string]any{"empresa": canary, "cidade": canary, "observacoes": canary}).status)
	at = fmt.Sprintf("/api/db/dispositivos/%d", m.foreign)
	require.Equal(f, 200, m.admin("PATCH", at, map[string]any{"nome": canary, "tipo": canary}).status)
	for _, c := range append(d.callers, caller{dispositivo: m.foreign}) {
		if c.dispositivo == 0 {
			continue
		}
		processo := "firefox"
		if c.dispositivo == m.foreign {
			processo = canary
		}
		got := m.admin("POST", "/api/db/conexoes/registrar", map[string]any{"dispositivo_id": c.dispositivo, "conexoes": []any{
			map[string]any{"ip_local": "10.0.0.1", "porta_local": 1, "ip_remoto": "10.0.0.2", "porta_remota": 443, "processo": processo},
			map[string]any{"processo": processo},
		}})
		require.Equal(f, 200, got.status, got.text)
	}
	foreign := m.do(request{
		method: "POST", path: "/api/db/auth/login", header: http.Header{"User-Agent": {canary}},
		body: map[string]any{"email": "outro@x.com", "senha": userSenha},
	})
	require.Equal(f, 200, foreign.status, foreign.text)
	for _, sala := range []string{"geral", "suporte"} {
		m.message(m.other)
		require.Equal(f, 200, m.admin("POST", "/api/db/chat/mensagens", map[string]any{"mensagem": "olá", "sala": sala}).status)
	}
	d.secrets = []string{m.key, strongSenha}
	for _, c := range d.callers {
		d.secrets = append(d.secrets, strings.TrimPrefix(c.with.header.Get("Cookie"), "monitor_sessao="), c.with.key, c.with.bearer)
		if c.cliente != 0 {
			person, err := m.local().Clientes.Get(context.Background(), c.cliente)
			require.NoError(f, err)
			d.secrets = append(d.secrets, person.SenhaHash)
		}
	}
	d.secrets = slices.DeleteFunc(d.secrets, func(s string) bool { return len(s) < 16 }) // what a fuzzer could guess
}

// pick finds what a fuzzer's text names. A text that names nothing stands for
// something all the same, so that no input is wasted.
func pick[T any](list []T, text string, name func(T) string) T {
	if i := slices.IndexFunc(list, func(v T) bool { return name(v) == text }); i >= 0 {
		return list[i]
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(text))
	return list[int(h.Sum32())%len(list)]
}

// world is a copy of the mould that is used until it is worn out.
type world struct {
	d     *mold
	srv   *Server
	store *store.Store
	log   *lockedBuffer
	dir   string
	feito int
}

// wear is how many requests a copy serves: lists stay short and the people in it alive.
const wear = 3000

// copied is a world that is not worn out yet.
func (w *world) copied(t testing.TB) {
	t.Helper()
	if w.feito++; w.store != nil && w.feito%wear != 0 {
		return
	}
	w.close(t)
	dir, err := os.MkdirTemp("", "monitor-fuzz-*")
	require.NoError(t, err)
	path := filepath.Join(dir, "clientes.db")
	require.NoError(t, os.WriteFile(path, w.d.banco, 0o600))
	require.NoError(t, os.WriteFile(path+".auditoria", w.d.chave, 0o600))
	st, err := store.Open(context.Background(), store.Config{URL: storetest.URL(path), Now: w.d.now, Deadline: 2 * time.Minute})
	require.NoError(t, err)
	w.dir, w.store, w.log = dir, st, &lockedBuffer{}
	w.srv, err = New(
		Config{
			Store:    st,
			Version:  "teste",
			Patience: 2 * time.Minute,
			Log:      slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelError})),
		},
	)
	require.NoError(t, err)
}

// close ends a world; whatever was done to it, its trail is whole.
func (w *world) close(t testing.TB) {
	t.Helper()
	if w.store == nil {
		return
	}
	v, err := w.store.As(storetest.Operator).Logs.Verify(context.Background())
	require.NoError(t, err)
	require.True(t, v.Integra, "%v", v.Problemas)
	require.NoError(t, w.store.Close())
	require.NoError(t, os.RemoveAll(w.dir))
	w.store = nil
}
