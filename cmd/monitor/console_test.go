package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// console is the program in a terminal of tmux, as a person has it.
type console struct {
	*testing.T
	socket string
}

func openConsole(t *testing.T, dir string, args ...string) *console {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("tmux is missing")
		}
		t.Skip("tmux is not installed")
	}
	self, err := os.Executable()
	require.NoError(t, err)
	name := filepath.Join(dir, "monitor")
	require.NoError(t, os.Symlink(self, name))
	c := &console{t, filepath.Join(t.TempDir(), "tmux")}
	quoted := make([]string, len(args))
	for i, a := range args {
		quoted[i] = "'" + a + "'"
	}
	script := "cd '" + dir + "'; env -u CI TZ=America/Sao_Paulo HOME='" + dir + "' '" + name + "' " + strings.Join(
		quoted,
		" ",
	) + "; echo SAIU $?; cat"
	c.run("-f", "/dev/null", "new-session", "-d", "-x", "110", "-y", "30", script)
	t.Cleanup(func() { _ = exec.Command("tmux", "-S", c.socket, "kill-server").Run() })
	return c
}

func (c *console) run(args ...string) string {
	c.Helper()
	out, err := exec.Command("tmux", append([]string{"-u", "-S", c.socket}, args...)...).CombinedOutput()
	require.NoError(c, err, string(out))
	return string(out)
}

func (c *console) keys(names ...string) {
	c.Helper()
	for _, n := range names {
		c.run("send-keys", n)
	}
}

func (c *console) text(s string) {
	c.Helper()
	c.run("send-keys", "-l", s)
}

// command types a command after ":".
func (c *console) command(s string) {
	c.Helper()
	c.keys(":")
	c.sees("─ Comando ")
	c.text(s)
	c.sees(": " + s)
	c.keys("Enter")
}

// sees waits until all texts are on the screen at once.
func (c *console) sees(texts ...string) {
	c.Helper()
	if last, ok := c.within(90*time.Second, texts...); !ok {
		c.Fatalf("never saw %q:\n%s", texts, last)
	}
}

func (c *console) within(d time.Duration, texts ...string) (last string, ok bool) {
	c.Helper()
	for deadline := time.Now().Add(d); ; time.Sleep(50 * time.Millisecond) {
		last = c.run("capture-pane", "-p")
		if !slices.ContainsFunc(texts, func(t string) bool { return !strings.Contains(last, t) }) {
			return last, true
		}
		if time.Now().After(deadline) {
			return last, false
		}
	}
}

// confirm presses the dangerous button of a dialog, as slowly as it asks for, until
// what follows is seen. A slow machine may take a press for too quick, and does
// nothing then.
func (c *console) confirm(button, follows string) {
	c.Helper()
	c.sees("❯ Cancelar ❮")
	c.keys("Right")
	c.sees("❯ " + button + " ❮")
	for range 20 {
		time.Sleep(time.Second)
		c.keys("Enter")
		if _, ok := c.within(5*time.Second, follows); ok {
			return
		}
	}
	c.sees(follows)
}

// A day at the console: the whole journey in a real terminal, on a file and on
// a server.
func TestConsoleJourney(t *testing.T) {
	t.Parallel()
	for _, name := range []string{storetest.SQLite.Name, "postgres"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			consoleJourney(t, storetest.Named(name))
		})
	}
}

func consoleJourney(t *testing.T, engine storetest.Engine) {
	dir := t.TempDir()
	url := engine.URL(t)
	const senha = "Uma-Senha-Bem-Longa-7"
	st := engine.Open(t, url, func(c *store.Config) { c.Pasta = filepath.Join(dir, "data") })
	h := st.As(storetest.Operator)
	var joao store.Cliente
	for _, name := range []string{"João Conceição", "Bruno Lima", "Márcia Dias"} {
		c, err := h.Clientes.Create(
			t.Context(),
			store.ClienteNovo{Nome: name, Email: strings.ToLower(name[:1]) + "@empresa.com.br", Senha: senha},
		)
		require.NoError(t, err)
		if joao.ID == 0 {
			joao = c
		}
	}
	_, err := h.Dispositivos.Register(
		t.Context(),
		store.Registro{Info: store.Objeto(`{"hostname":"PC-DO-JOAO","sistema":"Windows 11"}`), ClienteID: joao.ID},
	)
	require.NoError(t, err)
	_, _, err = st.As(store.Stranger(store.Origem{Canal: store.CanalAPI})).Sessoes.Login(t.Context(), joao.Email, senha)
	require.NoError(t, err)

	c := openConsole(t, dir, "--banco", url) // plain monitor on a terminal opens the console
	c.sees("1 Clientes", "João Conceição", "operador local")

	c.keys("/")
	c.text("joao conc")
	c.sees("Clientes · 1")
	c.keys("Enter", "Enter")
	c.sees("João Conceição · nº", "PC-DO-JOAO", "online")
	c.keys("e")
	c.sees("─ Editar · João")
	c.keys("Tab")
	c.text("2122223333")
	c.keys("C-s")
	c.sees("salvas.", "2122223333")
	got, err := h.Clientes.Get(t.Context(), joao.ID)
	require.NoError(t, err)
	require.Contains(t, got.Telefone, "2122223333")

	c.command("dispositivos")
	c.sees("● PC-DO-JOAO", "online")
	engine.Exec(
		t,
		engine.Foreign(t, url),
		"UPDATE dispositivos SET ultimo_heartbeat = ?",
		time.Now().UTC().Add(-time.Hour).Format("2006-01-02 15:04:05.000000"),
	)
	c.sees("○ PC-DO-JOAO", "offline") // nothing was pressed

	c.command("chat")
	c.sees("geral")
	c.keys("n")
	c.text("Olá, João!")
	c.sees("Olá, João!")
	c.keys("Enter")
	require.Eventually(t, func() bool {
		p, err := h.Chat.List(t.Context(), store.MensagemFiltro{})
		return err == nil && len(p.Itens) == 1 && p.Itens[0].Mensagem == "Olá, João!"
	}, 90*time.Second, 100*time.Millisecond)

	c.keys("Escape")
	c.sees("q sair")
	c.command("sessoes")
	c.sees("Sessões · 1", "João Conceição")
	c.keys("DC")
	c.confirm("Encerrar", "Sessões · 0")

	c.command("auditoria")
	c.sees("❯ · ", "Sessão encerrada", "local: ")
	c.keys("Enter")
	c.sees("sessao_revogada", "tui")
	c.command("sair")
	c.sees("SAIU 0")
}
