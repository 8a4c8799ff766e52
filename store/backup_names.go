package store

import (
	"context"

	"example.com/monitor/store/backup"
)

type (
	// Copia is backup.Copia.
	Copia = backup.Copia
	// CopiaError is backup.CopiaError.
	CopiaError = backup.CopiaError
	// CopiaOpcoes is backup.CopiaOpcoes.
	CopiaOpcoes = backup.CopiaOpcoes
	// Restauracao is backup.Restauracao.
	Restauracao = backup.Restauracao
	// RestauracaoOpcoes is backup.RestauracaoOpcoes.
	RestauracaoOpcoes = backup.RestauracaoOpcoes
)

// What doors know of package backup.
const (
	CopiaNeutra = backup.CopiaNeutra
	CopiaSQLite = backup.CopiaSQLite
)

// VerifyCopy is backup.VerifyCopy.
func VerifyCopy(ctx context.Context, path string, o CopiaOpcoes) (Copia, error) {
	return backup.VerifyCopy(ctx, path, o)
}
