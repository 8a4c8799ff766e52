package cmd

import (
	"context"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/settings"
	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
	"example.com/monitor/tui"
)

type tuiFlags struct {
	demo     bool
	readOnly bool
	login    bool
}

func (a *app) tuiCommand() *cobra.Command {
	var f tuiFlags
	cmd := &cobra.Command{
		Use: "tui", Aliases: []string{"tela"}, Short: "Abre a tela do monitor neste terminal", GroupID: groupProgram, Args: term.NoArgs,
		Example: "  monitor tui\n  monitor tui --demo\n  monitor tui --somente-leitura\n  monitor tui --entrar",
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.runTUI(cmd, f) },
	}
	cmd.Flags().BoolVar(&f.demo, "demo", false, "usa um banco temporário com dados de demonstração")
	cmd.Flags().BoolVar(&f.readOnly, "somente-leitura", false, "não aceita nenhuma alteração")
	cmd.Flags().BoolVar(&f.login, "entrar", false, "pede e-mail e senha, e vale o nível de acesso da pessoa")
	cmd.Flags().Duration("atualizar", 0, "`TEMPO` entre atualizações, por exemplo 2s; 0 desliga")
	settings.BindFlag(cmd.Flags(), "atualizar", "tui.atualizar")
	var tema, mouse string
	term.AddChoice(cmd, cmd.Flags(), &tema, "tema", "", "auto", settings.ThemeOptions, "cores para fundo escuro ou claro, ou nenhuma")
	settings.BindFlag(cmd.Flags(), "tema", "tui.tema")
	term.AddChoice(cmd, cmd.Flags(), &mouse, "mouse", "", "ligado", settings.MouseOptions, "ligado ou desligado")
	settings.BindFlag(cmd.Flags(), "mouse", "tui.mouse")
	return cmd
}

func (a *app) runTUI(cmd *cobra.Command, f tuiFlags) error {
	if !a.InTerminal || !a.OutTerminal {
		return term.UsageError(
			"em scripts use os comandos, por exemplo: monitor clientes list -o json",
			"monitor tui precisa de um terminal",
		)
	}
	if f.login && f.readOnly {
		return term.UsageError(
			"uma pessoa entra com o que o nível dela permite; para só olhar, use --somente-leitura sem --entrar",
			"--entrar abre uma sessão, o que --somente-leitura não deixa gravar",
		)
	}
	cfg, err := a.config(cmd)
	if err != nil {
		return err
	}
	if f.demo {
		return a.withDemo(cmd.Context(), cfg, store.CanalTUI, func(ctx context.Context, d *demonstration) error {
			return a.openTUI(ctx, d.session, f)
		})
	}
	sc := a.storeConfig(cfg)
	sc.SomenteLeitura = f.readOnly
	s, err := a.openStore(cmd.Context(), cfg, sc, store.CanalTUI)
	if err != nil {
		return err
	}
	defer func() { _ = s.st.Close() }()
	return a.openTUI(cmd.Context(), s, f)
}

func (a *app) openTUI(ctx context.Context, s *session, f tuiFlags) error {
	sc := s.st.Config()
	var people *store.Store
	if f.login {
		people = s.st
	}
	return tui.Run(ctx, tui.Config{
		Store:  people,
		Handle: s.Handle, Database: s.st.Banco(), Zone: sc.Fuso, Now: sc.Now,
		Demo: f.demo, ReadOnly: f.readOnly,
		In: a.In, Out: a.Out, Colour: s.cfg.Text("cor"), Theme: s.cfg.Text("tui.tema"),
		NoMouse: s.cfg.Text("tui.mouse") == "desligado",
		Refresh: s.cfg.Duration("tui.atualizar"), LogFolder: logFolder(),
	})
}

// logFolder is where a trace goes when the screen breaks.
func logFolder() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return os.TempDir()
	}
	return filepath.Join(dir, "monitor")
}
