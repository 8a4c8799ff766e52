package engine

import (
	"strings"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// RefusedError is a statement that the database itself refused by a rule that is
// not ours: a CHECK, a trigger, a NOT NULL, a foreign key, a column that is too
// narrow or gone.
type RefusedError struct {
	// Motivo is what kind of rule it was, stable.
	Motivo string
	// Tabela and Regra (a constraint or column) are the database's names; "" where
	// it does not tell. They are for the operator.
	Tabela, Regra string
	driver        error
}

// The kinds of rules.
const (
	RegraCheck       = "check"
	RegraGatilho     = "gatilho"
	RegraObrigatoria = "coluna_obrigatoria"
	RegraReferencia  = "chave_estrangeira"
	RegraLargura     = "valor_nao_cabe"
	RegraLetras      = "letras_nao_cabem"
	// RegraEstrutura is a table or column that is not there any more.
	RegraEstrutura = "estrutura_mudou"
	// RegraSequencia is a sequence that hands out ids which are taken.
	RegraSequencia = "sequencia_atrasada"
)

func (e *RefusedError) Error() string {
	return "engine: refused by the database: " + strings.Join([]string{e.Motivo, e.Tabela, e.Regra}, " ")
}

// Driver is what the driver said. It may quote values: for the operator only.
func (e *RefusedError) Driver() error { return e.driver }

var refusedPostgres = map[string]string{
	"23502": RegraObrigatoria, "23503": RegraReferencia, "23514": RegraCheck, "23P01": RegraCheck, "P0001": RegraGatilho,
	"22001": RegraLargura, "22003": RegraLargura, "22P02": RegraLargura, "22021": RegraLetras, "22P05": RegraLetras, "42804": RegraLargura,
	"42P01": RegraEstrutura, "42703": RegraEstrutura,
}

// ownRulePostgres recognises what the rules and the shape of somebody's tables cause.
func ownRulePostgres(e *pgconn.PgError) error {
	if motivo := refusedPostgres[e.Code]; motivo != "" {
		regra := e.ConstraintName
		if regra == "" {
			regra = e.ColumnName
		}
		return &RefusedError{Motivo: motivo, Tabela: e.TableName, Regra: regra, driver: e}
	}
	return nil
}

// behindPostgres tells an id that was given twice from a value that is taken: ids
// are the database's own work.
func behindPostgres(e *pgconn.PgError) bool {
	return strings.Contains(e.Detail, "(id)=(") && !strings.HasPrefix(e.TableName, "monitor_")
}

var refusedMySQL = map[uint16]string{
	1048: RegraObrigatoria, 1364: RegraObrigatoria, 1451: RegraReferencia, 1452: RegraReferencia, 1216: RegraReferencia, 1217: RegraReferencia,
	3819: RegraCheck, 4025: RegraCheck, 1644: RegraGatilho, 1406: RegraLargura, 1264: RegraLargura, 1265: RegraLargura, 1292: RegraLargura,
	1366: RegraLetras, 3988: RegraLetras, 1267: RegraLetras, 1918: RegraLetras,
	1054: RegraEstrutura, 1146: RegraEstrutura, 1356: RegraEstrutura,
}

func ownRuleMySQL(e *mysql.MySQLError) error {
	if motivo := refusedMySQL[e.Number]; motivo != "" {
		return &RefusedError{Motivo: motivo, Regra: quotedName(e.Message), driver: e}
	}
	if strings.HasPrefix(string(e.SQLState[:]), "45") { // SIGNAL with a number of its own
		return &RefusedError{Motivo: RegraGatilho, driver: e}
	}
	return nil
}

// quotedName is the first name in a message of MySQL, "" when there is none. Only
// the name of a rule or column stands in ' or ` where these errors have one first.
func quotedName(message string) string {
	for _, q := range []string{"CONSTRAINT `", "column '", "Field '", "constraint '", "Column '"} {
		if _, after, ok := strings.Cut(message, q); ok {
			name, _, _ := strings.Cut(after, q[len(q)-1:])
			return name
		}
	}
	return ""
}

var refusedSQLite = map[int]string{
	sqlite3.SQLITE_CONSTRAINT_CHECK: RegraCheck, sqlite3.SQLITE_CONSTRAINT_NOTNULL: RegraObrigatoria, sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: RegraReferencia,
	sqlite3.SQLITE_CONSTRAINT_DATATYPE: RegraLargura, sqlite3.SQLITE_MISMATCH: RegraLargura,
}

func ownRuleSQLite(e *sqlite.Error) error {
	if e.Code() == sqlite3.SQLITE_CONSTRAINT_TRIGGER { // its text is the trigger's own
		return &RefusedError{Motivo: RegraGatilho, driver: e}
	}
	if motivo := refusedSQLite[e.Code()]; motivo != "" {
		return &RefusedError{Motivo: motivo, Regra: nameSQLite(e.Error()), driver: e}
	}
	if e.Code() == sqlite3.SQLITE_ERROR {
		for _, missing := range []string{"no such table", "no such column", "has no column named"} {
			if strings.Contains(e.Error(), missing) {
				return &RefusedError{Motivo: RegraEstrutura, driver: e}
			}
		}
	}
	return nil
}

// nameSQLite is what SQLite names at the end of "… constraint failed: NAME (275)".
func nameSQLite(message string) string {
	_, after, ok := strings.Cut(message, "constraint failed: ")
	if !ok {
		return ""
	}
	if _, again, nested := strings.Cut(after, "constraint failed: "); nested {
		after = again
	}
	name, _, _ := strings.Cut(after, " (")
	return name
}
