package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"strings"

	"example.com/monitor/store/fault"
)

// texts is the table of texts of a workbook: one after the other, in memory or, beyond a bound,
// in a file that goes with the table.
type texts struct {
	mem   []byte
	ends  []uint32
	total uint32
	file  *os.File
	pages [64]page // of the file, by their numbers
}

type page struct {
	number int64
	data   []byte
}

const pageSize = 64 << 10

// readTexts reads the table. Phonetic readings are left out, styles of parts are ignored.
func readTexts(f *zip.File) (*texts, error) {
	p, err := openPart(f, maxPart)
	if err != nil {
		return nil, err
	}
	defer p.close()
	s := &texts{}
	var b bytes.Buffer
	inText, phonetic := false, 0
	for {
		t, err := p.token()
		if errors.Is(err, io.EOF) {
			return s, s.flush()
		}
		if err != nil {
			return nil, errors.Join(err, s.close())
		}
		switch t.kind {
		case startPiece:
			switch string(t.name) {
			case "si":
				b.Reset()
			case "rPh":
				phonetic++
			case "t":
				inText = phonetic == 0
			}
		case textPiece:
			if inText && b.Len() < maxToken {
				b.Write(t.text)
			}
		case endPiece:
			switch string(t.name) {
			case "t":
				inText = false
			case "rPh":
				phonetic--
			case "si":
				if err := s.add(unescape(b.String())); err != nil {
					return nil, errors.Join(err, s.close())
				}
			}
		}
	}
}

func (s *texts) add(text string) error {
	if len(s.ends) >= maxTexts {
		return refuse("A planilha tem textos demais: salve em CSV e envie de novo")
	}
	s.mem = append(s.mem, text...)
	s.total += uint32(len(text)) // maxPart bounds it
	s.ends = append(s.ends, s.total)
	if len(s.mem) < inMemory {
		return nil
	}
	if s.file == nil {
		file, err := os.CreateTemp("", "monitor-planilha-*") // made 0600
		if err != nil {
			return fault.File("A pasta temporária", err)
		}
		s.file = file
		_ = os.Remove(file.Name()) // where an open file can go; elsewhere it goes in close
	}
	return s.flush()
}

// flush moves what is in memory to the file, if there is one.
func (s *texts) flush() error {
	if s.file == nil {
		return nil
	}
	if _, err := s.file.Write(s.mem); err != nil {
		return fault.File("A pasta temporária", err)
	}
	s.mem = s.mem[:0]
	return nil
}

// at is a text by its number.
func (s *texts) at(i int) (string, error) {
	if s == nil || i < 0 || i >= len(s.ends) {
		return "", damaged()
	}
	from, to := uint32(0), s.ends[i]
	if i > 0 {
		from = s.ends[i-1]
	}
	if s.file == nil {
		return string(s.mem[from:to]), nil
	}
	b := make([]byte, 0, to-from)
	for at := int64(from); at < int64(to); {
		data, err := s.page(at / pageSize)
		if err != nil {
			return "", err
		}
		data = data[min(at%pageSize, int64(len(data))):]
		data = data[:min(int64(len(data)), int64(to)-at)]
		if len(data) == 0 {
			return "", damaged()
		}
		b = append(b, data...)
		at += int64(len(data))
	}
	return string(b), nil
}

func (s *texts) page(number int64) ([]byte, error) {
	p := &s.pages[number%int64(len(s.pages))]
	if p.data != nil && p.number == number {
		return p.data, nil
	}
	if p.data == nil {
		p.data = make([]byte, pageSize)
	}
	n, err := s.file.ReadAt(p.data[:pageSize], number*pageSize)
	if err != nil && !errors.Is(err, io.EOF) {
		p.data = nil
		return nil, fault.File("A pasta temporária", err)
	}
	p.number, p.data = number, p.data[:n]
	return p.data, nil
}

func (s *texts) close() error {
	if s == nil || s.file == nil {
		return nil
	}
	err := s.file.Close()
	_ = os.Remove(s.file.Name())
	s.file = nil
	return err
}

// unescape reads _x000D_, by which workbooks write what XML cannot hold.
func unescape(s string) string {
	i := strings.Index(s, "_x")
	if i < 0 {
		return s
	}
	var b strings.Builder
	for ; i >= 0; i = strings.Index(s, "_x") {
		b.WriteString(s[:i])
		s = s[i:]
		if r, ok := escaped(s); ok {
			b.WriteRune(r)
			s = s[len("_x0000_"):]
			continue
		}
		b.WriteString(s[:2])
		s = s[2:]
	}
	b.WriteString(s)
	return b.String()
}

// escaped is the sign that a text begins with, written as _xHHHH_.
func escaped(s string) (rune, bool) {
	if len(s) < 7 || s[0] != '_' || s[1] != 'x' || s[6] != '_' {
		return 0, false
	}
	r := rune(0)
	for _, c := range []byte(s[2:6]) {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}
