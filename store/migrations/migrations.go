// Package migrations holds the schema as one append-only series of additive
// steps. A step that has been released is never edited: add another.
//
// The first step makes the six tables as the Flask system makes them, and finds
// them there on an adopted database; the rest adds only tables, indexes, triggers
// and generated columns of ours, so that the Flask system goes on working. Each
// step has a file for every engine; what differs is how the engine says it.
package migrations

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed *.sql
var files embed.FS

// Ledger is the table that remembers which steps were applied.
const Ledger = `CREATE TABLE IF NOT EXISTS monitor_migracoes (versao INTEGER PRIMARY KEY, nome VARCHAR(100) NOT NULL, aplicada_em VARCHAR(32) NOT NULL)`

// Opcional begins a statement that a server may refuse: what it makes only helps.
const Opcional = "-- opcional\n"

// ICU is what PostgreSQL servers that were built without ICU are not given.
const ICU = ` COLLATE "und-x-icu"`

// SixTables are the tables of the Flask system, which the first step makes.
var SixTables = []string{"clientes", "dispositivos", "conexoes", "mensagens_chat", "sessoes", "logs_auditoria"}

// Migration is one step. SQLite and PostgreSQL apply its statements together or
// not at all; on MySQL each may be run again.
type Migration struct {
	Versao int
	Nome   string
	SQL    []string
}

// steps in the order of application; an engine has a file <nome>.<engine>.sql.
var steps = []string{
	"0001_seis_tabelas", "0002_monitor", "0003_busca", "0004_mudanca", "0005_presenca", "0006_listas", "0007_tentativas", "0008_eventos",
	"0009_fronteiras", "0010_dobra", "0011_operacoes",
}

// Versao is the newest step that this program knows.
func Versao() int { return len(steps) }

// For returns the steps of an engine.
func For(engine string) []Migration {
	list := make([]Migration, 0, len(steps))
	for i, nome := range steps {
		text, err := files.ReadFile(nome + "." + engine + ".sql")
		if err != nil {
			panic(fmt.Sprintf("migrations: %v", err)) // a file missing from the program itself
		}
		list = append(list, Migration{Versao: i + 1, Nome: nome, SQL: split(string(text))})
	}
	return list
}

// split cuts a file at its "-- ;" lines: triggers hold semicolons of their own.
func split(text string) []string {
	var out []string
	for part := range strings.SplitSeq(text, "\n-- ;\n") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
