package cmd

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
)

// FuzzCSV reads back what the CSV printer wrote: the same cells, none of which a
// spreadsheet takes for a formula.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{"", "Ana", "=1+1", " \t@x", "\"aspas\";,\n", "\r\n=x", hostileText, "\xff", "\ufeff-1"} {
		f.Add(s, s, false)
		f.Add("x", s, true)
	}
	f.Fuzz(func(t *testing.T, name, cidade string, terminal bool) {
		rows := []store.Cliente{{ID: 1, Nome: name, Cidade: cidade}, {ID: 2}}
		text := printed(t, "csv", terminal, []string{"id", "nome", "cidade"}, rows)
		got, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		require.NoError(t, err, "%q", text)
		require.Len(t, got, 3)
		for i, s := range []string{name, cidade} {
			cell := got[1][i+1]
			want := strings.ReplaceAll(store.SafeCell(s), "\r\n", "\n") // as encoding/csv reads breaks
			if terminal {
				want = strings.ReplaceAll(term.OneLine(store.SafeCell(s)), "\r\n", "\n")
				require.False(t, strings.ContainsFunc(cell, term.Hostile), "%q", cell)
			}
			require.Equal(t, want, cell)
			if cell != "" {
				require.NotContains(t, "=+-@\t\r", cell[:1])
			}
		}
	})
}

// printed is what a printer writes, without the masks of secrets.
func printed(t *testing.T, format string, tty bool, fields []string, rows []store.Cliente) string {
	t.Helper()
	var out, notes bytes.Buffer
	a := &app{
		Terminal: &term.Terminal{
			Streams: term.Streams{Out: &out, Err: &notes, OutTerminal: tty, Width: func() int { return 80 }},
			Secrets: term.NewRedactor(),
		},
	}
	o, err := term.NewOutput(a.Terminal, a.look(nil), term.OutputFlags{Format: format, Fields: fields}, clienteFields())
	require.NoError(t, err)
	w := o.List()
	require.NoError(t, w.Write(rows))
	require.NoError(t, w.Close())
	return out.String()
}

// FuzzTerminal writes any text in every format: no control character reaches a
// terminal, and what machines read says the same as what was stored.
func FuzzTerminal(f *testing.F) {
	for _, s := range []string{"", hostileText, "\xff\x9b31m", "\u2028", `\\n`, "漢字\u200d", "a\tb\nc"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		valid := strings.ToValidUTF8(s, "\ufffd")
		require.False(t, strings.ContainsFunc(term.OneLine(s), term.Hostile))
		require.Equal(t, utf8.RuneCountInString(valid), utf8.RuneCountInString(term.OneLine(s)))
		cell := term.TsvCell(s)
		require.False(t, strings.ContainsFunc(cell, term.Hostile))
		require.Equal(t, valid, fromTSV(cell))
		rows := []store.Cliente{{ID: 1, Nome: s}}
		for _, format := range append([]string{term.FormatTSV}, term.OutputFormats...) {
			require.NotRegexp(t, harmful, printed(t, format, true, nil, rows), format)
		}
		var fromJSON, fromYAML []struct{ Nome string }
		require.NoError(t, json.Unmarshal([]byte(printed(t, "json", true, []string{"nome"}, rows)), &fromJSON))
		require.NoError(t, yaml.Unmarshal([]byte(printed(t, "yaml", true, []string{"nome"}, rows)), &fromYAML))
		require.Equal(t, fromJSON, fromYAML)
		if utf8.ValidString(s) { // else encoding/json replaces each byte by itself
			require.Equal(t, s, fromJSON[0].Nome)
		}
	})
}

// fromTSV is the way back from a cell.
func fromTSV(cell string) string {
	var s string
	text := strings.ReplaceAll(strings.ReplaceAll(cell, "\"", "\\\""), "\u007f", "")
	if json.Unmarshal([]byte("\""+text+"\""), &s) != nil {
		return "não se lê: " + cell
	}
	return s
}

// FuzzMask hides the password of any address that the store would take.
func FuzzMask(f *testing.F) {
	for _, s := range []string{"postgres://u:segredo-longo@h/b", "mysql+pymysql://u:a:b@c@h/b", "postgresql://u@h/b?password=segredo-longo&x=1", "://:@", "sqlite:///x?senha=abc", "postgres://u:p%40q@h/b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, address string) {
		r := term.NewRedactor()
		r.LearnURL(address)
		if from, to, ok := term.PasswordOf(address); ok && to-from >= 8 && strings.Count(address, address[from:to]) == 1 {
			require.NotContains(t, term.MaskBanco(address), address[from:to])
			require.NotContains(t, r.Mask("erro em "+address+" agora"), address[from:to])
		}
	})
}
