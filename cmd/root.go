package cmd

import (
	"github.com/spf13/cobra"

	"example.com/monitor/cmd/settings"
	"example.com/monitor/cmd/term"
)

// The groups of the help page.
const (
	groupData    = "dados"
	groupProgram = "programa"
)

// root builds the whole tree of commands.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "monitor",
		Short: "Cuida dos clientes e dos dispositivos em um só banco de dados",
		Long: `Cuida dos clientes e dos dispositivos em um só banco de dados: pela linha de
comando, pelo terminal (monitor tui) e pelo navegador (monitor serve).

Sem comando, em um terminal, abre a tela do monitor.`,
		Example: "  monitor setup\n  monitor serve\n  monitor clientes list --busca joao",
		Args:    term.VerbsOnly,
		RunE:    a.runRoot,
	}
	root.AddGroup(&cobra.Group{ID: groupData, Title: "Dados"}, &cobra.Group{ID: groupProgram, Title: "Programa"})
	term.UseOurWords(root)
	a.globalFlags(root)
	root.AddCommand(
		a.clientesCommand(),
		a.dispositivosCommand(),
		a.conexoesCommand(),
		a.mensagensCommand(),
		a.sessoesCommand(),
		a.bloqueiosCommand(),
		a.chavesCommand(),
		a.operacoesCommand(),
		a.undoCommand(),
		a.historyCommand(),
		a.logsCommand(),
		a.auditoriaCommand(),
		a.estatisticasCommand(),
		a.resumoCommand(),
		a.backupCommand(),
		a.restaurarCommand(),
		withSubcommands(a.setupCommand(), a.setupPendentes()),
		a.serveCommand(),
		a.saudeCommand(),
		a.tuiCommand(),
		a.configCommand(),
		a.completionCommand(),
		a.versionCommand(),
		a.documentsCommand(),
	)
	root.SetHelpCommand(a.helpCommand())
	return root
}

func (a *app) globalFlags(root *cobra.Command) {
	fs := root.PersistentFlags()
	fs.String("banco", "", "`URL` do banco de dados, por exemplo sqlite:///data/clientes.db")
	settings.BindFlag(fs, "banco", "banco")
	fs.String("config", "", "`ARQUIVO` de configuração (padrão: ./config.yaml, depois o da pasta do usuário)")
	fs.String("env", ".env", "`ARQUIVO` com variáveis, na forma do .env")
	var colour string
	term.AddChoice(root, fs, &colour, "cor", "", "auto", settings.ColourOptions, "cores na saída")
	settings.BindFlag(fs, "cor", "cor")
	fs.BoolVar(&a.debug, "debug", false, "mostra detalhes técnicos na saída de erros")
	root.Flags().Bool("version", false, "mostra a versão")
}

// runRoot opens the terminal UI for a person and explains itself to a pipe.
func (a *app) runRoot(cmd *cobra.Command, _ []string) error {
	if show, _ := cmd.Flags().GetBool("version"); show {
		return a.writeVersion(cmd)
	}
	if a.InTerminal && a.OutTerminal {
		return a.runTUI(cmd, tuiFlags{})
	}
	term.WriteHelp(cmd.OutOrStdout(), cmd)
	return nil
}

// noun is a command that only groups verbs.
func noun(use string, aliases []string, short string, verbs ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use: use, Aliases: aliases, Short: short, GroupID: groupData, Args: term.VerbsOnly,
		RunE: func(cmd *cobra.Command, _ []string) error {
			term.WriteHelp(cmd.OutOrStdout(), cmd)
			return nil
		},
	}
	cmd.AddCommand(verbs...)
	return cmd
}
