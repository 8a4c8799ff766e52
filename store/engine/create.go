package engine

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Maintenance is the database of t's server that is always there, from which
// others are created.
func (t Target) Maintenance() Target {
	if t.Kind == Postgres {
		t.Banco = "postgres"
	} else {
		t.Banco = ""
	}
	return t
}

// MayCreateDatabase says whether the user may create databases. MySQL tells only
// by trying: there it is assumed when the server shows a global right to it.
func (db *DB) MayCreateDatabase(ctx context.Context) (may bool, err error) {
	query := "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
	if db.Kind == MySQL {
		query = "SELECT EXISTS (SELECT 1 FROM information_schema.user_privileges WHERE privilege_type = 'CREATE')"
	}
	err = db.Reader().Get(ctx, []any{&may}, query)
	return may, err
}

// CreateDatabase creates t's database; db is connected to another of the same
// server. One that exists by now is left as it is.
func (db *DB) CreateDatabase(ctx context.Context, t Target) error {
	text := `CREATE DATABASE "` + strings.ReplaceAll(t.Banco, `"`, `""`) + `" ENCODING 'UTF8' TEMPLATE template0`
	if db.Kind == MySQL {
		text = "CREATE DATABASE IF NOT EXISTS `" + strings.ReplaceAll(t.Banco, "`", "``") + "` CHARACTER SET utf8mb4"
	}
	_, err := db.read.ExecContext(ctx, text)
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == "42P04" {
		return nil
	}
	return Translate(err)
}
