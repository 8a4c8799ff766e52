package engine

// Waiting is how many jobs the writer has not taken yet.
func (db *DB) Waiting() int { return len(db.writer.queue) }
