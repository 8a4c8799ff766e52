package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func (a *app) configCommand() *cobra.Command {
	cmd := noun("config", nil, "Mostra a configuração em vigor", a.configMostrar())
	cmd.GroupID = groupProgram
	return cmd
}

// valorConfig is a key with its value and where that came from.
type valorConfig struct {
	Chave  string `json:"chave"`
	Valor  string `json:"valor"`
	Origem string `json:"origem"`
}

func configCampos() []campo[valorConfig] {
	type v = valorConfig
	return []campo[v]{
		{nome: "chave", titulo: "Chave", valor: func(r *v) any { return r.Chave }, tabela: true},
		{nome: "valor", titulo: "Valor", valor: func(r *v) any { return r.Valor }, tabela: true, minimo: 20},
		{nome: "origem", titulo: "Origem", valor: func(r *v) any { return r.Origem }, tabela: true, minimo: 10},
	}
}

func (a *app) configMostrar() *cobra.Command {
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
			out, err := outputFor(a, cmd, f, configCampos())
			if err != nil {
				return err
			}
			w := out.list()
			if err := w.write(a.carregada.mostrar()); err != nil {
				return err
			}
			return w.close()
		},
	}
	addOutput(cmd, &f, configCampos())
	return cmd
}

func envHelp() string {
	var b strings.Builder
	for _, s := range settings() {
		fmt.Fprintf(&b, "  %-16s %s\n", s.nome, strings.Join(s.env, ", "))
	}
	return b.String()
}

// mostrar lists the configuration without anything secret.
func (c *config) mostrar() []valorConfig {
	var rows []valorConfig
	for _, s := range settings() {
		value := maskBanco(c.texto(s.nome))
		if s.segredo && value != "" {
			value = hidden
		}
		rows = append(rows, valorConfig{s.nome, value, c.origens[s.nome].String()})
	}
	return rows
}
