package engine

import (
	"context"
	"database/sql/driver"
	"encoding/hex"
	"io"
	"strconv"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
)

// lastResult makes connections whose queries may hold several statements and
// answer with the rows of the last one; pgx's own give those of the first. The
// writer needs it to send the words of its transaction along.
type lastResult struct{ driver.Connector }

func (c lastResult) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return lastResultConn{conn.(*stdlib.Conn)}, nil //nolint:forcetypeassert // it is a connector of stdlib's
}

type lastResultConn struct{ *stdlib.Conn }

// QueryContext implements driver.QueryerContext for texts without arguments.
func (c lastResultConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if len(args) > 0 {
		return c.Conn.QueryContext(ctx, query, args)
	}
	results, err := c.Conn.Conn().PgConn().Exec(ctx, query).ReadAll()
	if err != nil {
		return nil, err
	}
	return &textRows{result: results[len(results)-1]}, nil
}

// textRows are rows in PostgreSQL's text form, already read.
type textRows struct {
	result *pgconn.Result
	next   int
}

func (r *textRows) Columns() []string {
	names := make([]string, len(r.result.FieldDescriptions))
	for i, f := range r.result.FieldDescriptions {
		names[i] = f.Name
	}
	return names
}

func (r *textRows) Close() error { return nil }

func (r *textRows) Next(dest []driver.Value) error {
	if r.next >= len(r.result.Rows) {
		return io.EOF
	}
	for i, text := range r.result.Rows[r.next] {
		v, err := decodeText(r.result.FieldDescriptions[i].DataTypeOID, text)
		if err != nil {
			return err
		}
		dest[i] = v
	}
	r.next++
	return nil
}

// decodeText gives what database/sql scans from: numbers, booleans and bytes as
// such, everything else, date-times too, as text.
func decodeText(oid uint32, text []byte) (driver.Value, error) {
	if text == nil {
		return nil, nil //nolint:nilnil // NULL
	}
	switch oid {
	case pgtype.BoolOID:
		return text[0] == 't', nil
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID:
		return strconv.ParseInt(string(text), 10, 64)
	case pgtype.Float4OID, pgtype.Float8OID:
		return strconv.ParseFloat(string(text), 64)
	case pgtype.ByteaOID:
		return hex.DecodeString(string(text[min(2, len(text)):])) // \x…
	default:
		return string(text), nil
	}
}
