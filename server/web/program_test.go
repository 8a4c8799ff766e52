package web_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/cmd"
	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// TestMain makes this test binary answer to the name "monitor" too: what the
// pages are tested against is the program as it is shipped, in a process of its own.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "monitor" {
		os.Exit(cmd.Run(context.Background(), os.Args[1:], term.System()))
	}
	code := m.Run()
	stopChromium()
	for _, stop := range shared.stop {
		stop()
	}
	os.Exit(code)
}

// The people of the shared program, one for each level.
const (
	boss   = "chefe@exemplo.com"
	monica = "monica@exemplo.com"
	ugo    = "ugo@exemplo.com"
)

var levels = map[string]string{boss: store.Admin, monica: store.Moderador, ugo: store.Usuario}

// shared is the one program of this test binary.
var shared struct {
	once sync.Once
	h    house
	err  error
	stop []func()
}

// program is the shared program on SQLite with people of every level, devices,
// connections and messages in it. Tests may add to it and change what they
// added, but cannot count on being alone.
func program(t *testing.T) *house {
	t.Helper()
	browser(t) // skips before anything is started
	shared.once.Do(func() {
		dir, err := os.MkdirTemp("", "monitor-web-*")
		if err != nil {
			shared.err = err
			return
		}
		shared.stop = append(shared.stop, func() { _ = os.RemoveAll(dir) })
		path := filepath.Join(dir, "clientes.db")
		shared.h, shared.err = startProgram(storetest.URL(path), dir, &shared.stop)
		shared.h.path = path
	})
	require.NoError(t, shared.err)
	h := shared.h
	h.t = t
	return &h
}

// startProgram seeds the database at url and serves it, with dir to work in. Each
// stop is put before those that it needs.
func startProgram(url, dir string, stop *[]func()) (house, error) {
	ctx := context.Background()
	st, err := store.Open(ctx, store.Config{URL: url, Create: true, Deadline: patience, Pasta: filepath.Join(dir, "data")})
	if err != nil {
		return house{}, err
	}
	*stop = append([]func(){func() { _ = st.Close() }}, *stop...)
	if err := seed(ctx, st); err != nil {
		return house{}, err
	}
	self, err := os.Executable()
	if err != nil {
		return house{}, err
	}
	child := exec.Command(self, "serve", "--banco", url, "--endereco", "127.0.0.1:0")
	child.Args[0] = "monitor"
	child.Dir = dir
	child.Stderr = os.Stderr
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "MONITOR_") && !strings.HasPrefix(v, "DATABASE_URL=") {
			child.Env = append(child.Env, v)
		}
	}
	child.Env = append(child.Env, "MONITOR_LOG_NIVEL=erro")
	out, err := child.StdoutPipe()
	if err != nil {
		return house{}, err
	}
	if err := child.Start(); err != nil {
		return house{}, err
	}
	// Killed, since an interrupt is nothing to the child of what a script put into the background.
	*stop = append([]func(){func() { _ = child.Process.Kill(); _ = child.Wait() }}, *stop...)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return house{}, fmt.Errorf("monitor serve said nothing: %w", err)
	}
	return house{st: st, url: strings.TrimSpace(line), cookies: &sync.Map{}}, nil
}

// seed writes a little of everything.
func seed(ctx context.Context, st *store.Store) error {
	op, ids := st.As(storetest.Operator), map[string]int64{}
	for email, nivel := range levels {
		nome := strings.ToUpper(email[:1]) + strings.TrimSuffix(email[1:], "@exemplo.com")
		c, err := op.Clientes.Create(ctx, store.Cliente{
			Nome: nome + " da Silva", Email: email, NivelAcesso: nivel, Senha: givenSenha, Telefone: "(21) 98765-4321",
			Empresa: "Padaria Pão Quente", Cidade: "Niterói", Estado: "RJ", CEP: "24020-000",
		})
		if err != nil {
			return err
		}
		if err := chooseSenha(ctx, st, c); err != nil {
			return err
		}
		ids[email] = c.ID
	}
	for i := range 6 {
		info := fmt.Sprintf(
			`{"hostname": "PC-%02d", "sistema": "Windows", "versao": "11", "processador": "Intel", "memoria": "16 GB", "ip_local": "10.0.0.%d"}`,
			i,
			i+1,
		)
		id, err := op.Dispositivos.Register(ctx, store.Registro{Info: store.Objeto(info), ClienteID: ids[[]string{ugo, monica}[i%2]]})
		if err != nil {
			return err
		}
		if err := seedConexoes(ctx, op, id, ids[[]string{ugo, monica}[i%2]]); err != nil {
			return err
		}
	}
	for _, text := range []string{"Bom dia!", "O servidor volta às 14h.", "Obrigada."} {
		if _, err := op.Chat.Send(ctx, store.MensagemNova{Mensagem: text, Usuario: "Mônica", ClienteID: ids[monica]}); err != nil {
			return err
		}
	}
	return nil
}

func seedConexoes(ctx context.Context, op *store.Handle, dispositivo, cliente int64) error {
	var list []store.ConexaoNova
	for i := range int64(4) {
		local, remote, pid := 50000+i, []int64{443, 22, 5432, 80}[i], 1000+i
		list = append(list, store.ConexaoNova{
			IPOrigem: "10.0.0.7", IPDestino: fmt.Sprintf("203.0.113.%d", i), PortaOrigem: &local, PortaDestino: &remote,
			Processo: []string{"chrome", "ssh", "postgres", "curl"}[i], PID: &pid,
		})
	}
	_, err := op.Conexoes.Register(ctx, dispositivo, cliente, list)
	return err
}

// givenSenha is what an administrator gives; the team must choose another one.
const givenSenha = "Provisoria-Cavalo-Grampo-1"

func chooseSenha(ctx context.Context, st *store.Store, c store.Cliente) error {
	token, _, err := st.As(store.Stranger(store.Origem{})).Sessoes.Login(ctx, c.Email, givenSenha)
	if err != nil {
		return err
	}
	me, err := st.Authenticate(ctx, store.Credencial{Bearer: token}, store.Origem{})
	if err != nil {
		return err
	}
	if err := st.As(me).Clientes.SetSenha(ctx, c.ID, givenSenha, strongSenha); err != nil {
		return err
	}
	return st.As(me).Sessoes.Logout(ctx)
}
