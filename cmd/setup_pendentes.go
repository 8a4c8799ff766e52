package cmd

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
)

func pendenteFields() []term.Field[store.Pendente] {
	type p = store.Pendente
	return []term.Field[p]{
		{Name: "ultima", Title: "Última", Value: func(r *p) any { return r.Ultima }, InTable: true},
		{Name: "endereco", Title: "Endereço", Value: func(r *p) any { return r.Endereco }, InTable: true},
		{Name: "programa", Title: "Programa", Value: func(r *p) any { return r.Programa }, InTable: true, Least: 12},
		{Name: "rota", Title: "Rota", Value: func(r *p) any { return r.Rota }, InTable: true},
		{Name: "hostname", Title: "Dispositivo", Value: func(r *p) any { return r.Hostname }, InTable: true},
		{Name: "recusada", Title: "Recusada", Value: func(r *p) any { return r.Recusada }, InTable: true},
		{Name: "chamadas", Title: "Chamadas", Value: func(r *p) any { return r.Chamadas }, InTable: true},
		{Name: "dispositivo_id", Title: "Id do dispositivo", Value: func(r *p) any { return r.Dispositivo }},
		{Name: "primeira", Title: "Primeira", Value: func(r *p) any { return r.Primeira }},
	}
}

func (a *app) setupPendentes() *cobra.Command {
	var f term.OutputFlags
	cmd := &cobra.Command{
		Use: "pendentes", Aliases: []string{"pendente"}, Short: "Mostra quem ainda chama sem credencial durante a transição", Args: term.NoArgs,
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
				w := out.List()
				if err := w.Write(list); err != nil {
					return err
				}
				return w.Close()
			})
		},
	}
	term.AddOutput(cmd, &f, pendenteFields())
	return cmd
}

// withSubcommands adds to a command that also works by itself.
func withSubcommands(cmd *cobra.Command, subs ...*cobra.Command) *cobra.Command {
	cmd.AddCommand(subs...)
	return cmd
}
