package server

import (
	"bytes"
	"encoding/json"
	"errors"
)

// A body is read in place: what is made of it must not be many times larger than it
// is. json.Unmarshal into maps and slices copies every value, and an item of two bytes
// becomes a struct of two hundred, before anybody can look at how many there are.

var errMalformed = errors.New("server: not the JSON that was looked for")

// eachMember calls do with the name and the text of each member of a JSON object, in
// order. The text lies within the object's own. Only what is valid JSON is read rightly.
func eachMember(object []byte, do func(name string, value []byte) error) error {
	return eachValue(object, '{', '}', func(rest []byte) (int, error) {
		quoted := valueLen(rest)
		name, err := memberName(rest[:quoted])
		if err != nil {
			return 0, err
		}
		colon := bytes.IndexByte(rest[quoted:], ':')
		if colon < 0 {
			return 0, errMalformed
		}
		at := quoted + colon + 1
		at += spaceLen(rest[at:])
		n := valueLen(rest[at:])
		return at + n, do(name, rest[at:at+n:at+n])
	})
}

// eachItem calls do with the text of each item of a JSON array.
func eachItem(array []byte, do func(value []byte) error) error {
	return eachValue(array, '[', ']', func(rest []byte) (int, error) {
		n := valueLen(rest)
		return n, do(rest[:n:n])
	})
}

// eachValue walks between open and closing; read says how much of the rest it took.
func eachValue(text []byte, open, closing byte, read func(rest []byte) (int, error)) error {
	text = bytes.TrimSpace(text)
	if len(text) < 2 || text[0] != open || text[len(text)-1] != closing {
		return errMalformed
	}
	rest := bytes.TrimSpace(text[1 : len(text)-1])
	for len(rest) > 0 {
		n, err := read(rest)
		if err != nil {
			return err
		}
		if n == 0 {
			return errMalformed
		}
		rest = rest[n:]
		rest = rest[spaceLen(rest):]
		if len(rest) == 0 {
			return nil
		}
		if rest[0] != ',' {
			return errMalformed
		}
		rest = rest[1:]
		rest = rest[spaceLen(rest):]
	}
	return nil
}

func memberName(quoted []byte) (string, error) {
	if len(quoted) < 2 || quoted[0] != '"' {
		return "", errMalformed
	}
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted[1 : len(quoted)-1]), nil
	}
	var name string
	err := json.Unmarshal(quoted, &name)
	return name, err
}

func spaceLen(text []byte) int { return len(text) - len(bytes.TrimLeft(text, " \t\r\n")) }

// valueLen is the length of the JSON value that a text begins with.
func valueLen(text []byte) int {
	if len(text) == 0 {
		return 0
	}
	switch text[0] {
	case '"':
		return stringLen(text)
	case '{', '[':
		return nestedLen(text)
	}
	if n := bytes.IndexAny(text, ",]}: \t\r\n"); n >= 0 {
		return n
	}
	return len(text)
}

// stringLen counts the quotes, too.
func stringLen(text []byte) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

func nestedLen(text []byte) int {
	level := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			i += stringLen(text[i:]) - 1
		case '{', '[':
			level++
		case '}', ']':
			if level--; level == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}
