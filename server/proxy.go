package server

import (
	"context"
	"iter"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// The headers in which proxies tell who calls; a server reads one of them.
const (
	HeaderXForwardedFor = "x-forwarded-for"
	HeaderForwarded     = "forwarded"
)

const (
	forwardedFor   = "X-Forwarded-For"
	forwardedProto = "X-Forwarded-Proto"
	forwarded      = "Forwarded"
)

// callerHeaders are the names under which proxies, or those who play one, tell who calls.
var callerHeaders = []string{
	forwardedFor, forwardedProto, forwarded, "X-Real-Ip", "True-Client-Ip", "Cf-Connecting-Ip", "X-Client-Ip", "X-Cluster-Client-Ip",
	"Fastly-Client-Ip", "X-Forwarded", "Forwarded-For", "X-Original-Forwarded-For",
}

// Why what a header says of the caller does not count.
const (
	ignoredStranger   = "de_fora"      // the connection is no trusted proxy's
	ignoredOther      = "nao_e_o_lido" // it is not the configured header
	ignoredUnreadable = "ilegivel"     // the configured header names no address
)

// peer is who sent a request, as far as it can be known.
type peer struct {
	addr  netip.Addr // invalid when unknown
	https bool       // the caller's own connection is encrypted
}

// peerOf looks at the connection, and believes what it says of others only when
// it comes from a proxy that the operator trusts, in the one header that is read.
// Proxies pass on whatever the caller wrote into the others.
func (s *Server) peerOf(r *http.Request) peer {
	p := peer{addr: addrOf(r.RemoteAddr), https: s.cfg.TLS}
	if !s.trusted(p.addr) {
		s.ignore(r, ignoredStranger)
		return p
	}
	s.ignore(r, ignoredOther, s.read()...)

	if proto := s.proto(r.Header); proto != "" {
		p.https = strings.EqualFold(proto, "https")
	}
	s.follow(r.Header, &p)
	return p
}

// follow goes from the nearest hop to the farthest: what a trusted proxy saw counts,
// what lies behind a stranger was written by the stranger.
func (s *Server) follow(h http.Header, p *peer) {
	for hop := range s.hops(h) {
		addr, ok := hopAddr(hop)
		if !ok {
			s.metrics.ignored.WithLabelValues(s.read()[0], ignoredUnreadable).Inc()
			return
		}
		// A program on the proxy's own machine is no stranger's address and no program
		// of this machine: the proxy's address says it best.
		if addr.IsLoopback() {
			return
		}
		if p.addr = addr; !s.trusted(addr) {
			return
		}
	}
}

// read are the headers that count, the one that names the caller first.
func (s *Server) read() []string {
	if s.cfg.ProxyHeader == HeaderForwarded {
		return []string{forwarded}
	}
	return []string{forwardedFor, forwardedProto}
}

// hops are the callers that the header names, the nearest first.
func (s *Server) hops(h http.Header) iter.Seq[string] {
	if s.cfg.ProxyHeader != HeaderForwarded {
		return backwards(h[forwardedFor])
	}
	return func(yield func(string) bool) {
		for element := range backwards(h[forwarded]) {
			if hop, _ := readElement(element); !yield(hop) {
				return
			}
		}
	}
}

// proto is the scheme by which the nearest proxy was asked.
func (s *Server) proto(h http.Header) string {
	if s.cfg.ProxyHeader != HeaderForwarded {
		return first(backwards(h[forwardedProto]))
	}
	_, proto := readElement(first(backwards(h[forwarded])))
	return proto
}

// ignore counts what a request says of its caller in vain.
func (s *Server) ignore(r *http.Request, why string, read ...string) {
	for _, name := range callerHeaders {
		if _, there := r.Header[name]; !there || slices.Contains(read, name) {
			continue
		}
		s.metrics.ignored.WithLabelValues(name, why).Inc()
		if why == ignoredStranger && addrOf(r.RemoteAddr).IsLoopback() {
			s.tellProxy(r.Context())
		}
	}
}

// tellProxy hints, once, at a proxy on this machine that was forgotten.
func (s *Server) tellProxy(ctx context.Context) {
	s.proxyTold.Do(func() {
		s.log.LogAttrs(
			ctx,
			slog.LevelWarn,
			"um programa desta máquina diz por quem pede, e não se confia nele: se é o seu proxy, ponha o endereço dele em proxies",
		)
	})
}

// addrOf is the address of the other end of a connection; invalid when it has none.
func addrOf(hostport string) netip.Addr {
	at, _ := netip.ParseAddrPort(hostport)
	return plainAddr(at.Addr())
}

func plainAddr(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

func (s *Server) trusted(a netip.Addr) bool {
	for _, prefix := range s.cfg.Proxies {
		if prefix.Contains(a) {
			return true
		}
	}
	return false
}

// free says that an address may have any number of connections: those of others come
// through it, or it is this machine.
func (s *Server) free(a netip.Addr) bool { return a.IsLoopback() || s.trusted(a) }

// backwards gives the items of a header that may be repeated and holds commas, the
// last one first: proxies add theirs at the end, and nothing that the caller wrote
// before changes how that is read.
func backwards(lines []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, line := range slices.Backward(lines) {
			for more := true; more; {
				var item string
				line, item, more = cutLast(line, ',')
				if item = strings.TrimSpace(item); item != "" && !yield(item) {
					return
				}
			}
		}
	}
}

func first(items iter.Seq[string]) string {
	for item := range items {
		return item
	}
	return ""
}

// cutLast cuts s at the last sep that does not stand in quotes.
func cutLast(s string, sep byte) (before, after string, found bool) {
	quoted := false
	for i := len(s) - 1; i >= 0; i-- {
		switch {
		case s[i] == '"' && !escaped(s[:i]):
			quoted = !quoted
		case s[i] == sep && !quoted:
			return s[:i], s[i+1:], true
		}
	}
	return "", s, false
}

// escaped says that a backslash stands for the character after before.
func escaped(before string) bool {
	return (len(before)-len(strings.TrimRight(before, `\`)))%2 == 1
}

// readElement reads RFC 7239: for=192.0.2.60;proto=http, for="[2001:db8::1]:80". An
// element that names two callers names none.
func readElement(element string) (hop, proto string) {
	callers := 0
	for more := true; more; {
		var pair string
		element, pair, more = cutLast(element, ';')
		name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
		switch value = unquote(value); strings.ToLower(name) {
		case "for":
			hop = value
			callers++
		case "proto":
			proto = value
		}
	}
	if callers != 1 {
		hop = ""
	}
	return hop, proto
}

func unquote(s string) string {
	if len(s) > 1 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}

// hopAddr reads 192.0.2.1, 2001:db8::1 and [2001:db8::1], the first and the last also
// with a port.
func hopAddr(s string) (netip.Addr, bool) {
	host := s
	if inner, bracket := strings.CutPrefix(s, "["); bracket {
		var port string
		var closed bool
		if host, port, closed = strings.Cut(inner, "]"); !closed || (port != "" && port[0] != ':') {
			return netip.Addr{}, false
		}
	} else if strings.Count(s, ":") == 1 {
		host, _, _ = strings.Cut(s, ":")
	}
	a, err := netip.ParseAddr(host)
	a = plainAddr(a)
	return a, err == nil && !a.IsUnspecified() && !a.IsMulticast()
}
