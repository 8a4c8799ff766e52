package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/settings"
	"example.com/monitor/cmd/term"
)

func (a *app) configCommand() *cobra.Command {
	cmd := noun("config", nil, "Mostra a configuração em vigor", a.configShow())
	cmd.GroupID = groupProgram
	return cmd
}

// configValue is a key with its value and where that came from.
type configValue struct {
	Chave  string `json:"chave"`
	Valor  string `json:"valor"`
	Origem string `json:"origem"`
}

func configFields() []term.Field[configValue] {
	type v = configValue
	return []term.Field[v]{
		{Name: "chave", Title: "Chave", Value: func(r *v) any { return r.Chave }, InTable: true},
		{Name: "valor", Title: "Valor", Value: func(r *v) any { return r.Valor }, InTable: true, Least: 20},
		{Name: "origem", Title: "Origem", Value: func(r *v) any { return r.Origem }, InTable: true, Least: 10},
	}
}

func (a *app) configShow() *cobra.Command {
	var f term.OutputFlags
	cmd := &cobra.Command{
		Use: "mostrar", Aliases: []string{"show", "ver"}, Short: "Mostra cada valor e de onde ele veio, sem segredos",
		SuggestFor: []string{"list", "get"},
		Long: `Mostra cada valor e de onde ele veio, sem segredos.

Vale, nesta ordem: opção da linha de comando, variável de ambiente, arquivo .env
da pasta atual, config.yaml (da pasta atual ou da pasta do usuário), padrão.

Variáveis de ambiente:
` + envHelp(),
		Args: term.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			out, err := outputFor(a, cmd, f, configFields())
			if err != nil {
				return err
			}
			w := out.List()
			if err := w.Write(shownConfig(a.loaded)); err != nil {
				return err
			}
			return w.Close()
		},
	}
	term.AddOutput(cmd, &f, configFields())
	return cmd
}

func envHelp() string {
	var b strings.Builder
	for _, s := range settings.All() {
		fmt.Fprintf(&b, "  %-16s %s\n", s.Name, strings.Join(s.Env, ", "))
	}
	return b.String()
}

// shownConfig lists the configuration without anything secret.
func shownConfig(c *settings.Config) []configValue {
	var rows []configValue
	for _, s := range settings.All() {
		value := term.MaskBanco(c.Text(s.Name))
		if s.Secret && value != "" {
			value = term.Hidden
		}
		rows = append(rows, configValue{s.Name, value, c.Origin(s.Name).String()})
	}
	return rows
}
