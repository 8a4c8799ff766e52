package kit

import (
	"slices"
)

// TwoColumns is the width from which facts stand in two columns.
const TwoColumns = 96

// Fact is a label and a value; an empty label is a heading. A ready value is
// ours and styled. The right one of two columns begins at the heading that says so.
type Fact struct {
	Label, Value, Ready string
	Right               bool
}

// InColumns lays facts out in one column or, where there is room, in two.
func (t Theme) InColumns(all []Fact, w int) []string {
	split := slices.IndexFunc(all, func(f Fact) bool { return f.Right })
	if w < TwoColumns || split < 0 {
		return t.Facts(all, w)
	}
	half := w/2 - 1
	return Beside(t.Facts(all[:split], half), t.Facts(all[split:], half), half+2)
}

// Beside puts two columns of lines next to each other, the right one at x.
func Beside(left, right []string, x int) []string {
	out := make([]string, max(len(left), len(right)))
	for i := range out {
		if i < len(left) {
			out[i] = left[i]
		}
		if i < len(right) {
			out[i] = Fit(out[i], x) + right[i]
		}
	}
	return out
}

// Facts lays facts out in one column of w cells.
func (t Theme) Facts(facts []Fact, w int) []string {
	var out []string
	for _, f := range facts {
		if f.Label == "" {
			if len(out) > 0 {
				out = append(out, "")
			}
			out = append(out, t.Accent.Render(Clip(f.Value, w)))
			continue
		}
		out = append(out, factLines(t, f, w)...)
	}
	return out
}

func factLines(t Theme, f Fact, w int) []string {
	label := min(16, w/3)
	values := []string{t.Dim.Render("–")}
	switch {
	case f.Ready != "":
		values = []string{f.Ready}
	case f.Value != "":
		values = Paragraph(f.Value, w-label-4)
	}
	var out []string
	for i, v := range values {
		name := ""
		if i == 0 {
			name = f.Label
		}
		out = append(out, "  "+t.Dim.Render(Fit(name, label))+"  "+v)
	}
	return out
}
