package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func (a *app) configCommand() *cobra.Command {
	cmd := noun("config", nil, "Mostra a configuração em vigor", a.configShow())
	cmd.GroupID = groupProgram
	return cmd
}

// valorConfig is a key with its value and where that came from.
type configValue struct {
	Chave  string `json:"chave"`
	Valor  string `json:"valor"`
	Origem string `json:"origem"`
}

func configFields() []field[configValue] {
	type v = configValue
	return []field[v]{
		{name: "chave", title: "Chave", value: func(r *v) any { return r.Chave }, inTable: true},
		{name: "valor", title: "Valor", value: func(r *v) any { return r.Valor }, inTable: true, least: 20},
		{name: "origem", title: "Origem", value: func(r *v) any { return r.Origem }, inTable: true, least: 10},
	}
}

func (a *app) configShow() *cobra.Command {
	var f outputFlags
	cmd := &cobra.Command{
		Use: "mostrar", Aliases: []string{"show", "ver"}, Short: "Mostra cada valor e de onde ele veio, sem segredos",
		SuggestFor: []string{"list", "get"},
		Long: `Mostra cada valor e de onde ele veio, sem segredos.

Vale, nesta ordem: opção da linha de comando, variável de ambiente, arquivo .env
da pasta atual, config.yaml (da pasta atual ou da pasta do usuário), padrão.

Variáveis de ambiente:
` + envHelp(),
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			out, err := outputFor(a, cmd, f, configFields())
			if err != nil {
				return err
			}
			w := out.list()
			if err := w.write(a.loaded.show()); err != nil {
				return err
			}
			return w.close()
		},
	}
	addOutput(cmd, &f, configFields())
	return cmd
}

func envHelp() string {
	var b strings.Builder
	for _, s := range settings() {
		fmt.Fprintf(&b, "  %-16s %s\n", s.name, strings.Join(s.env, ", "))
	}
	return b.String()
}

// mostrar lists the configuration without anything secret.
func (c *config) show() []configValue {
	var rows []configValue
	for _, s := range settings() {
		value := maskBanco(c.text(s.name))
		if s.secret && value != "" {
			value = hidden
		}
		rows = append(rows, configValue{s.name, value, c.origins[s.name].String()})
	}
	return rows
}
