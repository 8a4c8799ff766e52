package store

import (
	"context"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/internal/chars"
	"example.com/monitor/store/record"
)

// idByEmail finds who has an address, 0 for nobody. The exact spelling comes
// first: older rows may collide.
func idByEmail(ctx context.Context, q engine.Q, email string) (int64, error) {
	key := record.EmailKey(email)
	query, arg := "SELECT id, email FROM clientes WHERE lower(trim(email)) = ?", chars.LowerASCII(strings.TrimSpace(email))
	switch {
	case q.Kind() == engine.MySQL:
		query, arg = "SELECT id, email FROM clientes WHERE monitor_email = ?", key
	case !chars.IsASCII(key):
		// lower() knows ASCII only, always or by the database's locale: É and é meet in Go.
		query += " UNION SELECT id, email FROM clientes WHERE NON_ASCII(email)"
	}
	rows, err := q.Rows(ctx, query+" ORDER BY id", arg)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var first int64
	for rows.Next() {
		var id int64
		var have string
		if err := rows.Scan(&id, &have); err != nil {
			return 0, engine.Translate(err)
		}
		if have == email {
			return id, nil
		}
		if first == 0 && record.EmailKey(have) == key {
			first = id
		}
	}
	return first, engine.Translate(rows.Err())
}
