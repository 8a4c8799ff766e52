package engine

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Target is where a database URL leads.
type Target struct {
	Kind Kind
	// Nome is the path or the URL without its password, for people.
	Nome string
	Path string // absolute path of the file, SQLite only
	// Instance is the file that Flask-SQLAlchemy 3 means by the same URL, where that
	// is there and Path is not.
	Instance string

	// The rest is about servers.
	Host    string // name, address, or the absolute folder (PostgreSQL) or path (MySQL) of a socket
	Porta   int
	Usuario string
	Senha   string
	Banco   string
	TLS     TLSMode
	// CA is a PEM file (or the PEM text itself) with the authorities to trust
	// beside the system's; "" for none.
	CA string
	// Certificado is the SHA-256, in hex, of the one server certificate to accept; "" for none.
	Certificado string
	// SemNome says that the chain is verified against CA and the host name is not
	// compared: sslmode=verify-ca.
	SemNome     bool
	Provedor    string // recognised by host name; "" for none
	Pooler      bool   // a connection pooler in transaction mode stands before the server
	SemFK       bool   // the provider has no foreign keys
	MaxConexoes int    // 0: our default
	// Avisos are what setup should warn about, Portuguese.
	Avisos []string
	// exige says that the URL asks for encryption and leaves open whether to verify.
	exige bool
	// Dicas are what is worth knowing about the provider, Portuguese.
	Dicas []string
}

// URLError says what is wrong with a database URL, without repeating secrets.
type URLError struct{ Frase string }

func (e *URLError) Error() string { return e.Frase }

// IsURLError says that err is about the URL itself.
func IsURLError(err error) bool {
	var u *URLError
	return errors.As(err, &u)
}

var errEmptyPath = &URLError{
	"a URL do SQLite não diz o arquivo: use sqlite:///data/clientes.db (relativo) ou sqlite:////var/lib/monitor/clientes.db (absoluto)",
}

var errNoSlashes = &URLError{
	"faltam as barras na URL do banco: use sqlite:///data/clientes.db (relativo), sqlite:////var/lib/monitor/clientes.db (absoluto) ou postgresql://usuario@servidor/banco",
}

var schemes = []string{"sqlite", "postgres", "postgresql", "cockroachdb", "mysql", "mariadb"}

// ParseURL understands SQLAlchemy's forms and plain paths. It does not touch the
// network. What SQLAlchemy leaves to its drivers has their defaults: the
// system's user for a local server, the folder of PostgreSQL's sockets for a URL
// without host.
func ParseURL(raw string) (Target, error) {
	raw = unwrap(raw)
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok {
		if known, _, colon := strings.Cut(raw, ":"); colon && slices.Contains(schemes, strings.ToLower(known)) {
			return Target{}, errNoSlashes
		}
		switch {
		case keyword.MatchString(raw):
			return keywordTarget(raw)
		case raw != "" && raw != ":memory:" && !strings.ContainsRune(raw, 0) && !clearPath(raw):
			return Target{}, errNotPath
		}
		return sqliteTarget(raw)
	}
	scheme, _, _ = strings.Cut(strings.ToLower(scheme), "+") // postgresql+psycopg2
	switch scheme {
	case "sqlite":
		path, _, _ := strings.Cut(rest, "?")
		if hidesAddress(strings.TrimLeft(path, "/")) {
			return Target{}, errNotPath
		}
		return sqliteTarget(strings.TrimPrefix(path, "/"))
	case "postgres", "postgresql", "cockroachdb":
		return serverTarget(Postgres, scheme, rest)
	case "mysql", "mariadb":
		return serverTarget(MySQL, scheme, rest)
	default:
		return Target{}, &URLError{
			"o tipo de banco no começo da URL não é conhecido: use sqlite:///data/clientes.db, postgresql://usuario@servidor/banco ou mysql://usuario@servidor/banco",
		}
	}
}

// unwrap takes off what comes along when a URL is copied from a provider's page:
// the psql command and quotes.
func unwrap(raw string) string {
	raw = strings.TrimSpace(raw)
	raw = strings.TrimSpace(strings.TrimPrefix(raw, "psql "))
	for _, q := range []string{`"`, "'"} {
		if len(raw) > 1 && strings.HasPrefix(raw, q) && strings.HasSuffix(raw, q) {
			return strings.TrimSpace(raw[1 : len(raw)-1])
		}
	}
	return raw
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
	t := Target{Kind: SQLite, Path: abs, Nome: abs}
	if !filepath.IsAbs(filepath.FromSlash(path)) {
		t.Instance = instanceFile(abs, path)
	}
	return t, nil
}

// instanceFolder is where Flask-SQLAlchemy begins relative paths since its version 3.
const instanceFolder = "instance"

func instanceFile(abs, path string) string {
	if _, err := os.Stat(abs); err == nil {
		return ""
	}
	there, err := filepath.Abs(filepath.Join(instanceFolder, filepath.FromSlash(path)))
	if err != nil {
		return ""
	}
	if info, err := os.Stat(there); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	return there
}
