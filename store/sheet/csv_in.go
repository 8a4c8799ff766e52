package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// openCSV finds encoding and separator.
func (t *Table) openCSV(f io.ReaderAt, size int64) error {
	text, encoding, err := textOf(f, size)
	if err != nil {
		return err
	}
	in := bufio.NewReaderSize(text, 256<<10)
	head, err := in.Peek(128 << 10)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	whole := err != nil
	t.Encoding = encoding
	var told int
	t.Comma, told = declared(head)
	if told == 0 {
		t.Comma = separator(head, whole)
	}
	if _, err := in.Discard(told); err != nil {
		return err
	}
	rows := &csvRows{comma: byte(t.Comma)}
	rows.scan = bufio.NewScanner(in)
	rows.scan.Buffer(make([]byte, 0, 64<<10), maxToken+1)
	rows.scan.Split(rows.split)
	t.rows = rows
	return nil
}

// declared is the separator that the first line tells Excel, and that line's length.
func declared(head []byte) (rune, int) {
	line := head
	if i := bytes.IndexAny(head, "\r\n"); i >= 0 {
		line = head[:i]
	}
	text := strings.ToLower(strings.Trim(string(line), `"`))
	if rest, ok := strings.CutPrefix(text, "sep="); ok && len(rest) == 1 && rest[0] > 0 && rest[0] < 0x80 && rest[0] != '"' {
		end := len(line)
		end += len(head[end:min(len(head), end+2)])
		switch {
		case bytes.HasPrefix(head[len(line):], []byte("\r\n")):
			end = len(line) + 2
		case len(head) > len(line):
			end = len(line) + 1
		}
		return rune(rest[0]), end
	}
	return 0, 0
}

// separator is the sign that takes the first lines apart most alike.
func separator(head []byte, whole bool) rune {
	best, most := ';', 0.0
	for _, sign := range []rune{';', '\t', ',', '|'} {
		if score := alike(head, byte(sign), whole); score > most {
			best, most = sign, score
		}
	}
	return best
}

// alike is the share of the rows that have the usual number of cells, weighed with that
// number; 0 where the sign is punctuation and not in the first row, or takes nothing apart.
func alike(head []byte, sign byte, whole bool) float64 {
	c := csvRows{comma: sign}
	punctuation := prose(head, sign)
	counts, rows := map[int]int{}, 0
	for len(head) > 0 && rows < 200 {
		n, _, err := c.split(head, whole)
		if err != nil || n == 0 {
			break
		}
		head = head[n:]
		if len(c.fields) == 1 && c.fields[0] == "" {
			continue
		}
		if punctuation && rows == 0 && len(c.fields) == 1 {
			return 0
		}
		counts[len(c.fields)]++
		rows++
	}
	best := 0.0
	for width, n := range counts {
		if width > 1 {
			best = max(best, float64(n)/float64(rows)*float64(min(width, 8)+8))
		}
	}
	return best
}

// prose is true of a sign that most often stands before a space.
func prose(head []byte, sign byte) bool {
	all := bytes.Count(head, []byte{sign})
	return sign != '\t' && sign != '|' && all > 0 && 2*bytes.Count(head, []byte{sign, ' '}) > all
}

// csvRows reads rows of cells.
type csvRows struct {
	scan   *bufio.Scanner
	comma  byte
	fields []string
	line   int
	open   int // quotes that nothing closes
}

func (c *csvRows) next() (Row, error) {
	if !c.scan.Scan() {
		switch err := c.scan.Err(); {
		case err == nil:
			return Row{}, io.EOF
		case errors.Is(err, bufio.ErrTooLong):
			return Row{}, refuse("A linha %d tem mais de 1 MB: confira se o arquivo é um CSV com uma linha por registro", c.line+1)
		default:
			return Row{}, err
		}
	}
	c.line++
	if len(c.fields) > maxColumns {
		return Row{}, refuse("A linha %d tem mais de %d colunas: confira se o arquivo é um CSV com uma linha por registro", c.line, maxColumns)
	}
	row := Row{Line: c.line, Cells: make([]Cell, len(c.fields))}
	for i, s := range c.fields {
		if s = asWritten(bare(s)); s != "" {
			row.Cells[i] = Cell{Kind: Text, Text: s}
		}
	}
	return row, nil
}

func (*csvRows) close() error { return nil }

// asWritten takes back what programs put around a text so that a spreadsheet leaves it alone:
// the apostrophe of SafeCell, and ="00123".
func asWritten(s string) string {
	if rest, ok := strings.CutPrefix(s, `="`); ok && strings.HasSuffix(rest, `"`) && strings.Count(rest, `"`) == 1 {
		return rest[:len(rest)-1]
	}
	return inert(s)
}

// inert takes the apostrophe of SafeCell back.
func inert(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && SafeCell(rest) == s {
		return rest
	}
	return s
}

// split is a bufio.SplitFunc; the cells of the row are in c.fields. A quote counts at the
// beginning of a cell only, and closes it only before a separator or the end of the row; one
// that nothing closes is a sign like others.
func (c *csvRows) split(data []byte, atEOF bool) (int, []byte, error) {
	if len(data) == 0 {
		return 0, nil, nil
	}
	n, open, ok := c.row(data, atEOF, true)
	switch {
	case open && (atEOF || len(data) > maxToken):
		if c.open++; c.open > maxQuotes {
			return 0, nil, refuse("A linha %d tem uma aspa que não fecha, e há muitas assim: confira as aspas do arquivo", c.line+1)
		}
		n, _, ok = c.row(data, atEOF, false)
	case len(data) > maxToken && !ok:
		return 0, nil, bufio.ErrTooLong
	}
	if !ok {
		return 0, nil, nil
	}
	return n, data[:0], nil
}

// row takes the first row apart. open says that a quoted cell does not end in data.
func (c *csvRows) row(data []byte, atEOF, quotes bool) (n int, open, ok bool) {
	c.fields = c.fields[:0]
	for at := 0; ; {
		if start := at + spaces(data[at:]); quotes && start < len(data) && data[start] == '"' {
			text, end, closed := quotedCell(data[start+1:], c.comma, atEOF)
			if !closed {
				return 0, true, false
			}
			c.add(text)
			at = start + 1 + end
		} else {
			end := bytes.IndexAny(data[at:], string([]byte{c.comma, '\r', '\n'}))
			if end < 0 {
				end = len(data) - at
			}
			c.add(string(data[at : at+end]))
			at += end
		}
		switch {
		case at >= len(data):
			return at, false, atEOF
		case data[at] == c.comma:
			at++
			if at == len(data) && atEOF {
				c.add("")
				return at, false, true
			}
		case data[at] == '\n':
			return at + 1, false, true
		case at+1 == len(data) && !atEOF:
			return 0, false, false // is a line feed behind the carriage return?
		case at+1 < len(data) && data[at+1] == '\n':
			return at + 2, false, true
		default:
			return at + 1, false, true
		}
	}
}

// add holds a cell; cells beyond the bound are counted and not held.
func (c *csvRows) add(s string) {
	if len(c.fields) > maxColumns {
		return
	}
	c.fields = append(c.fields, s)
}

func spaces(data []byte) int {
	n := 0
	for n < len(data) && data[n] == ' ' {
		n++
	}
	return n
}

// quotedCell reads up to the quote that closes; end is behind it, and behind spaces that
// follow.
func quotedCell(data []byte, comma byte, atEOF bool) (text string, end int, closed bool) {
	var b []byte
	for at := 0; ; {
		i := bytes.IndexByte(data[at:], '"')
		if i < 0 {
			return "", 0, false
		}
		b = append(b, data[at:at+i]...)
		at += i + 1
		if at < len(data) && data[at] == '"' {
			b = append(b, '"')
			at++
			continue
		}
		after := at + spaces(data[at:])
		switch {
		case after == len(data) && !atEOF:
			return "", 0, false
		case after == len(data), data[after] == comma, data[after] == '\r', data[after] == '\n':
			return string(b), after, true
		}
		b = append(b, '"') // one inside: "Bar "do Zé" Ltda"
	}
}
