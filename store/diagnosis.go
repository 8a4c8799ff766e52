package store

import (
	"context"

	"example.com/monitor/store/diagnose"
	"example.com/monitor/store/engine"
	"example.com/monitor/store/feed"
)

// Diagnose looks at the database in stages without changing anything and
// reports each as it ends. It returns the state of the schema. An error stage
// ends the diagnosis and is also returned as the error.
func Diagnose(ctx context.Context, cfg Config, report func(Fase)) (SchemaState, error) {
	return diagnose.Run(ctx, cfg.withDefaults().diagnosis(), report)
}

// Peer shows the certificate of the server that cfg.URL names, whoever signed it,
// and says whether it could be trusted without being pinned. It returns a
// *URLError where the connection has no TLS.
func Peer(ctx context.Context, cfg Config) (c Certificado, trusted bool, err error) {
	cfg = cfg.withDefaults()
	cfg.Certificado = ""
	return diagnose.Peer(ctx, cfg.diagnosis())
}

// diagnosis is what an examination needs to know.
func (cfg Config) diagnosis() diagnose.Config {
	d := diagnose.Config{
		Target: cfg.target, Now: cfg.Now, Zone: cfg.Fuso, Lookup: cfg.Lookup,
		TellsTimes: func(ctx context.Context, q engine.Q) (bool, error) { return feed.TellsTimes(ctx, q, cfg.noTableTimes) },
	}
	if t, err := cfg.target(); err == nil {
		d.Trail = cfg.chain(t)
	}
	return d
}
