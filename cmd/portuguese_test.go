package cmd

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// english are words that cobra, pflag, viper, the standard library and tired
// programmers would say. Names of commands, flags, files and values are no
// prose and are not in it.
var english = regexp.MustCompile(
	`(?i)\b(usage|flags?|commands?|available|unknown|invalid|errors?|failed|fail|required?|requires|arguments?|default|shorthand|accepts|` +
		`must|cannot|could|not|found|missing|needs|the|and|with|without|this|that|is|are|was|were|for|from|of|open|opening|read|write|reading|writing|such|no such|` +
		`permission|denied|already|in use|address|connection|refused|timeout|deadline|exceeded|canceled|interrupted|unexpected|syntax|parsing|string|strings|ints?|duration|bool|` +
		`using|shows?|prints?|lists?|generate|autocompletion|additional|topics|aliases|examples?|more information about|did you mean)\b`,
)

// names are the program's own words that look English: they are typed, not read.
var names = regexp.MustCompile(
	`--?[\w-]+|\b(table\|json\|ndjson\|csv\|yaml\|ids|table, json, ndjson, csv, yaml, ids|clientes list|clientes get|chaves list|verbo list|` +
		`list|get, create|Use:)\b|https?://\S+|[\w.]+@[\w.]+`,
)

func requirePortuguese(t *testing.T, what, text string) {
	t.Helper()
	prose := names.ReplaceAllString(text, " ")
	// The scripts of Example and the alternatives of Use are code.
	prose = regexp.MustCompile(`(?m)^  monitor .*$|^Também se escreve: .*$|^  [a-z]+ +`).ReplaceAllString(prose, " ")
	if m := english.FindString(prose); m != "" {
		t.Errorf("%s speaks English (%q):\n%s", what, m, text)
	}
}

func TestEveryHelpPageIsPortuguese(t *testing.T) {
	fresh(t)
	for _, c := range everyCommand(tree(t)) {
		path := pathOf(c)
		r := runMonitor(t, append(path, "--help")...)
		require.Equal(t, exitOK, r.code, "%v: %s", path, r.err)
		require.NotEmpty(t, r.out)
		require.Empty(t, r.err)
		requirePortuguese(t, c.CommandPath()+" --help", r.out)
		byHelp := runMonitor(t, append([]string{"help"}, path...)...)
		if !strings.HasPrefix(c.CommandPath(), "monitor help") {
			require.Equal(t, r.out, byHelp.out, "help %v", path)
		}
	}
}

// mistakes are usage errors that every command can be given.
var mistakes = [][]string{
	{"--inexistente"},
	{"-Z"},
	{"--banco"},
	{"--cor", "azul"},
	{"--=x"},
	{"--debug=talvez"},
	{"um", "dois", "tres", "quatro"},
	{"--saida"},
	{"--limite", "x"},
	{"--sim=quem-sabe"},
	{"--usos", "x"},
	{"--atualizar", "logo"},
	{"-o", "xml"},
	{"---"},
}

func TestEveryUsageErrorIsPortugueseAndShort(t *testing.T) {
	fresh(t)
	for _, c := range everyCommand(tree(t)) {
		for _, m := range mistakes {
			args := append(pathOf(c), m...)
			r := runMonitor(t, args...)
			if strings.Contains(c.CommandPath(), "completion") && r.code == exitOK {
				continue
			}
			require.Equal(t, exitUsage, r.code, "%v: %s%s", args, r.out, r.err)
			require.Empty(t, r.out, "%v", args)
			require.Equal(t, 2, strings.Count(r.err, "\n"), "%v: %s", args, r.err)
			require.NotContains(t, r.err, "Uso:", "%v", args)
			requirePortuguese(t, strings.Join(args, " "), r.err)
		}
	}
}

func TestSystemFailuresArePortuguese(t *testing.T) {
	fresh(t)
	for _, args := range [][]string{
		{"clientes", "list"},
		{"clientes", "list", "--banco", "sqlite:////proc/nada/x.db"},
		{"clientes", "list", "--banco", "coisa://x"},
		{"clientes", "list", "--banco", "postgres://u:s@127.0.0.1:1/b"},
		{"setup", "--banco", "sqlite:////proc/nada/x.db"},
		{"setup", "--banco", "postgres://u:s@127.0.0.1:1/b"},
		{"serve", "--endereco", "203.0.113.7:1"},
		{"serve", "--endereco", "sem-porta"},
		{"serve", "--tls-cert", "nada.pem", "--tls-chave", "nada.pem", "--endereco", "127.0.0.1:0"},
		{"config", "mostrar", "--config", "/proc/nada"},
	} {
		r := runMonitor(t, args...)
		require.NotEqual(t, exitOK, r.code, "%v", args)
		require.NotEmpty(t, r.err, "%v", args)
		requirePortuguese(t, strings.Join(args, " "), r.err+r.out)
	}
}

func TestEnglishIsNoticed(t *testing.T) {
	require.Regexp(t, english, "unknown flag: --x")
	require.Regexp(t, english, "Usage:")
	require.NotRegexp(t, english, "opção desconhecida; você quis dizer outra? Escreva só o nome.")
}
