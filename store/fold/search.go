package fold

import (
	"slices"
	"strings"

	"example.com/monitor/store/brasil"
	"example.com/monitor/store/internal/chars"
)

// In a search of people punctuation inside words does not count: D'Ávila is typed with
// any apostrophe or none, S.A. with dots or without, and masks of documents and
// telephones are punctuation. So both the text and what is looked for go without it.
// The signs that mean something (@ % _ & + # and the like) stay.

// uncounted is what is left out, ASCII first: apostrophes, quotes and what is typed for
// them, dots, commas, hyphens and dashes, slashes, round brackets, and the marks that
// nobody sees, as come with pasted numbers.
var uncounted = [][2]rune{
	{'!', '"'},
	{'\'', ')'},
	{',', '/'},
	{':', ';'},
	{'?', '?'},
	{'`', '`'},
	{0xab, 0xab}, // «
	{0xad, 0xad}, // soft hyphen
	{0xb4, 0xb4}, // acute accent
	{0xb7, 0xb7}, // middle dot
	{0xbb, 0xbb}, // »
	{0x2b9, 0x2bf},
	{0x2c8, 0x2c8},
	{0x2ca, 0x2cb},
	{0x58a, 0x58a},
	{0x5be, 0x5be},
	{0x5f3, 0x5f4},
	{0x61c, 0x61c},
	{0x200b, 0x200f},
	{0x2010, 0x2027},
	{0x202a, 0x202e},
	{0x2032, 0x2037},
	{0x2039, 0x203a},
	{0x2043, 0x2044},
	{0x2060, 0x2064},
	{0x2066, 0x2069},
	{0x2212, 0x2212}, // minus
	{0x30fb, 0x30fb},
	{0xfe58, 0xfe58},
	{0xfe63, 0xfe63},
	{0xfeff, 0xfeff},
	{0xff07, 0xff09},
	{0xff0c, 0xff0f},
}

func isUncounted(r rune) bool {
	at, found := slices.BinarySearchFunc(uncounted, r, func(block [2]rune, r rune) int { return int(block[0] - r) })
	return found || at > 0 && r <= uncounted[at-1][1]
}

// Squeeze leaves out of a folded text what does not count.
func Squeeze(folded string) string {
	if !strings.ContainsFunc(folded, isUncounted) {
		return folded
	}
	return strings.Map(func(r rune) rune {
		if isUncounted(r) {
			return -1
		}
		return r
	}, folded)
}

// SearchText is what ClientTerms are looked for in: the fields, folded and squeezed,
// then the digits of the telephone, and of the document what can belong to one, one per
// line. No term contains a line break, so none can match across two fields.
func SearchText(nome, email, empresa, telefone, cpfCNPJ string) string {
	telefone, cpfCNPJ = Squeeze(Text(telefone)), Squeeze(Text(cpfCNPJ))
	return strings.Join([]string{
		Squeeze(Text(nome)), Squeeze(Text(email)), Squeeze(Text(empresa)), telefone, cpfCNPJ,
		chars.Keep(telefone, chars.Digit), chars.Keep(cpfCNPJ, chars.Alnum),
	}, "\n")
}

// SqueezedTerms splits a search at spaces; what is only punctuation is no term.
func SqueezedTerms(search string) [][]string {
	var terms [][]string
	for _, w := range squeezedWords(search) {
		terms = append(terms, []string{w})
	}
	return terms
}

func squeezedWords(search string) []string {
	words := strings.Fields(Text(search))
	for i := range words {
		words[i] = Squeeze(words[i])
	}
	return slices.DeleteFunc(words, func(w string) bool { return w == "" })
}

// ClientTerms are the terms of a search of people, each as its alternatives. Numbers that
// follow one another may be one telephone: then each of them is also found where the
// whole number is, without the prefixes that people type and do not store, and without
// regard to the ninth digit. That is for finding; who somebody is (email.go) is never
// decided so.
func ClientTerms(search string) [][]string {
	words := squeezedWords(search)
	terms := make([][]string, 0, len(words))
	for len(words) > 0 {
		n := 0
		for n < len(words) && IsNumber(words[n]) {
			n++
		}
		if n == 0 {
			terms = append(terms, words[:1:1])
			words = words[1:]
			continue
		}
		forms := phoneForms(words[:n])
		for _, w := range words[:n] {
			term := []string{w}
			for _, form := range append([]string{strings.TrimPrefix(w, "+")}, forms...) {
				if !slices.Contains(term, form) {
					term = append(term, form)
				}
			}
			terms = append(terms, term)
		}
		words = words[n:]
	}
	return terms
}

// IsNumber recognises the digits of a masked number, with the + of a country.
func IsNumber(squeezed string) bool {
	digits := strings.TrimPrefix(squeezed, "+")
	return digits != "" && chars.Keep(digits, chars.Digit) == digits
}

// phoneForms are the other ways in which the telephone that is spelled by numbers may be
// stored; none where nothing was taken off and no ninth digit is in question.
func phoneForms(numbers []string) (forms []string) {
	typed := strings.Join(numbers, "")
	bare := strings.TrimPrefix(typed, "+")
	if strings.Contains(bare, "+") {
		return nil // more than one
	}
	national, abroad := withoutCountry(bare, bare != typed)
	if abroad {
		return nil
	}
	// A first word like 021, or what follows the country, tells by itself; else the length does.
	said := national != bare || len(numbers) > 1 && len(numbers[0]) == 3
	national = withoutTrunk(national, said)
	if national != bare && len(national) >= minForm {
		forms = append(forms, national)
	}
	if other := otherNinth(national); other != "" {
		forms = append(forms, other)
	}
	return forms
}

// minAbroad is the least that follows the 00 of a call to another country.
const minAbroad = 8

// minForm is the least of a number that is looked for by itself: less is anywhere.
const minForm = 3

// withoutCountry takes 55 off. Without + or 00 only a whole number can begin with it: 55
// is an area code, too.
func withoutCountry(digits string, plus bool) (national string, abroad bool) {
	if rest, ok := strings.CutPrefix(digits, "00"); ok && !plus && (strings.HasPrefix(rest, "55") || len(rest) >= minAbroad) {
		digits, plus = rest, strings.HasPrefix(rest, "55")
	}
	rest, brazil := strings.CutPrefix(digits, "55")
	switch {
	case brazil && (plus || wholePhone(rest)):
		return rest, false
	default:
		return digits, plus
	}
}

// withoutTrunk takes off the 0 of a call to another area, with the company that carries
// it in between if the length says so.
func withoutTrunk(digits string, said bool) string {
	rest, trunk := strings.CutPrefix(digits, "0")
	switch {
	case !trunk:
		return digits
	case wholePhone(rest) || said && hasDDD(rest):
		return rest
	case len(rest) > 2 && wholePhone(rest[2:]):
		return rest[2:]
	default:
		return digits
	}
}

func hasDDD(digits string) bool {
	return len(digits) >= 2 && slices.Contains(brasil.AreaCodes, digits[:2])
}

// wholePhone says that the digits are an area code and a number.
func wholePhone(digits string) bool {
	return (len(digits) == 10 || len(digits) == 11) && hasDDD(digits)
}

// otherNinth is a whole number of a mobile telephone with the ninth digit, if it has
// none, or without it; "" for everything else.
func otherNinth(national string) string {
	area, number := "", national
	if wholePhone(national) {
		area, number = national[:2], national[2:]
	}
	switch mobile := func(s string) bool { return s[0] >= '6' }; {
	case len(number) == 9 && number[0] == '9' && mobile(number[1:]):
		return area + number[1:]
	case len(number) == 8 && area != "" && mobile(number):
		return area + "9" + number
	default:
		return "" // eight digits without area code are found within nine
	}
}
