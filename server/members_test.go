package server

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// members and itens are how encoding/json reads the same.
func members(t *testing.T, text []byte) map[string]json.RawMessage {
	t.Helper()
	want := map[string]json.RawMessage{}
	require.NoError(t, json.Unmarshal(text, &want))
	return want
}

func TestMembersAreReadInPlace(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{}`, ` { } `, `{"a":1}`, "\n{ \"a\" : 1 ,\t\"b\"\r\n:[1, {\"c\":\"]}\"}] }", `{"a":"x\"}","b\"":"\\","":{}}`, `{"a":{"a":[[],{}]},"a":2}`,
		`{"\u0061":-1.5e3,"é":true,"\ud800":null}`, `{"a":"{","b":"[","c":"\\\""}`,
	} {
		have := map[string]json.RawMessage{}
		require.NoError(t, eachMember([]byte(text), func(name string, value []byte) error {
			have[name] = value
			return nil
		}), text)
		require.Equal(t, members(t, []byte(text)), have, text)
	}
	for _, text := range []string{``, `{`, `[]`, `{"a"}`, `{"a":}`, `{a:1}`, `{"a":1 "b":2}`, `{,}`, `{"a":1,,"b":2}`, `{:}`, `{"a`, `{"a":"`} {
		n := 0
		_ = eachMember([]byte(text), func(string, []byte) error { n++; return nil }) // ends, and panics not
		require.LessOrEqual(t, n, 1, text)
	}
}

func TestItemsAreReadInPlace(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`[]`, ` [ ] `, `[1]`, `[1 , "a,]" ,[2,3],{"a":[4]},null,true,-1e9 ]`, `["\\","\"",""]`} {
		var want, have []json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(text), &want))
		require.NoError(t, eachItem([]byte(text), func(value []byte) error {
			have = append(have, value)
			return nil
		}), text)
		require.Len(t, have, len(want), text)
		for i := range want {
			require.JSONEq(t, string(want[i]), string(have[i]), text)
		}
	}
}

// TestReadingInPlaceCostsLittle: what is made of a body is not many times its size.
func TestReadingInPlaceCostsLittle(t *testing.T) {
	body := []byte(`{"dispositivo_id":1,"conexoes":[` + strings.TrimSuffix(strings.Repeat("{},", 1<<20), ",") + `]}`)
	got := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			var r report
			if err := decodeBody(&r, body); err != nil {
				b.Fatal(err)
			}
			if _, _, err := readConexoes(b.Context(), r.conexoes); err != nil {
				b.Fatal(err)
			}
		}
	})
	require.Less(t, got.AllocedBytesPerOp(), int64(16<<20), "of a body of %d bytes", len(body))
}

func FuzzMembers(f *testing.F) {
	for _, text := range []string{`{"a":[1,{"b":"\"}"}],"a":null}`, `[{},[],"",1]`, `{"\u0061" :1 , "b":{}}`, `[`, `{"a`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var names []string
		have := map[string]json.RawMessage{}
		err := eachMember(text, func(name string, value []byte) error {
			names, have[name] = append(names, name), value
			return nil
		})
		n := 0
		errItems := eachItem(text, func([]byte) error { n++; return nil })
		if !json.Valid(text) {
			return // must end and not panic
		}
		switch bytes.TrimSpace(text)[0] {
		case '{':
			require.NoError(t, err)
			require.Equal(t, members(t, text), have)
		case '[':
			var want []json.RawMessage
			require.NoError(t, json.Unmarshal(text, &want))
			require.NoError(t, errItems)
			require.Len(t, want, n)
		default:
			require.Error(t, err)
			require.Empty(t, names)
		}
	})
}
