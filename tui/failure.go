package tui

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"example.com/monitor/store"
	"example.com/monitor/tui/kit"
)

func explain(err error) kit.Failure {
	var rule *store.RuleError
	var invalid *store.InvalidError
	switch {
	case errors.As(err, &invalid): // where there is no field to say it beside
		return kit.Failure{Cause: strings.TrimSuffix(strings.Join(slices.Sorted(maps.Values(invalid.Campos)), ". "), ".")}
	case errors.Is(err, context.DeadlineExceeded):
		return kit.Failure{Cause: "O banco de dados não respondeu a tempo", Remedy: "Verifique a rede e o servidor do banco."}
	case errors.Is(err, store.ErrUnavailable):
		return kit.Failure{Cause: "Banco de dados indisponível", Remedy: "Verifique se ele está no ar; o console tenta de novo sozinho."}
	case errors.Is(err, store.ErrBloqueado), errors.Is(err, store.ErrTooMany):
		return kit.Failure{Cause: sentence(err, rule)}
	case errors.Is(err, store.ErrForbidden), errors.Is(err, store.ErrUnauthenticated):
		return kit.Failure{Cause: sentence(err, rule), Remedy: "Peça acesso a um administrador.", Forbidden: true}
	case errors.Is(err, store.ErrNotFound):
		return kit.Failure{Cause: "Registro não encontrado", Remedy: "Ele pode ter sido removido por outra pessoa.", Gone: true}
	case errors.Is(err, store.ErrReadOnly):
		return kit.Failure{Cause: "Somente para leitura", Remedy: "Abra o console sem --somente-leitura para alterar."}
	case errors.As(err, &rule), errors.Is(err, store.ErrConflict), errors.Is(err, store.ErrIdempotency):
		return kit.Failure{Cause: sentence(err, rule)}
	default:
		return kit.Failure{Cause: "Erro ao consultar o banco: " + kit.Line(err.Error()), Remedy: "Se persistir, consulte o registro do programa."}
	}
}

// sentence is the text of an error of the store, with a capital letter.
func sentence(err error, rule *store.RuleError) string {
	text := err.Error()
	if errors.As(err, &rule) {
		text = rule.Frase
	}
	return kit.Capital(kit.Line(text))
}
