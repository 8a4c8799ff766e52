package fold

import "strings"

// What clients are ordered by, and their cities found by, is a small key that every
// engine makes alike, so that an index holds it: the folded text in ASCII. Letters
// beyond, of which each server knows another Unicode, become one '~' for all that
// follow one another; so names in other scripts come behind those in ours, and an
// upgrade of a server moves nobody. Keys are compared byte by byte, and are cut: in names
// that agree for so long the id decides.

// The lengths of keys, in characters.
const (
	keyLength  = 60
	CityLength = 120 // city and state, from columns of 50 letters each
)

// otherLetters stands for what is not ASCII.
const otherLetters = '~'

// OrderKey is the key of a name.
func OrderKey(s string) string { return cutKey(Squeeze(Text(s)), keyLength) }

// CityKey is the key of a city and, on a line of its own, its state. A key that begins
// with the line break has no city.
func CityKey(cidade, estado string) string {
	return cutKey(Squeeze(Text(cidade))+"\n"+Squeeze(Text(estado)), CityLength)
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

// CityCols are the columns of a city's key.
func CityCols(prefix string) []string { return []string{prefix + "cidade", prefix + "estado"} }

// PlainCity says that the keys of cities tell all about the terms.
func PlainCity(terms [][]string) bool {
	for _, t := range terms {
		if strings.ContainsFunc(t[0], func(r rune) bool { return r >= otherLetters }) {
			return false
		}
	}
	return true
}

// CityMatches looks for terms in a city with its state: in the key, which is what an index
// is asked, and for letters that it does not have in the texts.
func CityMatches(cidade, estado string, terms [][]string) bool {
	if len(terms) == 0 {
		return true
	}
	key, text := CityKey(cidade, estado), ""
	for _, t := range terms {
		if PlainCity([][]string{t}) {
			if !strings.Contains(key, t[0]) {
				return false
			}
			continue
		}
		if text == "" {
			text = Squeeze(Text(cidade)) + "\n" + Squeeze(Text(estado))
		}
		if !strings.Contains(text, t[0]) {
			return false
		}
	}
	return true
}
