package tui

import (
	"context"
	"errors"

	"example.com/monitor/store"
)

func explain(err error) failure {
	var rule *store.RuleError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return failure{cause: "O banco de dados não respondeu a tempo", remedy: "Verifique a rede e o servidor do banco."}
	case errors.Is(err, store.ErrUnavailable):
		return failure{cause: "Banco de dados indisponível", remedy: "Verifique se ele está no ar; o console tenta de novo sozinho."}
	case errors.Is(err, store.ErrBloqueado), errors.Is(err, store.ErrTooMany):
		return failure{cause: sentence(err, rule)}
	case errors.Is(err, store.ErrForbidden), errors.Is(err, store.ErrUnauthenticated):
		return failure{cause: sentence(err, rule), remedy: "Peça acesso a um administrador.", forbidden: true}
	case errors.Is(err, store.ErrNotFound):
		return failure{cause: "Registro não encontrado", remedy: "Ele pode ter sido removido por outra pessoa.", gone: true}
	case errors.Is(err, store.ErrReadOnly):
		return failure{cause: "Somente para leitura", remedy: "Abra o console sem --somente-leitura para alterar."}
	case errors.As(err, &rule), errors.Is(err, store.ErrConflict), errors.Is(err, store.ErrIdempotency):
		return failure{cause: sentence(err, rule)}
	default:
		return failure{cause: "Erro ao consultar o banco: " + line(err.Error()), remedy: "Se persistir, consulte o registro do programa."}
	}
}

// sentence is the text of an error of the store, with a capital letter.
func sentence(err error, rule *store.RuleError) string {
	text := err.Error()
	if errors.As(err, &rule) {
		text = rule.Frase
	}
	return capital(line(text))
}
