package term

import (
	"io"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// Hidden stands for every secret that is not shown.
const Hidden = "••••"

// minPassword is how many characters the store asks of any password.
const minPassword = 8

var (
	urlPassword   = regexp.MustCompile(`(://[^:@/\s]*):(\S*)@`)
	queryPassword = regexp.MustCompile(`(?i)([?&](?:password|passwd|pwd|senha|sslpassword)=)[^&\s"']*`)
)

// keywordPassword is a password in libpq's and ODBC's forms: password=x, Pwd='x y'.
var keywordPassword = regexp.MustCompile(
	`(?i)(\b(?:password|passwd|pwd|senha|sslpassword)\s*=\s*)('(?:[^'\\]|\\.)*'?|"[^"]*"?|(?:\\.|[^\s;&"'])+)`,
)

// shapeless says that a database address has no scheme and may yet hold a
// password: nobody can tell which part of it that is.
func shapeless(address string) bool {
	if strings.Contains(address, "://") ||
		strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "//") && !strings.Contains(address, ":") {
		return false
	}
	drive := len(address) > 2 && address[1] == ':' && (address[2] == '\\' || address[2] == '/')
	return strings.ContainsAny(address, "@=;") || strings.Contains(address, ":") && !drive || strings.Contains(address, "//") ||
		strings.ContainsAny(address, " \t")
}

// MaskURL hides the passwords of all database addresses in s.
func MaskURL(s string) string {
	s = urlPassword.ReplaceAllString(s, "$1:"+Hidden+"@")
	s = queryPassword.ReplaceAllString(s, "$1"+Hidden)
	return keywordPassword.ReplaceAllString(s, "$1"+Hidden)
}

// redactor hides the secrets of this run in any text.
type redactor struct {
	mu    sync.Mutex
	known []string
}

// NewRedactor knows no secret yet.
func NewRedactor() *redactor { return &redactor{} }

// Learn adds a secret. Very short ones are left out: hiding every "a" would
// hide the message, not the secret.
func (r *redactor) Learn(secret string) {
	if len(secret) < 4 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known = append(r.known, secret)
}

// LearnPassword adds a password that somebody typed. One shorter than minPassword
// is refused by the store and is no secret; hiding it would eat the sentence that
// says so.
func (r *redactor) LearnPassword(senha string) {
	if utf8.RuneCountInString(senha) >= minPassword {
		r.Learn(senha)
	}
}

// LearnURL adds the passwords of a database address, as written and decoded.
func (r *redactor) LearnURL(s string) {
	secrets := queryPassword.FindAllString(s, -1)
	for i, pair := range secrets {
		_, secrets[i], _ = strings.Cut(pair, "=")
	}
	if from, to, ok := PasswordOf(s); ok {
		secrets = append(secrets, s[from:to])
	}
	for _, m := range keywordPassword.FindAllStringSubmatch(s, -1) {
		plain := strings.Trim(m[2], `'"`)
		secrets = append(secrets, plain, strings.NewReplacer(`\'`, `'`, `\\`, `\`, `\ `, ` `).Replace(plain))
	}
	if shapeless(s) {
		secrets = append(secrets, s)
		if at := strings.LastIndexByte(s, '@'); at >= 0 {
			secrets = append(secrets, s[strings.LastIndexByte(s[:at], ':')+1:at])
		}
	}
	for _, secret := range secrets {
		r.Learn(secret)
		if plain, err := url.PathUnescape(secret); err == nil && plain != secret {
			r.Learn(plain)
		}
	}
}

// PasswordOf finds the password in a text that is a database address and nothing
// else. It ends at the last @, as the store reads it, so that it may hold spaces
// and everything that means something in addresses.
func PasswordOf(address string) (from, to int, ok bool) {
	start := strings.Index(address, "://") + len("://")
	to = strings.LastIndexByte(address, '@')
	if start < len("://") || to < start {
		return 0, 0, false
	}
	from = strings.IndexByte(address[start:to], ':')
	return start + from + 1, to, from >= 0
}

// keywordForm is libpq's: only its password is a secret.
var keywordForm = regexp.MustCompile(`(?i)^\s*(host|hostaddr|port|user|password|dbname|sslmode)\s*=`)

// MaskBanco is MaskURL for the configured address itself.
func MaskBanco(address string) string {
	if from, to, ok := PasswordOf(address); ok {
		address = address[:from] + Hidden + address[to:]
	}
	if shapeless(address) && !keywordForm.MatchString(address) {
		return Hidden
	}
	return MaskURL(address)
}

func (r *redactor) Mask(s string) string {
	s = MaskURL(s)
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, k := range r.known {
		s = strings.ReplaceAll(s, k, Hidden)
	}
	return s
}

// RedactingWriter masks every write; each notice and log line is one write.
type RedactingWriter struct {
	To io.Writer
	R  *redactor
}

func (w *RedactingWriter) Write(b []byte) (int, error) {
	if _, err := io.WriteString(w.To, w.R.Mask(string(b))); err != nil {
		return 0, err
	}
	return len(b), nil
}
