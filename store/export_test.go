package store

import "context"

// Settle waits for what was written on the side, for tests that look at it.
func (s *Store) Settle() {
	s.toques.pending.Wait()
}

// Seal is what happens once a minute.
func (s *Store) Seal(ctx context.Context) error { return s.trilha.seal(ctx, s) }

// SearchText is the text that a search looks into.
var SearchText = searchText

// ForaMySQL says that a folded text holds what MySQL's column may lack.
func ForaMySQL(folded string) bool { return foraDaColuna([][]string{{folded}}) }

// LocalDay and HourStart are where days and hours begin.
var (
	LocalDay  = localDay
	HourStart = hourStart
)

// Contagens are what one point of a series counts.
const Contagens = contagens
