package engine

import "database/sql"

// Medidas are figures of the running process.
type Medidas struct {
	// Fila is how many writes wait for the writer, FilaMax how many may.
	Fila, FilaMax int
	// Transacoes and Gravacoes count what was committed since the start: shared
	// transactions, and the writes in them.
	Transacoes, Gravacoes int64
	Leitura, Escrita      Conexoes
}

// Conexoes are the connections of a pool.
type Conexoes struct {
	EmUso, Ociosas, Max int
	Esperas             int64 // how often somebody had to wait for one
}

func conexoes(pool *sql.DB) Conexoes {
	s := pool.Stats()
	return Conexoes{EmUso: s.InUse, Ociosas: s.Idle, Max: s.MaxOpenConnections, Esperas: s.WaitCount}
}

// Medidas reads the figures; it asks the database nothing.
func (db *DB) Medidas() Medidas {
	m := Medidas{Leitura: conexoes(db.read.DB)}
	if w := db.writer; w != nil {
		m.Fila, m.FilaMax = len(w.queue), cap(w.queue)
		m.Transacoes, m.Gravacoes = w.commits.Load(), w.written.Load()
		m.Escrita = conexoes(db.writes)
	}
	return m
}
