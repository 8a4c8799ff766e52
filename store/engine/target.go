package engine

import (
	"crypto/tls"
	"errors"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Target is where a database URL leads.
type Target struct {
	Kind Kind
	// Nome is the path or the URL without its password, for people.
	Nome string
	Path string // absolute path of the file, SQLite only

	// The rest is about servers.
	Host    string // name, address, or the absolute folder (PostgreSQL) or path (MySQL) of a socket
	Porta   int
	Usuario string
	Senha   string
	Banco   string
	TLS     TLSMode
	// CA is a PEM file with the authorities to trust beside the system's; "" for none.
	CA string
	// Certificado is the SHA-256, in hex, of the one server certificate to accept; "" for none.
	Certificado string
	Provedor    string // recognised by host name; "" for none
	Pooler      bool   // a connection pooler in transaction mode stands before the server
	SemFK       bool   // the provider has no foreign keys
	MaxConexoes int    // 0: our default
	// Avisos are what setup should warn about, Portuguese.
	Avisos []string
}

// TLSMode says how the connection to a server is protected.
type TLSMode string

// The modes. Remote servers are verified unless the URL says otherwise.
const (
	TLSVerificado     TLSMode = "verificado"
	TLSSemVerificacao TLSMode = "sem-verificacao"
	TLSNenhum         TLSMode = "nenhum"
)

// TLSConfig is what the drivers are given; nil when the connection is plain.
func (t Target) TLSConfig() (*tls.Config, error) {
	switch t.TLS {
	case TLSVerificado:
		return &tls.Config{MinVersion: tls.VersionTLS12, ServerName: t.Host}, nil
	case TLSSemVerificacao:
		return &tls.Config{MinVersion: tls.VersionTLS12, ServerName: t.Host, InsecureSkipVerify: true}, nil //nolint:gosec // the URL says so
	default:
		return nil, nil //nolint:nilnil // plain
	}
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
	case "postgres", "postgresql", "cockroachdb":
		return serverTarget(Postgres, rest)
	case "mysql", "mariadb":
		return serverTarget(MySQL, rest)
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

var portas = map[Kind]int{Postgres: 5432, MySQL: 3306}

var nomesKind = map[Kind]string{Postgres: "postgresql", MySQL: "mysql"}

func serverTarget(kind Kind, rest string) (Target, error) {
	u, err := url.Parse("x://" + rest)
	if err != nil || u.Hostname() == "" {
		// The parse error quotes the URL and its password: say it in our words.
		return Target{}, &URLError{"a URL do banco não pôde ser lida: use " + nomesKind[kind] + "://usuario@servidor/banco, com a senha depois do usuário e de dois-pontos (caracteres especiais da senha como %40)"}
	}
	t := Target{Kind: kind, Host: u.Hostname(), Porta: portas[kind], Usuario: u.User.Username(), Banco: strings.TrimPrefix(u.Path, "/"), TLS: TLSNenhum}
	t.Senha, _ = u.User.Password()
	if p, err := strconv.Atoi(u.Port()); err == nil {
		t.Porta = p
	}
	shown := url.URL{Scheme: nomesKind[kind], Host: u.Host, Path: u.Path}
	if t.Usuario != "" {
		shown.User = url.User(t.Usuario)
	}
	t.Nome = shown.String()
	return t, nil
}

// IsURLError says that err is about the URL itself.
func IsURLError(err error) bool {
	var u *URLError
	return errors.As(err, &u)
}
