package engine

import (
	"reflect"

	"github.com/uptrace/bun/dialect/sqlitedialect"
	"github.com/uptrace/bun/schema"
)

// lenientDialect is SQLite's dialect for rows that other programs wrote. SQLite keeps
// any value in any column: a number or a boolean that is none reads as NULL, so
// that one odd row does not make a whole list fail.
type lenientDialect struct {
	*sqlitedialect.Dialect
	tables *schema.Tables
}

func newTolerante() *lenientDialect {
	d := &lenientDialect{Dialect: sqlitedialect.New()}
	d.tables = schema.NewTables(d)
	return d
}

// Tables implements schema.Dialect.
func (d *lenientDialect) Tables() *schema.Tables { return d.tables }

// OnTable implements schema.Dialect.
func (d *lenientDialect) OnTable(t *schema.Table) {
	d.Dialect.OnTable(t)
	for _, f := range t.FieldMap {
		switch f.IndirectType.Kind() { //nolint:exhaustive // texts take everything
		case reflect.Bool, reflect.Int, reflect.Int64, reflect.Float64:
			f.Scan = orNull(f.Scan)
		}
	}
}

func orNull(scan schema.ScannerFunc) schema.ScannerFunc {
	return func(dest reflect.Value, src any) error {
		if scan(dest, src) != nil {
			dest.SetZero()
		}
		return nil
	}
}
