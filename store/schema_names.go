package store

import "example.com/monitor/store/schema"

type (
	// Etapa is schema.Etapa.
	Etapa = schema.Etapa
	// SchemaError is schema.Error.
	SchemaError = schema.Error
	// SchemaState is schema.State.
	SchemaState = schema.State
)

// What doors know of package schema.
const (
	SchemaAlien   = schema.Alien
	SchemaBehind  = schema.Behind
	SchemaCurrent = schema.Current
	SchemaForeign = schema.Foreign
	SchemaMissing = schema.Missing
	SchemaNewer   = schema.Newer
)
