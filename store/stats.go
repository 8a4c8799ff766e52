package store

import "example.com/monitor/store/engine"

// Medidas are figures of the running process, for those who watch over it.
type Medidas struct {
	engine.Medidas
	// Hashes are passwords being hashed now, HashesMax how many at once, and
	// HashesNaFila who waits for a place.
	Hashes, HashesMax, HashesNaFila int
}

// Medidas reads the figures; it asks the database nothing.
func (s *Store) Medidas() Medidas {
	return Medidas{
		Medidas: s.db.Medidas(),
		Hashes:  len(s.gate.Places), HashesMax: cap(s.gate.Places), HashesNaFila: int(s.gate.Waiting.Load()),
	}
}

// Tipo is the family of the database: sqlite, postgres or mysql.
func (s *Store) Tipo() string { return string(s.db.Kind) }
