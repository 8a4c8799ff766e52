package engine

import (
	"context"
	"strings"
)

// TypesOf are the statements that make the types of a table's columns that
// PostgreSQL itself does not have, each after those that it needs.
func (q Q) TypesOf(ctx context.Context, table string) ([]string, error) {
	if q.db.Kind != Postgres {
		return nil, nil
	}
	var oids []int64
	err := q.All(
		ctx,
		&oids,
		`SELECT DISTINCT a.atttypid::bigint FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid JOIN pg_namespace n ON n.oid = r.relnamespace
		WHERE n.nspname = current_schema() AND r.relname = ? AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1`,
		table,
	)
	if err != nil {
		return nil, err
	}
	m := typeMaker{q: q, seen: map[int64]bool{}}
	for _, oid := range oids {
		if err := m.make(ctx, oid); err != nil {
			return nil, err
		}
	}
	return m.list, nil
}

type typeMaker struct {
	q    Q
	seen map[int64]bool
	list []string
}

const typeOf = `SELECT quote_ident(t.typname), t.typtype::text, t.typelem::bigint, t.typbasetype::bigint, t.typrelid::bigint, n.nspname = 'pg_catalog', n.nspname = current_schema(),
	coalesce((SELECT quote_ident(e.extname) FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'), ''),
	format_type(t.typbasetype, t.typtypmod), t.typnotnull, coalesce(t.typdefault, ''),
	coalesce((SELECT string_agg(' CONSTRAINT ' || quote_ident(conname) || ' ' || pg_get_constraintdef(oid), '' ORDER BY conname) FROM pg_constraint WHERE contypid = t.oid AND contype = 'c'), ''),
	coalesce((SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid), ''),
	coalesce((SELECT string_agg(quote_ident(attname) || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = t.typrelid AND attnum > 0 AND NOT attisdropped), '')
	FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.oid = ?`

// make appends the statement of a type and, before it, of those that it is made of.
func (m *typeMaker) make(ctx context.Context, oid int64) error {
	if oid == 0 || m.seen[oid] {
		return nil
	}
	m.seen[oid] = true
	var name, kind, ext, base, padrao, checks, labels, fields string
	var elem, of, rel int64
	var builtIn, here, notNull bool
	err := m.q.Get(
		ctx,
		[]any{&name, &kind, &elem, &of, &rel, &builtIn, &here, &ext, &base, &notNull, &padrao, &checks, &labels, &fields},
		typeOf,
		oid,
	)
	switch {
	case err != nil:
		return err
	case ext != "":
		m.list = append(m.list, "CREATE EXTENSION IF NOT EXISTS "+ext)
		return nil
	case elem != 0:
		return m.make(ctx, elem)
	case builtIn || !here:
		return nil
	}
	switch kind {
	case "e":
		m.list = append(m.list, "CREATE TYPE "+name+" AS ENUM ("+labels+")")
	case "d":
		if err := m.make(ctx, of); err != nil {
			return err
		}
		text := "CREATE DOMAIN " + name + " AS " + base
		if padrao != "" {
			text += " DEFAULT " + padrao
		}
		if notNull {
			text += " NOT NULL"
		}
		m.list = append(m.list, text+strings.ReplaceAll(checks, "\n", " "))
	case "c":
		var parts []int64
		err := m.q.All(
			ctx,
			&parts,
			"SELECT atttypid::bigint FROM pg_attribute WHERE attrelid = ? AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
			rel,
		)
		if err != nil {
			return err
		}
		for _, p := range parts {
			if err := m.make(ctx, p); err != nil {
				return err
			}
		}
		m.list = append(m.list, "CREATE TYPE "+name+" AS ("+fields+")")
	}
	return nil
}
