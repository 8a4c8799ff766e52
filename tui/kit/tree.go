package kit

import (
	"bytes"
	"encoding/json"
	"strings"
)

const (
	treeDepth = 12
	treeLines = 500
	bullet    = "•" // stands for the name of a list's element
)

// Tree lays JSON out for reading, one value on a line, in the order in which it
// was written. Text that is no JSON stays as it is.
func (t Theme) Tree(o []byte, w int) []string {
	text := strings.TrimSpace(string(o))
	if text == "" || text == "{}" || text == "null" {
		return []string{t.Dim.Render("–")}
	}
	d := treeDrawer{t: t, w: w, dec: json.NewDecoder(bytes.NewReader(o))}
	d.dec.UseNumber()
	if len(o) > ParagraphBytes || !json.Valid(o) || !d.root() {
		return Paragraph(string(o), w)
	}
	return d.out
}

type treeDrawer struct {
	t   Theme
	w   int
	dec *json.Decoder
	out []string
}

// root draws the whole document; false when it is too deep or too long.
func (d *treeDrawer) root() bool {
	tok, err := d.dec.Token()
	if err != nil {
		return false
	}
	if delim, ok := tok.(json.Delim); ok {
		return d.children(delim, "", 0)
	}
	d.leaf("", "", "", tok)
	return true
}

// children draws what is in an object or list; rail is what stands before each line.
func (d *treeDrawer) children(open json.Delim, rail string, depth int) bool {
	if depth > treeDepth {
		return false
	}
	for i := 1; d.dec.More(); i++ {
		name := bullet
		if open == '{' {
			tok, err := d.dec.Token()
			if err != nil {
				return false
			}
			name, _ = tok.(string)
		}
		if !d.child(name, rail, depth) || len(d.out) > treeLines {
			return false
		}
	}
	_, err := d.dec.Token() // the closing bracket
	return err == nil
}

func (d *treeDrawer) child(name, rail string, depth int) bool {
	tok, err := d.dec.Token()
	if err != nil {
		return false
	}
	delim, ok := tok.(json.Delim)
	if !ok {
		sep := ": "
		if name == bullet {
			sep = " "
		}
		d.leaf(rail, name, sep, tok)
		return true
	}
	at := len(d.out)
	d.out = append(d.out, d.head(rail, name))
	if !d.children(delim, rail+"│ ", depth+1) {
		return false
	}
	if len(d.out) == at+1 {
		d.out[at] += d.t.Dim.Render(" (vazio)")
	}
	return true
}

func (d *treeDrawer) head(rail, name string) string {
	return Clip(d.t.Dim.Render(rail)+d.t.Strong.Render(Line(Label(name))), d.w)
}

// Label is a key for people: "memoria_total" reads "memoria total".
func Label(key string) string { return strings.ReplaceAll(key, "_", " ") }

func (d *treeDrawer) leaf(rail, name, sep string, tok json.Token) {
	value := "–"
	switch v := tok.(type) {
	case string:
		value = First(v, "–")
	case json.Number:
		value = v.String()
	case bool:
		value = YesNo(v)
	}
	head := rail + Line(Label(name)) + sep
	room := d.w - len([]rune(head))
	if room < 12 {
		d.out = append(d.out, Clip(d.t.Dim.Render(head)+Line(value), d.w))
		return
	}
	for i, l := range Paragraph(value, room) {
		if i > 0 {
			head = rail + strings.Repeat(" ", len([]rune(head))-len([]rune(rail)))
		}
		d.out = append(d.out, Clip(d.t.Dim.Render(head)+l, d.w))
	}
}

// YesNo is a truth for people.
func YesNo(b bool) string {
	if b {
		return "sim"
	}
	return "não"
}
