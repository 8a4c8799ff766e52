package engine

import (
	"errors"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
)

// Target is where a database URL leads.
type Target struct {
	Kind Kind
	Path string // absolute path of the file, SQLite only
	DSN  string // for the driver, holds the password; never shown
	// Nome is the path or the URL without its password, for people.
	Nome string
}

// URLError says what is wrong with a database URL, without repeating secrets.
type URLError struct{ Frase string }

func (e *URLError) Error() string { return e.Frase }

var errEmptyPath = &URLError{"a URL do SQLite não diz o arquivo: use sqlite:///data/clientes.db (relativo) ou sqlite:////var/lib/monitor/clientes.db (absoluto)"}

var errNoSlashes = &URLError{"faltam as barras na URL do banco: use sqlite:///data/clientes.db (relativo) ou sqlite:////var/lib/monitor/clientes.db (absoluto)"}

// ParseURL understands SQLAlchemy's forms and plain paths. It does not touch
// the network or the disk.
func ParseURL(raw string) (Target, error) {
	raw = strings.TrimSpace(raw)
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok {
		if known, _, colon := strings.Cut(raw, ":"); colon && slices.Contains([]string{"sqlite", "postgres", "postgresql", "mysql", "mariadb"}, strings.ToLower(known)) {
			return Target{}, errNoSlashes
		}
		return sqliteTarget(raw)
	}
	scheme, _, _ = strings.Cut(strings.ToLower(scheme), "+") // postgresql+psycopg2
	switch scheme {
	case "sqlite":
		path, _, _ := strings.Cut(rest, "?")
		return sqliteTarget(strings.TrimPrefix(path, "/"))
	case "postgres", "postgresql":
		return postgresTarget("postgres://" + rest)
	case "mysql", "mariadb":
		return Target{}, &URLError{"esta versão do monitor ainda não fala com MySQL nem MariaDB: use sqlite:///data/clientes.db"}
	default:
		return Target{}, &URLError{"o tipo de banco " + scheme + ":// não é conhecido: use sqlite:///data/clientes.db"}
	}
}

func sqliteTarget(path string) (Target, error) {
	if path == "" || path == ":memory:" {
		return Target{}, errEmptyPath
	}
	if strings.ContainsRune(path, 0) {
		return Target{}, &URLError{"o caminho do banco contém um caractere inválido"}
	}
	abs, err := filepath.Abs(filepath.FromSlash(path))
	if err != nil {
		return Target{}, &URLError{"a pasta atual não pôde ser lida; informe o caminho completo do banco"}
	}
	return Target{Kind: SQLite, Path: abs, Nome: abs}, nil
}

func postgresTarget(raw string) (Target, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" {
		// The parse error quotes the URL and its password: say it in our words.
		return Target{}, &URLError{"a URL do PostgreSQL não pôde ser lida: use postgresql://usuario@servidor:5432/banco, com a senha depois do usuário e de dois-pontos (caracteres especiais da senha como %40)"}
	}
	shown := url.URL{Scheme: "postgresql", Host: u.Host, Path: u.Path}
	if name := u.User.Username(); name != "" {
		shown.User = url.User(name)
	}
	return Target{Kind: Postgres, DSN: raw, Nome: shown.String()}, nil
}

// IsURLError says that err is about the URL itself.
func IsURLError(err error) bool {
	var u *URLError
	return errors.As(err, &u)
}
