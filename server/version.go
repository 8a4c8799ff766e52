package server

import (
	"errors"
	"strconv"
	"strings"

	"example.com/monitor/store"
)

// IfMatch is what every route takes that changes or removes a record. It is
// exported only because huma documents no other embedded structs.
type IfMatch struct {
	IfMatch string `header:"If-Match" doc:"ETag que o registro tinha quando foi lido; se mudou desde então, a resposta é 409 com o registro como está agora em atual"`
}

// options asks the store for the version that the caller saw.
func (h IfMatch) options() ([]store.Opcao, error) {
	version, err := versionOf(h.IfMatch)
	return []store.Opcao{store.WithVersao(version)}, err
}

// versionOf reads If-Match. "*" only asks that the record exists, which every
// change does.
func versionOf(ifMatch string) (string, error) {
	tag := strings.TrimPrefix(strings.TrimSpace(ifMatch), "W/")
	if tag == "" || tag == "*" {
		return "", nil
	}
	version, err := strconv.Unquote(tag)
	if err != nil || version == "" || strings.ContainsAny(version, `",`) {
		return "", errIfMatch
	}
	return version, nil
}

// etag is a version as a header shows it.
func etag(version string) string { return strconv.Quote(version) }

// IdempotencyKey is what every route takes that creates something.
type IdempotencyKey struct {
	IdempotencyKey string `header:"Idempotency-Key" doc:"Até 200 caracteres; por sete dias, repetir o pedido com a mesma chave não o faz de novo, e com outro conteúdo é 422"`
}

func (h IdempotencyKey) options() []store.Opcao {
	return []store.Opcao{store.WithIdempotencia(h.IdempotencyKey)}
}

// stale puts the record as it is now beside a version that no longer holds. read
// is asked only then.
func stale[T any](err error, read func() (T, error)) error {
	if rule, ok := errors.AsType[*store.RuleError](err); !ok || rule.Codigo != "conflito" {
		return err
	}
	now, gone := read()
	if gone != nil {
		return gone
	}
	return conflict{err, now}
}

// at is a reading that is already done.
func at[T any](now T) func() (T, error) { return func() (T, error) { return now, nil } }
