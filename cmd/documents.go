package cmd

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/term"
)

// documentsCommand writes what is generated from the commands: it is run when a
// release is built, and when a command has changed.
func (a *app) documentsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "documentos", Hidden: true, Short: "Escreve a referência dos comandos e o que os pacotes levam", Args: term.VerbsOnly,
		RunE: func(cmd *cobra.Command, _ []string) error {
			term.WriteHelp(cmd.OutOrStdout(), cmd)
			return nil
		},
	}
	cmd.AddCommand(&cobra.Command{
		Use: "referencia", Short: "Escreve docs/comandos.md na saída", Args: term.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			writeReference(cmd.OutOrStdout(), cmd.Root())
			return nil
		},
	}, &cobra.Command{
		Use: "pacote PASTA", Short: "Escreve em PASTA as páginas de manual e os scripts que completam comandos", Args: term.OneArg("a pasta", "monitor documentos pacote gerado"),
		RunE: func(cmd *cobra.Command, args []string) error { return writePackaged(args[0], cmd.Root()) },
	})
	return cmd
}

// visible are the commands that help shows, depth first.
func visible(cmd *cobra.Command) []*cobra.Command {
	found := []*cobra.Command{cmd}
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			found = append(found, visible(c)...)
		}
	}
	return found
}

func writeReference(w io.Writer, root *cobra.Command) {
	fmt.Fprint(w, "# Os comandos do monitor\n\n"+
		"Gerado dos próprios comandos: `go run ./cmd/monitor documentos referencia > docs/comandos.md`.\n")
	for _, c := range visible(root) {
		fmt.Fprintf(w, "\n## %s\n\n```text\n", c.CommandPath())
		term.WriteHelp(w, c)
		fmt.Fprint(w, "```\n")
	}
}

// writePackaged fills folder with man/*.1 and completions/.
func writePackaged(folder string, root *cobra.Command) error {
	scripts := map[string]func(io.Writer) error{
		"completions/monitor.bash": func(w io.Writer) error { return root.GenBashCompletionV2(w, true) },
		"completions/_monitor":     root.GenZshCompletion,
		"completions/monitor.fish": func(w io.Writer) error { return root.GenFishCompletion(w, true) },
	}
	for _, c := range visible(root) {
		scripts["man/"+manName(c)+".1"] = func(w io.Writer) error { return writeMan(w, c) }
	}
	for name, write := range scripts {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			return err
		}
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return err
		}
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil { //nolint:gosec // documentation is for everybody
			return err
		}
	}
	return nil
}

// manName is monitor-clientes-list.
func manName(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

// writeMan writes the help of a command as a page of the manual.
func writeMan(w io.Writer, c *cobra.Command) error {
	var help bytes.Buffer
	term.WriteHelp(&help, c)
	fmt.Fprintf(
		w,
		".TH %s 1 \"\" \"monitor\" \"Manual do monitor\"\n.SH NOME\n%s \\- %s\n.SH DESCRIÇÃO\n.nf\n",
		roff(strings.ToUpper(manName(c))),
		roff(manName(c)),
		roff(c.Short),
	)
	for line := range strings.Lines(help.String()) {
		if _, err := io.WriteString(w, roff(line)); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, ".fi\n")
	return err
}

// roff keeps a line from being read as a request.
func roff(line string) string {
	line = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(line)
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		line = `\&` + line
	}
	return line
}
