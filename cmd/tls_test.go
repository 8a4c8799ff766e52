package cmd

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/cmd/term"
)

// writeCertificate makes a self-signed pair for 127.0.0.1.
func writeCertificate(t *testing.T, certFile, keyFile string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	require.NoError(t, os.WriteFile(certFile, certPEM, 0o600))
	require.NoError(t, os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}), 0o600))
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(certPEM))
	return pool
}

// The old system's SSL_CERT_PATH and SSL_KEY_PATH make serve speak HTTPS.
func TestServeReadsTheOldCertificateSettings(t *testing.T) {
	fresh(t)
	pool := writeCertificate(t, "c.pem", "c.key")
	require.NoError(t, os.WriteFile(".env", []byte("SSL_CERT_PATH=c.pem\nSSL_KEY_PATH=c.key\n"), 0o600))
	s := startServe(t, term.Streams{})
	require.True(t, strings.HasPrefix(s.url, "https://127.0.0.1:"), s.url)
	for version, works := range map[uint16]bool{tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: version, MaxVersion: version}}}
		resp, err := client.Get(s.url + "/livez")
		require.Equal(t, works, err == nil, "%x: %v", version, err)
		if err == nil {
			require.NoError(t, resp.Body.Close())
		}
		client.CloseIdleConnections()
	}
	code, _ := s.stop()
	require.Equal(t, 0, code)
}

func TestHalfACertificateIsAMistake(t *testing.T) {
	fresh(t)
	r := runMonitor(t, "serve", "--tls-cert", "c.pem")
	require.Equal(t, exitUsage, r.code)
	require.Contains(t, r.err, "só valem juntos")
}
