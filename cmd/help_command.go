package cmd

import (
	"io"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/term"
)

// helpCommand shows the page of any command, and the topics.
func (a *app) helpCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "help [COMANDO…]",
		Aliases: []string{"ajuda"},
		Short:   "Explica um comando ou um assunto",
		Long:    "Explica um comando ou um assunto.\n\nAssuntos: codigos-de-saida.",
		Example: "  monitor help clientes list\n  monitor help codigos-de-saida",
		GroupID: groupProgram,
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			target, rest, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 {
				return term.UnknownCommand(target, rest[0])
			}
			term.WriteHelp(cmd.OutOrStdout(), target)
			return nil
		},
	}
	cmd.AddCommand(exitCodesCommand())
	return cmd
}

const exitCodesText = `Códigos de saída do monitor:

    0  deu certo (também quando a lista veio vazia)
    1  falhou por outro motivo, ou "logs verificar" encontrou adulteração
    2  comando, opção ou configuração incorretos
    3  o registro não existe
    4  sem permissão, ou banco aberto somente para leitura
    5  banco de dados inacessível, ausente ou com esquema diferente
    6  falta confirmação (--sim); nada foi alterado
    7  dados inválidos; nada foi gravado
    8  conflito com o que já está gravado
    9  falta a chave que assina a trilha de auditoria: nada foi gravado, ou
       "logs verificar" não pôde conferir tudo
  130  interrompido (Ctrl-C)
`

func exitCodesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "codigos-de-saida",
		Short: "Lista os códigos de saída do programa",
		Args:  term.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := io.WriteString(cmd.OutOrStdout(), exitCodesText)
			return err
		},
	}
}
