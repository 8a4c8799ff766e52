package term

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flagError puts pflag's English errors into Portuguese, in one line.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.Is(err, pflag.ErrHelp):
		return err
	case errors.As(err, &unknown):
		return unknownFlag(cmd, unknown)
	case errors.As(err, &missing):
		return UsageError(
			"exemplo: --"+missing.GetFlag().Name+" "+valueName(missing.GetFlag()),
			"a opção --%s precisa de um valor",
			missing.GetFlag().Name,
		)
	case errors.As(err, &invalid):
		return invalidFlag(invalid)
	default:
		return UsageError("opções se escrevem --nome ou --nome=valor; veja-as com: "+cmd.CommandPath()+" --help", "opção mal escrita")
	}
}

func unknownFlag(cmd *cobra.Command, e *pflag.NotExistError) error {
	if e.GetSpecifiedShortnames() != "" {
		return UsageError("veja as opções com: "+cmd.CommandPath()+" --help", "opção desconhecida: -%s", e.GetSpecifiedName())
	}
	name := e.GetSpecifiedName()
	if strings.EqualFold(name, "senha") || strings.EqualFold(name, "password") {
		return UsageError("use --pedir-senha (sem eco, no terminal) ou --senha-stdin", "senhas não são aceitas na linha de comando")
	}
	return UsageError(
		DidYouMean(name, "--", flagNames(cmd), "veja as opções com: "+cmd.CommandPath()+" --help"),
		"opção desconhecida: --%s",
		name,
	)
}

func flagNames(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	return names
}

// invalidFlag never repeats the value of a flag that takes none: people may
// have put a secret there.
func invalidFlag(e *pflag.InvalidValueError) error {
	f := e.GetFlag()
	if p, ok := errors.AsType[*ProblemError](e); ok {
		return p
	}
	switch f.Value.Type() {
	case "bool":
		return UsageError("escreva só --"+f.Name, "a opção --%s não recebe valor", f.Name)
	case "duration":
		return UsageError("exemplo: --"+f.Name+" 2s", "duração inválida em --%s: %q", f.Name, e.GetValue())
	default:
		return UsageError("exemplo: --"+f.Name+" 50", "a opção --%s espera um número inteiro, não %q", f.Name, e.GetValue())
	}
}

// NoArgs refuses arguments.
func NoArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return UsageError("veja como usar com: "+cmd.CommandPath()+" --help", "argumento sobrando: %q", args[0])
}

// OneArg asks for exactly one argument, called name in the help.
func OneArg(name, example string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch len(args) {
		case 1:
			return nil
		case 0:
			return UsageError("exemplo: "+example, "falta informar %s", name)
		default:
			return UsageError("se há espaços no valor, ponha-o entre aspas", "argumento sobrando: %q", args[1])
		}
	}
}

// TwoArgs asks for two arguments.
func TwoArgs(names, example string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) < 2:
			return UsageError("exemplo: "+example, "falta informar %s", names)
		case len(args) > 2:
			return UsageError("se há espaços no valor, ponha-o entre aspas", "argumento sobrando: %q", args[2])
		}
		return nil
	}
}

// VerbsOnly is for nouns, which do nothing by themselves: an argument can only
// be a mistyped verb.
func VerbsOnly(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return UnknownCommand(cmd, args[0])
}

// UnknownCommand is the error for a word that names no command below cmd.
func UnknownCommand(cmd *cobra.Command, word string) error {
	for _, c := range cmd.Commands() {
		for _, s := range c.SuggestFor {
			if strings.EqualFold(s, word) {
				return UsageError(
					"você quis dizer "+cmd.CommandPath()+" "+c.Name()+"?",
					"comando desconhecido: %s %s",
					cmd.CommandPath(),
					word,
				)
			}
		}
	}
	return UsageError(
		DidYouMean(word, cmd.CommandPath()+" ", commandNames(cmd), "veja os comandos com: "+cmd.CommandPath()+" --help"),
		"comando desconhecido: %s %s", cmd.CommandPath(), word)
}

func commandNames(cmd *cobra.Command) []string {
	var names []string
	for _, c := range cmd.Commands() {
		if c.Hidden {
			continue
		}
		names = append(names, c.Name())
		names = append(names, c.Aliases...)
	}
	return names
}

// choice is a flag whose value is one of a few words.
type choice struct {
	value   *string
	flag    string
	options []string
}

func (c *choice) String() string { return *c.value }

// Set implements pflag.Value.
func (c *choice) Set(s string) error {
	if err := OneOf("--"+c.flag, s, c.options); err != nil {
		return err
	}
	*c.value = s
	return nil
}

// Type implements pflag.Value.
func (c *choice) Type() string { return "escolha" }

// OneOf refuses a value of name that is none of options.
func OneOf(name, value string, options []string) error {
	if slices.Contains(options, value) {
		return nil
	}
	return UsageError(DidYouMean(value, "", options, "os valores aceitos são: "+strings.Join(options, ", ")),
		"valor desconhecido em %s: %q (aceitos: %s)", name, value, strings.Join(options, ", "))
}

// AddChoice adds a flag whose value is one of options, with its completion.
func AddChoice(cmd *cobra.Command, fs *pflag.FlagSet, target *string, name, short, value string, options []string, usage string) {
	*target = value
	fs.VarP(&choice{value: target, flag: name, options: options}, name, short, usage)
	CompleteFlag(cmd, name, options)
}

// CompleteFlag offers fixed words for a flag.
func CompleteFlag(cmd *cobra.Command, flag string, words []string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}
