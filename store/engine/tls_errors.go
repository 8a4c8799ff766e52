package engine

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"

	"github.com/go-sql-driver/mysql"
)

// tresCaminhos are the ways to trust a server whose authority no system knows.
const tresCaminhos = "três caminhos: informe o certificado da autoridade do provedor com sslrootcert=ARQUIVO na URL, " +
	"ou com MONITOR_DB_CA (db.ca na configuração), ou confira e fixe este certificado com: monitor setup --confiar-certificado"

// errSemTLS is what our own connections say of a server that refuses TLS.
var errSemTLS = errors.New("store/engine: server refused TLS")

// The causes of an encrypted connection that fails.
var (
	semAutoridade = UnavailableError{
		Causa:   "o certificado do servidor é de uma autoridade que este sistema não conhece",
		Remedio: tresCaminhos, motivo: MotivoAutoridade,
	}
	certificadoVencido = UnavailableError{
		Causa:   "o certificado do servidor está vencido ou ainda não vale",
		Remedio: "confira a data e a hora desta máquina; se estão certas, renove o certificado no servidor ou avise o provedor", motivo: MotivoCertificadoVencido,
	}
	outroNome = UnavailableError{
		Causa:   "o certificado do servidor é de outro nome, não o do endereço da URL",
		Remedio: "use na URL o nome que está no certificado; se o endereço está certo, confira e fixe o certificado com: monitor setup --confiar-certificado", motivo: MotivoCertificadoOutroNome,
	}
	certificadoRuim = UnavailableError{
		Causa:   "o certificado do servidor não serve para conferir quem ele é",
		Remedio: tresCaminhos, motivo: MotivoAutoridade,
	}
	semTLS = UnavailableError{
		Causa:   "o servidor não oferece TLS",
		Remedio: "ligue o TLS no servidor; só em uma rede de confiança, acrescente ?sslmode=disable à URL e aceite que senha e dados passem abertos", motivo: MotivoSemTLS,
	}
	exigeTLS = UnavailableError{
		Causa:   "o servidor só aceita conexões com TLS",
		Remedio: "troque na URL para sslmode=verify-full (ou tire sslmode=disable)", motivo: MotivoExigeTLS,
	}
	falhaTLS = UnavailableError{
		Causa:   "a conexão criptografada com o servidor não se formou",
		Remedio: "confira se a porta é a do banco e se o servidor aceita TLS 1.2 ou mais novo", motivo: MotivoTLS,
	}
)

// translateTLS puts failures of the encrypted connection into words; nil when
// err is about something else.
func translateTLS(err error) error {
	if u, ok := errors.AsType[*UnavailableError](err); ok {
		return u // the check of a pinned certificate, wrapped by a driver
	}
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var constraint x509.ConstraintViolationError
	var record tls.RecordHeaderError
	var verification *tls.CertificateVerificationError
	switch {
	case errors.As(err, &unknown):
		return semAutoridade.of(err)
	case errors.As(err, &host):
		return outroNome.of(err)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return certificadoVencido.of(err)
	case errors.As(err, &invalid), errors.As(err, &constraint), errors.As(err, &verification):
		return certificadoRuim.of(err)
	case errors.Is(err, mysql.ErrNoTLS), errors.Is(err, errSemTLS):
		return semTLS.of(err)
	case errors.As(err, &record), alerted(err):
		return falhaTLS.of(err)
	}
	return nil
}

// alerted says that one side of a TLS connection sent the other an alert, whose
// type is not exported.
func alerted(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && (op.Op == "remote error" || op.Op == "local error")
}
