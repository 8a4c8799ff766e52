package engine

import (
	"path/filepath"
	"regexp"
	"strings"
)

// keyword begins libpq's other form: host=db port=5432 user=app dbname=c.
var keyword = regexp.MustCompile(
	`(?i)^\s*(host|hostaddr|port|user|password|passfile|dbname|sslmode|sslrootcert|sslcert|sslkey|options|service|application_name|connect_timeout|target_session_attrs|channel_binding|gssencmode|client_encoding|fallback_application_name|keepalives[a-z_]*)\s*=`,
)

var errKeywords = &URLError{
	"o banco foi dado na forma nome=valor, que não pôde ser lida: use host=servidor port=5432 user=usuario password=senha dbname=banco, com aspas simples em valores que têm espaço, ou postgresql://usuario@servidor/banco",
}

// keywordTarget reads libpq's form of keywords and values.
func keywordTarget(raw string) (Target, error) {
	list, ok := splitKeywords(raw)
	if !ok {
		return Target{}, errKeywords
	}
	var p parts
	for _, word := range list {
		if word.nome != "password" && strings.Contains(word.valor, ";") {
			return Target{}, errKeywords // ODBC's form, whose password would be part of a name
		}
		switch word.nome {
		case "host":
			p.host = word.valor
		case "hostaddr":
			if p.host == "" {
				p.host = word.valor
			}
		case "port":
			p.porta = word.valor
		case "user":
			p.usuario = word.valor
		case "password":
			p.senha = word.valor
		case "dbname":
			p.banco = word.valor
		case "service", "passfile":
			return Target{}, &URLError{
				"o banco é dado por um arquivo do PostgreSQL (" + word.nome + "), que o monitor não lê: use postgresql://usuario@servidor/banco",
			}
		default:
			if !knownParam(word.nome) {
				return Target{}, errKeywords
			}
			p.query = append(p.query, word)
		}
	}
	if p.banco == "" {
		p.banco = p.usuario // as libpq does
	}
	return p.target(Postgres, "postgresql")
}

// splitKeywords takes the words apart: values may stand in single quotes, and \
// keeps the next character as it is.
func splitKeywords(raw string) (list []param, ok bool) {
	rest := strings.TrimSpace(raw)
	for rest != "" {
		nome, after, found := strings.Cut(rest, "=")
		nome = strings.TrimSpace(nome)
		if !found || nome == "" || strings.ContainsAny(nome, " \t\n'\"") {
			return nil, false
		}
		var valor string
		if valor, rest, ok = keywordValue(strings.TrimLeft(after, " \t\n")); !ok {
			return nil, false
		}
		list = append(list, param{fold(nome), valor, nome})
		rest = strings.TrimLeft(rest, " \t\n")
	}
	return list, len(list) > 0
}

func keywordValue(s string) (valor, rest string, ok bool) {
	quoted := strings.HasPrefix(s, "'")
	if quoted {
		s = s[1:]
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case quoted && c == '\'':
			return b.String(), s[i+1:], true
		case !quoted && strings.IndexByte(" \t\n", c) >= 0:
			return b.String(), s[i:], true
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), "", !quoted
}

// errNotPath says nothing of what was given: it may be a password.
var errNotPath = &URLError{
	"o banco dado não é uma URL conhecida nem um caminho de arquivo claro: use sqlite:///data/clientes.db, um caminho como ./clientes.db, postgresql://usuario@servidor/banco ou mysql://usuario@servidor/banco",
}

var (
	drive = regexp.MustCompile(`^[A-Za-z]:[\\/]`)
	// plainName is a file's name that nobody takes for anything else. Names without
	// an ending are files only where a path says so.
	plainName = regexp.MustCompile(`(?i)^[\pL\pN _().,+~-]+\.(db|db3|sqlite|sqlite3|sdb|s3db|dat|bak|banco|tmp|test)$`)
	// secretWord is what only addresses of servers have.
	secretWord = regexp.MustCompile(
		`(?i)(^|[\s;&?])(password|passwd|pwd|senha|user|user id|uid|username|server|data source|initial catalog|database|dbname)\s*=`,
	)
)

// clearPath says whether a text without scheme is a path, and cannot be an address
// whose password would become a file's name.
func clearPath(raw string) bool {
	path := filepath.ToSlash(raw)
	switch {
	case strings.ContainsAny(raw, "?*<>|\"\n\r\t"), secretWord.MatchString(raw), strings.Contains(path, "//"):
		return false
	case drive.MatchString(raw):
		return !strings.Contains(raw[2:], ":")
	case strings.Contains(raw, ":"):
		return false
	case strings.HasPrefix(path, "/"), strings.HasPrefix(path, "./"), strings.HasPrefix(path, "../"):
		return true
	}
	dir, name := filepath.Split(path)
	return plainName.MatchString(name) && !strings.ContainsAny(dir, "=;@")
}

// hidesAddress says whether the path of a sqlite: URL is another address.
func hidesAddress(path string) bool {
	return strings.Contains(path, "://") || keyword.MatchString(path) || secretWord.MatchString(path)
}
