package store_test

import (
	"context"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun/driver/sqliteshim"
	"modernc.org/sqlite"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// envEnergia makes the test binary be the writer whose power is cut later, on
// paper: the folder of the database. envNormal lets it write as SQLite does where
// nobody asks for more.
const (
	envEnergia = "MONITOR_TESTE_ENERGIA"
	envNormal  = "MONITOR_TESTE_NORMAL"
	// envAlheio lets another program read the file meanwhile: it writes nothing that
	// would be missing in the record, unless the locks let it tidy up.
	envAlheio = "MONITOR_TESTE_ALHEIO"
)

// done is what a caller was told to be done.
type done struct {
	Cliente     string    `json:",omitempty"` // address
	Versao      int       `json:",omitempty"`
	Dispositivo int64     `json:",omitempty"`
	Batida      time.Time `json:",omitzero"` // not later than the heartbeat
	Conexoes    int       `json:",omitempty"`
	Mensagem    string    `json:",omitempty"`
}

const (
	vidas      = 3
	escritores = 8
	voltas     = 25
)

// ligado opens a database, works and closes it, and once more, and ends in the
// middle of the last time.
func ligado(dir string) {
	dir, err := filepath.EvalSymlinks(dir) // as SQLite names it
	if err != nil {
		panic(err)
	}
	g, err := novoGravador(dir, dir+".traco")
	if err != nil {
		panic(err)
	}
	if os.Getenv(envNormal) != "" {
		sqliteshim.Driver().(*sqlite.Driver).RegisterConnectionHook(func(c sqlite.ExecQuerierContext, _ string) error {
			_, err := c.ExecContext(context.Background(), "PRAGMA synchronous = NORMAL", nil)
			return err
		})
	}
	for vida := range vidas {
		s, err := store.Open(context.Background(), store.Config{URL: storetest.URL(filepath.Join(dir, "clientes.db")), Create: true, Deadline: 2 * time.Minute})
		if err != nil {
			panic(err)
		}
		leave := func() int { return 0 }
		if os.Getenv(envAlheio) != "" {
			leave = stranger(context.Background(), filepath.Join(dir, "clientes.db"), "SELECT count(*) FROM clientes")
		}
		var wg sync.WaitGroup
		for n := range escritores {
			wg.Go(func() { g.seal(s.As(storetest.Operator), vida, n) })
		}
		wg.Wait()
		if runs := leave(); os.Getenv(envAlheio) != "" && runs == 0 {
			panic("the other program never read")
		}
		if vida < vidas-1 {
			if err := s.Close(); err != nil {
				panic(err)
			}
		}
	}
	if err := g.fecha(); err != nil {
		panic(err)
	}
}

// seal does what callers do and writes down what it was told.
func (g *fileWriter) seal(h *store.Handle, vida, n int) {
	ctx := context.Background()
	disse := func(f done, err error) {
		if err != nil {
			panic(err)
		}
		text, _ := json.Marshal(f)
		g.anota(evento{Tipo: evFeito, Bytes: text})
	}
	device, err := h.Dispositivos.Register(ctx, store.Registro{Info: store.Objeto(fmt.Sprintf(`{"hostname": "maquina-%d"}`, n))})
	disse(done{Dispositivo: device}, err)
	for i := range voltas {
		email := fmt.Sprintf("v%d.e%d.i%d@empresa.com", vida, n, i)
		c, err := h.Clientes.Create(ctx, novoCliente(email))
		disse(done{Cliente: email}, err)
		if i%3 == 0 {
			_, err = h.Clientes.Change(ctx, c.ID, "", func(c *store.Cliente) { c.Cargo = "versão 1" })
			disse(done{Cliente: email, Versao: 1}, err)
		}
		now := time.Now().Truncate(time.Microsecond)
		disse(done{Dispositivo: device, Batida: now}, h.Dispositivos.Heartbeat(ctx, device))
		if i%2 == 0 {
			_, err = h.Conexoes.Register(ctx, device, c.ID, make([]store.ConexaoNova, 30))
			disse(done{Dispositivo: device, Conexoes: 30}, err)
		}
		if i%5 == 0 {
			_, err = h.Chat.Send(ctx, store.MensagemNova{Mensagem: "de " + email})
			disse(done{Mensagem: "de " + email}, err)
		}
	}
}

// novoCliente is all of a client that its address tells.
func novoCliente(email string) store.Cliente {
	return store.Cliente{Nome: "João " + email, Email: email, Empresa: "Energia " + email, Observacoes: strings.Repeat(email+" ", 40) + "fim"}
}

// traco runs the writer and reads what it did.
func traco(t *testing.T, env ...string) []evento {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "banco")
	require.NoError(t, os.Mkdir(dir, 0o700))
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(append(os.Environ(), envEnergia+"="+dir), env...)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	f, err := os.Open(dir + ".traco")
	require.NoError(t, err)
	defer f.Close()
	dec := gob.NewDecoder(f)
	var list []evento
	for {
		var e evento
		if err := dec.Decode(&e); errors.Is(err, io.EOF) {
			return list
		}
		require.NoError(t, err)
		list = append(list, e)
	}
}

// momentos chooses after which events the power is cut: after some that somebody
// was told of, some among all, some before anybody was, and some before an fsync,
// of every file alike.
func momentos(list []evento, n int, r *rand.Rand) []int {
	var told []int
	syncs := map[int][]int{}
	for i, e := range list {
		switch e.Tipo {
		case evFeito:
			told = append(told, i)
		case evSincroniza:
			syncs[e.Arquivo] = append(syncs[e.Arquivo], i-1)
		}
	}
	files := slices.Sorted(maps.Keys(syncs))
	var cuts []int
	for range n {
		of := syncs[files[r.IntN(len(files))]]
		cuts = append(cuts, [][]int{{told[r.IntN(len(told))]}, {r.IntN(len(list))}, {r.IntN(told[0])}, {of[r.IntN(len(of))]}}[r.IntN(4)]...)
	}
	slices.Sort(cuts)
	return cuts
}

// apagao cuts the power n times in what was written and gives each state of the
// disk to look.
func apagao(t *testing.T, list []evento, n int, look func(dir string, told []done, cut int)) {
	t.Helper()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	d, at := novoDisco(), 0
	var told []done
	for _, cut := range momentos(list, n, r) {
		for ; at <= cut; at++ {
			d.passa(list[at])
			if list[at].Tipo == evFeito {
				var f done
				require.NoError(t, json.Unmarshal(list[at].Bytes, &f))
				told = append(told, f)
			}
		}
		dir := t.TempDir()
		require.NoError(t, d.corte(dir, r))
		look(dir, told, cut)
		require.NoError(t, os.RemoveAll(dir))
	}
}

// TestPowerLossKeepsAcknowledged records what the store writes and in which order
// it makes it last, and opens what a power loss may leave of it at any moment.
func TestPowerLossKeepsAcknowledged(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the order of writes is recorded on Linux")
	}
	var env []string
	if strangerAtHand(t) {
		env = append(env, envAlheio+"=sim")
		t.Log("another program reads beside it")
	}
	list := traco(t, env...)
	rounds, images, acked := 30, 0, 0
	if storetest.Complete() {
		rounds = 2000
	}
	apagao(t, list, rounds, func(dir string, told []done, cut int) {
		i := acende(t, dir)
		require.Empty(t, i.falta(told), "told before event %d", cut)
		i.wholeLine()
		images, acked = images+1, max(acked, len(told))
	})
	t.Logf("%d events, %d images, up to %d acknowledged, 0 lost", len(list), images, acked)
	t.Run("NORMAL", func(t *testing.T) {
		list := traco(t, envNormal+"=sim")
		lost, images := 0, 0
		for lost == 0 && images < 200 {
			apagao(t, list, 10, func(dir string, told []done, _ int) {
				i := acende(t, dir)
				lost += len(i.falta(told))
				images++
				require.NoError(t, i.s.Close())
			})
		}
		require.NotZero(t, lost, "else nothing is shown")
		t.Logf("%d images, %d lost", images, lost)
	})
}

// imagem is a database that was opened after a power loss.
type imagem struct {
	t         *testing.T
	s         *store.Store
	h         *store.Handle
	path      string
	clientes  map[string]store.Cliente
	batidas   map[int64]time.Time
	conexoes  map[int64]int
	mensagens map[string]bool
}

func acende(t *testing.T, dir string) *imagem {
	t.Helper()
	i := &imagem{t: t, path: filepath.Join(dir, "clientes.db"), clientes: map[string]store.Cliente{}, batidas: map[int64]time.Time{}, conexoes: map[int64]int{}, mensagens: map[string]bool{}}
	i.abre()
	for _, c := range anyRow(t, func(f string) (store.Pagina[store.Cliente], error) {
		return i.h.Clientes.List(t.Context(), store.ClienteFiltro{PorPagina: 1000, Cursor: f, SemTotal: true})
	}) {
		i.clientes[c.Email] = c
	}
	for _, d := range anyRow(t, func(f string) (store.Pagina[store.Dispositivo], error) {
		return i.h.Dispositivos.List(t.Context(), store.DispositivoFiltro{PorPagina: 1000, Cursor: f, SemTotal: true})
	}) {
		i.batidas[d.ID] = d.UltimoHeartbeat.Time
		p, err := i.h.Conexoes.List(t.Context(), store.ConexaoFiltro{DispositivoID: d.ID, PorPagina: 1})
		require.NoError(t, err)
		i.conexoes[d.ID] = p.Total
	}
	for _, m := range anyRow(t, func(f string) (store.Pagina[store.Mensagem], error) {
		return i.h.Chat.List(t.Context(), store.MensagemFiltro{PorPagina: 1000, Cursor: f, SemTotal: true})
	}) {
		i.mensagens[m.Mensagem] = true
	}
	return i
}

// anyRow reads a list to its end.
func anyRow[T any](t *testing.T, page func(cursor string) (store.Pagina[T], error)) (all []T) {
	t.Helper()
	cursor := ""
	for {
		p, err := page(cursor)
		require.NoError(t, err)
		all = append(all, p.Itens...)
		if cursor = p.Proximo; cursor == "" {
			return all
		}
	}
}

func (i *imagem) abre() {
	var err error
	i.s, err = store.Open(i.t.Context(), store.Config{URL: storetest.URL(i.path), Create: true, Deadline: 2 * time.Minute})
	require.NoError(i.t, err)
	i.h = i.s.As(storetest.Operator)
}

// falta are the things that somebody was told and that are not there.
func (i *imagem) falta(told []done) (lost []done) {
	conexoes := map[int64]int{}
	for _, f := range told {
		conexoes[f.Dispositivo] += f.Conexoes
		c, there := i.clientes[f.Cliente]
		beat, device := i.batidas[f.Dispositivo]
		switch {
		case f.Cliente != "" && (!there || f.Versao > 0 && c.Cargo != "versão 1"),
			f.Dispositivo != 0 && (!device || beat.Before(f.Batida) || i.conexoes[f.Dispositivo] < conexoes[f.Dispositivo]),
			f.Mensagem != "" && !i.mensagens[f.Mensagem]:
			lost = append(lost, f)
		}
	}
	return lost
}

// wholeLine checks that nothing is there by half, and that work goes on.
func (i *imagem) wholeLine() {
	t := i.t
	t.Helper()
	for email, c := range i.clientes {
		want := novoCliente(email)
		require.Equal(t, []string{want.Nome, want.Empresa, want.Observacoes}, []string{c.Nome, c.Empresa, c.Observacoes})
	}
	for _, n := range i.conexoes {
		require.Zero(t, n%30, "half a report")
	}
	_, err := i.h.Clientes.Create(t.Context(), novoCliente("depois@empresa.com"))
	require.NoError(t, err)
	for _, busca := range []string{"joao", "energia v", "depois@"} {
		p, err := i.h.Clientes.List(t.Context(), store.ClienteFiltro{Busca: busca})
		require.NoError(t, err)
		want := len(i.clientes) + 1
		switch busca {
		case "depois@":
			want = 1
		case "energia v":
			want--
		}
		require.Equal(t, want, p.Total, busca)
	}
	v, err := i.h.Logs.Verify(t.Context())
	require.NoError(t, err)
	require.True(t, v.Integra, "%v", v.Problemas)
	require.GreaterOrEqual(t, v.Elos, len(i.clientes))
	require.NoError(t, i.s.Close())
	db := storetest.Foreign(t, i.path)
	var said string
	require.NoError(t, db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&said))
	require.Equal(t, "ok", said)
	require.NoError(t, db.Close())
}
