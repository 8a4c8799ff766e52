package cmd

import (
	"os"
	"time"

	"github.com/spf13/cobra"
)

// outputFor reads the configuration and settles how a command writes.
func outputFor[T any](a *app, cmd *cobra.Command, f outputFlags, fields []field[T]) (*output[T], error) {
	cfg, err := a.config(cmd)
	if err != nil {
		return nil, err
	}
	return newOutput(a.terminal, a.look(cfg), f, fields)
}

// look is UTC without colours where no configuration was read.
func (a *app) look(cfg *config) look {
	if cfg == nil {
		return look{zone: time.UTC}
	}
	return look{zone: cfg.zone(), colour: a.colour(cfg)}
}

// colour says whether stdout gets colours.
func (a *app) colour(cfg *config) bool {
	switch cfg.text("cor") {
	case "sempre":
		return true
	case "nunca":
		return false
	}
	return a.OutTerminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
