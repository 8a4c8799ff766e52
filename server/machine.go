package server

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// What is open to this machine, or to everybody for a while, asks for no credential. A
// page of elsewhere must not reach it through a browser of this machine: by a name of
// its own that leads here (DNS rebinding), it would even read the answer.

// fromHere says that a program of this machine asks, and for itself.
func fromHere(r *http.Request) bool {
	passedOn := func(name string) bool { return r.Header.Get(name) != "" }
	return addrOf(r.RemoteAddr).IsLoopback() && !passedOn("Via") && !slices.ContainsFunc(callerHeaders, passedOn)
}

// forThisMachine says that a request was made to this machine under a name that
// nobody else can have: 127.0.0.1, [::1], localhost.
func forThisMachine(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}

// madeByAPage says that a page of elsewhere made a browser send a request. Programs
// send none of the headers by which browsers tell of that.
func (s *Server) madeByAPage(r *http.Request) bool {
	if r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") == "" {
		return false
	}
	peer := addrOf(r.RemoteAddr)
	renamed := peer.IsLoopback() && !s.trusted(peer) && !forThisMachine(r.Host)
	return renamed || s.origin.Check(r) != nil
}
