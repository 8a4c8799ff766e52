package engine

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// authority signs certificates for tests.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	a, err := makeAuthority(filepath.Join(t.TempDir(), "ca.pem"))
	require.NoError(t, err)
	return a
}

func makeAuthority(file string) (authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return authority{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Autoridade de Exemplo"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return authority{}, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return authority{}, err
	}
	return authority{cert, key, file}, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600)
}

// system is an authority that this process takes for one of the system's.
var system authority

// TestMain makes it, before anything asks for the system's authorities: that is done
// once. Windows and macOS keep theirs elsewhere.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "autoridade-*")
	if err == nil {
		system, err = makeAuthority(filepath.Join(dir, "ca.pem"))
	}
	if err == nil {
		err = os.Setenv("SSL_CERT_FILE", system.file)
	}
	if err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// sign makes a certificate for 127.0.0.1 or another name.
func (a authority) sign(t *testing.T, name string, until time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-2 * time.Hour),
		NotAfter:     until,
		DNSNames:     []string{name},
	}
	if ip := net.ParseIP(name); ip != nil {
		template.DNSNames, template.IPAddresses = nil, []net.IP{ip}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	require.NoError(t, err)
	leaf, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// pretend answers one connection after another as a server that offers TLS with
// cert, or none, and hangs up after the handshake.
func pretend(t *testing.T, kind Kind, cert *tls.Certificate) Target {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go greet(conn, kind, cert)
		}
	}()
	addr := l.Addr().(*net.TCPAddr)
	return Target{Kind: kind, Host: "127.0.0.1", Porta: addr.Port, Usuario: "ana", Senha: "segredo", Banco: "c", TLS: TLSVerificado}
}

func greet(conn net.Conn, kind Kind, cert *tls.Certificate) {
	defer conn.Close()
	if kind == Postgres {
		_, _ = io.ReadFull(conn, make([]byte, 8))
		if cert == nil {
			_, _ = conn.Write([]byte("N"))
			return
		}
		_, _ = conn.Write([]byte("S"))
	} else {
		greeting := append([]byte{10}, "8.0.36\x00"...)
		greeting = append(greeting, make([]byte, 4+8+1)...)
		flags := uint16(mysqlProtocol41)
		if cert != nil {
			flags |= mysqlSSL
		}
		greeting = binary.LittleEndian.AppendUint16(greeting, flags|mysqlSecure)
		greeting = append(greeting, mysqlUTF8, 2, 0, 8, 0, 21)
		greeting = append(greeting, make([]byte, 10+13)...)
		greeting = append(greeting, "mysql_native_password\x00"...)
		_, _ = conn.Write(append([]byte{byte(len(greeting)), 0, 0, 0}, greeting...))
		_, _ = io.ReadFull(conn, make([]byte, 36))
		if cert == nil {
			return
		}
	}
	secure := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{*cert}, MinVersion: tls.VersionTLS12})
	_ = secure.Handshake()
	_, _ = secure.Read(make([]byte, 1))
}

// Each way of trusting against each kind of certificate, on both protocols, by the
// probe and by the drivers.
func TestHandshakeMatrix(t *testing.T) {
	skipWithoutSystem(t)
	ca, other := newAuthority(t), newAuthority(t)
	good := ca.sign(t, "127.0.0.1", time.Now().Add(time.Hour))
	expired := ca.sign(t, "127.0.0.1", time.Now().Add(-time.Hour))
	named := ca.sign(t, "banco.exemplo.com", time.Now().Add(time.Hour))
	public := system.sign(t, "127.0.0.1", time.Now().Add(time.Hour))
	for _, c := range []struct {
		nome   string
		cert   *tls.Certificate
		mode   func(*Target)
		motivo string
	}{
		{"an authority of the system", &public, func(*Target) {}, ""},
		{"an authority of the system beside a file", &public, func(t *Target) { t.CA = ca.file }, ""},
		{"known authority", &good, func(t *Target) { t.CA = ca.file }, ""},
		{"no authority", &good, func(*Target) {}, MotivoAutoridade},
		{"another authority", &good, func(t *Target) { t.CA = other.file }, MotivoAutoridade},
		{"expired", &expired, func(t *Target) { t.CA = ca.file }, MotivoCertificadoVencido},
		{"another name", &named, func(t *Target) { t.CA = ca.file }, MotivoCertificadoOutroNome},
		{"another name, verify-ca", &named, func(t *Target) { t.CA, t.SemNome = ca.file, true }, ""},
		{"another authority, verify-ca", &named, func(t *Target) { t.CA, t.SemNome = other.file, true }, MotivoAutoridade},
		{"expired, verify-ca", &expired, func(t *Target) { t.CA, t.SemNome = ca.file, true }, MotivoCertificadoVencido},
		{"pinned", &named, func(t *Target) { t.Certificado = Fingerprint(named.Leaf) }, ""},
		{"pinned another", &good, func(t *Target) { t.Certificado, t.CA = Fingerprint(named.Leaf), ca.file }, MotivoCertificadoTrocado},
		{"pinned nonsense", &good, func(t *Target) { t.Certificado = "12:34" }, MotivoCertificadoTrocado},
		{"not verified", &expired, func(t *Target) { t.TLS = TLSSemVerificacao }, ""},
		{"no TLS", nil, func(*Target) {}, MotivoSemTLS},
		{"no TLS, not verified", nil, func(t *Target) { t.TLS = TLSSemVerificacao }, MotivoSemTLS},
		{"missing file", &good, func(t *Target) { t.CA = ca.file + "x" }, MotivoAutoridade},
		{"empty file", &good, func(t *Target) { t.CA = os.DevNull }, MotivoAutoridade},
	} {
		for _, kind := range []Kind{Postgres, MySQL} {
			t.Run(c.nome+" "+string(kind), func(t *testing.T) {
				target := pretend(t, kind, c.cert)
				c.mode(&target)
				conn, err := net.Dial("tcp", net.JoinHostPort(target.Host, portOf(target)))
				require.NoError(t, err)
				_, err = target.Handshake(t.Context(), conn)
				require.Equal(t, c.motivo, Motivo(err), "%v", err)
				if c.motivo != "" {
					requireRemedy(t, err)
				} else {
					require.NoError(t, err)
				}
				requireDriverAgrees(t, target, c.motivo)
			})
		}
	}
}

func skipWithoutSystem(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		t.Skip("the system's authorities are not in a file here")
	}
}

func requireRemedy(t *testing.T, err error) {
	t.Helper()
	var u *UnavailableError
	require.ErrorAs(t, err, &u)
	require.NotEmpty(t, u.Remedio)
	require.NotContains(t, u.Causa+u.Remedio, "x509")
	require.NotContains(t, u.Causa+u.Remedio, "segredo")
	if u.motivo == MotivoAutoridade && !strings.Contains(u.Causa, "arquivo") {
		for _, way := range []string{"sslrootcert=", "MONITOR_DB_CA", "--confiar-certificado"} {
			require.Contains(t, u.Remedio, way)
		}
	}
}

// requireDriverAgrees opens the database for real: the drivers' errors lead to
// the same words. Our pretended server hangs up after a good handshake.
func requireDriverAgrees(t *testing.T, target Target, motivo string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), settle)
	defer cancel()
	db, err := Open(ctx, target)
	if err == nil {
		err = db.Ping(ctx)
		_ = db.Close()
	}
	if motivo == "" {
		motivo = MotivoSemResposta
	}
	require.Equal(t, motivo, Motivo(err), "%v", err)
}

// The same for the URL that each provider gives, with its host name: what a
// profile trusts is never more than its URL says.
func TestHandshakePerProvider(t *testing.T) {
	skipWithoutSystem(t)
	ca, other := newAuthority(t), newAuthority(t)
	for _, raw := range []string{
		"postgresql://u:s@ep-xxx.us-east-1.aws.neon.tech/d?sslmode=require", "postgresql://u:s@db.xxx.supabase.co:5432/d", "postgresql://u:s@aws-0-sa-east-1.pooler.supabase.com:6543/d",
		"mysql://u:s@aws.connect.psdb.cloud/d?ssl=true", "mysql://u:s@aws.connect.psdb.cloud/d?sslaccept=strict", "postgresql://u:s@containers-xxx.railway.app:5432/d",
		"mysql://u:s@x.proxy.rlwy.net:4000/d", "postgresql://u:s@dpg-a-a.oregon-postgres.render.com/d", "postgresql://u:s@pg-x.aivencloud.com:4000/d", "mysql://u:s@mysql-x.aivencloud.com:4000/d",
		"cockroachdb://u:s@x.cockroachlabs.cloud/d?sslmode=verify-full", "postgresql://u:s@x.rds.amazonaws.com/d", "mysql://u:s@x.mysql.database.azure.com/d?ssl=true", "postgresql://u:s@db.exemplo.com/d",
	} {
		profile, err := ParseURL(raw)
		require.NoError(t, err)
		good := ca.sign(t, profile.Host, time.Now().Add(time.Hour))
		named := ca.sign(t, "outro.exemplo.com", time.Now().Add(time.Hour))
		public := system.sign(t, profile.Host, time.Now().Add(time.Hour))
		expired := ca.sign(t, profile.Host, time.Now().Add(-time.Hour))
		for _, c := range []struct {
			cert    *tls.Certificate
			ca, pin string
			motivo  string
		}{
			{&public, "", "", ""},
			{&good, ca.file, "", ""},
			{&expired, ca.file, "", MotivoCertificadoVencido},
			{&good, "", "", MotivoAutoridade},
			{&good, other.file, "", MotivoAutoridade},
			{&named, ca.file, "", MotivoCertificadoOutroNome},
			{&named, "", Fingerprint(named.Leaf), ""},
			{&good, ca.file, Fingerprint(named.Leaf), MotivoCertificadoTrocado},
			{nil, ca.file, "", MotivoSemTLS},
		} {
			server := pretend(t, profile.Kind, c.cert)
			conn, err := net.Dial("tcp", net.JoinHostPort(server.Host, portOf(server)))
			require.NoError(t, err)
			_, err = profile.Trust(c.ca, c.pin).Handshake(t.Context(), conn)
			require.Equal(t, c.motivo, Motivo(err), "%s: %v", raw, err)
		}
	}
}

func TestPeekShowsWhatItDoesNotTrust(t *testing.T) {
	cert := newAuthority(t).sign(t, "banco.exemplo.com", time.Now().Add(-time.Hour))
	target := pretend(t, Postgres, &cert)
	conn, err := net.Dial("tcp", net.JoinHostPort(target.Host, portOf(target)))
	require.NoError(t, err)
	shown, err := target.Peek(t.Context(), conn)
	require.NoError(t, err)
	require.Equal(t, "CN=banco.exemplo.com", shown.Assunto)
	require.Equal(t, "CN=Autoridade de Exemplo", shown.Emissor)
	require.Equal(t, Fingerprint(cert.Leaf), shown.Impressao)
	require.Len(t, shown.Impressao, 95)
}

func TestWrongProtocol(t *testing.T) {
	cert := newAuthority(t).sign(t, "127.0.0.1", time.Now().Add(time.Hour))
	target := pretend(t, MySQL, &cert)
	target.Kind = Postgres
	conn, err := net.Dial("tcp", net.JoinHostPort(target.Host, portOf(target)))
	require.NoError(t, err)
	_, err = target.Handshake(t.Context(), conn)
	require.Equal(t, MotivoOutroProtocolo, Motivo(err), "%v", err)
}

// A server that says nothing is left when ctx ends.
func TestHandshakeEnds(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	for _, kind := range []Kind{Postgres, MySQL} {
		conn, err := net.Dial("tcp", l.Addr().String())
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		_, err = Target{Kind: kind, Host: "127.0.0.1", TLS: TLSSemVerificacao}.Handshake(ctx, conn)
		require.Equal(t, MotivoSemResposta, Motivo(err), "%v", err)
		cancel()
	}
}

func portOf(t Target) string { return strconv.Itoa(t.Porta) }

func TestTrust(t *testing.T) {
	for _, c := range []struct {
		url, ca, pin string
		tls          TLSMode
		haveCA       string
		avisos       int
	}{
		{"postgres://ana:s@h/c", "ca.pem", "", TLSVerificado, "ca.pem", 0},
		{"postgres://ana:s@h/c?sslrootcert=minha.pem", "ca.pem", "", TLSVerificado, "minha.pem", 0},
		{"postgres://ana:s@h/c?sslmode=require", "", "", TLSSemVerificacao, "", 1},
		{"postgres://ana:s@h/c?sslmode=require", "ca.pem", "", TLSVerificado, "ca.pem", 0},
		{"postgres://ana:s@h/c?sslmode=require", "", "ab", TLSVerificado, "", 0},
		{"mysql://ana:s@h/c?sslaccept=accept_invalid_certs", "ca.pem", "", TLSSemVerificacao, "ca.pem", 1},
		{"mysql://ana:s@h/c?sslaccept=accept_invalid_certs", "", "ab", TLSVerificado, "", 0},
		{"postgres://ana:s@h/c?sslmode=disable", "ca.pem", "ab", TLSNenhum, "", 2},
		{"postgres://ana:s@localhost/c", "ca.pem", "ab", TLSNenhum, "", 0},
		{"sqlite:///a.db", "ca.pem", "ab", "", "", 0},
	} {
		target, err := ParseURL(c.url)
		require.NoError(t, err)
		got := target.Trust(c.ca, c.pin)
		require.Equal(t, c.tls, got.TLS, c.url)
		require.Equal(t, c.haveCA, got.CA, c.url)
		require.Len(t, got.Avisos, c.avisos, c.url)
		require.Equal(t, c.tls == TLSVerificado && c.pin != "", got.Certificado != "", c.url)
	}
}
