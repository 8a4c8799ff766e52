package cmd

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"example.com/monitor/cmd/settings"
	"example.com/monitor/cmd/term"
)

// debugLog is the log of --debug: everything, for a person, on stderr.
func (a *app) debugLog() *slog.Logger {
	return slog.New(newPersonHandler(a.Err, slog.LevelDebug, time.Local))
}

// serverLog writes lines for people on a terminal and JSON off it, unless
// log.formato says otherwise.
func (a *app) serverLog(cfg *settings.Config) *slog.Logger {
	level := logLevel(cfg.Text("log.nivel"))
	if a.debug {
		level = slog.LevelDebug
	}
	format := cfg.Text("log.formato")
	if format == "texto" || (format == "auto" && a.ErrTerminal) {
		return slog.New(newPersonHandler(a.Err, level, cfg.Zone()))
	}
	return slog.New(slog.NewJSONHandler(a.Err, &slog.HandlerOptions{Level: level}))
}

func logLevel(name string) slog.Level {
	switch name {
	case "debug":
		return slog.LevelDebug
	case "aviso":
		return slog.LevelWarn
	case "erro":
		return slog.LevelError
	default:
		return slog.LevelInfo
	}
}

// personHandler writes one short line per record: time, level, message, then
// the attributes. Hostile text from requests cannot leave its line.
type personHandler struct {
	mu    *sync.Mutex
	to    io.Writer
	level slog.Level
	zone  *time.Location
	attrs string
	group string
}

func newPersonHandler(to io.Writer, level slog.Level, zone *time.Location) *personHandler {
	return &personHandler{mu: &sync.Mutex{}, to: to, level: level, zone: zone}
}

// Enabled implements slog.Handler.
func (h *personHandler) Enabled(_ context.Context, l slog.Level) bool { return l >= h.level }

// Handle implements slog.Handler.
func (h *personHandler) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	b.WriteString(r.Time.In(h.zone).Format("15:04:05") + " " + levelWord(r.Level) + " " + term.OneLine(r.Message) + h.attrs)
	r.Attrs(func(a slog.Attr) bool {
		b.WriteString(h.attr(a))
		return true
	})
	h.mu.Lock()
	defer h.mu.Unlock()
	_, err := io.WriteString(h.to, b.String()+"\n")
	return err
}

func levelWord(l slog.Level) string {
	switch {
	case l >= slog.LevelError:
		return "erro "
	case l >= slog.LevelWarn:
		return "aviso"
	case l >= slog.LevelInfo:
		return "info "
	default:
		return "debug"
	}
}

func (h *personHandler) attr(a slog.Attr) string {
	value := term.OneLine(a.Value.Resolve().String())
	if strings.ContainsAny(value, " =\"") || value == "" {
		value = `"` + strings.ReplaceAll(value, `"`, `'`) + `"`
	}
	return " " + h.group + term.OneLine(a.Key) + "=" + value
}

// WithAttrs implements slog.Handler.
func (h *personHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	next := *h
	for _, a := range attrs {
		next.attrs += h.attr(a)
	}
	return &next
}

// WithGroup implements slog.Handler.
func (h *personHandler) WithGroup(name string) slog.Handler {
	next := *h
	next.group += name + "."
	return &next
}
