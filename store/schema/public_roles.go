package schema

import (
	"context"
	"slices"
	"strings"

	"example.com/monitor/store/engine"
)

// Supabase serves every table of the schema to the roles anon and authenticated,
// whose keys are public, unless row-level security or revokes keep them out. The
// owner of the tables, who we are, is not subject to row-level security.

const publicRoleNames = "SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated') ORDER BY rolname"

const openTablesQuery = `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND (c.relname IN (?, ?, ?, ?, ?, ?) OR c.relname LIKE 'monitor\_%')
	AND pg_has_role(current_user, c.relowner, 'USAGE')
	AND (NOT c.relrowsecurity OR EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolname IN ('anon', 'authenticated') AND
		(has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES') OR has_table_privilege(r.oid, c.oid, 'DELETE, TRUNCATE, TRIGGER'))))
	ORDER BY c.relname`

// publicRoles are the roles that a public API acts as; none elsewhere.
func publicRoles(ctx context.Context, db *engine.DB) (roles []string, err error) {
	if db.Kind == engine.Postgres {
		err = db.Reader().All(ctx, &roles, publicRoleNames)
	}
	return roles, err
}

// OpenTables are our tables that such roles may reach.
func OpenTables(ctx context.Context, db *engine.DB) (tables []string, err error) {
	roles, err := publicRoles(ctx, db)
	if err == nil && len(roles) > 0 {
		err = db.Reader().All(ctx, &tables, openTablesQuery, SixArgs()...)
	}
	return tables, err
}

// closing are the statements that keep the public roles out of tables and of the
// sequences of their keys.
func closing(ctx context.Context, db *engine.DB, tables []string) (list []string, err error) {
	roles, err := publicRoles(ctx, db)
	if err != nil || len(roles) == 0 {
		return nil, err
	}
	to := strings.Join(roles, ", ")
	for _, t := range tables {
		list = append(list, "ALTER TABLE "+t+" ENABLE ROW LEVEL SECURITY", "REVOKE ALL ON TABLE "+t+" FROM "+to+", PUBLIC")
	}
	var sequences []string
	err = db.Reader().All(
		ctx,
		&sequences,
		`SELECT s.relname FROM pg_class s JOIN pg_depend p ON p.objid = s.oid AND p.deptype = 'a' JOIN pg_class c ON c.oid = p.refobjid
		JOIN pg_namespace n ON n.oid = c.relnamespace WHERE s.relkind = 'S' AND n.nspname = current_schema()
		AND (c.relname IN (?, ?, ?, ?, ?, ?) OR c.relname LIKE 'monitor\_%') ORDER BY s.relname`,
		SixArgs()...)
	if len(sequences) > 0 && len(tables) > 0 {
		list = append(list, "REVOKE ALL ON SEQUENCE "+strings.Join(sequences, ", ")+" FROM "+to+", PUBLIC")
	}
	return list, err
}

// CloseTables shuts what is open, each table by itself: a crash in between leaves
// the rest for the next setup.
func CloseTables(ctx context.Context, db *engine.DB) error {
	tables, err := OpenTables(ctx, db)
	if err != nil || len(tables) == 0 {
		return err
	}
	list, err := closing(ctx, db, tables)
	for _, stmt := range list {
		if _, err := db.Reader().Exec(ctx, stmt); err != nil {
			return err
		}
	}
	return err
}

// ClosingPlan is what CloseTables will do once the schema is there.
func ClosingPlan(ctx context.Context, db *engine.DB, estado State) ([]string, error) {
	tables, err := OpenTables(ctx, db)
	if err != nil {
		return nil, err
	}
	if estado != Current {
		for _, stmt := range db.Statements(0) {
			if m := CreateTable.FindStringSubmatch(stmt); m != nil && !slices.Contains(tables, m[1]) {
				tables = append(tables, m[1])
			}
		}
	}
	return closing(ctx, db, tables)
}
