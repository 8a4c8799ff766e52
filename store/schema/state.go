// Package schema knows what a database holds, seen from this program's version: the six
// tables of the Flask system, ours, or another program's; and whom the server lets in.
package schema

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/migrations"
)

// State is what a database holds, seen from this program's version.
type State string

// The states that Open tells apart.
const (
	Missing State = "ausente"     // no file, or a file without tables
	Foreign State = "nao_adotado" // the Flask system's tables, without ours
	Alien   State = "de_outro"    // another program's tables: not to be touched
	Behind  State = "atrasado"    // an older monitor made it
	Current State = "atual"
	Newer   State = "mais_novo" // a newer monitor made it
)

// Error refuses a database whose schema this program cannot work on.
type Error struct {
	Estado State
	Banco  string // absolute path or URL without password
}

func (e *Error) Error() string {
	switch e.Estado {
	case Missing:
		return fmt.Sprintf("não há banco de dados em %s; crie-o com: monitor setup", e.Banco)
	case Foreign:
		return fmt.Sprintf("o banco %s é do sistema antigo e ainda não foi adotado; veja o plano com: monitor setup --simular", e.Banco)
	case Alien:
		return fmt.Sprintf("o banco %s tem tabelas de outro programa; use outro arquivo com --banco", e.Banco)
	case Newer:
		return fmt.Sprintf("o banco %s foi preparado por uma versão mais nova do monitor; atualize este programa", e.Banco)
	default:
		return fmt.Sprintf("o banco %s está com o esquema atrasado; atualize-o com: monitor setup", e.Banco)
	}
}

// StateOf finds out what a database holds.
func StateOf(ctx context.Context, db *engine.DB) (State, error) {
	// A database in order, the common case, is asked one thing only.
	if form, err := db.QuickVersao(ctx); err != nil || form == migrations.Versao() {
		return Current, err
	}
	tables, err := db.Tables(ctx)
	if err != nil {
		return "", err
	}
	form, err := db.Versao(ctx)
	switch {
	case err != nil:
		return "", err
	case form > migrations.Versao():
		return Newer, nil
	case form == migrations.Versao():
		return Current, nil
	case form > 0:
		return Behind, nil
	case HasSix(tables):
		return Foreign, nil
	case len(tables) > 0 && !tables["monitor_migracoes"] && !tables["monitor_travas"]:
		return Alien, nil
	default:
		return Missing, nil
	}
}

// HasSix tells the Flask system's database from another program's that
// happens to have a table of the same name.
func HasSix(names map[string]bool) bool {
	for _, n := range migrations.SixTables {
		if !names[n] {
			return false
		}
	}
	return true
}

// SixArgs are the tables of the Flask system, as arguments.
func SixArgs() (args []any) {
	for _, t := range migrations.SixTables {
		args = append(args, t)
	}
	return args
}

// IsOfSix returns whether a table is one of the Flask system's.
func IsOfSix(table string) bool { return slices.Contains(migrations.SixTables, table) }

// CreateTable matches a statement that makes a table; its group is the table's name.
var CreateTable = regexp.MustCompile(`(?i)^CREATE TABLE (?:IF NOT EXISTS )?(\w+)`)
