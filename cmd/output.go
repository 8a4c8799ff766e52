package cmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.com/monitor/store"
)

// outputFormats are the values of -o. Without -o a terminal gets a table and
// a pipe gets TSV.
var outputFormats = []string{"table", "json", "ndjson", "csv", "yaml", "ids"}

const formatTSV = "tsv"

// campo is a field of a record: the API's key, the heading for people and the
// value. The values may be string, int, int64, bool, *bool, store.Hora or
// store.Objeto.
type field[T any] struct {
	name  string
	title string
	value func(*T) any
	// tabela puts the field into tables unless --campos says otherwise.
	inTable bool
	// minimo is the width to which a table may shorten the column; 0 keeps it whole.
	least int
}

// outputFlags are -o, --campos and the hidden --json of a command.
type outputFlags struct {
	format string
	json   bool
	fields []string
}

// addOutput adds the output flags. Fields are named for completion and help.
func addOutput[T any](cmd *cobra.Command, f *outputFlags, fields []field[T]) {
	formats := outputFormats
	if !hasIDs(fields) {
		formats = slices.DeleteFunc(slices.Clone(formats), func(s string) bool { return s == "ids" })
	}
	addChoice(cmd, cmd.Flags(), &f.format, "saida", "o", "", formats, "formato da saída")
	cmd.Flags().BoolVar(&f.json, "json", false, "o mesmo que -o json")
	_ = cmd.Flags().MarkHidden("json")
	cmd.Flags().StringSliceVar(&f.fields, "campos", nil, "`a,b,c` ou todos: os campos que saem, nesta ordem")
	completeFlag(cmd, "campos", append([]string{"todos"}, fieldNames(fields)...))
}

func hasIDs[T any](fields []field[T]) bool {
	return len(fields) > 0 && fields[0].name == "id"
}

func fieldNames[T any](fields []field[T]) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	return names
}

// output is how one command writes its records.
type output[T any] struct {
	t        *terminal
	format   string
	fields   []field[T]
	all      []field[T]
	partial  bool // --campos left fields out
	zone     *time.Location
	colour   bool
	width    int
	terminal bool
}

// look is what the configuration says of output for people.
type look struct {
	zone   *time.Location
	colour bool
}

// newOutput settles format and fields before any work is done.
func newOutput[T any](t *terminal, l look, f outputFlags, fields []field[T]) (*output[T], error) {
	o := &output[T]{
		t: t, format: f.format, zone: l.zone, colour: l.colour, all: fields,
		terminal: t.OutTerminal, width: t.columns(),
	}
	switch {
	case o.format == "" && f.json:
		o.format = "json"
	case o.format == "" && o.terminal:
		o.format = "table"
	case o.format == "":
		o.format = formatTSV
	}
	var err error
	o.fields, o.partial, err = chooseFields(f.fields, fields, o.format)
	return o, err
}

// chooseFields resolves --campos; formats for people leave the long fields out
// unless they are asked for.
func chooseFields[T any](names []string, fields []field[T], format string) ([]field[T], bool, error) {
	if len(names) == 0 {
		if format != "table" && format != formatTSV {
			return fields, false, nil
		}
		short := slices.DeleteFunc(slices.Clone(fields), func(c field[T]) bool { return !c.inTable })
		return short, true, nil
	}
	if len(names) == 1 && names[0] == "todos" {
		return fields, false, nil
	}
	var chosen []field[T]
	for _, n := range names {
		i := slices.IndexFunc(fields, func(c field[T]) bool { return c.name == strings.TrimSpace(n) })
		if i < 0 {
			return nil, false, usageError(didYouMean(n, "--campos ", fieldNames(fields), "os campos são: "+strings.Join(fieldNames(fields), ", ")),
				"campo desconhecido: %q", n)
		}
		chosen = append(chosen, fields[i])
	}
	return chosen, true, nil
}

// writer streams records in one format.
type writer[T any] interface {
	write(rows []T) error
	close() error
}

// list returns the writer for many records.
func (o *output[T]) list() writer[T] {
	switch o.format {
	case "json":
		return &jsonWriter[T]{o: o}
	case "ndjson":
		return &ndjsonWriter[T]{o: o}
	case "csv":
		return newCSVWriter(o)
	case "yaml":
		return &yamlWriter[T]{o: o}
	case "ids":
		return &idsWriter[T]{o: o}
	case "table":
		return &tableWriter[T]{o: o}
	default:
		return &tsvWriter[T]{o: o}
	}
}

// one writes a single record: an object where a list would be an array, a card
// where it would be a table.
func (o *output[T]) one(record T) error {
	switch o.format {
	case "json":
		doc, err := o.document(&record)
		if err != nil {
			return err
		}
		var pretty bytes.Buffer
		if err := json.Indent(&pretty, doc, "", "  "); err != nil {
			return fmt.Errorf("cmd: indent: %w", err)
		}
		return o.send(append(pretty.Bytes(), '\n'))
	case "yaml":
		return (&yamlWriter[T]{o: o, single: true}).write([]T{record})
	case "table":
		return o.card(record)
	}
	w := o.list()
	if err := w.write([]T{record}); err != nil {
		return err
	}
	return w.close()
}

// ids is the field that names the record; -o ids exists only where it is first.
func (o *output[T]) ids() field[T] { return o.all[0] }

func (o *output[T]) send(b []byte) error {
	_, err := o.t.Out.Write(b)
	return err
}

// document is the record as JSON with the API's keys, only the chosen ones.
func (o *output[T]) document(record *T) ([]byte, error) {
	doc, err := json.Marshal(record)
	if err != nil {
		return nil, fmt.Errorf("cmd: marshal: %w", err)
	}
	if !o.partial {
		return escapeJSON(doc), nil
	}
	values, err := o.values(doc)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	for i, f := range o.fields {
		b.WriteByte("{,"[min(i, 1)])
		fmt.Fprintf(&b, "%q:%s", f.name, values[i])
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// values are the chosen fields of a JSON document, safe for a terminal.
func (o *output[T]) values(doc []byte) ([]json.RawMessage, error) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(doc, &all); err != nil {
		return nil, fmt.Errorf("cmd: fields: %w", err)
	}
	values := make([]json.RawMessage, len(o.fields))
	for i, f := range o.fields {
		values[i] = escapeJSON(all[f.name])
		if len(values[i]) == 0 {
			values[i] = json.RawMessage("null")
		}
	}
	return values, nil
}

// machineText is a value for pipes: RFC 3339, true and false, nothing for NULL.
func machineText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case *bool:
		if v == nil {
			return ""
		}
		return strconv.FormatBool(*v)
	case store.Hora:
		return v.String()
	case store.Objeto:
		if len(v) == 0 {
			return ""
		}
		doc, _ := json.Marshal(v)
		return string(doc)
	default:
		return plainJSON(v)
	}
}

// plainJSON spells a value as JSON does, so that NULL is nothing, whatever the
// store's type for it; texts come without quotes.
func plainJSON(v any) string {
	doc, err := json.Marshal(v)
	if err != nil || string(doc) == "null" {
		return ""
	}
	var text string
	if json.Unmarshal(doc, &text) == nil {
		return text
	}
	return string(doc)
}

// personText is a value for people, in their zone.
func personText(v any, zone *time.Location) string {
	switch v := v.(type) {
	case bool:
		if v {
			return "sim"
		}
		return "não"
	case *bool:
		if v == nil {
			return ""
		}
		return personText(*v, zone)
	case int:
		return thousands(v)
	case store.Hora:
		if v.IsZero() {
			return ""
		}
		return v.In(zone).Format("02/01/2006 15:04")
	default:
		return oneLine(machineText(v))
	}
}
