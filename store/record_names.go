package store

import "example.com/monitor/store/record"

type (
	// Autoria is record.Autoria.
	Autoria = record.Autoria
	// Chave is record.Chave.
	Chave = record.Chave
	// Cliente is record.Cliente.
	Cliente = record.Cliente
	// Dispositivo is record.Dispositivo.
	Dispositivo = record.Dispositivo
	// DispositivoMudanca is record.DispositivoMudanca.
	DispositivoMudanca = record.DispositivoMudanca
	// Log is record.Log.
	Log = record.Log
	// Objeto is record.Objeto.
	Objeto = record.Objeto
)

// What doors know of package record.
const (
	Admin     = record.Admin
	Agente    = record.Agente
	Leitura   = record.Leitura
	Moderador = record.Moderador
	Usuario   = record.Usuario
)

// ClienteFields are the texts of a client that people edit, in the order of the table. Forms
// and flags of all doors go by them.
func ClienteFields() []record.Field { return record.ClienteFields }
