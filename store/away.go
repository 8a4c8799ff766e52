package store

import (
	"slices"

	"example.com/monitor/store/engine"
)

// passing are the reasons that go away without anybody changing the
// configuration: a server that is off, starting, alone, or has no connection to spare.
var passing = []string{engine.MotivoSemResposta, engine.MotivoInterrompido, engine.MotivoVagas, engine.MotivoSemQuorum}

// Ausente says that err is about a database server that cannot be reached now and
// may come back by itself.
func Ausente(err error) bool { return slices.Contains(passing, engine.Motivo(err)) }
