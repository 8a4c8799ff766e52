package server

import (
	"net/http"
	"net/netip"
	"strings"
)

// peer is who sent a request, as far as it can be known.
type peer struct {
	addr  netip.Addr // invalid when unknown
	https bool       // the caller's own connection is encrypted
}

// peerOf looks at the connection, and believes what it says of others only when
// it comes from a proxy that the operator trusts.
func (s *Server) peerOf(r *http.Request) peer {
	p := peer{https: s.cfg.TLS}
	p.addr = addrOf(r.RemoteAddr)
	if !s.trusted(p.addr) {
		return p
	}
	hops, proto := forwarded(r.Header)
	if proto != "" {
		p.https = strings.EqualFold(proto, "https")
	}
	// From the nearest to the farthest: what a trusted proxy saw counts, what lies
	// behind a stranger was written by the stranger.
	for i := len(hops) - 1; i >= 0 && s.trusted(p.addr); i-- {
		hop, ok := hopAddr(hops[i])
		if !ok {
			break
		}
		p.addr = hop
	}
	return p
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

// forwarded reads the addresses, farthest first, and the scheme of the nearest
// proxy. Proxies write one of the two kinds of headers and pass on whatever the
// caller wrote into the other: when both are there and tell of different callers,
// nothing of them can be believed.
func forwarded(h http.Header) (hops []string, proto string) {
	old := list(h.Values("X-Forwarded-For"))
	standard, standardProto := readForwarded(h.Values("Forwarded"))
	protos := list(h.Values("X-Forwarded-Proto"))
	if len(protos) > 0 {
		proto = protos[len(protos)-1]
	}
	switch {
	case len(standard) == 0:
		return old, proto
	case len(old) == 0 && proto == "":
		return standard, standardProto
	case len(old) > 0 && sameHop(old[len(old)-1], standard[len(standard)-1]):
		return old, proto
	default:
		return nil, ""
	}
}

func sameHop(a, b string) bool {
	x, okX := hopAddr(a)
	y, okY := hopAddr(b)
	return okX && okY && x == y
}

// list splits a header that may be repeated and holds commas.
func list(values []string) []string {
	var items []string
	for _, v := range values {
		for item := range strings.SplitSeq(v, ",") {
			if item = strings.TrimSpace(item); item != "" {
				items = append(items, item)
			}
		}
	}
	return items
}

// readForwarded reads RFC 7239: for=192.0.2.60;proto=http, for="[2001:db8::1]:80".
func readForwarded(values []string) (hops []string, proto string) {
	for _, element := range list(values) {
		hop := ""
		proto = ""
		for pair := range strings.SplitSeq(element, ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
			value = strings.Trim(value, `"`)
			switch strings.ToLower(name) {
			case "for":
				hop = value
			case "proto":
				proto = value
			}
		}
		hops = append(hops, hop)
	}
	return hops, proto
}

// hopAddr reads 192.0.2.1, 192.0.2.1:80, 2001:db8::1 and [2001:db8::1]:80.
func hopAddr(s string) (netip.Addr, bool) {
	if at, err := netip.ParseAddrPort(s); err == nil {
		return plainAddr(at.Addr()), true
	}
	a, err := netip.ParseAddr(strings.Trim(s, "[]"))
	return plainAddr(a), err == nil
}
