package cmd

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// TestCopyAndRestoreOnAServer goes the whole way from the command line.
func TestCopyAndRestoreOnAServer(t *testing.T) {
	for _, name := range []string{"postgres", "mariadb"} {
		t.Run(name, func(t *testing.T) {
			fresh(t)
			e := storetest.Named(name)
			de, para := e.URL(t), e.URL(t)
			require.Equal(t, exitOK, runMonitor(t, "setup", "--banco", de, "--sem-admin").code)
			require.Equal(t, exitOK, runMonitor(t, "clientes", "create", "--banco", de, "--nome", "Ana", "--email", "ana@exemplo.com").code)

			pasta := t.TempDir()
			r := runMonitor(t, "backup", pasta, "--banco", de, "-o", "json")
			require.Equal(t, exitOK, r.code, r.err)
			var c store.Copia
			require.NoError(t, json.Unmarshal([]byte(r.out), &c))
			require.Equal(t, store.CopiaNeutra, c.Formato)
			require.Equal(t, pasta, filepath.Dir(c.Arquivo))
			require.EqualValues(t, 1, c.Tabelas["clientes"])
			require.Contains(t, r.err, "A chave de auditoria (data/monitor.auditoria) não está na cópia")
			info, err := os.Stat(c.Arquivo)
			require.NoError(t, err)
			require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

			r = runMonitor(t, "restaurar", c.Arquivo, "--banco", para, "-o", "json")
			require.Equal(t, exitOK, r.code, r.err)
			r = runMonitor(t, "clientes", "list", "--banco", para, "--busca", "ÁNA", "-o", "ids")
			require.Equal(t, "1\n", r.out, r.err)
			r = runMonitor(t, "logs", "verificar", "--banco", para)
			require.Equal(t, exitOK, r.code, r.err)

			r = runMonitor(t, "restaurar", c.Arquivo, "--banco", para, "--sim")
			require.Equal(t, exitConflict, r.code)
			require.Contains(t, r.err, "não está vazio: a tabela clientes tem 1 linha(s); nada foi alterado")
			require.Contains(t, r.err, "→ restaure em um banco vazio")
		})
	}
}
