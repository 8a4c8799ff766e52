package sheet

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	wideText "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// The encodings, as people know them.
const (
	utf8Name  = "UTF-8"
	utf16Name = "UTF-16"
	ansiName  = "windows-1252"
)

// wideOrder is the byte order of UTF-16, with or without a mark.
func wideOrder(head []byte) (order wideText.Endianness, ok bool) {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return wideText.LittleEndian, true
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return wideText.BigEndian, true
	}
	var zeros [2]int
	n := min(len(head), 512) &^ 1
	for i, b := range head[:n] {
		if b == 0 {
			zeros[i%2]++
		}
	}
	switch {
	case n >= 8 && zeros[1] > n/5 && zeros[0] == 0:
		return wideText.LittleEndian, true
	case n >= 8 && zeros[0] > n/5 && zeros[1] == 0:
		return wideText.BigEndian, true
	}
	return order, false
}

// decodeHead is the beginning of a file as text.
func decodeHead(head []byte) (string, error) {
	var t transform.Transformer = &mixed{}
	if order, ok := wideOrder(head); ok {
		t = wideText.UTF16(order, wideText.UseBOM).NewDecoder()
		head = head[:len(head)&^1]
	}
	text, _, err := transform.Bytes(t, head)
	return string(text), err
}

// textOf reads a file as UTF-8, without a mark. All of it is looked at before: the first
// accent may stand in the last line.
func textOf(f io.ReaderAt, size int64) (io.Reader, string, error) {
	head := make([]byte, min(size, 512))
	if _, err := f.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, "", err
	}
	all := io.NewSectionReader(f, 0, size)
	if order, ok := wideOrder(head); ok {
		return transform.NewReader(all, wideText.UTF16(order, wideText.UseBOM).NewDecoder()), utf16Name, nil
	}
	good, bad, err := countEncodings(all)
	if err != nil {
		return nil, "", err
	}
	_, err = all.Seek(0, io.SeekStart)
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		_, err = all.Seek(3, io.SeekStart)
	}
	switch {
	case err != nil:
		return nil, "", err
	case bad == 0:
		return all, utf8Name, nil
	case good > bad: // lines of two programs in one file
		return transform.NewReader(all, &mixed{}), utf8Name, nil
	}
	return transform.NewReader(all, charmap.Windows1252.NewDecoder()), ansiName, nil
}

// countEncodings counts letters beyond ASCII that are UTF-8, and bytes that are not.
func countEncodings(r io.Reader) (good, bad int, err error) {
	buf := make([]byte, 0, 64<<10)
	for {
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		rest := buf
		for len(rest) > 0 {
			if rest[0] < utf8.RuneSelf {
				rest = rest[1:]
				continue
			}
			if err == nil && !utf8.FullRune(rest) {
				break
			}
			c, size := utf8.DecodeRune(rest)
			if c == utf8.RuneError && size == 1 {
				bad++
			} else {
				good++
			}
			rest = rest[size:]
		}
		buf = buf[:copy(buf[:cap(buf)], rest)]
		if errors.Is(err, io.EOF) {
			return good, bad, nil
		}
		if err != nil {
			return 0, 0, err
		}
	}
}

// mixed keeps UTF-8 and reads every other byte as windows-1252.
type mixed struct{ transform.NopResetter }

// Transform implements transform.Transformer.
func (*mixed) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		r, size := rune(src[nSrc]), 1
		if r >= utf8.RuneSelf {
			if !atEOF && !utf8.FullRune(src[nSrc:]) {
				return nDst, nSrc, transform.ErrShortSrc
			}
			r, size = utf8.DecodeRune(src[nSrc:])
			if r == utf8.RuneError && size == 1 {
				r = charmap.Windows1252.DecodeByte(src[nSrc])
			}
		}
		if nDst+utf8.RuneLen(r) > len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		nDst += utf8.EncodeRune(dst[nDst:], r)
		nSrc += size
	}
	return nDst, nSrc, nil
}

// blank is what people do not see around a text.
func blank(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || r == 0
}

func letter(r rune) bool { return unicode.IsLetter(r) }

// bare is a text from a file that cannot hold NUL in a cell.
func bare(s string) string {
	if strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(s, "\x00", "")
}
