package schema

import (
	"context"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/when"
)

const (
	// HashedTokenPrefix marks a stored value as a hash. A caller who shows it is refused.
	HashedTokenPrefix = "sha256$"
)

// Etapa is how far the change from the Flask system has come.
type Etapa struct {
	// Corte is when the Flask system was declared off; zero while both live
	// together (convivência).
	Corte when.Hora `json:"corte"`
	// Abertos are the sessions whose token stands in clear in the database.
	Abertos int64 `json:"tokens_abertos"`
	// Ultima is when the Flask system opened the newest of them.
	Ultima when.Hora `json:"ultima_sessao_antiga"`
}

// ReadStage asks the database how far the change from the Flask system has come.
func ReadStage(ctx context.Context, q engine.Q) (e Etapa, err error) {
	if e.Corte, err = CutoverAt(ctx, q); err != nil {
		return e, err
	}
	err = q.Get(
		ctx,
		[]any{&e.Abertos, &e.Ultima},
		"SELECT count(*), max(data_inicio) FROM sessoes WHERE token NOT LIKE ?",
		HashedTokenPrefix+"%",
	)
	return e, err
}

// CutoverAt is when the cut was made, zero when it was not.
func CutoverAt(ctx context.Context, q engine.Q) (h when.Hora, err error) {
	err = q.Get(ctx, []any{&h}, "SELECT valor FROM monitor_estado WHERE nome = 'corte'")
	if engine.IsNoRows(err) {
		return when.Hora{}, nil
	}
	return h, err
}

// InInstance tells where the old system keeps the database that the same URL means
// to it: an empty one beside it would look as if all data were lost.
func InInstance(t engine.Target) error {
	return &engine.UnavailableError{
		Causa:   "não há banco em " + t.Path + ", mas o sistema antigo guarda um em " + t.Instance + " (o Flask-SQLAlchemy 3 começa os caminhos na pasta instance)",
		Remedio: "para usar o dele: --banco sqlite:///" + t.Instance + "; para começar um novo, vazio: --banco sqlite:///" + t.Path,
	}
}
