package sheet

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"
)

// part is a file of a workbook as it is unpacked, and the XML in it, piece by piece. The standard
// library's decoder would hold a piece whatever its size, and takes five times as long.
type part struct {
	in   *bufio.Reader
	zip  io.Closer
	left int64 // bytes that it may still have
	buf  []byte
	open bool // the next sign was "<"
	last piece
	over bool // last is an element without contents whose end was not told yet
}

// piece is a start, an end or text; it is good until the next is read. Names are without prefix.
type piece struct {
	kind        pieceKind
	name, attrs []byte
	text        []byte
}

type pieceKind byte

const (
	startPiece pieceKind = iota + 1
	endPiece
	textPiece
)

// openPart reads a part of the workbook; most is how large it may be.
func openPart(f *zip.File, most int64) (*part, error) {
	in, err := f.Open()
	if err != nil {
		return nil, damaged()
	}
	return &part{in: bufio.NewReaderSize(in, 64<<10), zip: in, left: most}, nil
}

func (p *part) close() error { return p.zip.Close() }

// token is the next piece. Declarations of entities are refused.
func (p *part) token() (*piece, error) {
	for {
		if p.over {
			p.over, p.last.kind = false, endPiece
			return &p.last, nil
		}
		p.buf = p.buf[:0]
		if !p.open {
			err := p.upTo('<')
			p.open = err == nil
			text := p.buf
			if err == nil {
				text = text[:len(text)-1]
			} else if !errors.Is(err, io.EOF) || len(text) == 0 {
				return nil, err
			}
			if len(text) == 0 {
				continue
			}
			text, ok := plainText(text)
			if !ok {
				return nil, damaged()
			}
			p.last = piece{kind: textPiece, text: text}
			return &p.last, nil
		}
		p.open = false
		found, err := p.markup()
		if errors.Is(err, io.EOF) {
			err = damaged()
		}
		if found || err != nil {
			return &p.last, err
		}
	}
}

// upTo appends what comes to buf, up to and with end.
func (p *part) upTo(end byte) error {
	for {
		b, err := p.in.ReadSlice(end)
		p.left -= int64(len(b))
		if p.left < 0 || len(p.buf)+len(b) > maxToken {
			return refuse("A planilha é grande demais depois de descompactada: deixe só a aba e as colunas que interessam, ou salve em CSV")
		}
		p.buf = append(p.buf, b...)
		switch {
		case err == nil, errors.Is(err, io.EOF):
			return err
		case !errors.Is(err, bufio.ErrBufferFull):
			return damaged()
		}
	}
}

// markup reads what follows "<"; found is false of what says nothing.
func (p *part) markup() (found bool, err error) {
	for seen, quote := 0, byte(0); ; {
		if err := p.upTo('>'); err != nil {
			return false, err
		}
		b := p.buf
		for ; seen < len(b); seen++ { // a ">" in quotes ends nothing
			switch c := b[seen]; {
			case quote == 0 && (c == '"' || c == '\''):
				quote = c
			case c == quote:
				quote = 0
			}
		}
		switch {
		case bytes.HasPrefix(b, []byte("!--")):
			if len(b) >= 6 && bytes.HasSuffix(b, []byte("-->")) {
				return false, nil
			}
		case bytes.HasPrefix(b, []byte("![CDATA[")):
			if bytes.HasSuffix(b, []byte("]]>")) {
				p.last = piece{kind: textPiece, text: b[len("![CDATA[") : len(b)-3]}
				return true, nil
			}
		case bytes.HasPrefix(b, []byte("?")):
			if bytes.HasSuffix(b, []byte("?>")) {
				return false, utf8Only(b)
			}
		case bytes.HasPrefix(b, []byte("!")):
			return false, damaged()
		case b[0] == '/':
			name := bytes.TrimRight(b[1:len(b)-1], " \t\r\n")
			p.last = piece{kind: endPiece, name: local(name)}
			return true, nil
		case quote == 0:
			b = b[:len(b)-1]
			if p.over = bytes.HasSuffix(b, []byte("/")); p.over {
				b = b[:len(b)-1]
			}
			name := b
			var attrs []byte
			if i := bytes.IndexAny(b, " \t\r\n"); i >= 0 {
				name, attrs = b[:i], b[i:]
			}
			if len(name) == 0 {
				return false, damaged()
			}
			p.last = piece{kind: startPiece, name: local(name), attrs: attrs}
			return true, nil
		}
	}
}

// utf8Only refuses a declaration of another encoding, which Excel does not write.
func utf8Only(b []byte) error {
	_, rest, ok := bytes.Cut(b, []byte("encoding="))
	if bytes.HasPrefix(b, []byte("?xml ")) && ok && len(rest) > 1 && (rest[0] == '"' || rest[0] == '\'') && !bytes.HasPrefix(bytes.ToLower(rest[1:]), []byte("utf-8")) {
		return damaged()
	}
	return nil
}

func local(name []byte) []byte {
	return name[bytes.LastIndexByte(name, ':')+1:]
}

// plainText reads line breaks and references in place.
func plainText(b []byte) ([]byte, bool) {
	if !utf8.Valid(b) {
		b = bytes.ToValidUTF8(b, []byte("\ufffd"))
	}
	if bytes.IndexByte(b, '\r') >= 0 {
		b = bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	}
	at := bytes.IndexByte(b, '&')
	if at < 0 {
		return b, true
	}
	out, rest := b[:at], b[at:]
	for {
		end := bytes.IndexByte(rest[:min(len(rest), 12)], ';')
		if end < 0 {
			return nil, false
		}
		r, ok := reference(string(rest[1:end]))
		if !ok {
			return nil, false
		}
		rest = rest[end+1:]
		out = utf8.AppendRune(out, r) // no longer than what stood there
		at := bytes.IndexByte(rest, '&')
		if at < 0 {
			return append(out, rest...), true
		}
		out, rest = append(out, rest[:at]...), rest[at:]
	}
}

// reference is the sign of a name or number between & and ;.
func reference(name string) (rune, bool) {
	switch name {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	digits, ok := strings.CutPrefix(name, "#")
	base := 10
	if hex, is := strings.CutPrefix(digits, "x"); is {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 31)
	return rune(n), ok && err == nil && n <= utf8.MaxRune
}

// eachElement calls visit for every element of a part that is held.
func eachElement(f *zip.File, visit func(e *piece, inside string)) error {
	p, err := openPart(f, maxSmall)
	if err != nil {
		return err
	}
	defer p.close()
	var above []string
	for {
		t, err := p.token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t.kind {
		case startPiece:
			inside := ""
			if len(above) > 0 {
				inside = above[len(above)-1]
			}
			visit(t, inside)
			if above = append(above, string(t.name)); len(above) > 100 {
				return damaged()
			}
		case endPiece:
			if len(above) > 0 {
				above = above[:len(above)-1]
			}
		}
	}
}

// attr is an attribute by its name without prefix; "" if there is none.
func attr(e *piece, name string) string {
	rest := e.attrs
	for {
		eq := bytes.IndexByte(rest, '=')
		if eq < 0 {
			return ""
		}
		key := bytes.TrimSpace(rest[:eq])
		value := bytes.TrimLeft(rest[eq+1:], " \t\r\n")
		if len(value) == 0 || value[0] != '"' && value[0] != '\'' {
			return ""
		}
		end := bytes.IndexByte(value[1:], value[0])
		if end < 0 {
			return ""
		}
		if string(local(key)) == name && !bytes.HasPrefix(key, []byte("xmlns:")) {
			text, _ := plainText(bytes.Clone(value[1 : 1+end]))
			return string(text)
		}
		rest = value[end+2:]
	}
}

// relation is where a part of the workbook is.
type relation struct{ kind, target string }

// relations are those of a part, by their ids; kind is the last word of the type, which
// differs between the two editions of the standard before that.
func relations(parts map[string]*zip.File, of string) (map[string]relation, error) {
	found := map[string]relation{}
	f := parts[partName(path.Join(path.Dir(of), "_rels", path.Base(of)+".rels"))]
	if f == nil {
		return found, nil
	}
	err := eachElement(f, func(e *piece, _ string) {
		if string(e.name) != "Relationship" || strings.EqualFold(attr(e, "TargetMode"), "External") {
			return
		}
		target := strings.ReplaceAll(attr(e, "Target"), `\`, "/")
		if !strings.HasPrefix(target, "/") {
			target = path.Join(path.Dir(of), target)
		}
		found[attr(e, "Id")] = relation{path.Base(attr(e, "Type")), partName(path.Clean(target))}
	})
	return found, err
}
