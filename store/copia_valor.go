package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"unicode/utf8"
)

// A row of a copy is a line of JSON: an array of the columns' values. Text,
// whole numbers, true, false and null are themselves; what JSON has no form for
// is an object with one key:
//
//	{"b":"…"}  bytes, in base64
//	{"t":"…"}  text that is no UTF-8, in base64
//	{"r":"…"}  a number that is not whole

const hexDigits = "0123456789abcdef"

func appendRow(b []byte, values []any) []byte {
	b = append(b, '[')
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendValue(b, v)
	}
	return append(b, ']')
}

func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		if !utf8.ValidString(v) {
			return appendTagged(b, 't', base64.StdEncoding.EncodeToString([]byte(v)))
		}
		return appendText(b, v)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case bool:
		return strconv.AppendBool(b, v)
	case []byte:
		return appendTagged(b, 'b', base64.StdEncoding.EncodeToString(v))
	case float64:
		return appendTagged(b, 'r', strconv.FormatFloat(v, 'g', -1, 64))
	default:
		return append(b, "null"...)
	}
}

func appendTagged(b []byte, tag byte, text string) []byte {
	b = append(b, '{', '"', tag, '"', ':', '"')
	return append(append(b, text...), '"', '}')
}

func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[from:i]...)
		from = i + 1
		if c < ' ' {
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		} else {
			b = append(b, '\\', c)
		}
	}
	return append(append(b, s[from:]...), '"')
}

var errLinha = errors.New("store: not a row of a copy")

func parseRow(line []byte) ([]any, error) {
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.UseNumber()
	var values []any
	if err := dec.Decode(&values); err != nil {
		return nil, errLinha
	}
	for i, v := range values {
		var err error
		switch v := v.(type) {
		case json.Number:
			values[i], err = strconv.ParseInt(v.String(), 10, 64)
		case map[string]any:
			values[i], err = parseTagged(v)
		case []any:
			err = errLinha
		}
		if err != nil {
			return nil, errLinha
		}
	}
	return values, nil
}

func parseTagged(v map[string]any) (any, error) {
	for tag, text := range v {
		s, ok := text.(string)
		switch {
		case !ok || len(v) != 1:
			return nil, errLinha
		case tag == "r":
			return strconv.ParseFloat(s, 64)
		case tag == "b":
			return base64.StdEncoding.DecodeString(s)
		case tag == "t":
			b, err := base64.StdEncoding.DecodeString(s)
			return string(b), err
		}
	}
	return nil, errLinha
}

// soma tells whether two sets of rows are the same, in whatever order they come.
type soma struct {
	linhas int64
	h      [4]uint64
}

func (s *soma) add(line []byte) {
	s.linhas++
	d := sha256.Sum256(line)
	for i := range s.h {
		s.h[i] += binary.BigEndian.Uint64(d[8*i:])
	}
}

func (s *soma) String() string {
	var b []byte
	for _, n := range s.h {
		b = binary.BigEndian.AppendUint64(b, n)
	}
	return hex.EncodeToString(b)
}
