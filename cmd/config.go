package cmd

import (
	"fmt"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/settings"
	"example.com/monitor/cmd/term"
)

// config reads the configuration once per run.
func (a *app) config(cmd *cobra.Command) (*settings.Config, error) {
	if a.loaded != nil {
		return a.loaded, nil
	}
	c, err := settings.Read(cmd.Flags(), settings.Reader{Obey: a.obey, Learn: a.learnSecrets})
	if err != nil {
		return nil, err
	}
	a.tellPasswordInArgument(c)
	a.loaded = c
	for _, warning := range c.Warnings() {
		fmt.Fprintln(a.Err, "aviso: "+term.OneLine(warning))
	}
	return c, nil
}

func (a *app) learnSecrets(c *settings.Config) {
	a.Secrets.LearnURL(c.Text("banco"))
	for _, secret := range c.Secrets() {
		a.Secrets.Learn(secret)
	}
}
