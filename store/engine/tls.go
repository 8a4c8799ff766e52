package engine

import (
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
)

// TLSMode says how the connection to a server is protected.
type TLSMode string

// The modes. Remote servers are verified unless the URL says otherwise.
const (
	TLSVerificado     TLSMode = "verificado"
	TLSSemVerificacao TLSMode = "sem-verificacao"
	TLSNenhum         TLSMode = "nenhum"
)

// TLSConfig is what the drivers are given; nil when the connection is plain. A
// pinned certificate is the only one that is accepted, whoever signed it.
func (t Target) TLSConfig() (*tls.Config, error) {
	if t.TLS != TLSVerificado && t.TLS != TLSSemVerificacao {
		return nil, nil //nolint:nilnil // plain
	}
	cfg := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: t.serverName()}
	switch {
	case t.Certificado != "":
		return pinned(cfg, t.Certificado)
	case t.TLS == TLSSemVerificacao:
		cfg.InsecureSkipVerify = true //nolint:gosec // the URL says so, and setup warns
		return cfg, nil
	}
	roots, err := t.roots()
	if err != nil {
		return nil, err
	}
	cfg.RootCAs = roots
	if t.SemNome {
		cfg.InsecureSkipVerify = true //nolint:gosec // VerifyConnection does it, without the name
		cfg.VerifyConnection = chainOnly(roots)
	}
	return cfg, nil
}

// serverName is what the server is asked for and its certificate must bear.
func (t Target) serverName() string { return strings.TrimSuffix(t.Host, ".") }

// roots are the authorities to trust; nil for the system's alone.
func (t Target) roots() (*x509.CertPool, error) {
	if t.CA == "" {
		return nil, nil //nolint:nilnil // the system's
	}
	text := []byte(t.CA)
	if !strings.HasPrefix(strings.TrimSpace(t.CA), "-----BEGIN") {
		var err error
		if text, err = os.ReadFile(expandHome(t.CA)); err != nil {
			return nil, &UnavailableError{
				Causa: "o arquivo da autoridade certificadora não pôde ser lido: " + t.CA, Remedio: "confira o caminho em sslrootcert= na URL ou em MONITOR_DB_CA (db.ca)",
				driver: err, motivo: MotivoAutoridade,
			}
		}
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(text) {
		return nil, &UnavailableError{
			Causa: "o arquivo da autoridade certificadora não tem nenhum certificado em PEM", Remedio: "baixe de novo o certificado da autoridade no painel do provedor e confira sslrootcert= ou MONITOR_DB_CA (db.ca)",
			motivo: MotivoAutoridade,
		}
	}
	return pool, nil
}

// expandHome takes the ~ that URLs of .env files carry and no shell expands.
func expandHome(path string) string {
	rest, ok := strings.CutPrefix(path, "~/")
	if home, err := os.UserHomeDir(); ok && err == nil {
		return filepath.Join(home, rest)
	}
	return path
}

// pinned accepts one certificate, by its SHA-256. Only the leaf is compared: its
// key is what the handshake has proven.
func pinned(cfg *tls.Config, fingerprint string) (*tls.Config, error) {
	want, err := ParseFingerprint(fingerprint)
	if err != nil {
		return nil, err
	}
	cfg.InsecureSkipVerify = true //nolint:gosec // VerifyConnection is stricter
	cfg.VerifyConnection = func(s tls.ConnectionState) error {
		have := sha256.Sum256(s.PeerCertificates[0].Raw)
		if subtle.ConstantTimeCompare(have[:], want) != 1 {
			return &UnavailableError{
				Causa: "o certificado do servidor não é o que está fixado na configuração (o de agora: " + Fingerprint(
					s.PeerCertificates[0],
				) + ")",
				Remedio: "se o provedor trocou o certificado, confira a impressão digital no painel dele e fixe o novo com: monitor setup --confiar-certificado; se não trocou, alguém pode estar no meio do caminho",
				motivo:  MotivoCertificadoTrocado,
			}
		}
		return nil
	}
	return cfg, nil
}

// chainOnly verifies everything but the name.
func chainOnly(roots *x509.CertPool) func(tls.ConnectionState) error {
	return func(s tls.ConnectionState) error {
		between := x509.NewCertPool()
		for _, c := range s.PeerCertificates[1:] {
			between.AddCert(c)
		}
		_, err := s.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: between})
		return err
	}
}

// Fingerprint is the SHA-256 of a certificate as people compare it.
func Fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	text := strings.ToUpper(hex.EncodeToString(sum[:]))
	var pairs []string
	for i := 0; i < len(text); i += 2 {
		pairs = append(pairs, text[i:i+2])
	}
	return strings.Join(pairs, ":")
}

// ParseFingerprint reads a SHA-256 in hex, with or without colons.
func ParseFingerprint(s string) ([]byte, error) {
	sum, err := hex.DecodeString(strings.NewReplacer(":", "", " ", "").Replace(s))
	if err != nil || len(sum) != sha256.Size {
		return nil, &UnavailableError{
			Causa:   "o certificado fixado na configuração não é uma impressão digital SHA-256",
			Remedio: "fixe o certificado de novo com: monitor setup --confiar-certificado", motivo: MotivoCertificadoTrocado,
		}
	}
	return sum, nil
}
