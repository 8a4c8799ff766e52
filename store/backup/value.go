package backup

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

var errRow = errors.New("store: not a row of a copy")

// parseRow reads what appendRow writes, of up to most values. It looks at nothing
// twice and stops at the first value too many.
func parseRow(line []byte, most int) ([]any, error) {
	rest, ok := bytes.CutPrefix(line, []byte("["))
	if !ok {
		return nil, errRow
	}
	var values []any
	if string(rest) == "]" {
		return values, nil
	}
	for len(values) < most {
		v, after, ok := parseValue(rest)
		if !ok || len(after) == 0 {
			return nil, errRow
		}
		values = append(values, v)
		switch {
		case string(after) == "]":
			return values, nil
		case after[0] != ',':
			return nil, errRow
		}
		rest = after[1:]
	}
	return nil, errRow
}

var literals = []struct {
	text  []byte
	value any
}{{[]byte("null"), nil}, {[]byte("true"), true}, {[]byte("false"), false}}

func parseValue(b []byte) (v any, rest []byte, ok bool) {
	for _, l := range literals {
		if rest, ok := bytes.CutPrefix(b, l.text); ok {
			return l.value, rest, true
		}
	}
	switch {
	case len(b) == 0:
		return nil, nil, false
	case b[0] == '"':
		return parseText(b)
	case b[0] == '{':
		return parseTagged(b)
	}
	return parseInt(b)
}

// longestInt is the smallest int64 as text.
const longestInt = len("-9223372036854775808")

func parseInt(b []byte) (v any, rest []byte, ok bool) {
	n := 0
	for n < len(b) && n <= longestInt && (b[n] >= '0' && b[n] <= '9' || n == 0 && b[n] == '-') {
		n++
	}
	i, err := strconv.ParseInt(string(b[:n]), 10, 64)
	return i, b[n:], err == nil
}

// parseText reads the text that b begins with.
func parseText(b []byte) (v any, rest []byte, ok bool) {
	escapes := false
	for i := 1; i < len(b); i++ {
		switch c := b[i]; {
		case c == '"':
			s, ok := unescape(b[:i+1], escapes)
			return s, b[i+1:], ok
		case c == '\\':
			escapes = true
			i++
		case c < ' ':
			return nil, nil, false
		}
	}
	return nil, nil, false
}

func unescape(quoted []byte, escapes bool) (s string, ok bool) {
	if !utf8.Valid(quoted) {
		return "", false
	}
	if !escapes {
		return string(quoted[1 : len(quoted)-1]), true
	}
	err := json.Unmarshal(quoted, &s)
	return s, err == nil
}

// parseTagged reads {"b":"…"}, {"t":"…"} or {"r":"…"}.
func parseTagged(b []byte) (v any, rest []byte, ok bool) {
	const head = len(`{"b":`)
	if len(b) < head+1 || string(b[:2]) != `{"` || string(b[3:head]) != `":` || b[head] != '"' {
		return nil, nil, false
	}
	text, rest, _ := parseText(b[head:])
	s, _ := text.(string)
	if rest, ok = bytes.CutPrefix(rest, []byte("}")); !ok {
		return nil, nil, false
	}
	v, err := untag(b[2], s)
	return v, rest, err == nil
}

func untag(tag byte, s string) (any, error) {
	switch tag {
	case 'r':
		return strconv.ParseFloat(s, 64)
	case 'b':
		return base64.StdEncoding.DecodeString(s)
	case 't':
		b, err := base64.StdEncoding.DecodeString(s)
		return string(b), err
	}
	return nil, errRow
}

// rowSum tells whether two sets of rows are the same, in whatever order they come.
type rowSum struct {
	linhas int64
	h      [4]uint64
}

func (s *rowSum) add(line []byte) {
	s.linhas++
	d := sha256.Sum256(line)
	for i := range s.h {
		s.h[i] += binary.BigEndian.Uint64(d[8*i:])
	}
}

func (s *rowSum) String() string {
	var b []byte
	for _, n := range s.h {
		b = binary.BigEndian.AppendUint64(b, n)
	}
	return hex.EncodeToString(b)
}
