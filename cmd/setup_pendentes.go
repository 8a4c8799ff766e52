package cmd

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"example.com/monitor/store"
)

func pendenteCampos() []campo[store.Pendente] {
	type p = store.Pendente
	return []campo[p]{
		{nome: "ultima", titulo: "Última", valor: func(r *p) any { return r.Ultima }, tabela: true},
		{nome: "endereco", titulo: "Endereço", valor: func(r *p) any { return r.Endereco }, tabela: true},
		{nome: "programa", titulo: "Programa", valor: func(r *p) any { return r.Programa }, tabela: true, minimo: 12},
		{nome: "rota", titulo: "Rota", valor: func(r *p) any { return r.Rota }, tabela: true},
		{nome: "hostname", titulo: "Dispositivo", valor: func(r *p) any { return r.Hostname }, tabela: true},
		{nome: "recusada", titulo: "Recusada", valor: func(r *p) any { return r.Recusada }, tabela: true},
		{nome: "chamadas", titulo: "Chamadas", valor: func(r *p) any { return r.Chamadas }, tabela: true},
		{nome: "dispositivo_id", titulo: "Id do dispositivo", valor: func(r *p) any { return r.Dispositivo }},
		{nome: "primeira", titulo: "Primeira", valor: func(r *p) any { return r.Primeira }},
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
			out, err := outputFor(a, cmd, f, pendenteCampos())
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
	addOutput(cmd, &f, pendenteCampos())
	return cmd
}

// withSubcommands adds to a command that also works by itself.
func withSubcommands(cmd *cobra.Command, subs ...*cobra.Command) *cobra.Command {
	cmd.AddCommand(subs...)
	return cmd
}
