package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

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
			if err := w.Write(a.loaded.show()); err != nil {
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
	for _, s := range settings() {
		fmt.Fprintf(&b, "  %-16s %s\n", s.name, strings.Join(s.env, ", "))
	}
	return b.String()
}

// show lists the configuration without anything secret.
func (c *config) show() []configValue {
	var rows []configValue
	for _, s := range settings() {
		value := term.MaskBanco(c.text(s.name))
		if s.secret && value != "" {
			value = term.Hidden
		}
		rows = append(rows, configValue{s.name, value, c.origins[s.name].String()})
	}
	return rows
}
