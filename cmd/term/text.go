package term

import (
	"strconv"
	"strings"
	"unicode"
)

// Hostile says that a rune may move the cursor, start an escape sequence or
// turn the direction of text: it never reaches a terminal.
func Hostile(r rune) bool {
	switch {
	case unicode.IsControl(r), r == '\u2028', r == '\u2029', r == '\u061c', r == '\u200e', r == '\u200f',
		r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\ufeff':
		return true
	}
	return false
}

// OneLine makes text safe for one line of a terminal: breaks and tabs become
// spaces, other hostile runes the replacement character.
func OneLine(s string) string {
	if !strings.ContainsFunc(s, Hostile) {
		return strings.ToValidUTF8(s, "\ufffd")
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029':
			return ' '
		case Hostile(r):
			return '\ufffd'
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// TsvCell keeps a value in its cell without losing anything: breaks and tabs
// are written as \n, \r and \t, other hostile runes as \uXXXX.
func TsvCell(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return Hostile(r) || r == '\\' }) {
		return strings.ToValidUTF8(s, "\ufffd")
	}
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(s, "\ufffd") {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\\':
			b.WriteString(`\\`)
		case Hostile(r):
			writeUnicodeEscape(&b, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// EscapeJSON writes the hostile runes that encoding/json leaves alone as
// \uXXXX: the value stays the same and the terminal stays unharmed.
func EscapeJSON(doc []byte) []byte {
	s := string(doc)
	if !strings.ContainsFunc(s, Hostile) {
		return doc
	}
	var b strings.Builder
	for _, r := range s {
		if Hostile(r) && r != '\n' {
			writeUnicodeEscape(&b, r)
			continue
		}
		b.WriteRune(r)
	}
	return []byte(b.String())
}

func writeUnicodeEscape(b *strings.Builder, r rune) {
	hex := strconv.FormatInt(int64(r), 16)
	b.WriteString(`\u` + strings.Repeat("0", max(0, 4-len(hex))) + hex)
}

// ShellQuote makes s one word of a POSIX shell.
func ShellQuote(s string) string {
	safe := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_./:=@%+,", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !safe(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
