package store

import "example.com/monitor/store/diagnose"

type (
	// Fase is diagnose.Fase.
	Fase = diagnose.Fase
)

// What doors know of package diagnose.
const (
	FaseAviso = diagnose.FaseAviso
	FaseErro  = diagnose.FaseErro
	FaseOK    = diagnose.FaseOK
)
