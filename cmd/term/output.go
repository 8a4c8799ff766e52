package term

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
	"example.com/monitor/store/say"
)

// OutputFormats are the values of -o. Without -o a terminal gets a table and
// a pipe gets TSV.
var OutputFormats = []string{"table", "json", "ndjson", "csv", "yaml", "ids"}

// FormatTSV is what a pipe gets without -o.
const FormatTSV = "tsv"

// Field is a field of a record: the API's key, the heading for people and the
// value. The values may be string, int, int64, bool, *bool, store.Hora or
// store.Objeto.
type Field[T any] struct {
	Name  string
	Title string
	Value func(*T) any
	// tabela puts the field into tables unless --campos says otherwise.
	InTable bool
	// minimo is the width to which a table may shorten the column; 0 keeps it whole.
	Least int
}

// OutputFlags are -o, --campos and the hidden --json of a command.
type OutputFlags struct {
	Format string
	AsJSON bool
	Fields []string
}

// AddOutput adds the output flags. Fields are named for completion and help.
func AddOutput[T any](cmd *cobra.Command, f *OutputFlags, fields []Field[T]) {
	formats := OutputFormats
	if !hasIDs(fields) {
		formats = slices.DeleteFunc(slices.Clone(formats), func(s string) bool { return s == "ids" })
	}
	AddChoice(cmd, cmd.Flags(), &f.Format, "saida", "o", "", formats, "formato da saída")
	cmd.Flags().BoolVar(&f.AsJSON, "json", false, "o mesmo que -o json")
	_ = cmd.Flags().MarkHidden("json")
	cmd.Flags().StringSliceVar(&f.Fields, "campos", nil, "`a,b,c` ou todos: os campos que saem, nesta ordem")
	CompleteFlag(cmd, "campos", append([]string{"todos"}, FieldNames(fields)...))
}

func hasIDs[T any](fields []Field[T]) bool {
	return len(fields) > 0 && fields[0].Name == "id"
}

// FieldNames are the API's keys of fields.
func FieldNames[T any](fields []Field[T]) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names
}

// Output is how one command writes its records.
type Output[T any] struct {
	t        *Terminal
	format   string
	fields   []Field[T]
	all      []Field[T]
	partial  bool // --campos left fields out
	Zone     *time.Location
	colour   bool
	width    int
	terminal bool
}

// Look is what the configuration says of output for people.
type Look struct {
	Zone   *time.Location
	Colour bool
}

// NewOutput settles format and fields before any work is done.
func NewOutput[T any](t *Terminal, l Look, f OutputFlags, fields []Field[T]) (*Output[T], error) {
	o := &Output[T]{
		t: t, format: f.Format, Zone: l.Zone, colour: l.Colour, all: fields,
		terminal: t.OutTerminal, width: t.Columns(),
	}
	switch {
	case o.format == "" && f.AsJSON:
		o.format = "json"
	case o.format == "" && o.terminal:
		o.format = "table"
	case o.format == "":
		o.format = FormatTSV
	}
	var err error
	o.fields, o.partial, err = chooseFields(f.Fields, fields, o.format)
	return o, err
}

// chooseFields resolves --campos; formats for people leave the long fields out
// unless they are asked for.
func chooseFields[T any](names []string, fields []Field[T], format string) ([]Field[T], bool, error) {
	if len(names) == 0 {
		if format != "table" && format != FormatTSV {
			return fields, false, nil
		}
		short := slices.DeleteFunc(slices.Clone(fields), func(c Field[T]) bool { return !c.InTable })
		return short, true, nil
	}
	if len(names) == 1 && names[0] == "todos" {
		return fields, false, nil
	}
	var chosen []Field[T]
	for _, n := range names {
		i := slices.IndexFunc(fields, func(c Field[T]) bool { return c.Name == strings.TrimSpace(n) })
		if i < 0 {
			return nil, false, UsageError(DidYouMean(n, "--campos ", FieldNames(fields), "os campos são: "+strings.Join(FieldNames(fields), ", ")),
				"campo desconhecido: %q", n)
		}
		chosen = append(chosen, fields[i])
	}
	return chosen, true, nil
}

// Writer streams records in one format.
type Writer[T any] interface {
	Write(rows []T) error
	Close() error
}

// List returns the writer for many records.
func (o *Output[T]) List() Writer[T] {
	switch o.format {
	case "json":
		return &jsonWriter[T]{o: o}
	case "ndjson":
		return &ndjsonWriter[T]{o: o}
	case "csv":
		return &csvWriter[T]{o: o}
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

// One writes a single record: an object where a list would be an array, a card
// where it would be a table.
func (o *Output[T]) One(record T) error {
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
		return (&yamlWriter[T]{o: o, single: true}).Write([]T{record})
	case "table":
		return o.card(record)
	}
	w := o.List()
	if err := w.Write([]T{record}); err != nil {
		return err
	}
	return w.Close()
}

// ids is the field that names the record; -o ids exists only where it is first.
func (o *Output[T]) ids() Field[T] { return o.all[0] }

func (o *Output[T]) send(b []byte) error {
	_, err := o.t.Out.Write(b)
	return err
}

// document is the record as JSON with the API's keys, only the chosen ones.
func (o *Output[T]) document(record *T) ([]byte, error) {
	doc, err := json.Marshal(record)
	if err != nil {
		return nil, fmt.Errorf("cmd: marshal: %w", err)
	}
	if !o.partial {
		return EscapeJSON(doc), nil
	}
	values, err := o.values(doc)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	for i, f := range o.fields {
		b.WriteByte("{,"[min(i, 1)])
		fmt.Fprintf(&b, "%q:%s", f.Name, values[i])
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// values are the chosen fields of a JSON document, safe for a terminal.
func (o *Output[T]) values(doc []byte) ([]json.RawMessage, error) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(doc, &all); err != nil {
		return nil, fmt.Errorf("cmd: fields: %w", err)
	}
	values := make([]json.RawMessage, len(o.fields))
	for i, f := range o.fields {
		values[i] = EscapeJSON(all[f.Name])
		if len(values[i]) == 0 {
			values[i] = json.RawMessage("null")
		}
	}
	return values, nil
}

// MachineText is a value for pipes: RFC 3339, true and false, nothing for NULL.
func MachineText(v any) string {
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

// PersonText is a value for people, in their zone.
func PersonText(v any, zone *time.Location) string {
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
		return PersonText(*v, zone)
	case int:
		return say.Thousands(v)
	case store.Hora:
		if v.IsZero() {
			return ""
		}
		return v.In(zone).Format("02/01/2006 15:04")
	default:
		return OneLine(MachineText(v))
	}
}
