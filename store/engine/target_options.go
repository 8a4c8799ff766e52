package engine

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// options are what the URL itself says about TLS.
type options struct {
	modo    TLSMode // "" when nothing was said
	exige   bool    // encryption was asked for without saying whether to verify
	semNome bool    // sslmode=verify-ca
}

// The names of TLS settings, folded. PostgreSQL's, MySQL's, Prisma's, JDBC's and
// Go's own are all met in .env files.
var tlsParams = map[string]bool{
	"sslmode": true, "ssl": true, "sslaccept": true, "tls": true, "usessl": true, "requiressl": true, "sslverifycert": true, "sslverifyidentity": true,
	"verifyservercertificate": true,
}

// certParams name the file of the authorities.
var certParams = map[string]bool{"sslrootcert": true, "sslca": true, "sslcert": false, "sslkey": false}

// droppedParams mean something to other drivers and nothing to ours, or are
// always on here.
var droppedParams = map[string]bool{
	"charset": true, "connecttimeout": true, "channelbinding": true, "options": true, "applicationname": true, "fallbackapplicationname": true,
	"schema": true, "searchpath": true, "currentschema": true, "defaultschema": true, "pooltimeout": true, "statementcachesize": true, "targetsessionattrs": true, "gssencmode": true, "keepalives": true, "usekeychain": true,
	"supaproject": true, "preparethreshold": true, "workaround": true, "sslnegotiation": true, "collation": true, "parsetime": true, "loc": true, "usepure": true,
}

func knownParam(nome string) bool {
	_, cert := certParams[nome]
	switch nome {
	case "host",
		"hostaddr",
		"port",
		"user",
		"password",
		"dbname",
		"unixsocket",
		"socket",
		"pgbouncer",
		"connectionlimit",
		"poolsize",
		"maxconnections",
		"sslpassword":
		return true
	}
	return cert || tlsParams[nome] || droppedParams[nome]
}

// read takes the options that we know and drops the others, as servers and
// poolers refuse what they do not know.
func (o *options) read(t *Target, query []param) error {
	for _, p := range query {
		if err := t.otherSchema(p); err != nil {
			return err
		}
		switch p.nome {
		case "host", "hostaddr":
			if t.Host == "" || strings.HasPrefix(p.valor, "/") {
				t.Host = p.valor
			}
		case "unixsocket", "socket":
			t.Host = p.valor
		case "port":
			if n, err := strconv.ParseUint(p.valor, 10, 16); err == nil && n > 0 {
				t.Porta = int(n)
			}
		case "user":
			t.Usuario = p.valor
		case "password":
			t.Senha = p.valor
		case "dbname":
			t.Banco = p.valor
		case "pgbouncer":
			t.Pooler = yes(p.valor)
		case "connectionlimit", "poolsize", "maxconnections":
			if n, err := strconv.ParseUint(p.valor, 10, 16); err == nil {
				t.MaxConexoes = int(n)
			}
		case "sslrootcert", "sslca":
			t.CA = authorities(p.valor)
		case "sslcert", "sslkey":
			return &URLError{
				"a URL do banco pede um certificado de cliente (" + p.nome + "), que o monitor não usa: entre com usuário e senha e tire essa opção da URL",
			}
		default:
			o.readTLS(p)
		}
	}
	return nil
}

func yes(s string) bool { return s == "true" || s == "1" || s == "yes" }

// authorities leaves out the files that only repeat the system's own authorities,
// which are trusted anyway and lie elsewhere on other systems.
func authorities(file string) string {
	switch file {
	case "system", "/etc/ssl/cert.pem", "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem":
		return ""
	}
	return file
}

// readTLS understands the many ways to speak of TLS. prefer and allow say
// nothing: they are what drivers do when nobody asks.
func (o *options) readTLS(p param) {
	if !tlsParams[p.nome] {
		return
	}
	value := strings.ReplaceAll(strings.ToLower(p.valor), "_", "-")
	if strings.HasPrefix(strings.TrimSpace(p.valor), "{") {
		o.readObject(p.valor)
		return
	}
	switch value {
	case "disable", "disabled", "false", "0", "off", "no":
		if p.nome == "sslverifycert" || p.nome == "sslverifyidentity" || p.nome == "verifyservercertificate" {
			o.modo = TLSSemVerificacao
		} else if o.modo == "" {
			o.modo = TLSNenhum
		}
	case "require", "required", "true", "1", "on", "yes":
		if o.modo == "" || o.modo == TLSNenhum {
			o.exige = true
		}
	case "verify-full", "verify-identity", "strict":
		o.modo = TLSVerificado
	case "verify-ca":
		o.modo, o.semNome = TLSVerificado, true
	case "accept-invalid-certs", "skip-verify", "no-verify":
		o.modo = TLSSemVerificacao
	}
}

// readObject reads the form of JavaScript drivers: ssl={"rejectUnauthorized":true}.
func (o *options) readObject(text string) {
	var object struct {
		RejectUnauthorized *bool `json:"rejectUnauthorized"`
	}
	o.modo = TLSVerificado
	if json.Unmarshal([]byte(text), &object) == nil && object.RejectUnauthorized != nil && !*object.RejectUnauthorized {
		o.modo = TLSSemVerificacao
	}
}

// chooseTLS settles how the connection is protected: as the URL says, verified
// for remote servers when it does not, plain for local ones. Asking for
// encryption alone is verified too where that is known to work.
func (t *Target) chooseTLS(o options) {
	p := provedores[t.Provedor]
	if o.modo == TLSNenhum && o.exige {
		o.modo = "" // of two options that contradict each other the stricter counts
	}
	switch {
	case o.modo != "":
		t.TLS = o.modo
	case t.CA != "", o.exige && p.publica:
		t.TLS = TLSVerificado
	case o.exige:
		t.TLS, t.exige = TLSSemVerificacao, true
	case t.local():
		t.TLS = TLSNenhum
	default:
		t.TLS = TLSVerificado
	}
	if t.socket() {
		t.TLS = TLSNenhum
	}
	// Any public authority gives a certificate to anybody: without the name only a
	// private one says something.
	t.SemNome = o.semNome && t.CA != "" && t.TLS == TLSVerificado
	t.warnTLS(o)
}

// warnTLS says what the chosen protection does not protect from.
func (t *Target) warnTLS(o options) {
	switch {
	case t.local():
	case t.TLS == TLSNenhum:
		t.Avisos = append(t.Avisos, avisoSemTLS)
	case t.TLS == TLSSemVerificacao && o.exige:
		t.Avisos = append(
			t.Avisos,
			avisoSemVerificacao+"; troque na URL por sslmode=verify-full, com sslrootcert=ARQUIVO se a autoridade for do próprio provedor, ou fixe o certificado com: monitor setup --confiar-certificado",
		)
	case t.TLS == TLSSemVerificacao:
		t.Avisos = append(t.Avisos, avisoSemVerificacao)
	case t.SemNome:
		t.Avisos = append(
			t.Avisos,
			"a URL manda conferir só a autoridade do certificado, não o nome do servidor; prefira sslmode=verify-full",
		)
	}
}

// Trust adds what the configuration says about trust to what the URL says. The
// URL's own authorities count first; a pinned certificate counts before all.
func (t Target) Trust(ca, certificado string) Target {
	if t.Kind != SQLite && t.TLS == TLSNenhum && certificado != "" && !t.local() {
		t.Avisos = append(slices.Clone(t.Avisos), "há um certificado fixado (db.certificado), mas esta conexão é sem TLS e não o confere")
	}
	if t.Kind == SQLite || t.TLS == TLSNenhum {
		return t
	}
	if t.CA == "" && ca != "" {
		t.CA = authorities(ca)
		if t.exige && t.CA != "" {
			t.TLS = TLSVerificado
		}
	}
	if certificado != "" {
		t.Certificado, t.TLS, t.SemNome = certificado, TLSVerificado, false
	}
	if t.TLS == TLSVerificado {
		t.Avisos = slices.DeleteFunc(slices.Clone(t.Avisos), func(a string) bool { return strings.HasPrefix(a, avisoSemVerificacao) })
	}
	return t
}

const (
	avisoSemTLS         = "a URL desliga o TLS: a senha e os dados passam abertos pela rede"
	avisoSemVerificacao = "a URL pede criptografia sem conferir o certificado: quem estiver no meio do caminho pode se passar pelo servidor"
)
