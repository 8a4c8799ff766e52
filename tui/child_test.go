package tui

import (
	"context"
	"fmt"
	"os"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// child is the program that the terminal tests drive: this test binary, run
// again with a mode in its environment.
func child(mode string) int {
	if mode == "outro-comando" {
		fmt.Fprintln(os.Stdout, "feito")
		return 0
	}
	if err := console(mode); err != nil {
		fmt.Fprintln(os.Stderr, "erro: "+err.Error())
		return 1
	}
	return 0
}

func console(mode string) error {
	ctx := context.Background()
	st, err := store.Open(ctx, store.Config{URL: "sqlite:///" + os.Getenv("TUI_TESTE_BANCO"), Create: true})
	if err != nil {
		return err
	}
	defer st.Close()
	cfg := Config{
		Handle: st.As(store.Local("teste", "maquina", store.CanalTUI)), Database: st.Banco(),
		In: os.Stdin, Out: os.Stdout, Refresh: time.Second, LogFolder: os.Getenv("TUI_TESTE_LOGS"),
	}
	if mode == "console" {
		return Run(ctx, cfg)
	}
	return runModel(ctx, &bomb{Model: newApp(ctx, cfg), where: mode}, cfg.withDefaults())
}

// bomb panics when X is pressed, where it was told to.
type bomb struct {
	tea.Model
	where string
	lit   bool
}

func (b *bomb) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	next, cmd := b.Model.Update(msg)
	b.Model = next
	if k, ok := msg.(tea.KeyMsg); !ok || k.String() != "X" {
		return b, cmd
	}
	switch b.where {
	case "update":
		panic("falha de teste em update")
	case "cmd":
		return b, tea.Batch(cmd, func() tea.Msg { panic("falha de teste em cmd") })
	default:
		b.lit = true
		return b, cmd
	}
}

func (b *bomb) View() string {
	if b.lit {
		panic("falha de teste em view")
	}
	return b.Model.View()
}
