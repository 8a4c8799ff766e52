package engine

import "context"

// SQLite hands the newest id out again after its row is deleted, and the tables of
// the Flask system cannot be made to remember. monitor_ids does: triggers write
// down the newest id that was deleted, whoever deleted it, and our own INSERTs go
// on after it. An id is computed in the statement that uses it, so that one which
// fails uses none up. Servers remember by themselves.

// remembered are the tables with a row in monitor_ids.
const remembered = "EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'monitor_ids')"

// freshID is the id of a new row where SQLite would give one again, else NULL,
// which lets it choose. table is a word of the program's own.
func freshID(table string) string {
	return "(SELECT ultimo + 1 FROM monitor_ids WHERE tabela = '" + table + "' AND ultimo >= coalesce((SELECT max(id) FROM " + table + "), 0))"
}

// InsertFresh is Insert of one row under an id that no row of the table ever had,
// as far as is known. cols and marks are the columns and their placeholders.
func (q Q) InsertFresh(ctx context.Context, table, cols, marks string, args ...any) (int64, error) {
	if q.db.Kind == SQLite {
		cols, marks = "id, "+cols, freshID(table)+", "+marks
	}
	return q.Insert(ctx, "INSERT INTO "+table+"("+cols+") VALUES ("+marks+")", args...)
}

// lastID is what monitor_ids remembers of a table, 0 for nothing.
func (q Q) lastID(ctx context.Context, table string) (id int64, err error) {
	var there bool
	if err := q.Get(ctx, []any{&there}, "SELECT "+remembered); err != nil || !there {
		return 0, err
	}
	err = q.Get(ctx, []any{&id}, "SELECT coalesce(max(ultimo), 0) FROM monitor_ids WHERE tabela = ?", table)
	return id, err
}
