package sheet

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"
)

// part is a piece of a workbook as it is unpacked, within bounds: of all of it and of one piece
// of XML, which encoding/xml would hold whatever its size.
type part struct {
	in    *bufio.Reader
	zip   io.Closer
	left  int64
	piece int
	*xml.Decoder
}

var errTooBig = errors.New("a part beyond its bound")

// openPart reads a part of the workbook; most is how large it may be.
func openPart(f *zip.File, most int64) (*part, error) {
	in, err := f.Open()
	if err != nil {
		return nil, damaged()
	}
	p := &part{in: bufio.NewReaderSize(in, 64<<10), zip: in, left: most}
	p.Decoder = xml.NewDecoder(p)
	return p, nil
}

// ReadByte implements io.ByteReader, which keeps the decoder from reading ahead.
func (p *part) ReadByte() (byte, error) {
	p.left--
	p.piece++
	if p.left < 0 || p.piece > maxToken {
		return 0, errTooBig
	}
	return p.in.ReadByte()
}

// Read implements io.Reader, which the decoder asks for and does not use.
func (p *part) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	c, err := p.ReadByte()
	b[0] = c
	return 1, err
}

// token is the next piece; names keep their prefix apart. Declarations of entities are refused.
func (p *part) token() (xml.Token, error) {
	p.piece = 0
	t, err := p.RawToken()
	switch {
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	case errors.Is(err, errTooBig):
		return nil, refuse("A planilha é grande demais depois de descompactada: deixe só a aba e as colunas que interessam, ou salve em CSV")
	case err != nil:
		return nil, damaged()
	}
	if _, ok := t.(xml.Directive); ok {
		return nil, damaged()
	}
	return t, nil
}

func (p *part) close() error { return p.zip.Close() }

// eachElement calls visit for every element of a part that is held.
func eachElement(f *zip.File, visit func(e xml.StartElement, inside string)) error {
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
		switch e := t.(type) {
		case xml.StartElement:
			inside := ""
			if len(above) > 0 {
				inside = above[len(above)-1]
			}
			visit(e, inside)
			if above = append(above, e.Name.Local); len(above) > 100 {
				return damaged()
			}
		case xml.EndElement:
			if len(above) > 0 {
				above = above[:len(above)-1]
			}
		}
	}
}

// attr is an attribute by its name without prefix; of two, r:id and id, the first.
func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space != "xmlns" {
			return a.Value
		}
	}
	return ""
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
	err := eachElement(f, func(e xml.StartElement, _ string) {
		if e.Name.Local != "Relationship" || strings.EqualFold(attr(e, "TargetMode"), "External") {
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
