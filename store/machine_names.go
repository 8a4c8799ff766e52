package store

import "example.com/monitor/store/machine"

type (
	// Registro is machine.Registro.
	Registro = machine.Registro
)
