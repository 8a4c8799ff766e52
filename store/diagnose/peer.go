package diagnose

import (
	"context"

	"example.com/monitor/store/engine"
)

// Peer shows the certificate of the server that cfg names, whoever signed it,
// and says whether it could be trusted without being pinned. It returns a
// *URLError where the connection has no TLS.
func Peer(ctx context.Context, cfg Config) (c engine.Certificado, trusted bool, err error) {
	d := &examiner{cfg: cfg, report: func(Fase) {}}
	if d.t, err = cfg.Target(); err != nil {
		return c, false, err
	}
	if d.t.Kind == engine.SQLite || d.t.TLS == engine.TLSNenhum {
		return c, false, &engine.URLError{
			Frase: "a conexão com este banco não usa TLS, portanto não há certificado; acrescente sslmode=require à URL de um servidor que ofereça TLS",
		}
	}
	ctx, cancel := context.WithTimeout(ctx, totalFor)
	defer cancel()
	conn, err := d.reach(ctx)
	if err != nil {
		return c, false, err
	}
	if c, err = d.t.Peek(ctx, conn); err != nil {
		return c, false, err
	}
	d.t.TLS = engine.TLSVerificado
	if conn, err = d.reach(ctx); err == nil {
		_, err = d.t.Handshake(ctx, conn)
	}
	return c, err == nil, nil
}
