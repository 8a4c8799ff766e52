package cmd

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/cmd/term"
)

// selfSigned writes c.pem and c.key for 127.0.0.1.
func selfSigned(t *testing.T, key any, serial int64, from, until time.Time) {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial),
		NotBefore:    from,
		NotAfter:     until,
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	var public any
	switch k := key.(type) {
	case *ecdsa.PrivateKey:
		public = &k.PublicKey
	case *rsa.PrivateKey:
		public = &k.PublicKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, key)
	require.NoError(t, err)
	writePEM(t, "c.pem", "CERTIFICATE", der)
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	writePEM(t, "c.key", "PRIVATE KEY", keyDER)
}

func writePEM(t *testing.T, path, kind string, der []byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
}

func ellipticKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return key
}

// hour is a time of validity around now.
func hour() (from, until time.Time) { return time.Now().Add(-time.Hour), time.Now().Add(time.Hour) }

// TestServerTLSMatrix speaks every version and the weak suites to the real listener,
// with both kinds of keys.
func TestServerTLSMatrix(t *testing.T) {
	fresh(t)
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	weak := []uint16{
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
		tls.TLS_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_RSA_WITH_AES_128_CBC_SHA, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA,
	}
	from, until := hour()
	for name, key := range map[string]any{"ecdsa": ellipticKey(t), "rsa": rsaKey} {
		selfSigned(t, key, 1, from, until)
		s := startServe(t, term.Streams{}, "--tls-cert", "c.pem", "--tls-chave", "c.key")
		require.True(t, strings.HasPrefix(s.url, "https://127.0.0.1:"), s.url)
		for _, c := range []struct {
			version uint16
			suites  []uint16
			ok      bool
		}{
			{tls.VersionTLS10, nil, false},
			{tls.VersionTLS11, nil, false},
			{tls.VersionTLS12, nil, true},
			{tls.VersionTLS12, weak, false},
			{tls.VersionTLS13, nil, true},
		} {
			conn, err := tls.Dial("tcp", strings.TrimPrefix(s.url, "https://"), &tls.Config{
				InsecureSkipVerify: true, MinVersion: c.version, MaxVersion: c.version, CipherSuites: c.suites, NextProtos: []string{"h2", "http/1.1"},
			})
			require.Equal(t, c.ok, err == nil, "%s %x %x: %v", name, c.version, c.suites, err)
			if err == nil {
				require.Equal(t, "http/1.1", conn.ConnectionState().NegotiatedProtocol)
				require.NoError(t, conn.Close())
			}
		}
		code, _ := s.stop()
		require.Equal(t, exitOK, code)
	}
}

// TestCookieOfARealTLSServer logs in through the real listener.
func TestCookieOfARealTLSServer(t *testing.T) {
	fresh(t)
	pool := writeCertificate(t, "c.pem", "c.key")
	s := startServe(t, term.Streams{OutTerminal: true}, "--tls-cert", "c.pem", "--tls-chave", "c.key")
	login := regexp.MustCompile(`e-mail +(\S+)\n +senha +(\S+)`).FindStringSubmatch(s.before)
	require.Len(t, login, 3, s.before)
	r, err := http.NewRequestWithContext(
		t.Context(),
		http.MethodPost,
		s.url+"/entrar",
		strings.NewReader(fmt.Sprintf(`{"email":%q,"senha":%q}`, login[1], login[2])),
	)
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", s.url)
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
	defer client.CloseIdleConnections()
	resp, err := client.Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, 200, resp.StatusCode, string(text))
	require.Len(t, resp.Cookies(), 1)
	cookie := resp.Cookies()[0]
	require.True(t, strings.HasPrefix(cookie.Name, "__Host-"), cookie.Name)
	require.True(t, cookie.Secure && cookie.HttpOnly && cookie.Path == "/" && cookie.Domain == "", cookie.String())
	s.stop()
}

// TestCertificatesThatCannotServe: each mistake has its sentence, and no database is
// made on the way to it.
func TestCertificatesThatCannotServe(t *testing.T) {
	fresh(t)
	from, until := hour()
	good := ellipticKey(t)
	for _, c := range []struct {
		part    string
		prepare func()
	}{
		{"o arquivo c.pem não existe", func() { require.NoError(t, os.Remove("c.pem")) }},
		{"o arquivo c.key não existe", func() { require.NoError(t, os.Remove("c.key")) }},
		{"o arquivo c.key não pôde ser lido", func() { require.NoError(t, os.Remove("c.key")); require.NoError(t, os.Mkdir("c.key", 0o700)) }},
		{"c.pem não é um certificado em PEM", func() { require.NoError(t, os.WriteFile("c.pem", []byte("certificado"), 0o600)) }},
		{"c.pem não é um certificado em PEM", func() { require.NoError(t, os.Rename("c.key", "c.pem")); writePEM(t, "c.key", "PRIVATE KEY", nil) }},
		{"c.key não é uma chave em PEM sem senha", func() { writePEM(t, "c.key", "ENCRYPTED PRIVATE KEY", []byte("x")) }},
		{"a chave c.key não é a do certificado c.pem", func() {
			der, err := x509.MarshalPKCS8PrivateKey(ellipticKey(t))
			require.NoError(t, err)
			writePEM(t, "c.key", "PRIVATE KEY", der)
		}},
		{"o certificado c.pem venceu em", func() { selfSigned(t, good, 1, from.AddDate(0, -1, 0), from) }},
		{"o certificado c.pem só vale a partir de", func() { selfSigned(t, good, 1, until, until.AddDate(0, 1, 0)) }},
	} {
		require.NoError(t, os.RemoveAll("c.key"))
		selfSigned(t, good, 1, from, until)
		c.prepare()
		r := runMonitor(t, "serve", "--endereco", "127.0.0.1:0", "--tls-cert", "c.pem", "--tls-chave", "c.key")
		require.Equal(t, exitUsage, r.code, r.err)
		require.Contains(t, r.err, c.part)
		require.Contains(t, r.err, "tls.certificado e tls.chave")
		requirePortuguese(t, c.part, r.err)
		require.NoDirExists(t, "data")
	}
}

// TestRenewedCertificateIsTakenUp renews the files under a server, as certbot does.
// A pair that does not fit leaves the one before in place.
func TestRenewedCertificateIsTakenUp(t *testing.T) {
	fresh(t)
	from, until := hour()
	selfSigned(t, ellipticKey(t), 1, from, until)
	s := startServe(t, term.Streams{}, "--tls-cert", "c.pem", "--tls-chave", "c.key")
	shown := func() int64 {
		conn, err := tls.Dial(
			"tcp",
			strings.TrimPrefix(s.url, "https://"),
			&tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12},
		)
		require.NoError(t, err)
		defer conn.Close()
		return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	require.EqualValues(t, 1, shown())
	old, err := os.ReadFile("c.key")
	require.NoError(t, err)
	selfSigned(t, ellipticKey(t), 2, from, until)
	renewed, err := os.ReadFile("c.key")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile("c.key", append(old, '\n'), 0o600)) // the key is not there yet
	require.EqualValues(t, 1, shown())
	require.NoError(t, os.WriteFile("c.key", renewed, 0o600))
	require.EqualValues(t, 2, shown())
	require.NoError(t, os.Remove("c.pem"))
	require.EqualValues(t, 2, shown())
	selfSigned(t, ellipticKey(t), 3, from.AddDate(-1, 0, 0), from)
	require.EqualValues(t, 2, shown(), "an expired one is no renewal")
	selfSigned(t, ellipticKey(t), 4, from, until)
	require.EqualValues(t, 4, shown())
	code, stderr := s.stop()
	require.Equal(t, exitOK, code)
	require.Contains(t, stderr, "certificado renovado")
	require.Contains(t, stderr, "continua o anterior")
}
