package store

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

var atualizar = flag.Bool("atualizar", false, "escreve as migrações que a tabela de dobra gera")

const (
	colunaPostgres = "ALTER TABLE clientes ADD COLUMN IF NOT EXISTS monitor_busca TEXT GENERATED ALWAYS AS (%s) STORED\n" +
		"-- ;\n-- opcional\nCREATE EXTENSION IF NOT EXISTS pg_trgm\n" +
		"-- ;\n-- opcional\nCREATE INDEX IF NOT EXISTS monitor_ix_clientes_busca ON clientes USING gin (monitor_busca gin_trgm_ops)\n"
	colunaMySQL = "ALTER TABLE clientes ADD COLUMN monitor_busca VARBINARY(1700) GENERATED ALWAYS AS (%s) STORED,\n" +
		"\tADD COLUMN monitor_email VARBINARY(480) GENERATED ALWAYS AS (cast(lower(trim(convert(email using utf8mb4) collate utf8mb4_bin)) as binary)) STORED\n" +
		"-- ;\nCREATE INDEX monitor_ix_clientes_busca ON clientes(data_cadastro, id, ativo, monitor_busca)\n" +
		"-- ;\nCREATE INDEX monitor_ix_clientes_email ON clientes(monitor_email)\n"
)

// TestSearchColumnsFollowTheFold holds the migrations to the one table in Go. A
// released step is never edited: when this fails after a release, add a step.
func TestSearchColumnsFollowTheFold(t *testing.T) {
	for engine, text := range map[string]string{"postgres": strings.Replace(colunaPostgres, "%s", buscaPostgres(), 1), "mysql": strings.Replace(colunaMySQL, "%s", buscaMySQL(), 1)} {
		path := filepath.Join("migrations", "0003_busca."+engine+".sql")
		if *atualizar {
			require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		}
		have, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, text, string(have), engine)
	}
}

func TestRunesThatAreNotAskedStayThemselves(t *testing.T) {
	asked := map[rune]bool{}
	for r := range runasQueMudam() {
		asked[r] = true
	}
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		if _, changes := muda(r); changes {
			require.True(t, asked[r], "%U", r)
		}
	}
}
