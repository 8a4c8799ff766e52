package cmd

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"example.com/monitor/store"
)

func pendenteFields() []field[store.Pendente] {
	type p = store.Pendente
	return []field[p]{
		{name: "ultima", title: "Última", value: func(r *p) any { return r.Ultima }, inTable: true},
		{name: "endereco", title: "Endereço", value: func(r *p) any { return r.Endereco }, inTable: true},
		{name: "programa", title: "Programa", value: func(r *p) any { return r.Programa }, inTable: true, least: 12},
		{name: "rota", title: "Rota", value: func(r *p) any { return r.Rota }, inTable: true},
		{name: "hostname", title: "Dispositivo", value: func(r *p) any { return r.Hostname }, inTable: true},
		{name: "recusada", title: "Recusada", value: func(r *p) any { return r.Recusada }, inTable: true},
		{name: "chamadas", title: "Chamadas", value: func(r *p) any { return r.Chamadas }, inTable: true},
		{name: "dispositivo_id", title: "Id do dispositivo", value: func(r *p) any { return r.Dispositivo }},
		{name: "primeira", title: "Primeira", value: func(r *p) any { return r.Primeira }},
	}
}

func (a *app) setupPendentes() *cobra.Command {
	var f outputFlags
	cmd := &cobra.Command{
		Use: "pendentes", Aliases: []string{"pendente"}, Short: "Mostra quem ainda chama sem credencial durante a transição", Args: noArgs,
		Long: `Mostra as máquinas e os programas que, com monitor serve --transicao, ainda
chamam sem credencial: de onde, por qual rota, quantas vezes e quando por último. A
transição pode terminar quando a lista deixa de mudar.

Recusada quer dizer que a chamada não foi aceita: o dispositivo já tem uma chave ou um
segredo (para voltar atrás: monitor dispositivos update ID --liberar), não existe mais,
ou o prazo da transição terminou.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			out, err := outputFor(a, cmd, f, pendenteFields())
			if err != nil {
				return err
			}
			return a.withStore(cmd, func(ctx context.Context, s *session) error {
				list, err := s.Pendentes(ctx)
				if err != nil {
					return err
				}
				if len(list) == 0 && a.OutTerminal {
					fmt.Fprintln(a.Err, "Ninguém chamou sem credencial.")
				}
				w := out.list()
				if err := w.write(list); err != nil {
					return err
				}
				return w.close()
			})
		},
	}
	addOutput(cmd, &f, pendenteFields())
	return cmd
}

// withSubcommands adds to a command that also works by itself.
func withSubcommands(cmd *cobra.Command, subs ...*cobra.Command) *cobra.Command {
	cmd.AddCommand(subs...)
	return cmd
}
