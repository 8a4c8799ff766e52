package store

import "example.com/monitor/store/guess"

type (
	// Bloqueio is guess.Bloqueio.
	Bloqueio = guess.Bloqueio
	// BloqueioError is guess.BloqueioError.
	BloqueioError = guess.BloqueioError
)

// ErrBloqueado is guess.ErrBloqueado.
var ErrBloqueado = guess.ErrBloqueado
