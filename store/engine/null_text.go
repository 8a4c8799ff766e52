package engine

import "strconv"

// NullText scans NULL as "".
type NullText string

// Scan implements sql.Scanner.
func (n *NullText) Scan(src any) error {
	switch v := src.(type) {
	case string:
		*n = NullText(v)
	case []byte:
		*n = NullText(v)
	case int64: // SQLite keeps whatever other programs put into a column
		*n = NullText(strconv.FormatInt(v, 10))
	case float64:
		*n = NullText(strconv.FormatFloat(v, 'g', -1, 64))
	default:
		*n = ""
	}
	return nil
}

// AsText lets s be scanned so.
func AsText(s *string) *NullText { return (*NullText)(s) }
