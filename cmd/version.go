package cmd

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/term"
)

// versao is set by the release build: -ldflags "-X example.com/monitor/cmd.versao=1.2.3".
var versao string

// version is the release, else what the Go toolchain knows of this build.
func version() string {
	if versao != "" {
		return versao
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "desenvolvimento"
	}
	return buildVersion(info)
}

func buildVersion(info *debug.BuildInfo) string {
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "desenvolvimento-" + s.Value[:12]
		}
	}
	return "desenvolvimento"
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Aliases: []string{"versao"}, Short: "Mostra a versão do programa", GroupID: groupProgram, Args: term.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.writeVersion(cmd) },
	}
}

func (a *app) writeVersion(cmd *cobra.Command) error {
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "monitor %s (%s, %s/%s)\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
