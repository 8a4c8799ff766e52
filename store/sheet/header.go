package sheet

import (
	"fmt"
	"slices"
	"strings"
)

// findHeader reads the first rows, finds the titles among them and keeps what follows.
func (t *Table) findHeader() error {
	bytes := 0
	for len(t.held) < heldRows && bytes < maxHeld {
		it, ok := t.read()
		if !ok {
			break
		}
		if it.err != nil && t.ends {
			return it.err
		}
		if it.err == nil && filled(it.row.Cells) == 0 {
			continue
		}
		for _, c := range it.row.Cells {
			bytes += len(c.Text) + 40
		}
		t.held = append(t.held, it)
	}
	at := headerAmong(t.held)
	if at < 0 {
		return t.nothing()
	}
	if m, ok := t.rows.(interface{ lastOfTitle(Row) int }); ok {
		last := m.lastOfTitle(t.held[at].row)
		for at+1 < len(t.held) && t.held[at+1].err == nil && t.held[at+1].row.Line <= last {
			at++
		}
	}
	title := t.held[at].row
	t.held = t.held[at+1:]
	t.HeaderLine = title.Line
	t.Header = t.titles(title)
	if len(t.Header) > maxColumns {
		return refuse("A tabela tem mais de %d colunas: deixe só as que interessam", maxColumns)
	}
	return nil
}

// nothing says that there is no row, and where there may be some.
func (t *Table) nothing() error {
	for _, it := range t.held {
		if it.err != nil {
			return it.err
		}
	}
	if len(t.Sheets) > 1 {
		others := slices.DeleteFunc(slices.Clone(t.Sheets), func(s string) bool { return s == t.Sheet })
		return refuse("A aba %q está vazia: escolha outra (%s)", t.Sheet, strings.Join(others, ", "))
	}
	return refuse("O arquivo não tem nenhuma linha preenchida: confira se é o arquivo certo")
}

// headerAmong is the place of the titles: the first row of at least two texts that looks like
// no record, is not much narrower than the rows below it and that one follows. Where there is
// none, the first row of two cells, or the first at all.
func headerAmong(held []item) int {
	wide, first := -1, -1
	for i, it := range held[:min(len(held), titleRows)] {
		if it.err != nil {
			continue
		}
		n := filled(it.row.Cells)
		if first < 0 {
			first = i
		}
		if n >= 2 && wide < 0 {
			wide = i
		}
		if n >= 2 && i+1 < len(held) && titlesOnly(it.row) && 2*n > widest(held[i+1:min(len(held), i+20)]) {
			return i
		}
	}
	if wide >= 0 {
		return wide
	}
	return first
}

func widest(rows []item) int {
	n := 0
	for _, it := range rows {
		n = max(n, filled(it.row.Cells))
	}
	return n
}

// titlesOnly is false for a row with a number, a date, an address.
func titlesOnly(r Row) bool {
	for _, c := range r.Cells {
		s := c.String()
		switch {
		case c.Kind == Empty || s == "":
		case c.Kind != Text || strings.Contains(s, "@"):
			return false
		default:
			if !strings.ContainsFunc(s, letter) {
				return false
			}
		}
	}
	return true
}

// titles are distinct names for the columns, as far as there are titles or data among what is
// held. A column with neither has none.
func (t *Table) titles(r Row) []string {
	used := make([]bool, len(r.Cells))
	for _, it := range t.held {
		for i, c := range it.row.Cells {
			if c.String() == "" {
				continue
			}
			for len(used) <= i {
				used = append(used, false)
			}
			used[i] = t.Format == XLSX || i < len(r.Cells)
		}
	}
	names, seen := make([]string, len(used)), map[string]bool{}
	last := 0
	for i := range used {
		name := ""
		if i < len(r.Cells) {
			name = oneLine(r.Cells[i].Text)
		}
		if m, ok := t.rows.(interface{ leftOf(line, col int) int }); ok && name == "" && used[i] {
			if left := m.leftOf(r.Line, i); left < len(r.Cells) {
				name = oneLine(r.Cells[left].Text)
			}
		}
		if name == "" && used[i] {
			name = "Coluna " + letters(i)
		}
		if name == "" {
			continue
		}
		last = i + 1
		names[i] = name
		for n := 2; seen[strings.ToLower(names[i])]; n++ {
			names[i] = fmt.Sprintf("%s (%d)", name, n)
		}
		seen[strings.ToLower(names[i])] = true
	}
	return names[:last]
}

func oneLine(s string) string { return strings.Join(strings.FieldsFunc(s, blank), " ") }
