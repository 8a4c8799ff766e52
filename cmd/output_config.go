package cmd

import (
	"os"
	"time"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/settings"
	"example.com/monitor/cmd/term"
)

// outputFor reads the configuration and settles how a command writes.
func outputFor[T any](a *app, cmd *cobra.Command, f term.OutputFlags, fields []term.Field[T]) (*term.Output[T], error) {
	cfg, err := a.config(cmd)
	if err != nil {
		return nil, err
	}
	return term.NewOutput(a.Terminal, a.look(cfg), f, fields)
}

// look is UTC without colours where no configuration was read.
func (a *app) look(cfg *settings.Config) term.Look {
	if cfg == nil {
		return term.Look{Zone: time.UTC}
	}
	return term.Look{Zone: cfg.Zone(), Colour: a.colour(cfg)}
}

// colour says whether stdout gets colours.
func (a *app) colour(cfg *settings.Config) bool {
	switch cfg.Text("cor") {
	case "sempre":
		return true
	case "nunca":
		return false
	}
	return a.OutTerminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
