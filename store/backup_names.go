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
	// CopyOptions is backup.CopiaOpcoes.
	CopyOptions = backup.CopyOptions
	// Restauracao is backup.Restauracao.
	Restauracao = backup.Restauracao
	// RestoreOptions is backup.RestauracaoOpcoes.
	RestoreOptions = backup.RestoreOptions
)

// What doors know of package backup.
const (
	CopiaNeutra = backup.CopiaNeutra
	CopiaSQLite = backup.CopiaSQLite
)

// VerifyCopy is backup.VerifyCopy.
func VerifyCopy(ctx context.Context, path string, o CopyOptions) (Copia, error) {
	return backup.VerifyCopy(ctx, path, o)
}
