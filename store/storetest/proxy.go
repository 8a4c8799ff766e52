package storetest

import (
	"strings"
	"testing"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"
)

// Proxy is a bad network before upstream (host:port); its Listen is where to
// connect instead. Toxic makes it bad.
func Proxy(t testing.TB, upstream string) *toxiproxy.Proxy {
	t.Helper()
	api := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), zerolog.Nop())
	p := toxiproxy.NewProxy(api, t.Name(), "127.0.0.1:0", upstream)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Stop)
	return p
}

// Toxic adds a toxic, in the JSON of toxiproxy's API:
// {"name": "longe", "type": "latency", "attributes": {"latency": 130}}.
func Toxic(t testing.TB, p *toxiproxy.Proxy, toxic string) {
	t.Helper()
	if _, err := p.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
		t.Fatal(err)
	}
}

// Healthy takes a toxic away.
func Healthy(t testing.TB, p *toxiproxy.Proxy, name string) {
	t.Helper()
	if err := p.Toxics.RemoveToxic(t.Context(), name); err != nil {
		t.Fatal(err)
	}
}

// Through is url with addr in the place of the server's address.
func (s *Server) Through(addr, url string) string {
	return strings.Replace(url, "@"+s.addr+"/", "@"+addr+"/", 1)
}
