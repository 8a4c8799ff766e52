package cmd

import (
	"crypto/tls"
	"encoding/pem"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"example.com/monitor/cmd/settings"
	"example.com/monitor/cmd/term"
)

// serverTLS is how the server speaks TLS: 1.2 or newer, forward secrecy and
// authenticated encryption only, HTTP/1.1.
func serverTLS(k *keypair) *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: k.current,
		NextProtos:     []string{"http/1.1"},
		// Of 1.2; those of 1.3 are all of this kind.
		CipherSuites: []uint16{
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		},
	}
}

// keypair is a certificate in two files that are renewed while the server runs. They
// are looked at before each handshake. A new pair that cannot be used, as when only
// one of the files has been written yet, leaves the one before in place.
type keypair struct {
	cert, key string
	log       *slog.Logger

	mu   sync.Mutex
	seen stamp // of the files when they were read last
	pair *tls.Certificate
}

// stamp tells one state of the two files from another.
type stamp [2]struct {
	size int64
	at   time.Time
}

func (k *keypair) stamp() (s stamp) {
	for i, path := range []string{k.cert, k.key} {
		if info, err := os.Stat(path); err == nil {
			s[i].size, s[i].at = info.Size(), info.ModTime()
		}
	}
	return s
}

// loadKeypair reads the files for the first time.
func loadKeypair(cfg *settings.Config, log *slog.Logger) (*keypair, error) {
	k := &keypair{cert: cfg.Text("tls.certificado"), key: cfg.Text("tls.chave"), log: log}
	k.seen = k.stamp()
	var err error
	k.pair, err = readValidPair(k.cert, k.key)
	return k, err
}

// current implements tls.Config.GetCertificate.
func (k *keypair) current(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.stamp()
	if now == k.seen {
		return k.pair, nil
	}
	k.seen = now
	pair, err := readValidPair(k.cert, k.key)
	if err != nil {
		k.log.Warn("o certificado novo não serve; continua o anterior", "causa", err.Error())
		return k.pair, nil
	}
	k.pair = pair
	k.log.Info("certificado renovado", "vale_ate", pair.Leaf.NotAfter)
	return k.pair, nil
}

// readValidPair is readPair for a certificate that callers can accept today.
func readValidPair(cert, key string) (*tls.Certificate, error) {
	pair, err := readPair(cert, key)
	if err != nil {
		return nil, err
	}
	const form = "02/01/2006 15:04"
	switch now := time.Now(); {
	case now.After(pair.Leaf.NotAfter):
		return nil, badCertificate("o certificado %s venceu em %s", cert, pair.Leaf.NotAfter.Local().Format(form))
	case now.Before(pair.Leaf.NotBefore):
		return nil, badCertificate(
			"o certificado %s só vale a partir de %s; confira o relógio desta máquina",
			cert,
			pair.Leaf.NotBefore.Local().Format(form),
		)
	}
	return pair, nil
}

// readPair says in people's words what is wrong with the files.
func readPair(cert, key string) (*tls.Certificate, error) {
	var text [2][]byte
	for i, path := range []string{cert, key} {
		var err error
		if text[i], err = os.ReadFile(path); err != nil {
			return nil, unreadable(path, err)
		}
	}
	pair, err := tls.X509KeyPair(text[0], text[1])
	switch {
	case err == nil:
	case !hasBlock(text[0], "CERTIFICATE"):
		return nil, badCertificate("%s não é um certificado em PEM", cert)
	case !hasBlock(text[1], "PRIVATE KEY"):
		return nil, badCertificate("%s não é uma chave em PEM sem senha", key)
	default:
		return nil, badCertificate("a chave %s não é a do certificado %s, ou um dos dois está danificado", key, cert)
	}
	return &pair, nil
}

func unreadable(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return badCertificate("o arquivo %s não existe", path)
	case errors.Is(err, fs.ErrPermission):
		return badCertificate("sem permissão para ler %s", path)
	default:
		return badCertificate("o arquivo %s não pôde ser lido", path)
	}
}

// hasBlock says that text holds PEM of a kind ("EC PRIVATE KEY" is a "PRIVATE KEY").
// A key with a password cannot be used.
func hasBlock(text []byte, kind string) bool {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if strings.HasSuffix(block.Type, kind) && !strings.HasPrefix(block.Type, "ENCRYPTED") && block.Headers["DEK-Info"] == "" {
			return true
		}
	}
	return false
}

func badCertificate(format string, args ...any) error {
	return term.UsageError("confira tls.certificado e tls.chave (monitor config mostrar diz de onde vieram)", format, args...)
}
