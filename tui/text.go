package tui

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

const (
	// cellRunes bounds the work for one cell; a wider cell than this is never drawn.
	cellRunes = 400
	// paragraphBytes bounds the text of one field in the detail view.
	paragraphBytes = 64 << 10
	// marksPerRune bounds combining marks, which take no width but ink and time.
	marksPerRune = 4
	ellipsis     = "…"
)

// printable takes out of s what could leave its place on the screen: control
// characters, bidirectional marks and invisible format characters. Line breaks
// and tabs become spaces. Joiners, variation selectors and skin tones go too,
// because terminals disagree about their width; ⚠️ is shown as ⚠. At most limit
// runes are returned.
func printable(s string, limit int) string {
	if isPlain(s) && len(s) <= limit {
		return s
	}
	var b strings.Builder
	kept, marks := 0, marksPerRune // a mark without a letter would sit on its neighbour
	for _, r := range s {
		if kept >= limit {
			break
		}
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029':
			r, marks = ' ', marksPerRune
		case hidden(r):
			continue
		case unicode.In(r, unicode.Mn, unicode.Me):
			if marks++; marks > marksPerRune {
				continue
			}
		default:
			marks = 0
		}
		b.WriteRune(r)
		kept++
	}
	return b.String()
}

// isPlain is the quick way for ASCII text, which most cells hold.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func hidden(r rune) bool {
	switch {
	case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r):
		return true
	case r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0100 && r <= 0xE01EF: // variation selectors
		return true
	case r >= 0x1F3FB && r <= 0x1F3FF: // skin tones
		return true
	case r == 0x3164 || r == 0x115F || r == 0x1160 || r == 0xFFA0: // blank letters
		return true
	}
	return false
}

// cell is text from the database made to fill exactly width columns.
func cell(s string, width int) string {
	return fit(printable(s, min(cellRunes, width*(1+marksPerRune)+1)), width)
}

// line is text from the database on one line, at most cellRunes long.
func line(s string) string { return printable(s, cellRunes) }

// fit cuts or fills styled text to exactly width columns.
func fit(s string, width int) string {
	if width <= 0 {
		return ""
	}
	w := ansi.StringWidth(s)
	if w > width {
		s = ansi.Truncate(s, width, ellipsis)
		w = ansi.StringWidth(s)
	}
	if w < width {
		s += strings.Repeat(" ", width-w)
	}
	return s
}

// fitRight is fit with the text at the right edge.
func fitRight(s string, width int) string {
	if w := ansi.StringWidth(s); w < width {
		return strings.Repeat(" ", width-w) + s
	}
	return fit(s, width)
}

// clip cuts styled text to at most width columns.
func clip(s string, width int) string {
	if width <= 0 {
		return ""
	}
	if ansi.StringWidth(s) <= width {
		return s
	}
	return ansi.Truncate(s, width, ellipsis)
}

// clipLeft keeps the end of s, which is the telling part of a path.
func clipLeft(s string, width int) string {
	w := ansi.StringWidth(s)
	if w <= width {
		return s
	}
	if width <= 1 {
		return clip(s, width)
	}
	return ellipsis + ansi.TruncateLeft(s, w-width+1, "")
}

// center puts text in the middle of width columns.
func center(s string, width int) string {
	s = clip(s, width)
	return fit(strings.Repeat(" ", max(0, width-ansi.StringWidth(s))/2)+s, width)
}

// sides puts left and right at the two ends of width columns; the left one gives way.
func sides(left, right string, width int) string {
	rw := ansi.StringWidth(right)
	if rw >= width {
		return fit(right, width)
	}
	return fit(left, width-rw) + right
}

// pair is sides for two texts of which the left one matters more.
func pair(left, right string, width int) string {
	if ansi.StringWidth(left)+ansi.StringWidth(right)+2 > width {
		return fit(first(left, right), width)
	}
	return sides(left, right, width)
}

// wrap breaks text into lines of at most width columns. What ansi.Wrap leaves
// too long (a word after blanks) is broken inside the word.
func wrap(s string, width int) []string {
	width = max(2, width)
	var out []string
	for l := range strings.SplitSeq(ansi.Wrap(s, width, " "), "\n") {
		out = append(out, strings.Split(ansi.Hardwrap(l, width, true), "\n")...)
	}
	return out
}

// paragraph breaks text from the database into lines of at most width columns,
// keeping its own line breaks. Very long text is cut, and the cut is told.
func paragraph(s string, width int) []string {
	var note string
	if len(s) > paragraphBytes {
		note = "… (cortado: são " + thousands(len(s)) + " bytes)"
		s = s[:paragraphBytes]
	}
	var out []string
	for part := range strings.SplitSeq(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
		out = append(out, wrap(printable(part, paragraphBytes), width)...)
	}
	if note != "" {
		out = append(out, wrap(note, width)...)
	}
	return out
}

// thousands writes n with a dot between thousands.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "." + s[i:]
	}
	return s
}

// capital begins s with a capital letter.
func capital(s string) string {
	for i, r := range s {
		return s[:i] + string(unicode.ToUpper(r)) + s[i+utf8.RuneLen(r):]
	}
	return s
}

// first is the first text that is not empty.
func first(texts ...string) string {
	for _, r := range texts {
		if r != "" {
			return r
		}
	}
	return ""
}

// lower begins s with a small letter.
func lower(s string) string {
	for i, r := range s {
		return s[:i] + string(unicode.ToLower(r)) + s[i+utf8.RuneLen(r):]
	}
	return s
}

// counted is a number with its noun, for people.
func counted(n int, what string) string {
	if n == 0 {
		return "nenhum " + what
	}
	return thousands(n) + " " + what
}
