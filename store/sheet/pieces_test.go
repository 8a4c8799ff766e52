package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzPieces reads what the standard library's decoder reads, as it does.
func FuzzPieces(f *testing.F) {
	f.Add(`<?xml version="1.0" encoding="UTF-8"?><a:b c='1' d:e="x&gt;'>"><!-- x > y --><f/>a&#x41;&amp;` + "\r\n" + `<![CDATA[<>]]></a:b >`)
	f.Add(`<a b = "1"c="2"></a>`)
	f.Fuzz(func(t *testing.T, doc string) {
		if len(doc) > 1<<16 || strings.ContainsRune(doc, 0) || strings.Contains(doc, "encoding") && !strings.Contains(doc, `encoding="UTF-8"`) {
			return
		}
		want, ok := standardPieces(doc)
		if !ok {
			return
		}
		var packed bytes.Buffer
		z := zip.NewWriter(&packed)
		w, err := z.Create("x")
		require.NoError(t, err)
		_, err = io.WriteString(w, doc)
		require.NoError(t, err)
		require.NoError(t, z.Close())
		r, err := zip.NewReader(bytes.NewReader(packed.Bytes()), int64(packed.Len()))
		require.NoError(t, err)
		p, err := openPart(r.File[0], maxSmall)
		require.NoError(t, err)
		var got []string
		for {
			e, err := p.token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err, "%q", doc)
			got = add(got, e.kind, string(e.name), string(e.text))
			if e.kind == startPiece {
				got[len(got)-1] += "|" + attr(e, "r") + "|" + attr(e, "t")
			}
		}
		require.Equal(t, want, got, "%q", doc)
	})
}

// add joins texts that follow one another, as comments part them.
func add(pieces []string, kind pieceKind, name, text string) []string {
	if kind == textPiece {
		if text == "" {
			return pieces
		}
		if n := len(pieces) - 1; n >= 0 && pieces[n][0] == 't' {
			pieces[n] += text
			return pieces
		}
		return append(pieces, "t"+text)
	}
	return append(pieces, string([]byte{" se"[kind]})+name)
}

// standardPieces is not ok of what the standard library refuses.
func standardPieces(doc string) (pieces []string, ok bool) {
	d := xml.NewDecoder(strings.NewReader(doc))
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return pieces, true
		}
		if err != nil {
			return nil, false
		}
		switch e := token.(type) {
		case xml.StartElement:
			values := map[string]string{}
			for _, a := range e.Attr {
				if _, there := values[a.Name.Local]; !there && a.Name.Space != "xmlns" {
					values[a.Name.Local] = a.Value
				}
			}
			pieces = add(pieces, startPiece, e.Name.Local, "")
			pieces[len(pieces)-1] += "|" + values["r"] + "|" + values["t"]
		case xml.EndElement:
			pieces = add(pieces, endPiece, e.Name.Local, "")
		case xml.CharData:
			pieces = add(pieces, textPiece, "", string(e))
		case xml.Directive:
			return nil, false
		}
	}
}

// FuzzObjects takes objects apart as the standard library does.
func FuzzObjects(f *testing.F) {
	f.Add(`{"a": "x\"y\\", "b":[1,{"c":"}"}] ,"d":-1.5e3,"e":null,"":true}`)
	f.Add(`{}`)
	f.Fuzz(func(t *testing.T, doc string) {
		var want map[string]json.RawMessage
		doc = strings.Trim(doc, " \t\r\n")
		if len(doc) > 1<<14 || !strings.HasPrefix(doc, "{") || json.Unmarshal([]byte(doc), &want) != nil || len(want) > maxColumns {
			return
		}
		j := &jsonRows{places: map[string]int{}}
		cells, err := j.cells([]byte(doc))
		require.NoError(t, err)
		require.Len(t, cells, len(want))
		for key, value := range want {
			require.Equal(t, jsonCell(value), cells[j.places[key]], "%q of %q", key, doc)
		}
	})
}
