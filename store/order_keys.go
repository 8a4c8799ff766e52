package store

import "strings"

// What clients are ordered by, and their cities found by, is a small key that every
// engine makes alike, so that an index holds it: the folded text in ASCII. Letters
// beyond, of which each server knows another Unicode, become one '~' for all that
// follow one another; so names in other scripts come behind those in ours, and an
// upgrade of a server moves nobody. Keys are compared byte by byte, and are cut: in names
// that agree for so long the id decides.

const (
	keyLength  = 60
	cityLength = 120 // city and state, from columns of 50 letters each
)

// otherLetters stands for what is not ASCII.
const otherLetters = '~'

// orderKey is the key of a name.
func orderKey(s string) string { return cutKey(squeeze(fold(s)), keyLength) }

// cityKey is the key of a city and, on a line of its own, its state. A key that begins
// with the line break has no city.
func cityKey(cidade, estado string) string {
	return cutKey(squeeze(fold(cidade))+"\n"+squeeze(fold(estado)), cityLength)
}

// cutKey makes a folded text ASCII.
func cutKey(folded string, length int) string {
	var b strings.Builder
	other := false
	for _, r := range strings.TrimLeft(folded, " ") {
		if b.Len() == length {
			break
		}
		plain := r == '\n' || r >= ' ' && r <= '~'
		switch {
		case plain:
			b.WriteRune(r)
		case !other:
			b.WriteByte(otherLetters)
		}
		other = !plain
	}
	return b.String()
}
