package engine

import "math"

// Strict is a number of the trail, in whose place SQLite may hold anything that
// somebody put there: that reads as a number which no link has.
type Strict int64

// AsStrict lets n be scanned so.
func AsStrict(n *int64) *Strict { return (*Strict)(n) }

// Scan implements sql.Scanner.
func (n *Strict) Scan(src any) error {
	*n = math.MinInt64
	if v, ok := src.(int64); ok {
		*n = Strict(v)
	}
	return nil
}
