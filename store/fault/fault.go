// Package fault holds the errors that operations of the store return and that people
// read: what kind of refusal it is, a code for machines and a sentence in Portuguese.
// Every room of the store returns them; package store gives doors the same names.
package fault

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"example.com/monitor/store/engine"
)

// The errors that operations return. Doors map them once: the server to HTTP
// statuses, the command line to exit codes. Test with errors.Is and errors.As.
var (
	ErrNotFound        = errors.New("registro não encontrado")
	ErrConflict        = errors.New("o registro foi alterado por outra pessoa depois que você o abriu")
	ErrForbidden       = errors.New("você não tem permissão para isso")
	ErrUnauthenticated = errors.New("credencial ausente, inválida ou expirada")
	ErrReadOnly        = errors.New("aberto somente para leitura: nenhuma alteração é aceita")
	// ErrIdempotency says that an idempotency key came back with another request.
	ErrIdempotency = errors.New("esta chave de idempotência já foi usada com outro conteúdo")
	// ErrTooMany says that a limit on what may be open at once was met.
	ErrTooMany = errors.New("há pedidos demais abertos ao mesmo tempo")
	// ErrUnavailable is the engine's: the database cannot be reached, is busy, or is full.
	ErrUnavailable = engine.ErrUnavailable
	// ErrSobrecarga is the engine's, and ErrUnavailable, too: more is asked for than can be read.
	ErrSobrecarga = engine.ErrSobrecarga
)

// UnavailableError is ErrUnavailable with cause and remedy, for the operator's
// eyes: it may name paths and hosts, never secrets.
type UnavailableError = engine.UnavailableError

// RuleError is one of the errors above with a sentence made for the case. Its
// text may be shown to any caller.
type RuleError struct {
	Kind   error  // one of the Err values above
	Codigo string // stable machine code, snake case
	Frase  string // what happened and what to do, in Portuguese
}

func (e *RuleError) Error() string { return e.Frase }

// Unwrap makes errors.Is(err, ErrConflict) and its like hold.
func (e *RuleError) Unwrap() error { return e.Kind }

// Rule is one of the Err values with a machine code and a sentence made for the case.
func Rule(kind error, codigo, frase string) error {
	return &RuleError{Kind: kind, Codigo: codigo, Frase: frase}
}

// InvalidError says which fields of a record were refused and why. Keys are
// column names; values are sentences in Portuguese.
type InvalidError struct {
	Campos map[string]string
}

func (e *InvalidError) Error() string {
	keys := slices.Sorted(maps.Keys(e.Campos))
	if len(keys) == 1 {
		return e.Campos[keys[0]]
	}
	parts := make([]string, 0, len(keys))
	for _, k := range keys {
		parts = append(parts, k+": "+e.Campos[k])
	}
	return strings.Join(parts, "; ")
}

// Add keeps the first message of a field; "" adds nothing.
func (e *InvalidError) Add(campo, frase string) {
	if frase == "" {
		return
	}
	if e.Campos == nil {
		e.Campos = map[string]string{}
	}
	if _, there := e.Campos[campo]; !there {
		e.Campos[campo] = frase
	}
}

// OrNil is nil when nothing was refused.
func (e *InvalidError) OrNil() error {
	if len(e.Campos) == 0 {
		return nil
	}
	return e
}

// Invalid refuses one field.
func Invalid(campo, frase string) error {
	return &InvalidError{Campos: map[string]string{campo: frase}}
}
