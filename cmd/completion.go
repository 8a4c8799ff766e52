package cmd

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
)

// completionPatience is how long a person waits for a Tab without noticing.
const completionPatience = 200 * time.Millisecond

const completionLimit = 200

func (a *app) completionCommand() *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use: "completion bash|zsh|fish|powershell", Short: "Escreve o script que completa comandos com Tab", GroupID: groupProgram,
		Long: `Escreve o script que completa comandos, opções e nomes de clientes com Tab.

  bash        echo 'source <(monitor completion bash)' >> ~/.bashrc
  zsh         monitor completion zsh > "${fpath[1]}/_monitor"
  fish        monitor completion fish > ~/.config/fish/completions/monitor.fish
  powershell  monitor completion powershell >> $PROFILE`,
		Args:      term.OneArg("o shell", "monitor completion bash"),
		ValidArgs: shells,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := term.OneOf("completion", args[0], shells); err != nil {
				return err
			}
			out, root := cmd.OutOrStdout(), cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(out, true)
			case "zsh":
				return root.GenZshCompletion(out)
			case "fish":
				return root.GenFishCompletion(out, true)
			default:
				return root.GenPowerShellCompletionWithDesc(out)
			}
		},
	}
}

// matcher finds the words that begin with what was typed, each perhaps with a
// description behind a tab.
type matcher func(ctx context.Context, s *session, typed string) []string

// completing offers what match finds for a command's first argument. A database
// that is absent, locked or slow offers nothing and says nothing.
func (a *app) completing(match matcher) func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		ctx, cancel := context.WithTimeout(cmd.Context(), completionPatience)
		defer cancel()
		found := make(chan []string, 1)
		go func() { found <- a.matching(ctx, cmd, typed, match) }()
		select {
		case names := <-found:
			return names, cobra.ShellCompDirectiveNoFileComp
		case <-ctx.Done():
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
	}
}

// completeFlagWith offers what match finds for a flag.
func (a *app) completeFlagWith(cmd *cobra.Command, flag string, match matcher) {
	complete := a.completing(match)
	_ = cmd.RegisterFlagCompletionFunc(flag, func(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return complete(cmd, nil, typed)
	})
}

func (a *app) matching(ctx context.Context, cmd *cobra.Command, typed string, match matcher) []string {
	cfg, err := a.config(cmd)
	if err != nil {
		return nil
	}
	sc := a.storeConfig(cfg)
	sc.SomenteLeitura = true
	s, err := a.openStore(ctx, cfg, sc, store.CanalCLI)
	if err != nil {
		return nil
	}
	defer func() { _ = s.st.Close() }()
	return match(ctx, s, typed)
}

// matchingClientes are e-mails of clients.
func matchingClientes(ctx context.Context, s *session, typed string) []string {
	page, err := s.Clientes.List(ctx, store.ClienteFiltro{Busca: typed, PorPagina: completionLimit, SemTotal: true})
	if err != nil {
		return nil
	}
	var names []string
	for _, c := range page.Itens {
		// The search also looks inside names; a shell completes beginnings.
		if strings.HasPrefix(strings.ToLower(c.Email), strings.ToLower(typed)) {
			names = append(names, term.OneLine(c.Email)+"\t"+term.OneLine(c.Nome))
		}
	}
	return names
}

// matchingDispositivos are ids of devices.
func matchingDispositivos(ctx context.Context, s *session, typed string) []string {
	page, err := s.Dispositivos.List(ctx, store.DispositivoFiltro{PorPagina: completionLimit, SemTotal: true})
	if err != nil {
		return nil
	}
	var names []string
	for _, d := range page.Itens {
		if id := strconv.FormatInt(d.ID, 10); strings.HasPrefix(id, typed) {
			names = append(names, id+"\t"+term.OneLine(d.Nome))
		}
	}
	return names
}
