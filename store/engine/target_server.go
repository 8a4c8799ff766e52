package engine

import (
	"net"
	"net/netip"
	"os"
	"os/user"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
)

var portas = map[Kind]int{Postgres: 5432, MySQL: 3306}

// portaCockroach is what the scheme cockroachdb:// means without a port.
const portaCockroach = 26257

var nomesKind = map[Kind]string{Postgres: "postgresql", MySQL: "mysql"}

// parts are the pieces of a server's URL, the texts decoded.
type parts struct {
	usuario, senha, host, porta, banco string
	query                              []param
}

// serverTarget reads what follows the scheme. Errors never repeat the URL: a
// password with a stray character may have ended up in any piece of it.
func serverTarget(kind Kind, scheme, rest string) (Target, error) {
	p, ok := splitURL(rest)
	if !ok {
		return Target{}, &URLError{
			"a URL do banco não pôde ser lida: use " + nomesKind[kind] + "://usuario@servidor/banco, com a senha depois do usuário e de dois-pontos (caracteres especiais da senha como %40)",
		}
	}
	return p.target(kind, scheme)
}

// target is where the pieces lead.
func (p parts) target(kind Kind, scheme string) (Target, error) {
	t := Target{Kind: kind, Host: p.host, Porta: portas[kind], Usuario: p.usuario, Senha: p.senha, Banco: p.banco}
	if scheme == "cockroachdb" {
		t.Porta, t.Provedor = portaCockroach, provedorCockroach
	}
	o := options{}
	if err := o.read(&t, p.query); err != nil {
		return Target{}, err
	}
	if err := t.place(p.porta); err != nil {
		return Target{}, err
	}
	if err := t.identify(); err != nil {
		return Target{}, err
	}
	t.Nome = t.shown(p.porta != "")
	t.applyProvider()
	t.chooseTLS(o)
	return t, nil
}

// place fills in where the server is.
func (t *Target) place(porta string) error {
	if t.Host == "" {
		t.Host = defaultHost(t.Kind)
	}
	if strings.Contains(t.Host, ",") {
		return &URLError{"a URL do banco nomeia mais de um servidor: informe só o principal"}
	}
	if t.socket() {
		return nil
	}
	if porta != "" {
		n, err := strconv.ParseUint(porta, 10, 16)
		if err != nil || n == 0 {
			return &URLError{
				"a porta na URL do banco não vai de 1 a 65535; se ela faz parte da senha, escreva os caracteres especiais da senha como %40",
			}
		}
		t.Porta = int(n)
	}
	if !hostName.MatchString(t.Host) {
		if _, err := netip.ParseAddr(t.Host); err != nil {
			return &URLError{"o nome do servidor na URL do banco tem caracteres inválidos; se são da senha, escreva-os como %40"}
		}
	}
	return nil
}

var hostName = regexp.MustCompile(`^[\pL\pN]([\pL\pN._-]*[\pL\pN.])?$`)

// identify fills in who connects and to which database.
func (t *Target) identify() error {
	if t.Usuario == "" {
		u, err := user.Current()
		if err != nil || !t.local() {
			return &URLError{"a URL do banco não diz o usuário: use " + nomesKind[t.Kind] + "://usuario@servidor/banco"}
		}
		t.Usuario = u.Username
	}
	if t.Banco == "" {
		return &URLError{
			"a URL do banco não diz o nome do banco: acrescente-o depois do servidor e de uma barra, como em " + nomesKind[t.Kind] + "://usuario@servidor/clientes",
		}
	}
	for _, s := range []string{t.Host, t.Usuario, t.Senha, t.Banco} {
		if strings.ContainsRune(s, 0) {
			return &URLError{"a URL do banco contém um caractere inválido"}
		}
	}
	return nil
}

// shown is the URL for people: everything but the password and the options.
func (t *Target) shown(porta bool) string {
	start := nomesKind[t.Kind] + "://" + t.Usuario + "@"
	switch {
	case t.socket() && t.Kind == MySQL:
		return start + "/" + t.Banco + "?unix_socket=" + t.Host
	case t.socket():
		return start + "/" + t.Banco + "?host=" + t.Host
	case porta:
		return start + net.JoinHostPort(t.Host, strconv.Itoa(t.Porta)) + "/" + t.Banco
	case strings.Contains(t.Host, ":"):
		return start + "[" + t.Host + "]/" + t.Banco
	default:
		return start + t.Host + "/" + t.Banco
	}
}

// socket says that the server is reached by a file of this machine.
func (t *Target) socket() bool { return filepath.IsAbs(t.Host) || strings.HasPrefix(t.Host, "/") }

// local says that the connection does not leave this machine, or only through a
// provider's encrypted private network.
func (t *Target) local() bool {
	name := strings.ToLower(strings.TrimSuffix(t.Host, "."))
	if t.socket() || name == "localhost" || strings.HasSuffix(name, ".localhost") || redePrivada(name) {
		return true
	}
	addr, err := netip.ParseAddr(name)
	return err == nil && addr.Unmap().IsLoopback()
}

// defaultHost is where the drivers of SQLAlchemy look for a server without host.
func defaultHost(kind Kind) string {
	if kind == Postgres && runtime.GOOS != "windows" {
		for _, dir := range []string{"/var/run/postgresql", "/private/tmp", "/tmp"} {
			if _, err := os.Stat(filepath.Join(dir, ".s.PGSQL.5432")); err == nil {
				return dir
			}
		}
	}
	return "localhost"
}

// parseHost takes a host of the URL apart; it may be an IPv6 address in brackets.
func parseHost(s string) (host, porta string, ok bool) {
	if strings.HasPrefix(s, "[") {
		addr, after, closed := strings.Cut(s[1:], "]")
		porta, colon := strings.CutPrefix(after, ":")
		return addr, porta, closed && (colon || after == "")
	}
	host, porta, _ = strings.Cut(s, ":")
	return unquote(host), porta, !strings.ContainsAny(host, "@?# \t") && !strings.Contains(porta, ":")
}

// unquote decodes %XX and leaves what is none as it is, as Python does.
func unquote(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return strings.ToValidUTF8(b.String(), "\uFFFD")
}

// splitURL takes user:password@host:port/database?options apart as SQLAlchemy
// does: the password ends at the last @, so that it may hold @ : / # ? and %.
func splitURL(rest string) (parts, bool) {
	var p parts
	place, query := splitQuery(rest)
	if i := strings.LastIndexByte(place, '@'); i >= 0 {
		usuario, senha, _ := strings.Cut(place[:i], ":")
		p.usuario, p.senha = unquote(usuario), unquote(senha)
		place = place[i+1:]
	}
	place, banco, _ := strings.Cut(place, "/")
	p.banco = unquote(banco)
	p.query = splitParams(query)
	var ok bool
	p.host, p.porta, ok = parseHost(place)
	return p, ok && !strings.ContainsAny(banco, "?#")
}

// noUser matches host:port/database before the options of a URL without user.
var noUser = regexp.MustCompile(`^(\[[^\]@]*\]|[^:/?@\[\]]*)(:\d+)?(/[^?@:]*)?$`)

// splitQuery finds where the options begin. A ? may be part of the password: one
// counts only behind the last @ that is not inside an option's value.
func splitQuery(rest string) (place, query string) {
	for i := range len(rest) {
		if rest[i] != '?' {
			continue
		}
		before, after := rest[:i], rest[i+1:]
		hasUser := strings.Contains(before, "@")
		if !hasUser && strings.Contains(after, "@") && !noUser.MatchString(before) {
			continue
		}
		if !strings.Contains(after, "@") || isQuery(after) {
			return before, after
		}
	}
	return rest, ""
}

// isQuery says that a text with an @ in it is a list of options, with the @ in
// the value of one where it makes sense.
func isQuery(s string) bool {
	for _, p := range splitParams(s) {
		if strings.Contains(p.raw, "@") && !mayHoldAt[p.nome] {
			return false
		}
		if !knownParam(p.nome) {
			return false
		}
	}
	return true
}

var mayHoldAt = map[string]bool{
	"applicationname":         true,
	"fallbackapplicationname": true,
	"user":                    true,
	"password":                true,
	"options":                 true,
	"sslrootcert":             true,
	"sslca":                   true,
}

// A param is an option of the URL: its name folded, its value decoded.
type param struct{ nome, valor, raw string }

func splitParams(query string) []param {
	var list []param
	for piece := range strings.SplitSeq(query, "&") {
		if piece == "" {
			continue
		}
		nome, valor, _ := strings.Cut(piece, "=")
		list = append(list, param{fold(nome), unquote(strings.ReplaceAll(valor, "+", " ")), piece})
	}
	return list
}

// fold makes one name of ssl_ca, ssl-ca and sslCA.
func fold(nome string) string {
	return strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(unquote(nome)))
}
