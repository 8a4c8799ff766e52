package engine

import (
	"context"
	"database/sql"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Tipo is what a column holds, whatever its engine calls that.
type Tipo int

// The kinds of columns. Outro is read and written in the engine's own text form.
const (
	Outro Tipo = iota
	Texto
	Inteiro
	Booleano
	DataHora
	Bytes
)

// Column is a column that holds data of its own: generated ones are left out.
type Column struct {
	Nome string
	Tipo Tipo
	// Declared is the type as the engine names it, in lower case.
	Declared string
}

var columnsQuery = map[Kind]string{
	SQLite: "SELECT name, type FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid",
	Postgres: `SELECT column_name, data_type FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name = ? AND is_generated = 'NEVER' ORDER BY ordinal_position`,
	MySQL: `SELECT column_name, column_type FROM information_schema.columns
		WHERE table_schema = database() AND table_name = ? AND coalesce(generation_expression, '') = '' ORDER BY ordinal_position`,
}

// Columns lists what a table keeps, in the table's order; nothing for a table
// that is not there.
func (q Q) Columns(ctx context.Context, table string) ([]Column, error) {
	rows, err := q.Rows(ctx, columnsQuery[q.db.Kind], table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Column
	for rows.Next() {
		var name, declared string
		if err := rows.Scan(&name, &declared); err != nil {
			return nil, Translate(err)
		}
		list = append(list, Column{Nome: name, Tipo: tipoDe(table, declared), Declared: strings.ToLower(declared)})
	}
	return list, Translate(rows.Err())
}

// inteiro leaves alone what only begins like a whole number: interval, int4range.
var inteiro = regexp.MustCompile(`^(tiny|small|medium|big)?int(eger|[0-9])?\b`)

// geometrias of MySQL have no text that they come back from.
var geometrias = regexp.MustCompile(
	`^(geometry|point|linestring|polygon|geometrycollection|geomcollection|multi(point|linestring|polygon))$`,
)

func tipoDe(table, declared string) Tipo {
	d := strings.ToLower(declared)
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(d, w) {
				return true
			}
		}
		return false
	}
	switch {
	case strings.HasSuffix(d, "[]"):
		return Outro
	case has("bool") || d == "tinyint(1)":
		return Booleano
	case inteiro.MatchString(d):
		return Inteiro
	case has("timestamp", "datetime"):
		return DataHora
	case table == "monitor_idempotencia" && has("binary"):
		return Texto // binary on MySQL only, for its exact comparison
	case has("bytea", "blob", "binary"):
		return Bytes
	case has("char", "text"):
		return Texto
	default:
		return Outro
	}
}

// Quote writes a name so that no engine takes it for a word of its own.
func (k Kind) Quote(name string) string {
	if k == MySQL {
		return "`" + strings.ReplaceAll(name, "`", "``") + "`"
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

var inexact = regexp.MustCompile(`^(float|double|real)`)

// plain reads a column free of what drivers make of its declared type.
func (k Kind) plain(c Column) string {
	name := k.Quote(c.Nome)
	switch {
	case k == SQLite:
		return "+" + name // keeps the value as it is stored and hides the type
	case c.Tipo != DataHora && c.Tipo != Outro:
		return name
	case k == MySQL && geometrias.MatchString(c.Declared):
		return name
	case k == MySQL && inexact.MatchString(c.Declared):
		return "CAST(" + name + " + 0e0 AS CHAR)" // a float shows six digits else
	case k == MySQL && strings.HasPrefix(c.Declared, "bit"):
		return "CAST(" + name + " + 0 AS CHAR)" // else its bytes
	case k == MySQL:
		return "CAST(" + name + " AS CHAR)"
	default:
		return name + "::text"
	}
}

// steadyPostgres makes the text of a value the same in every database, for the
// length of a transaction.
const steadyPostgres = "SET LOCAL timezone = 'UTC'; SET LOCAL intervalstyle = 'postgres'; SET LOCAL bytea_output = 'hex'; " +
	"SET LOCAL extra_float_digits = 1; SET LOCAL lc_monetary = 'C'; SET LOCAL xmloption = 'content'"

// Each hands fn every row of a table, in the order of the column ordem where one
// is named. Values are nil, string, int64, float64, bool or []byte, the same for
// the same content on every engine; fn must not keep the slice. Memory does not
// grow with the table.
func (q Q) Each(ctx context.Context, table string, cols []Column, ordem string, fn func([]any) error) error {
	list := make([]string, len(cols))
	for i, c := range cols {
		list[i] = q.db.Kind.plain(c)
	}
	query := "SELECT " + strings.Join(list, ", ") + " FROM " + q.db.Kind.Quote(table)
	if ordem != "" {
		query += " ORDER BY " + q.db.Kind.Quote(ordem)
	}
	if q.db.Kind == Postgres {
		// The text of a value depends on the session, and that on the database.
		if _, err := q.Exec(ctx, steadyPostgres); err != nil {
			return err
		}
	}
	rows, err := q.Rows(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	values, dest := make([]any, len(cols)), make([]any, len(cols))
	for i := range values {
		dest[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return Translate(err)
		}
		for i, c := range cols {
			values[i] = c.readOn(q.db.Kind, values[i])
		}
		if err := fn(values); err != nil {
			return err
		}
	}
	return Translate(rows.Err())
}

// readOn is neutral, and the one form of a date-time, which engines write each in its own.
func (c Column) readOn(kind Kind, v any) any {
	v = c.neutral(v)
	if c.Tipo != DataHora {
		return v
	}
	if kind == Postgres {
		return inUTC(v)
	}
	if s, ok := v.(string); ok && kind == MySQL {
		return PadDate(s)
	}
	return v
}

// neutral gives the one form of what a driver read. A value that is not of the
// column's kind, which SQLite allows, stays as it is.
func (c Column) neutral(v any) any {
	if n, ok := v.(uint64); ok { // of a bigint unsigned
		if v = strconv.FormatUint(n, 10); n <= math.MaxInt64 {
			v = int64(n)
		}
	}
	if b, ok := v.([]byte); ok && c.Tipo != Bytes && !geometrias.MatchString(c.Declared) {
		if c.Tipo == Outro {
			return string(b)
		}
		v = string(b)
	}
	switch c.Tipo {
	case Texto:
		return asText(v)
	case Inteiro:
		return asInt(v)
	case Booleano:
		if n := asInt(v); n == int64(0) || n == int64(1) {
			return n == int64(1)
		}
	case DataHora:
		if s, ok := v.(string); ok {
			return sixDigits(s)
		}
	}
	return v
}

func asText(v any) any {
	switch v := v.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	default:
		return v
	}
}

func asInt(v any) any {
	switch v := v.(type) {
	case string:
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			return n
		}
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int64(v)
		}
	}
	return v
}

// The forms of a date-time: servers leave zeros at the end out.
const (
	sixForm = "2006-01-02 15:04:05.000000"
	anyForm = "2006-01-02 15:04:05.999999"
)

// sixDigits leaves alone what it cannot read, such as infinity and MySQL's 0000-00-00.
func sixDigits(s string) string {
	if len(s) < len("2006-01-02 15:04:05") || len(s) > len(sixForm) {
		return s
	}
	t, err := time.Parse(anyForm, s)
	if err != nil {
		return s
	}
	return t.Format(sixForm)
}

// inUTC writes an instant of PostgreSQL's (timestamptz) as all times are written.
func inUTC(v any) any {
	s, ok := v.(string)
	if !ok {
		return v
	}
	for _, form := range []string{anyForm + "Z07", anyForm + "Z07:00"} {
		if t, err := time.Parse(form, s); err == nil {
			return t.UTC().Format(sixForm)
		}
	}
	return v
}

// PadDate gives a day of MySQL that no calendar has, such as 0000-00-00, the digits
// that other date-times have; whatever else it leaves alone.
func PadDate(s string) string {
	if !oddDate.MatchString(s) {
		return s
	}
	whole, fraction, _ := strings.Cut(s, ".")
	return whole + "." + (fraction + "000000")[:6]
}

var oddDate = regexp.MustCompile(`^\d{4}-[0-3]\d-[0-3]\d [0-2]\d:[0-5]\d:[0-5]\d(\.\d{1,6})?$`)

// Count says how many rows a table has.
func (q Q) Count(ctx context.Context, table string) (n int64, err error) {
	err = q.Get(ctx, []any{&n}, "SELECT count(*) FROM "+q.db.Kind.Quote(table))
	return n, err
}

// NextID is the id that the next row of a table will get: ids of rows that are
// gone are not given again where the engine remembers them.
func (q Q) NextID(ctx context.Context, table string) (int64, error) {
	var next, remembered int64
	if err := q.Get(ctx, []any{&next}, "SELECT coalesce(max(id), 0) + 1 FROM "+q.db.Kind.Quote(table)); err != nil {
		return 0, err
	}
	var err error
	switch q.db.Kind {
	case Postgres:
		var seq sql.NullString
		if err = q.Get(ctx, []any{&seq}, "SELECT pg_get_serial_sequence(?, 'id')", table); err == nil && seq.Valid {
			err = q.Get(ctx, []any{&remembered}, "SELECT last_value + CASE WHEN is_called THEN 1 ELSE 0 END FROM "+seq.String)
		}
	case MySQL:
		err = q.Get(
			ctx,
			[]any{&remembered},
			"SELECT coalesce(max(auto_increment), 0) FROM information_schema.tables WHERE table_schema = database() AND table_name = ?",
			table,
		)
	default:
		err = q.Get(ctx, []any{&remembered}, "SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_sequence'")
		if err == nil && remembered > 0 {
			err = q.Get(ctx, []any{&remembered}, "SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = ?", table)
		}
		if err == nil && remembered <= 1 {
			remembered, err = q.lastID(ctx, table)
			remembered++
		}
	}
	return max(next, remembered), err
}
