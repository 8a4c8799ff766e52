package imports

import (
	"encoding/binary"

	"example.com/monitor/store/sheet"
)

// packed are the cells of a row in one piece: a file of 100,000 rows is held whole between its
// preview and its writing, and a million small texts would take four times the memory.
type packed string

func pack(cells []sheet.Cell) packed {
	size := 0
	for _, c := range cells {
		size += len(c.Text) + 4
	}
	out := make([]byte, 0, size)
	for _, c := range cells {
		out = append(out, byte(c.Kind))
		out = binary.AppendUvarint(out, uint64(len(c.Text)))
		out = append(out, c.Text...)
	}
	return packed(out)
}

func (p packed) cells() (out []sheet.Cell) {
	for len(p) > 0 {
		kind := sheet.Kind(p[0])
		length, n := binary.Uvarint([]byte(p[1:min(len(p), 1+binary.MaxVarintLen64)]))
		end := 1 + n + int(length)
		out = append(out, sheet.Cell{Kind: kind, Text: string(p[1+n : end])})
		p = p[end:]
	}
	return out
}
