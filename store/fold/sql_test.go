package fold

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("atualizar", false, "escreve as migrações que a tabela de dobra gera")

// The step that holds the expressions of today. All of them stand in one statement:
// each ALTER writes the whole table anew.
const (
	foldStep        = "0010_dobra"
	columnsPostgres = "ALTER TABLE clientes DROP COLUMN IF EXISTS monitor_busca,\n" +
		"\tADD COLUMN monitor_busca TEXT GENERATED ALWAYS AS (%s) STORED,\n" +
		"\tADD COLUMN monitor_nome TEXT COLLATE \"C\" GENERATED ALWAYS AS (%s) STORED,\n" +
		"\tADD COLUMN monitor_empresa TEXT COLLATE \"C\" GENERATED ALWAYS AS (%s) STORED,\n" +
		"\tADD COLUMN monitor_cidade TEXT COLLATE \"C\" GENERATED ALWAYS AS (%s) STORED\n" +
		"-- ;\n-- opcional\nCREATE INDEX IF NOT EXISTS monitor_ix_clientes_busca ON clientes USING gin (monitor_busca gin_trgm_ops)\n" +
		"-- ;\nCREATE INDEX IF NOT EXISTS monitor_ix_clientes_nome ON clientes(monitor_nome, id)\n" +
		"-- ;\nCREATE INDEX IF NOT EXISTS monitor_ix_clientes_empresa ON clientes(monitor_empresa, id)\n" +
		"-- ;\nCREATE INDEX IF NOT EXISTS monitor_ix_clientes_cidade ON clientes(monitor_cidade, id, data_cadastro, ativo)\n"
	columnsMySQL = "ALTER TABLE clientes MODIFY COLUMN monitor_busca VARBINARY(1700) GENERATED ALWAYS AS (%s) STORED,\n" +
		"\tADD COLUMN monitor_nome VARBINARY(60) GENERATED ALWAYS AS (%s) STORED,\n" +
		"\tADD COLUMN monitor_empresa VARBINARY(60) GENERATED ALWAYS AS (%s) STORED,\n" +
		"\tADD COLUMN monitor_cidade VARBINARY(120) GENERATED ALWAYS AS (%s) STORED\n" +
		"-- ;\nCREATE INDEX monitor_ix_clientes_nome ON clientes(monitor_nome, id)\n" +
		"-- ;\nCREATE INDEX monitor_ix_clientes_empresa ON clientes(monitor_empresa, id)\n" +
		"-- ;\nCREATE INDEX monitor_ix_clientes_cidade ON clientes(monitor_cidade, id, data_cadastro, ativo)\n"
)

// TestSearchColumnsFollowTheFold holds the migrations to the one table in Go. A
// released step is never edited: when this fails after a release, add a step.
func TestSearchColumnsFollowTheFold(t *testing.T) {
	for engine, text := range map[string]string{
		"postgres": fmt.Sprintf(columnsPostgres, searchPostgres(), keyPostgres(keyLength, "nome"), keyPostgres(keyLength, "empresa"), keyPostgres(CityLength, CityCols("")...)),
		"mysql":    fmt.Sprintf(columnsMySQL, searchMySQL(), lineMySQL(1), lineMySQL(3), cityMySQL()),
	} {
		path := filepath.Join("..", "migrations", foldStep+"."+engine+".sql")
		if *update {
			require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		}
		have, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, text, string(have), engine)
	}
}

func TestRunesThatAreNotAskedStayThemselves(t *testing.T) {
	asked := map[rune]bool{}
	for r := range changingRunes() {
		asked[r] = true
	}
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		if _, changes := changed(r); changes {
			require.True(t, asked[r], "%U", r)
		}
	}
}
