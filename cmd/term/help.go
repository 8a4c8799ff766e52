package term

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// UseOurWords replaces every text of cobra and pflag that a person could see.
func UseOurWords(root *cobra.Command) {
	root.SilenceErrors, root.SilenceUsage = true, true
	root.DisableSuggestions = true
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { WriteHelp(cmd.OutOrStdout(), cmd) })
	root.SetUsageFunc(func(cmd *cobra.Command) error { WriteHelp(cmd.OutOrStderr(), cmd); return nil })
	root.SetFlagErrorFunc(flagError)
	root.PersistentFlags().BoolP("help", "h", false, "mostra esta ajuda")
}

// WriteHelp writes the page of one command.
func WriteHelp(w io.Writer, cmd *cobra.Command) {
	text := cmd.Long
	if text == "" {
		text = cmd.Short + "."
	}
	fmt.Fprintf(w, "%s\n\nUso:\n  %s\n", strings.TrimSpace(text), useLine(cmd))
	if len(cmd.Aliases) > 0 {
		fmt.Fprintf(w, "\nTambém se escreve: %s\n", strings.Join(cmd.Aliases, ", "))
	}
	writeCommands(w, cmd)
	if cmd.Example != "" {
		fmt.Fprintf(w, "\nExemplos:\n%s\n", cmd.Example)
	}
	if cmd.HasParent() {
		writeFlags(w, "Opções", cmd.LocalNonPersistentFlags())
	} else {
		writeFlags(w, "Opções deste comando", cmd.LocalNonPersistentFlags())
	}
	writeFlags(w, "Opções de todos os comandos", cmd.Root().PersistentFlags())
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(w, "\nAjuda de um comando: %s COMANDO --help\n", cmd.CommandPath())
	}
}

func useLine(cmd *cobra.Command) string {
	line := cmd.Use
	if cmd.HasParent() {
		line = cmd.Parent().CommandPath() + " " + cmd.Use
	}
	if cmd.HasAvailableSubCommands() {
		line += " COMANDO"
	}
	return line + " [opções]"
}

// writeCommands lists the subcommands, by group where there are groups.
func writeCommands(w io.Writer, cmd *cobra.Command) {
	if !cmd.HasAvailableSubCommands() {
		return
	}
	if len(cmd.Groups()) == 0 {
		writeGroup(w, "Comandos", cmd, "")
		return
	}
	for _, g := range cmd.Groups() {
		writeGroup(w, g.Title, cmd, g.ID)
	}
}

func writeGroup(w io.Writer, title string, cmd *cobra.Command, group string) {
	var rows [][2]string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() && c.GroupID == group {
			rows = append(rows, [2]string{c.Name(), c.Short})
		}
	}
	writePairs(w, title, rows)
}

func writePairs(w io.Writer, title string, rows [][2]string) {
	if len(rows) == 0 {
		return
	}
	width := 0
	for _, r := range rows {
		width = max(width, ansi.StringWidth(r[0]))
	}
	fmt.Fprintf(w, "\n%s:\n", title)
	for _, r := range rows {
		fmt.Fprintf(w, "  %s%s  %s\n", r[0], strings.Repeat(" ", width-ansi.StringWidth(r[0])), r[1])
	}
}

func writeFlags(w io.Writer, title string, fs *pflag.FlagSet) {
	var rows [][2]string
	fs.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		rows = append(rows, [2]string{flagTerm(f), flagUsage(f)})
	})
	writePairs(w, title, rows)
}

func flagTerm(f *pflag.Flag) string {
	term := "    --" + f.Name
	if f.Shorthand != "" {
		term = "-" + f.Shorthand + ", --" + f.Name
	}
	if f.Value.Type() != "bool" {
		term += " " + valueName(f)
	}
	return term
}

// valueName is what the help calls the value of a flag: the word that its
// description has between backquotes.
func valueName(f *pflag.Flag) string {
	if c, ok := f.Value.(*choice); ok {
		return strings.Join(c.options, "|")
	}
	if _, rest, ok := strings.Cut(f.Usage, "`"); ok {
		if word, _, ok := strings.Cut(rest, "`"); ok {
			return word
		}
	}
	return "VALOR"
}

func flagUsage(f *pflag.Flag) string {
	text := strings.ReplaceAll(f.Usage, "`", "")
	if slices.Contains([]string{"", "false", "0", "0s", "[]"}, f.DefValue) {
		return text
	}
	return text + " (padrão: " + f.DefValue + ")"
}
