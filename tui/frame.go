package tui

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
)

// framed is a box with words in its borders.
type framed struct {
	title, aside  string // in the upper border
	foot, status  string // in the lower one
	lines         []string
	width, height int
	danger        bool  // the border warns
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

// roomy says whether a screen of w by h cells can afford a frame.
func roomy(w, h int) bool { return w >= 50 && h >= 10 }

// frame draws f; lines are cut and filled to its inside.
func (t theme) frame(f framed) []string {
	inside, tone, head := f.width-4, t.border, t.accent
	if f.danger {
		tone, head = t.bad, t.bad
	}
	out := make([]string, 0, f.height)
	out = append(out, edge(tone, "╭", "╮", head.Render(clip(f.title, inside-2)), t.dim.Render(f.aside), f.width))
	side, bar := tone.Render("│"), t.accent.Render("┃")
	for i := range f.height - 2 {
		text := ""
		if i < len(f.lines) {
			text = f.lines[i]
		}
		right := side
		if i >= f.thumb.from && i < f.thumb.to {
			right = bar
		}
		out = append(out, side+" "+fit(text, inside)+" "+right)
	}
	return append(out, edge(tone, "╰", "╯", t.text.Render(f.foot), t.dim.Render(f.status), f.width))
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
		right = clip(right, free-1) + " "
	default:
		right = ""
	}
	left = clip(left, room)
	dashes := room - ansi.StringWidth(left) - ansi.StringWidth(right)
	return tone.Render(from+"─") + left + tone.Render(strings.Repeat("─", max(0, dashes))) + right + tone.Render("─"+to)
}

func inEdge(s string) string {
	if ansi.StringWidth(s) == 0 {
		return ""
	}
	return " " + s + " "
}

// overlay puts box in the middle of base, which is w cells wide and steps back
// by losing its colours.
func (t theme) overlay(base, box []string, w int) []string {
	width := 0
	for _, l := range box {
		width = max(width, ansi.StringWidth(l))
	}
	x, y := max(0, w-width)/2, max(0, len(base)-len(box))/2
	out := make([]string, len(base))
	for i, l := range base {
		under := fit(ansi.Strip(l), w)
		if i < y || i >= y+len(box) {
			out[i] = t.dim.Render(under)
			continue
		}
		left := fit(ansi.Truncate(under, x, ""), x)
		right := fitRight(ansi.TruncateLeft(under, x+width, ""), w-x-width)
		out[i] = t.dim.Render(left) + fit(box[i-y], width) + t.dim.Render(right)
	}
	return out
}

// tall cuts or fills lines to h.
func tall(lines []string, h int) []string {
	for len(lines) < h {
		lines = append(lines, "")
	}
	return lines[:h]
}

// gauge draws n of all as a bar of width cells with its percentage.
func (t theme) gauge(n, all, width int) string {
	full := width * n / max(1, all)
	if n > 0 {
		full = max(1, full)
	}
	bar := t.ok.Render(strings.Repeat("█", full)) + t.dim.Render(strings.Repeat("░", width-full))
	return bar + " " + strconv.Itoa(100*n/max(1, all)) + " %"
}
