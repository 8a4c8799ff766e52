package engine

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"time"

	"github.com/go-sql-driver/mysql"
)

// Certificado is what a server shows of itself.
type Certificado struct {
	Assunto   string    `json:"assunto"`
	Emissor   string    `json:"emissor"`
	Nomes     []string  `json:"nomes"`
	De        time.Time `json:"de"`
	Ate       time.Time `json:"ate"`
	Impressao string    `json:"impressao"` // SHA-256, in pairs
	Versao    string    `json:"versao"`    // of TLS
}

// Handshake starts TLS on a fresh connection to t's server and verifies it as t
// says. It closes conn.
func (t Target) Handshake(ctx context.Context, conn net.Conn) (Certificado, error) {
	cfg, err := t.TLSConfig()
	if err != nil || cfg == nil {
		_ = conn.Close()
		return Certificado{}, err
	}
	return t.handshake(ctx, conn, cfg)
}

// Peek shows the certificate of t's server and judges nothing: for a person to
// look at before it is pinned. It closes conn.
func (t Target) Peek(ctx context.Context, conn net.Conn) (Certificado, error) {
	return t.handshake(ctx, conn, &tls.Config{ServerName: t.serverName(), InsecureSkipVerify: true}) //nolint:gosec // nothing is sent
}

// SpeaksOther says that the server behind conn is of the other kind than t's. It
// closes conn.
func (t Target) SpeaksOther(ctx context.Context, conn net.Conn) bool {
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer func() { stop(); _ = conn.Close() }()
	ask := askMySQL
	if t.Kind == MySQL {
		ask = askPostgres
	}
	err := ask(conn)
	my, ok := errors.AsType[*mysql.MySQLError](err)
	return err == nil || errors.Is(err, errSemTLS) || ok && my.Number > 0
}

func (t Target) handshake(ctx context.Context, conn net.Conn, cfg *tls.Config) (c Certificado, err error) {
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer func() { stop(); _ = conn.Close() }()
	ask := askPostgres
	if t.Kind == MySQL {
		ask = askMySQL
	}
	if err := ask(conn); err != nil {
		return c, Translate(err)
	}
	secure := tls.Client(conn, cfg)
	if err := secure.HandshakeContext(ctx); err != nil {
		return c, Translate(err)
	}
	state := secure.ConnectionState()
	return shown(state.PeerCertificates[0], state.Version), nil
}

func shown(cert *x509.Certificate, version uint16) Certificado {
	names := cert.DNSNames
	for _, ip := range cert.IPAddresses {
		names = append(names, ip.String())
	}
	return Certificado{
		Assunto: cert.Subject.String(), Emissor: cert.Issuer.String(), Nomes: names, De: cert.NotBefore, Ate: cert.NotAfter,
		Impressao: Fingerprint(cert), Versao: tls.VersionName(version),
	}
}

var outroProtocolo = UnavailableError{
	Causa:   "a porta responde, mas quem atende não é o tipo de banco que a URL diz",
	Remedio: "confira na URL a porta e o começo (postgresql:// ou mysql://)", motivo: MotivoOutroProtocolo,
}

// ErrOutroProtocolo says that another kind of server answers.
var ErrOutroProtocolo = outroProtocolo.of(nil)

// askPostgres sends an SSLRequest.
func askPostgres(conn net.Conn) error {
	if err := binary.Write(conn, binary.BigEndian, []uint32{8, 80877103}); err != nil {
		return err
	}
	answer := make([]byte, 1)
	if _, err := io.ReadFull(conn, answer); err != nil {
		return err
	}
	switch answer[0] {
	case 'S':
		return nil
	case 'N', 'E':
		return errSemTLS
	default:
		return outroProtocolo.of(nil)
	}
}

// The bits of MySQL's handshake that matter here.
const (
	mysqlProtocol41 = 0x00000200
	mysqlSSL        = 0x00000800
	mysqlSecure     = 0x00008000
	mysqlUTF8       = 45
	mysqlMaxPacket  = 1 << 24
)

// askMySQL reads the server's greeting and answers with an SSLRequest.
func askMySQL(conn net.Conn) error {
	header := make([]byte, 4)
	if _, err := io.ReadFull(conn, header); err != nil {
		return err
	}
	greeting := make([]byte, int(header[0])|int(header[1])<<8|int(header[2])<<16)
	if len(greeting) < 3 || len(greeting) > 1<<12 {
		return outroProtocolo.of(nil)
	}
	if _, err := io.ReadFull(conn, greeting); err != nil {
		return err
	}
	switch {
	case greeting[0] == 0xff:
		return &mysql.MySQLError{Number: binary.LittleEndian.Uint16(greeting[1:])}
	case greeting[0] != 10:
		return outroProtocolo.of(nil)
	case mysqlCapabilities(greeting)&mysqlSSL == 0:
		return errSemTLS
	}
	request := binary.LittleEndian.AppendUint32([]byte{32, 0, 0, 1}, mysqlProtocol41|mysqlSSL|mysqlSecure)
	request = binary.LittleEndian.AppendUint32(request, mysqlMaxPacket)
	request = append(append(request, mysqlUTF8), make([]byte, 23)...)
	_, err := conn.Write(request)
	return err
}

// mysqlCapabilities are the lower bits: behind the version's text, the thread's
// number, eight bytes of a nonce and a filler.
func mysqlCapabilities(greeting []byte) uint16 {
	end := bytes.IndexByte(greeting[1:], 0)
	at := 1 + end + 1 + 4 + 8 + 1
	if end < 0 || len(greeting) < at+2 {
		return 0
	}
	return binary.LittleEndian.Uint16(greeting[at:])
}
