package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spf13/viper"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store/say"
)

// readDotEnv reads the .env of the old system without exporting anything.
// Names of other programs are left alone, and a line that cannot be read costs
// itself only, as in Python.
func (c *Config) readDotEnv(path string) error {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && path == ".env" {
		return nil
	}
	if err != nil {
		return term.UsageError("confira as permissões do arquivo", "não foi possível ler %s", path)
	}
	values, skipped := parseDotEnv(string(b))
	c.dotenv = values
	if len(skipped) > 0 {
		c.warnings = append(c.warnings, fmt.Sprintf("em %s, %s: confira as aspas e a forma NOME=valor", path, skippedLines(skipped)))
	}
	for name := range c.dotenv {
		if err := c.checkEnvName(name, "em "+path); err != nil {
			return err
		}
	}
	return c.mergeDotEnv()
}

func skippedLines(lines []int) string {
	words := make([]string, 0, len(lines))
	for _, n := range lines {
		words = append(words, strconv.Itoa(n))
	}
	if len(words) == 1 {
		return "a linha " + words[0] + " não foi lida"
	}
	return "as linhas " + say.Enumerate(words) + " não foram lidas"
}

// The pieces of a line, as python-dotenv reads them.
var (
	envBlank    = regexp.MustCompile(`^\s+`)
	envExport   = regexp.MustCompile(`^export[^\S\r\n]+`)
	envKey      = regexp.MustCompile(`^(?:'([^']+)'|([^=#\s]+))`)
	envEqual    = regexp.MustCompile(`^[^\S\r\n]*=[^\S\r\n]*`)
	envSingle   = regexp.MustCompile(`^'((?:\\[\s\S]|[^'\\])*)'`)
	envDouble   = regexp.MustCompile(`^"((?:\\[\s\S]|[^"\\])*)"`)
	envPlain    = regexp.MustCompile(`^[^\r\n]*`)
	envEnd      = regexp.MustCompile(`^[^\S\r\n]*(?:#[^\r\n]*)?(?:\r\n|\n|\r|$)`)
	envComment  = regexp.MustCompile(`\s+#.*`)
	envVariable = regexp.MustCompile(`\$\{([^}:]*)(?::-([^}]*))?\}`)
	envEscapes  = strings.NewReplacer(
		`\\`,
		`\`,
		`\'`,
		`'`,
		`\"`,
		`"`,
		`\a`,
		"\a",
		`\b`,
		"\b",
		`\f`,
		"\f",
		`\n`,
		"\n",
		`\r`,
		"\r",
		`\t`,
		"\t",
		`\v`,
		"\v",
	)
	envSimple = strings.NewReplacer(`\\`, `\`, `\'`, `'`)
)

// envText is a .env file that is being read.
type envText struct {
	rest string
	line int // that rest begins in
}

// take reads what piece matches, "" for nothing.
func (e *envText) take(piece *regexp.Regexp) string {
	found := piece.FindString(e.rest)
	e.rest = e.rest[len(found):]
	e.line += strings.Count(strings.ReplaceAll(strings.ReplaceAll(found, "\r\n", "\n"), "\r", "\n"), "\n")
	return found
}

// parseDotEnv reads what python-dotenv reads. skipped are the numbers of the lines
// that it cannot read.
func parseDotEnv(text string) (values map[string]string, skipped []int) {
	values = map[string]string{}
	e := envText{strings.TrimPrefix(text, "\ufeff"), 1}
	for e.rest != "" {
		e.take(envBlank)
		begin := e
		name, value, ok := "", "", true
		if e.rest != "" && e.rest[0] != '#' {
			name, value, ok = e.assignment()
		}
		end := envEnd.MatchString(e.rest)
		if !ok || !end || !utf8.ValidString(name+value) {
			skipped = append(skipped, begin.line)
			name = ""
		}
		if !end {
			e = begin
			e.take(envPlain)
		}
		e.take(envEnd)
		if name != "" {
			values[name] = expandEnv(value, values)
		}
	}
	return values, skipped
}

// assignment reads NAME=value. A name without a value is none.
func (e *envText) assignment() (name, value string, ok bool) {
	e.take(envExport)
	name = strings.Trim(e.take(envKey), "'")
	switch {
	case name == "":
		return "", "", false
	case e.take(envEqual) == "":
		return "", "", true
	case strings.HasPrefix(e.rest, "'"):
		quoted := e.take(envSingle)
		if quoted == "" {
			return name, "", false
		}
		return name, envSimple.Replace(quoted[1 : len(quoted)-1]), true
	case strings.HasPrefix(e.rest, `"`):
		quoted := e.take(envDouble)
		if quoted == "" {
			return name, "", false
		}
		return name, envEscapes.Replace(quoted[1 : len(quoted)-1]), true
	default:
		return name, strings.TrimRight(envComment.ReplaceAllString(e.take(envPlain), ""), " \t\f\v"), true
	}
}

// expandEnv puts in what ${NAME} and ${NAME:-default} stand for. A bare $NAME is
// no reference: passwords hold dollars.
func expandEnv(value string, before map[string]string) string {
	return envVariable.ReplaceAllStringFunc(value, func(ref string) string {
		m := envVariable.FindStringSubmatch(ref)
		if v, there := os.LookupEnv(m[1]); there {
			return v
		}
		if v, there := before[m[1]]; there {
			return v
		}
		return m[2]
	})
}

func (c *Config) mergeDotEnv() error {
	layer := viper.New()
	for _, s := range All() {
		name := firstSet(s.Env, func(n string) string { return c.dotenv[n] })
		if name == "" {
			continue
		}
		layer.Set(s.Name, c.dotenv[name])
		c.origins[s.Name] = Origin{FromDotEnv, name}
	}
	return c.v.MergeConfigMap(layer.AllSettings())
}
