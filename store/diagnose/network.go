package diagnose

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"example.com/monitor/store/engine"
)

// addresses are where the server may be reached; none for a socket.
func (d *examiner) addresses(ctx context.Context) ([]netip.Addr, error) {
	if d.socket() != "" {
		return nil, nil
	}
	if addr, err := netip.ParseAddr(d.t.Host); err == nil {
		return []netip.Addr{addr.Unmap()}, nil
	}
	lookup := d.cfg.Lookup
	if lookup == nil {
		lookup = func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		}
	}
	list, err := lookup(ctx, d.t.Host)
	for i, a := range list {
		list[i] = a.Unmap()
	}
	switch {
	case err != nil:
		return nil, d.lookupFailed(err)
	case len(list) == 0:
		return nil, d.lookupFailed(&net.DNSError{IsNotFound: true})
	}
	texts := make([]string, 0, len(list))
	for _, a := range list {
		texts = append(texts, a.String())
	}
	detail := d.t.Host + " é " + strings.Join(texts, ", ")
	if onlyIPv6(list) {
		detail += " (só IPv6)"
	}
	d.ok(stageName, detail)
	return list, nil
}

// lookupFailed tells a name that nobody knows from a resolver that is away.
func (d *examiner) lookupFailed(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return d.refuse(stageName, engine.MotivoNome, "o nome "+d.t.Host+" não existe na rede",
			"confira o endereço na URL, copiando-o de novo do painel do provedor; um projeto pausado ou apagado também perde o nome")
	}
	return d.refuse(stageName, reasonDNS, "o serviço de nomes (DNS) desta rede não respondeu sobre "+d.t.Host,
		"confira a conexão desta máquina com a internet e o DNS dela, e tente de novo")
}

func onlyIPv6(list []netip.Addr) bool {
	for _, a := range list {
		if a.Is4() {
			return false
		}
	}
	return len(list) > 0
}

// socket is the file of a local server's socket; "" for a network address.
func (d *examiner) socket() string {
	switch {
	case !filepath.IsAbs(d.t.Host) && !strings.HasPrefix(d.t.Host, "/"):
		return ""
	case d.t.Kind == engine.Postgres:
		return filepath.Join(d.t.Host, ".s.PGSQL."+strconv.Itoa(d.t.Porta))
	default:
		return d.t.Host
	}
}

// connect reaches the server's port. The addresses share the time: one that
// swallows packets must not hide another that answers.
func (d *examiner) connect(ctx context.Context, list []netip.Addr) (net.Conn, error) {
	var dialer net.Dialer
	if path := d.socket(); path != "" {
		conn, err := dialer.DialContext(ctx, "unix", path)
		if err != nil {
			return nil, d.dialFailed(err, list)
		}
		d.ok(stageTCP, "o soquete "+path+" responde")
		return conn, nil
	}
	var last error
	for i, a := range list {
		deadline, _ := ctx.Deadline()
		share := time.Until(deadline) / time.Duration(len(list)-i)
		dialer.Timeout = share
		start := time.Now()
		conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(a.String(), strconv.Itoa(d.t.Porta)))
		if err == nil {
			d.ok(stageTCP, fmt.Sprintf("a porta %d de %s respondeu em %d ms", d.t.Porta, a, time.Since(start).Milliseconds()))
			return conn, nil
		}
		last = err
	}
	return nil, d.dialFailed(last, list)
}

func (d *examiner) dialFailed(err error, list []netip.Addr) error {
	porta := "a porta " + strconv.Itoa(d.t.Porta) + " de " + d.t.Host
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, os.ErrNotExist):
		return d.refuse(
			stageTCP,
			engine.MotivoPortaFechada,
			"o soquete "+d.socket()+" não existe",
			"inicie o servidor do banco ou confira o caminho na URL",
		)
	case errors.Is(err, os.ErrPermission):
		return d.refuse(
			stageTCP,
			engine.MotivoDireito,
			"sem permissão para o soquete "+d.socket(),
			"use um usuário do sistema que possa abrir o soquete, ou host=localhost na URL",
		)
	case onlyIPv6(list) && !list[0].IsLoopback():
		return d.refuse(stageTCP, engine.MotivoSoIPv6, d.t.Host+" só tem endereço IPv6, e esta máquina não chega lá por IPv6", d.viaIPv4())
	case errors.Is(err, syscall.ECONNREFUSED):
		return d.refuse(
			stageTCP,
			engine.MotivoPortaFechada,
			porta+" está fechada: ninguém atende",
			"inicie o servidor do banco, ou confira o endereço e a porta na URL",
		)
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return d.refuse(
			stageTCP,
			engine.MotivoSemRota,
			"não há caminho de rede até "+d.t.Host,
			"confira a conexão desta máquina com a internet, a VPN e o endereço na URL",
		)
	default:
		return d.refuse(stageTCP, engine.MotivoSemResposta, porta+" não respondeu", noAnswerRemedy)
	}
}

const noAnswerRemedy = "libere o endereço desta máquina no painel do provedor ou no firewall do servidor, e confira o endereço e a porta na URL; um projeto pausado também não responde"

// viaIPv4 is the way around for networks without IPv6.
func (d *examiner) viaIPv4() string {
	if d.t.Provedor == "Supabase" {
		return "no painel do Supabase, em Connect, copie a URL do Session pooler ou do Transaction pooler (….pooler.supabase.com), que atende por IPv4"
	}
	return "ative IPv6 nesta rede, ou use um endereço do provedor que atenda por IPv4 (em geral o do pooler)"
}

// secure forms the encrypted connection and judges the certificate. It closes
// conn.
func (d *examiner) secure(ctx context.Context, conn net.Conn) error {
	if d.t.TLS == engine.TLSNenhum {
		_ = conn.Close()
		d.plain()
		return nil
	}
	c, err := d.t.Handshake(ctx, conn)
	if err != nil {
		if engine.Motivo(err) == engine.MotivoSemResposta && d.speaksOther(ctx) {
			err = engine.ErrOutroProtocolo
		}
		return d.fail(stageTLS, err, "confira o endereço e a porta na URL")
	}
	text := fmt.Sprintf(
		"%s, certificado de %s, assinado por %s, válido até %s",
		c.Versao,
		c.Assunto,
		c.Emissor,
		c.Ate.In(d.cfg.Zone).Format("02/01/2006"),
	)
	left := int(c.Ate.Sub(d.cfg.Now()).Hours() / 24)
	switch {
	case d.t.Certificado != "":
		d.ok(stageTLS, text+" (fixado na configuração)")
	case d.t.TLS == engine.TLSSemVerificacao:
		d.warn(
			stageTLS,
			reasonUnverified,
			text+"; não foi conferido",
			"para que ninguém se passe pelo servidor: sslmode=verify-full na URL, ou fixe o certificado com: monitor setup --confiar-certificado",
		)
	case left < expiryDays:
		d.warn(
			stageTLS,
			reasonExpiring,
			fmt.Sprintf("%s: faltam %d dias", text, left),
			"renove o certificado do servidor antes que ele vença",
		)
	default:
		d.ok(stageTLS, text)
	}
	return nil
}

// expiryDays is how many days before its end a certificate is warned about.
const expiryDays = 14

// plain reports a connection without TLS, which is a matter of course on this
// machine only.
func (d *examiner) plain() {
	if len(d.t.Avisos) > 0 {
		d.warn(stageTLS, reasonNoTLS, d.t.Avisos[0], "tire sslmode=disable da URL; o servidor precisa oferecer TLS")
		return
	}
	d.ok(stageTLS, "sem TLS: a conexão não sai desta máquina ou da rede privada do provedor")
}
