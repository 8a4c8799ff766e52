package kit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"example.com/monitor/store/say"
)

const (
	// CellRunes bounds the work for one cell; a wider cell than this is never drawn.
	CellRunes = 400
	// ParagraphBytes bounds the text of one field in the detail view.
	ParagraphBytes = 64 << 10
	// marksPerRune bounds combining marks, which take no width but ink and time.
	marksPerRune = 4
	ellipsis     = "…"
)

// Printable takes out of s what could leave its place on the screen: control
// characters, bidirectional marks and invisible format characters. Line breaks
// and tabs become spaces. Joiners, variation selectors and skin tones go too,
// because terminals disagree about their width; ⚠️ is shown as ⚠. At most limit
// runes are returned.
func Printable(s string, limit int) string {
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

// Cell is text from the database made to fill exactly width columns.
func Cell(s string, width int) string {
	return Fit(Printable(s, min(CellRunes, width*(1+marksPerRune)+1)), width)
}

// Line is text from the database on one line, at most CellRunes long.
func Line(s string) string { return Printable(s, CellRunes) }

// Fit cuts or fills styled text to exactly width columns.
func Fit(s string, width int) string {
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

// FitRight is fit with the text at the right edge.
func FitRight(s string, width int) string {
	if w := ansi.StringWidth(s); w < width {
		return strings.Repeat(" ", width-w) + s
	}
	return Fit(s, width)
}

// Clip cuts styled text to at most width columns.
func Clip(s string, width int) string {
	if width <= 0 {
		return ""
	}
	if ansi.StringWidth(s) <= width {
		return s
	}
	return ansi.Truncate(s, width, ellipsis)
}

// ClipLeft keeps the end of s, which is the telling part of a path.
func ClipLeft(s string, width int) string {
	w := ansi.StringWidth(s)
	if w <= width {
		return s
	}
	if width <= 1 {
		return Clip(s, width)
	}
	return ellipsis + ansi.TruncateLeft(s, w-width+1, "")
}

// Center puts text in the middle of width columns.
func Center(s string, width int) string {
	s = Clip(s, width)
	return Fit(strings.Repeat(" ", max(0, width-ansi.StringWidth(s))/2)+s, width)
}

// Sides puts left and right at the two ends of width columns; the left one gives way.
func Sides(left, right string, width int) string {
	rw := ansi.StringWidth(right)
	if rw >= width {
		return Fit(right, width)
	}
	return Fit(left, width-rw) + right
}

// pair is sides for two texts of which the left one matters more.
func pair(left, right string, width int) string {
	if ansi.StringWidth(left)+ansi.StringWidth(right)+2 > width {
		return Fit(First(left, right), width)
	}
	return Sides(left, right, width)
}

// Wrap breaks text into lines of at most width columns. What ansi.Wrap leaves
// too long (a word after blanks) is broken inside the word.
func Wrap(s string, width int) []string {
	width = max(2, width)
	var out []string
	for l := range strings.SplitSeq(ansi.Wrap(s, width, " "), "\n") {
		out = append(out, strings.Split(ansi.Hardwrap(l, width, true), "\n")...)
	}
	return out
}

// Paragraph breaks text from the database into lines of at most width columns,
// keeping its own line breaks. Very long text is cut, and the cut is told.
func Paragraph(s string, width int) []string {
	var note string
	if len(s) > ParagraphBytes {
		note = "… (cortado: são " + say.Thousands(len(s)) + " bytes)"
		s = s[:ParagraphBytes]
	}
	var out []string
	for part := range strings.SplitSeq(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
		out = append(out, Wrap(Printable(part, ParagraphBytes), width)...)
	}
	if note != "" {
		out = append(out, Wrap(note, width)...)
	}
	return out
}

// Capital begins s with a capital letter.
func Capital(s string) string {
	for i, r := range s {
		return s[:i] + string(unicode.ToUpper(r)) + s[i+utf8.RuneLen(r):]
	}
	return s
}

// First is the first text that is not empty.
func First(texts ...string) string {
	for _, r := range texts {
		if r != "" {
			return r
		}
	}
	return ""
}

// Lower begins s with a small letter.
func Lower(s string) string {
	for i, r := range s {
		return s[:i] + string(unicode.ToLower(r)) + s[i+utf8.RuneLen(r):]
	}
	return s
}

// Counted is a number with its noun, for people.
func Counted(n int, what string) string {
	if n == 0 {
		return "nenhum " + what
	}
	return say.Thousands(n) + " " + what
}
