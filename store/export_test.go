package store

// Settle waits for what was written on the side, for tests that look at it.
func (s *Store) Settle() {
	s.toques.pending.Wait()
}
