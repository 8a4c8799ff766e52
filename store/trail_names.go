package store

import "example.com/monitor/store/trail"

type (
	// ChaveError is trail.ChaveError.
	ChaveError = trail.ChaveError
	// Verificacao is trail.Verificacao.
	Verificacao = trail.Verificacao
)

// What doors know of package trail.
const (
	VereditoAdulterada = trail.VereditoAdulterada
	VereditoIntegra    = trail.VereditoIntegra
	VereditoOutraChave = trail.VereditoOutraChave
)

// What doors know of package trail.
var (
	ErrChaveAuditoria = trail.ErrChaveAuditoria
)
