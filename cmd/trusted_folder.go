package cmd

import (
	"fmt"
	"path/filepath"

	"example.com/monitor/cmd/settings"
	"example.com/monitor/cmd/term"
)

// What lies in the folder in which the program is started is obeyed without being
// named. Whoever runs it as root in somebody else's folder would do what that one
// wrote there: a database, a certificate, an address. Named files are obeyed, aloud.

// obey refuses a configuration that others may write, or warns of it where it was named.
func (a *app) obey(path, flag string, named bool) error {
	why := writtenByOthers(path)
	switch {
	case why == "":
		return nil
	case !named:
		return term.UsageError(
			fmt.Sprintf(
				"corrija o dono e as permissões, ou aceite o arquivo dizendo o nome dele: %s %s; melhor ainda, execute o monitor como o usuário dono dele (sudo -u)",
				flag,
				term.ShellQuote(path),
			),
			"como root, o monitor não obedece ao arquivo %s: %s",
			absolute(path),
			why,
		)
	default:
		fmt.Fprintf(a.Err, "aviso: obedecendo, como root, ao arquivo %s, embora %s\n", absolute(path), why)
		return nil
	}
}

func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}

// tellPasswordInArgument warns of what everybody on the machine can read.
func (a *app) tellPasswordInArgument(c *settings.Config) {
	if c.Origin("banco").Kind != settings.FromFlag || term.MaskBanco(c.Text("banco")) == c.Text("banco") {
		return
	}
	fmt.Fprintln(
		a.Err,
		"aviso: a senha em --banco aparece a todos na lista de processos desta máquina e no histórico do terminal; ponha a URL em DATABASE_URL, no ambiente ou no arquivo .env",
	)
}
