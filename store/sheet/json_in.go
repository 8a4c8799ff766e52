package sheet

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"unicode/utf8"
)

// openJSON reads lines of objects, or one array of them; the columns are the keys of the first.
func (t *Table) openJSON(f io.ReaderAt, size int64) error {
	text, encoding, err := textOf(f, size)
	if err != nil {
		return err
	}
	t.Encoding = encoding
	in := bufio.NewReader(text)
	skipped, err := skipBlank(in)
	if err != nil {
		return err
	}
	rows := &jsonRows{in: &counted{r: in}, places: map[string]int{}, passed: skipped}
	rows.dec = json.NewDecoder(rows.in)
	t.rows = rows
	first, err := in.Peek(1)
	if rows.array = err == nil && first[0] == '['; rows.array {
		rows.in.limit = maxToken
		if _, err := rows.dec.Token(); err != nil {
			return err
		}
	}
	for bytes := 0; len(t.held) < heldItems && bytes < maxHeld; {
		it, ok := t.read()
		if !ok {
			break
		}
		if it.err != nil {
			return it.err
		}
		for _, c := range it.row.Cells {
			bytes += len(c.Text) + 40
		}
		t.held = append(t.held, it)
	}
	if len(rows.keys) == 0 {
		return refuse("O arquivo não tem nenhum registro: confira se é o arquivo certo")
	}
	t.Header = slices.Clone(rows.keys)
	t.HeaderLine = t.held[0].row.Line
	return nil
}

// counted remembers where lines end and stops at an object beyond the bound.
type counted struct {
	r      io.Reader
	read   int64 // bytes that were handed out
	limit  int64
	breaks []int64 // offsets of line feeds that are not counted yet
}

var errLong = errors.New("an object beyond the bound")

func (c *counted) Read(p []byte) (int, error) {
	if c.read >= c.limit {
		return 0, errLong
	}
	n, err := c.r.Read(p)
	for at := 0; ; at++ {
		i := bytes.IndexByte(p[at:n], '\n')
		if i < 0 {
			break
		}
		at += i
		c.breaks = append(c.breaks, c.read+int64(at))
	}
	c.read += int64(n)
	return n, err
}

// jsonRows reads objects; keys are the columns in the order in which they were met.
type jsonRows struct {
	in     *counted
	dec    *json.Decoder
	array  bool
	keys   []string
	places map[string]int
	passed int // line feeds before the object
}

func (j *jsonRows) next() (Row, error) {
	j.in.limit = j.in.read + 2*maxToken
	if j.array && !j.dec.More() {
		if _, err := j.dec.Token(); err != nil {
			return Row{}, j.fault(err)
		}
		return Row{}, io.EOF
	}
	var raw json.RawMessage
	if err := j.dec.Decode(&raw); err != nil {
		if errors.Is(err, io.EOF) && !j.array {
			return Row{}, io.EOF
		}
		return Row{}, j.fault(err)
	}
	row := Row{Line: j.lineAt(j.dec.InputOffset() - int64(len(raw)))}
	if len(raw) > maxToken {
		return Row{}, j.fault(errLong)
	}
	if raw[0] != '{' {
		return Row{}, refuse("A linha %d não é um objeto JSON ({…}): cada registro deve ser um objeto", row.Line)
	}
	var err error
	row.Cells, err = j.cells(raw)
	return row, err
}

// lineAt counts the lines before an offset of the text.
func (j *jsonRows) lineAt(offset int64) int {
	n := 0
	for n < len(j.in.breaks) && j.in.breaks[n] < offset {
		n++
	}
	j.in.breaks = j.in.breaks[n:]
	j.passed += n
	return j.passed + 1
}

// fault tells where reading ended.
func (j *jsonRows) fault(err error) error {
	line := j.lineAt(j.dec.InputOffset())
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, errLong):
		return refuse("O registro depois da linha %d tem mais de 1 MB: confira se o arquivo tem um objeto JSON por linha", line)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return refuse("O arquivo termina no meio de um registro, depois da linha %d: gere o arquivo de novo", line)
	case errors.As(err, &syntax):
		return refuse("O JSON está errado perto da linha %d: confira se há um objeto por linha, com aspas e vírgulas no lugar", line)
	default:
		return err
	}
}

// cells puts the values of an object under their keys. The decoder has read raw once: what is
// here is valid.
func (j *jsonRows) cells(raw []byte) ([]Cell, error) {
	cells := make([]Cell, len(j.keys))
	for rest := trimJSON(raw[1:]); rest[0] != '}'; {
		end := valueEnd(rest)
		key := rest[:end]
		rest = trimJSON(trimJSON(rest[end:])[1:]) // the colon
		end = valueEnd(rest)
		value := rest[:end]
		if rest = trimJSON(rest[end:]); rest[0] == ',' {
			rest = trimJSON(rest[1:])
		}
		name := jsonString(key)
		at, ok := j.places[name]
		if !ok {
			if at = len(j.keys); at >= maxColumns {
				return nil, refuse("Os registros têm mais de %d campos diferentes: deixe só os que interessam", maxColumns)
			}
			j.places[name] = at
			j.keys = append(j.keys, name)
		}
		for len(cells) <= at {
			cells = append(cells, Cell{})
		}
		cells[at] = jsonCell(value)
	}
	return cells, nil
}

func trimJSON(b []byte) []byte { return bytes.TrimLeft(b, " \t\r\n") }

// valueEnd is the length of the value that b begins with.
func valueEnd(b []byte) int {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			for i++; b[i] != '"'; i++ {
				if b[i] == '\\' {
					i++
				}
			}
			if depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth <= 0 {
				return i + 1 + min(depth, 0) // of a number: what closes is its object's
			}
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return i
			}
		}
	}
	return len(b)
}

// jsonString is a text with its quotes taken off.
func jsonString(b []byte) string {
	if inside := b[1 : len(b)-1]; bytes.IndexByte(inside, '\\') < 0 && utf8.Valid(inside) {
		return string(inside)
	}
	var s string
	_ = json.Unmarshal(b, &s) // it was read
	return s
}

// jsonCell is a value; what is no text, number or bool stays JSON.
func jsonCell(value []byte) Cell {
	switch value[0] {
	case 'n':
		return Cell{}
	case 't', 'f':
		return Cell{Kind: Bool, Text: string(value)}
	case '"':
		if s := jsonString(value); s != "" {
			return Cell{Kind: Text, Text: s}
		}
		return Cell{}
	case '{', '[':
		var b bytes.Buffer
		_ = json.Compact(&b, value) // it was read
		return Cell{Kind: Text, Text: b.String()}
	default:
		return Cell{Kind: Number, Text: plainNumber(string(value))}
	}
}

func (*jsonRows) close() error { return nil }

// skipBlank leaves a mark and space before the first object, and counts the lines of it.
func skipBlank(in *bufio.Reader) (lines int, err error) {
	for {
		r, _, err := in.ReadRune()
		switch {
		case errors.Is(err, io.EOF):
			return lines, nil
		case err != nil:
			return 0, err
		case r == '\n':
			lines++
		case r != '\ufeff' && r != ' ' && r != '\t' && r != '\r' && r != 0:
			return lines, in.UnreadRune()
		}
	}
}
