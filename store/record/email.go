package record

import "strings"

// EmailKey is the identity of an address: trimmed, without letter case; accents
// count.
func EmailKey(email string) string { return strings.ToLower(strings.TrimSpace(email)) }
