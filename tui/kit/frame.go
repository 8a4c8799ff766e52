package kit

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
)

// Framed is a box with words in its borders.
type Framed struct {
	Title, Aside  string // in the upper border
	foot, Status  string // in the lower one
	Lines         []string
	Width, Height int
	Danger        bool  // the border warns
	thumb         thumb // the scroll bar in the right border
}

// thumb is the part of a list that is on the screen, in lines of the border; the
// zero thumb is no scroll bar.
type thumb struct{ from, to int }

// newThumb places a thumb on a bar of h lines. A list that is all in sight has none.
func newThumb(h, first, shown, total int) thumb {
	if total <= shown || h < 1 {
		return thumb{}
	}
	size := max(1, h*shown/total)
	from := min(h-size, (h-size)*first/max(1, total-shown))
	return thumb{from, from + size}
}

// Roomy says whether a screen of w by h cells can afford a frame.
func Roomy(w, h int) bool { return w >= 50 && h >= 10 }

// Frame draws f; lines are cut and filled to its inside.
func (t Theme) Frame(f Framed) []string {
	inside, tone, head := f.Width-4, t.Border, t.Accent
	if f.Danger {
		tone, head = t.Bad, t.Bad
	}
	out := make([]string, 0, f.Height)
	out = append(out, edge(tone, "╭", "╮", head.Render(Clip(f.Title, inside-2)), t.Dim.Render(f.Aside), f.Width))
	side, bar := tone.Render("│"), t.Accent.Render("┃")
	for i := range f.Height - 2 {
		text := ""
		if i < len(f.Lines) {
			text = f.Lines[i]
		}
		right := side
		if i >= f.thumb.from && i < f.thumb.to {
			right = bar
		}
		out = append(out, side+" "+Fit(text, inside)+" "+right)
	}
	return append(out, edge(tone, "╰", "╯", t.Text.Render(f.foot), t.Dim.Render(f.Status), f.Width))
}

// leastAside is the width below which a word in a border is left out, not cut.
const leastAside = 16

// edge is a border with a word near each corner; the right one gives way.
func edge(tone lipgloss.Style, from, to, left, right string, width int) string {
	left, right = inEdge(left), inEdge(right)
	room := width - 4
	switch free := room - ansi.StringWidth(left); {
	case ansi.StringWidth(right) <= free:
	case free >= leastAside:
		right = Clip(right, free-1) + " "
	default:
		right = ""
	}
	left = Clip(left, room)
	dashes := room - ansi.StringWidth(left) - ansi.StringWidth(right)
	return tone.Render(from+"─") + left + tone.Render(strings.Repeat("─", max(0, dashes))) + right + tone.Render("─"+to)
}

func inEdge(s string) string {
	if ansi.StringWidth(s) == 0 {
		return ""
	}
	return " " + s + " "
}

// Overlay puts box in the middle of base, which is w cells wide and steps back
// by losing its colours.
func (t Theme) Overlay(base, box []string, w int) []string {
	width := 0
	for _, l := range box {
		width = max(width, ansi.StringWidth(l))
	}
	x, y := max(0, w-width)/2, max(0, len(base)-len(box))/2
	out := make([]string, len(base))
	for i, l := range base {
		under := Fit(ansi.Strip(l), w)
		if i < y || i >= y+len(box) {
			out[i] = t.Dim.Render(under)
			continue
		}
		left := Fit(ansi.Truncate(under, x, ""), x)
		right := FitRight(ansi.TruncateLeft(under, x+width, ""), w-x-width)
		out[i] = t.Dim.Render(left) + Fit(box[i-y], width) + t.Dim.Render(right)
	}
	return out
}

// Tall cuts or fills lines to h.
func Tall(lines []string, h int) []string {
	for len(lines) < h {
		lines = append(lines, "")
	}
	return lines[:h]
}

// Gauge draws n of all as a bar of width cells with its percentage.
func (t Theme) Gauge(n, all, width int) string {
	full := width * n / max(1, all)
	if n > 0 {
		full = max(1, full)
	}
	bar := t.Good.Render(strings.Repeat("█", full)) + t.Dim.Render(strings.Repeat("░", width-full))
	return bar + " " + strconv.Itoa(100*n/max(1, all)) + " %"
}
