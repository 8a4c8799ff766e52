package cmd

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"example.com/monitor/cmd/demo"
	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

type sink = bytes.Buffer

func sampleClientes(n int) []store.Cliente {
	yes := true
	rows := make([]store.Cliente, n)
	for i := range rows {
		rows[i] = demo.Cliente(i)
		rows[i].ID, rows[i].Ativo = int64(i+1), &yes
		rows[i].DataCadastro = store.Hora{Time: time.Date(2026, 11, 23, 17, 5, 0, 0, time.UTC)}
	}
	return rows
}

// hostileText has an escape sequence, bidi marks, breaks, C1 controls, a
// formula, wide and decomposed letters.
const hostileText = "=1+1\x1b]0;mal\a\x1b[2J\u202e\u2028\u061c\ufefftxt\u2066\u009b31m\r\nfim\tJoa\u0303o 漢字 🇧🇷 \"aspas\"; \\n"

func write(t *testing.T, format string, tty bool, width int, fields []string, rows []store.Cliente) string {
	t.Helper()
	var out, err sink
	a := &app{
		Terminal: &term.Terminal{
			Streams: term.Streams{Out: &out, Err: &err, OutTerminal: tty, Width: func() int { return width }},
			Secrets: term.NewRedactor(),
		},
	}
	o, e := term.NewOutput(a.Terminal, a.look(nil), term.OutputFlags{Format: format, Fields: fields}, clienteFields())
	require.NoError(t, e)
	w := o.List()
	for i := 0; i < len(rows); i += 300 {
		require.NoError(t, w.Write(rows[i:min(i+300, len(rows))]))
	}
	require.NoError(t, w.Close())
	return out.String()
}

func TestJSONIsValidForAnyNumberOfRows(t *testing.T) {
	many := 10_000
	if storetest.Complete() {
		many = 100_000
	}
	for _, n := range []int{0, 1, 2, many} {
		var got []json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(write(t, "json", false, 0, nil, sampleClientes(n))), &got))
		require.Len(t, got, n)
	}
	require.Equal(t, "[]\n", write(t, "json", false, 0, nil, nil))
	require.Empty(t, write(t, "ndjson", false, 0, nil, nil))
	require.Equal(t, "[]\n", write(t, "yaml", false, 0, nil, nil))
}

// The fields of the printers are the API's keys, with the API's values.
func TestFieldsAreTheKeysOfTheAPI(t *testing.T) {
	row := sampleClientes(1)[0]
	doc, err := json.Marshal(row)
	require.NoError(t, err)
	var keys map[string]any
	require.NoError(t, json.Unmarshal(doc, &keys))
	for _, f := range clienteFields() {
		require.Contains(t, keys, f.Name)
		delete(keys, f.Name)
	}
	require.Empty(t, keys)
	requireKeys(t, store.Chave{}, chaveFields())
	requireKeys(t, store.Estatisticas{}, estatisticaFields())
	requireKeys(t, store.Verificacao{}, verificationFields())
	requireKeys(t, removalRecord{}, planFields())
	requireKeys(t, createdChave{}, createdFields())
}

func requireKeys[T any](t *testing.T, record T, fields []term.Field[T]) {
	t.Helper()
	doc, err := json.Marshal(record)
	require.NoError(t, err)
	var keys map[string]any
	require.NoError(t, json.Unmarshal(doc, &keys))
	require.Len(t, keys, len(fields), "%T", record)
	for _, f := range fields {
		require.Contains(t, keys, f.Name, "%T", record)
	}
}

func TestYAMLSaysTheSameAsJSON(t *testing.T) {
	rows := sampleClientes(7)
	rows[3].Nome, rows[4].Nome, rows[5].Nome = hostileText, "não", "1e3"
	var fromJSON, fromYAML []map[string]any
	require.NoError(t, json.Unmarshal([]byte(write(t, "json", false, 0, nil, rows)), &fromJSON))
	require.NoError(t, yaml.Unmarshal([]byte(write(t, "yaml", false, 0, nil, rows)), &fromYAML))
	a, err := json.Marshal(fromJSON)
	require.NoError(t, err)
	b, err := json.Marshal(fromYAML)
	require.NoError(t, err)
	require.JSONEq(t, string(a), string(b))
}

func TestCSVReadsBackAndNeutralisesFormulas(t *testing.T) {
	rows := sampleClientes(6)
	for i, s := range []string{"=1", "+1", "-1", "@x", "\tx", "\rx"} {
		rows[i].Nome = s
	}
	got, err := csv.NewReader(strings.NewReader(write(t, "csv", false, 0, []string{"nome"}, rows))).ReadAll()
	require.NoError(t, err)
	require.Equal(t, [][]string{{"nome"}, {"'=1"}, {"'+1"}, {"'-1"}, {"'@x"}, {"'\tx"}, {"'\rx"}}, got)
}

// harmful are C0 (but tab and line feed) and C1 controls, line separators and
// marks that turn the direction of text.
var harmful = regexp.MustCompile(`[\x00-\x08\x0b-\x1f\x7f-\x{9f}\x{61c}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}\x{feff}]`)

// Whatever stands in the database, no format lets a terminal see a control
// character, and TSV keeps a record on its line.
func TestHostileTextIsInert(t *testing.T) {
	rows := sampleClientes(1)
	rows[0].Nome, rows[0].Email, rows[0].DadosExtras = hostileText, hostileText, store.Objeto("{\"a\":\"\u202e\u009b\"}")
	for _, format := range append([]string{term.FormatTSV}, term.OutputFormats...) {
		out := write(t, format, true, 120, []string{"todos"}, rows)
		if format == "table" {
			out = write(t, format, true, 120, nil, rows)
		}
		require.NotRegexp(t, harmful, out, format)
	}
	require.Equal(t, 2, strings.Count(write(t, term.FormatTSV, false, 0, nil, rows), "\n"))
	var doc []map[string]any
	require.NoError(t, json.Unmarshal([]byte(write(t, "json", true, 0, nil, rows)), &doc))
	require.Equal(t, hostileText, doc[0]["nome"], "JSON loses nothing")
}

func TestTableFitsTheTerminal(t *testing.T) {
	rows := sampleClientes(700)
	rows[2].Nome, rows[3].Nome = strings.Repeat("漢字", 40), hostileText
	for _, width := range []int{1, 20, 40, 80, 100, 132, 400} {
		for line := range strings.SplitSeq(write(t, "table", true, width, nil, rows), "\n") {
			require.LessOrEqual(t, ansi.StringWidth(line), width, "%q", line)
		}
	}
}

// Off a terminal nothing is shortened, whatever the width.
func TestPipesLoseNothing(t *testing.T) {
	rows := sampleClientes(term.TableSample + 300)
	rows[term.TableSample+250].Nome = strings.Repeat("nome ", 60) + "fim"
	for _, format := range []string{"table", "", "csv"} {
		out := write(t, format, false, 20, nil, rows)
		require.Contains(t, out, "nome fim", format)
		require.NotContains(t, out, "…", format)
		require.NotContains(t, out, "\x1b", format)
	}
	require.Contains(t, write(t, "", false, 20, nil, rows), "2026-11-23T17:05:00.000000+00:00")
}

func TestColour(t *testing.T) {
	fresh(t)
	for _, c := range []struct {
		colour, noColor, term string
		terminal, want        bool
	}{
		{"auto", "", "xterm", true, true},
		{"auto", "", "xterm", false, false},
		{"auto", "1", "xterm", true, false},
		{"auto", "", "dumb", true, false},
		{"sempre", "1", "dumb", false, true},
		{"nunca", "", "xterm", true, false},
	} {
		t.Setenv("NO_COLOR", c.noColor)
		t.Setenv("TERM", c.term)
		cfg := load(t, []string{"clientes", "list"}, "--cor", c.colour)
		a := &app{Terminal: &term.Terminal{Streams: term.Streams{OutTerminal: c.terminal}}}
		require.Equal(t, c.want, a.colour(cfg), "%+v", c)
	}
}

func TestShellQuote(t *testing.T) {
	for in, want := range map[string]string{"abc": "abc", "": "''", "a b": "'a b'", "it's": `'it'\''s'`, "sqlite:///x.db": "sqlite:///x.db", "a;b": "'a;b'"} {
		require.Equal(t, want, term.ShellQuote(in))
	}
}

func TestParseExpiry(t *testing.T) {
	zone := time.FixedZone("-03", -3*3600)
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, zone)
	for in, want := range map[string]string{
		"12h": "2026-11-24T00:00:00-03:00", "90d": "2027-02-21T12:00:00-03:00", "2s": "2026-12-07T12:00:00-03:00",
		"1m": "2026-12-23T12:00:00-03:00", "1a": "2027-11-23T12:00:00-03:00",
		"2026-11-23": "2026-11-23T23:59:59-03:00", "31/12/2026": "2026-12-31T23:59:59-03:00", "2026-12-01T00:00:00Z": "2026-12-01T00:00:00Z",
	} {
		got, err := parseExpiry(in, now, zone)
		require.NoError(t, err, in)
		require.Equal(t, want, got.Format(time.RFC3339), in)
	}
	for _, in := range []string{"ontem", "90", "0d", "-1d", "22/11/2026", "32/13/2026"} {
		_, err := parseExpiry(in, now, zone)
		require.ErrorIs(t, err, term.ErrUsage, in)
	}
}
