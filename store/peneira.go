package store

import (
	"context"
	"slices"
	"strings"

	"example.com/monitor/store/engine"
)

// peneira keeps the rows whose texts pass a test that is made here: folding
// letters is no question that all engines answer alike. The list is walked in
// its order, in batches that grow, and no further than the window needs.
type peneira struct {
	cols  []string // texts, of the table or of its joins
	passa func(v []string) bool
}

// The sizes of a walk's batches.
const (
	lotePrimeiro = 500
	loteMaior    = 10_000
)

// garimpa is list for a selection with a sieve. A total costs a walk to the end.
func (s *selecao[T]) garimpa(ctx context.Context, q engine.Q, j janela, page Pagina[T]) (Pagina[T], error) {
	at, err := j.inicio(q.Kind())
	if err != nil {
		return page, err
	}
	skip, n := 0, j.PorPagina+1
	if j.numerada() {
		skip = j.pular()
	}
	whole := j.numerada() && !j.SemTotal
	var found []achado
	met := 0
	err = s.anda(ctx, q, at, func(a achado) bool {
		if met++; met > skip && len(found) < n {
			found = append(found, a)
		}
		return whole || len(found) < n
	})
	if err == nil && !whole && !j.SemTotal {
		met = 0
		err = s.anda(ctx, q, posicao{}, func(achado) bool { met++; return true })
	}
	if err != nil {
		return page, err
	}
	if !j.SemTotal {
		page.Total = met
	}
	return s.l.janelaDe(ctx, q, j, page, found, at.Antes)
}

// anda calls cada for the rows from a place on that pass the sieve, until it has enough.
func (s *selecao[T]) anda(ctx context.Context, q engine.Q, at posicao, cada func(achado) (more bool)) error {
	for size := lotePrimeiro; ; size = min(4*size, loteMaior) {
		full := false
		for _, seg := range at.segmentos(q.Kind(), s.l.hora, s.l.id) {
			last, n, enough, err := s.lote(ctx, q, at, seg, size, cada)
			if err != nil || enough {
				return err
			}
			if full = n == size; full {
				at = posicao{Hora: last.Cadastro, ID: last.ID, Antes: at.Antes}
				break
			}
		}
		if !full {
			return nil
		}
	}
}

// lote reads up to size rows of a range and hands on those that pass.
func (s *selecao[T]) lote(ctx context.Context, q engine.Q, at posicao, seg segmento, size int, cada func(achado) bool) (last achado, n int, enough bool, err error) {
	timeCol := "''"
	if s.l.hora != "" {
		timeCol = "AS_TEXT(" + s.l.hora + ")"
	}
	rows, err := q.Rows(ctx, "SELECT "+s.l.id+", "+timeCol+", "+strings.Join(s.peneira.cols, ", ")+" FROM "+s.l.tudo()+
		" WHERE "+s.where+" AND "+seg.cond+s.l.rumo(at)+" LIMIT ?", append(append(slices.Clone(s.args), seg.args...), size)...)
	if err != nil {
		return last, 0, false, err
	}
	defer rows.Close()
	texts := make([]string, len(s.peneira.cols))
	dest := []any{&last.ID, text(&last.Cadastro)}
	for i := range texts {
		dest = append(dest, text(&texts[i]))
	}
	for !enough && rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return last, n, false, engine.Translate(err)
		}
		n++
		enough = s.peneira.passa(texts) && !cada(last)
	}
	return last, n, enough, engine.Translate(rows.Err())
}

// contemTermos says that every term occurs in the folded text.
func contemTermos(texto string, terms [][]string) bool {
	for _, alternatives := range terms {
		if !slices.ContainsFunc(alternatives, func(s string) bool { return strings.Contains(texto, s) }) {
			return false
		}
	}
	return true
}
