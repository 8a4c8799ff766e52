package store

import (
	"context"
	"strings"
	"unicode"

	"example.com/monitor/store/engine"
)

// emailKey is the identity of an address: trimmed, without letter case; accents
// count.
func emailKey(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// idByEmail finds who has an address, 0 for nobody. The exact spelling comes
// first: older rows may collide.
func idByEmail(ctx context.Context, q engine.Q, email string) (int64, error) {
	key := emailKey(email)
	query, arg := "SELECT id, email FROM clientes WHERE lower(trim(email)) = ?", lowerASCII(strings.TrimSpace(email))
	switch {
	case q.Kind() == engine.MySQL:
		query, arg = "SELECT id, email FROM clientes WHERE monitor_email = ?", key
	case !isASCII(key):
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
		if first == 0 && emailKey(have) == key {
			first = id
		}
	}
	return first, engine.Translate(rows.Err())
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}

func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
