package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"syscall"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
	_ "example.com/monitor/tui/darkterm" // before bubbletea asks the terminal for its colours
	"example.com/monitor/tui/kit"
)

// The themes that Config takes; see the kit.
const (
	ThemeAuto  = kit.ThemeAuto
	ThemeDark  = kit.ThemeDark
	ThemeLight = kit.ThemeLight
	ThemeMono  = kit.ThemeMono
)

// Config is all that the console needs; it reads no file, flag or environment
// variable of its own but those of the terminal (TERM, COLORTERM, NO_COLOR).
type Config struct {
	Handle   *store.Handle    // the operations of the person at the console
	Store    *store.Store     // when set, people log in first, and Handle is not used
	Database string           // name of the database for the header, without password
	Zone     *time.Location   // zone of the times shown; nil means São Paulo
	Now      func() time.Time // nil means time.Now

	Demo     bool // say that the data are invented
	ReadOnly bool // offer no change; the store must refuse them as well

	In     io.Reader // the terminal; nil means standard input
	Out    io.Writer // the terminal; nil means standard output
	Colour string    // CorAuto, CorSempre or CorNunca; "" means CorAuto
	Theme  string    // TemaAuto, TemaEscuro, TemaClaro or TemaMono; "" means TemaAuto

	NoMouse bool // leave the mouse to the terminal

	Refresh   time.Duration // age at which the rows shown are read again; 0 never
	LogFolder string        // where the trace of a crash goes; "" means the system's folder for temporary files
}

func (c Config) withDefaults() Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Zone == nil {
		c.Zone = defaultZone()
	}
	return c
}

func defaultZone() *time.Location {
	if z, err := time.LoadLocation("America/Sao_Paulo"); err == nil {
		return z
	}
	return time.FixedZone("-03", -3*60*60)
}

// Run shows the console until the person leaves it. When ctx ends or the
// process gets SIGINT, SIGTERM or SIGHUP the terminal is given back and the
// error wraps context.Canceled. A bug is a *CrashError.
func Run(ctx context.Context, cfg Config) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	a := newApp(ctx, cfg)
	defer a.env.logout()
	return runModel(ctx, a, cfg.withDefaults())
}

func runModel(ctx context.Context, model tea.Model, cfg Config) error {
	box := &blackBox{}
	p := tea.NewProgram(&shield{model, box}, options(ctx, cfg)...)
	box.kill = p.Kill
	_, err := p.Run()
	if crash := box.crash(cfg.LogFolder, cfg.Now()); crash != nil {
		return crash
	}
	if ctx.Err() != nil {
		return fmt.Errorf("o console foi encerrado por um sinal: %w", context.Canceled)
	}
	if err != nil && !errors.Is(err, tea.ErrInterrupted) {
		return fmt.Errorf("o terminal falhou: %w", err)
	}
	return nil
}

func options(ctx context.Context, cfg Config) []tea.ProgramOption {
	out := []tea.ProgramOption{tea.WithContext(ctx), tea.WithAltScreen(), tea.WithoutSignalHandler()}
	if !cfg.NoMouse {
		out = append(out, tea.WithMouseCellMotion())
	}
	if cfg.In != nil {
		out = append(out, tea.WithInput(cfg.In))
	}
	if cfg.Out != nil {
		out = append(out, tea.WithOutput(cfg.Out))
	}
	return out
}
