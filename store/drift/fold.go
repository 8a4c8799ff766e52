package drift

import (
	"context"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fold"
	"example.com/monitor/store/say"
)

// staleFold finds rows that the server folded when its Unicode was another one: a stored
// column does not follow an upgrade of the server.
func (x *Examination) staleFold(ctx context.Context) error {
	if x.kind != engine.Postgres {
		return nil
	}
	if _, there := x.column("clientes", "monitor_busca"); !there {
		return nil
	}
	expr, err := fold.SearchExpression(ctx, x.q)
	if err != nil {
		return err
	}
	var stale int
	err = x.q.Get(
		ctx,
		[]any{&stale},
		"SELECT count(*) FROM clientes WHERE "+fold.OldLetters+" AND monitor_busca IS DISTINCT FROM ("+expr+")",
	)
	if err != nil || stale == 0 {
		return err
	}
	f := Finding{Reason: ReasonStaleFold, Remedy: "UPDATE clientes SET nome = nome WHERE " + fold.OldLetters}
	f.Detail = "a busca pode não achar " + say.Count(stale, "cliente", "clientes") + " com letras de fora do português: " +
		"o servidor do banco foi atualizado e as trata de outro modo"
	f.Mends = []string{f.Remedy}
	x.add(f)
	return nil
}

// ontoOldFold finds what others built on the column of the search before it left out
// punctuation: PostgreSQL cannot give a column another expression, so step 10 makes it
// anew, and a view over all columns would stop that.
func (x *Examination) ontoOldFold(ctx context.Context) error {
	_, old := x.column("clientes", "monitor_busca")
	if _, done := x.column("clientes", "monitor_nome"); x.kind != engine.Postgres || !old || done {
		return nil
	}
	var views []string
	if err := x.q.All(ctx, &views, fold.ViewsOnFold); err != nil || len(views) == 0 {
		return err
	}
	x.add(Finding{
		Reason: ReasonDependants, Blocks: true, Remedy: "DROP " + strings.Join(views, "; DROP "),
		Detail: "a coluna monitor_busca, que a atualização refaz, é usada por " + strings.Join(
			views,
			", ",
		) + ": tire-as antes e recrie-as depois, de preferência sem as colunas monitor_",
	})
	return nil
}
