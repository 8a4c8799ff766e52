package list

import (
	"context"
	"slices"
	"strings"

	"example.com/monitor/store/engine"
)

// Sieve keeps the rows whose texts pass a test that is made here: folding
// letters is no question that all engines answer alike. The list is walked in
// its order, in batches that grow, and no further than the window needs.
type Sieve struct {
	Cols  []string // texts, of the table or of its joins
	Keeps func(v []string) bool
}

// The sizes of a walk's batches.
const (
	firstBatch   = 500
	largestBatch = 10_000
)

// sift is list for a selection with a sieve. A total costs a walk to the end.
func (s *Selection[T]) sift(ctx context.Context, q engine.Q, j Window, page Pagina[T]) (Pagina[T], error) {
	at, err := j.Start(q.Kind())
	if err != nil {
		return page, err
	}
	skip, n := 0, j.PorPagina+1
	if j.isNumbered() {
		skip = j.Skip()
	}
	whole := j.isNumbered() && !j.SemTotal
	var found []Match
	met := 0
	err = s.walk(ctx, q, at, func(a Match) bool {
		if met++; met > skip && len(found) < n {
			found = append(found, a)
		}
		return whole || len(found) < n
	})
	if err == nil && !whole && !j.SemTotal {
		met = 0
		err = s.walk(ctx, q, Position{}, func(Match) bool { met++; return true })
	}
	if err != nil {
		return page, err
	}
	if !j.SemTotal {
		page.Total = met
	}
	return s.l.WindowOf(ctx, q, j, page, found, at.Before)
}

// walk calls each for the rows from a place on that pass the sieve, until it has enough.
func (s *Selection[T]) walk(ctx context.Context, q engine.Q, at Position, each func(Match) (more bool)) error {
	for size := firstBatch; ; size = min(4*size, largestBatch) {
		full := false
		for _, seg := range at.spans(q.Kind(), s.l.Time, s.l.ID) {
			last, n, enough, err := s.batch(ctx, q, at, seg, size, each)
			if err != nil || enough {
				return err
			}
			if full = n == size; full {
				at = Position{Time: last.Cadastro, ID: last.ID, Before: at.Before}
				break
			}
		}
		if !full {
			return nil
		}
	}
}

// batch reads up to size rows of a range and hands on those that pass.
func (s *Selection[T]) batch(
	ctx context.Context,
	q engine.Q,
	at Position,
	seg span,
	size int,
	each func(Match) bool,
) (last Match, n int, enough bool, err error) {
	timeCol := "''"
	if s.l.Time != "" {
		timeCol = "AS_TEXT(" + s.l.Time + ")"
	}
	rows, err := q.Rows(ctx, "SELECT "+s.l.ID+", "+timeCol+", "+strings.Join(s.Sieve.Cols, ", ")+" FROM "+s.l.Source()+
		" WHERE "+s.where+" AND "+seg.cond+s.l.direction(at)+" LIMIT ?", append(append(slices.Clone(s.args), seg.args...), size)...)
	if err != nil {
		return last, 0, false, err
	}
	defer rows.Close()
	texts := make([]string, len(s.Sieve.Cols))
	dest := []any{&last.ID, engine.AsText(&last.Cadastro)}
	for i := range texts {
		dest = append(dest, engine.AsText(&texts[i]))
	}
	for !enough && rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return last, n, false, engine.Translate(err)
		}
		n++
		enough = s.Sieve.Keeps(texts) && !each(last)
	}
	return last, n, enough, engine.Translate(rows.Err())
}

// ContainsTerms says that every term occurs in the folded text.
func ContainsTerms(text string, terms [][]string) bool {
	for _, alternatives := range terms {
		if !slices.ContainsFunc(alternatives, func(s string) bool { return strings.Contains(text, s) }) {
			return false
		}
	}
	return true
}
