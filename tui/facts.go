package tui

import (
	"slices"
)

// twoColumns is the width from which facts stand in two columns.
const twoColumns = 96

// fact is a label and a value; an empty label is a heading. A ready value is
// ours and styled. The right one of two columns begins at the heading that says so.
type fact struct {
	label, value, ready string
	right               bool
}

// inColumns lays facts out in one column or, where there is room, in two.
func (t theme) inColumns(all []fact, w int) []string {
	split := slices.IndexFunc(all, func(f fact) bool { return f.right })
	if w < twoColumns || split < 0 {
		return t.facts(all, w)
	}
	half := w/2 - 1
	return beside(t.facts(all[:split], half), t.facts(all[split:], half), half+2)
}

// beside puts two columns of lines next to each other, the right one at x.
func beside(left, right []string, x int) []string {
	out := make([]string, max(len(left), len(right)))
	for i := range out {
		if i < len(left) {
			out[i] = left[i]
		}
		if i < len(right) {
			out[i] = fit(out[i], x) + right[i]
		}
	}
	return out
}

func (t theme) facts(facts []fact, w int) []string {
	var out []string
	for _, f := range facts {
		if f.label == "" {
			if len(out) > 0 {
				out = append(out, "")
			}
			out = append(out, t.accent.Render(clip(f.value, w)))
			continue
		}
		out = append(out, factLines(t, f, w)...)
	}
	return out
}

func factLines(t theme, f fact, w int) []string {
	label := min(16, w/3)
	values := []string{t.dim.Render("–")}
	switch {
	case f.ready != "":
		values = []string{f.ready}
	case f.value != "":
		values = paragraph(f.value, w-label-4)
	}
	var out []string
	for i, v := range values {
		name := ""
		if i == 0 {
			name = f.label
		}
		out = append(out, "  "+t.dim.Render(fit(name, label))+"  "+v)
	}
	return out
}
