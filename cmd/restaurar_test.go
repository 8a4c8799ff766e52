package cmd

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
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

			folder := t.TempDir()
			r := runMonitor(t, "backup", folder, "--banco", de, "-o", "json")
			require.Equal(t, exitOK, r.code, r.err)
			var c store.Copia
			require.NoError(t, json.Unmarshal([]byte(r.out), &c))
			require.Equal(t, store.CopiaNeutra, c.Formato)
			require.Equal(t, folder, filepath.Dir(c.Arquivo))
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

// TestAColumnOfOthersGoesTheWholeWay adds a column between setup and backup.
func TestAColumnOfOthersGoesTheWholeWay(t *testing.T) {
	for _, name := range []string{"postgres", "mariadb"} {
		t.Run(name, func(t *testing.T) {
			fresh(t)
			e := storetest.Named(name)
			de, para := e.Flask(t), e.URL(t)
			storetest.Exec(t, e.Foreign(t, de), "ALTER TABLE clientes ADD COLUMN newsletter boolean DEFAULT false")
			require.Equal(t, exitOK, runMonitor(t, "setup", "--banco", de, "--sim", "--sem-admin").code)
			require.Equal(t, exitOK, runMonitor(t, "backup", "copia.monitor", "--banco", de).code)
			r := runMonitor(t, "backup", "--verificar", "copia.monitor", "--banco", de, "-o", "json")
			require.Equal(t, exitOK, r.code, r.err)
			require.Contains(t, r.out, `"assinatura": "valida"`)
			r = runMonitor(t, "restaurar", "copia.monitor", "--banco", para)
			require.Equal(t, exitOK, r.code, r.err)
			require.Equal(t, 1, strings.Count(r.err, "aviso"), "of the password in --banco only: %s", r.err)
			var yes bool
			require.NoError(t, e.Foreign(t, para).QueryRowContext(t.Context(), "SELECT newsletter FROM clientes WHERE id = 2").Scan(&yes))
			require.False(t, yes)
		})
	}
}

// TestWhatDoesNotFitIsSaid takes a database of the old system whose rows point
// nowhere to PostgreSQL, and then a planted trigger to another file.
func TestWhatDoesNotFitIsSaid(t *testing.T) {
	fresh(t)
	e := storetest.Named("postgres")
	de, para := storetest.Flask(t), e.URL(t)
	db := storetest.Foreign(t, de)
	storetest.Exec(t, db, "UPDATE logs_auditoria SET cliente_id = 999 WHERE id IN (2, 3)")
	storetest.Exec(t, db, "UPDATE clientes SET telefone = '(11) 99999-9999 ramal 1234' WHERE id = 4")
	require.Equal(t, exitOK, runMonitor(t, "setup", "--banco", storetest.URL(de), "--sim", "--sem-admin").code)
	require.Equal(t, exitOK, runMonitor(t, "backup", "copia.sqlite", "--banco", storetest.URL(de)).code)

	r := runMonitor(t, "restaurar", "copia.sqlite", "--banco", para, "--chave-nova")
	require.Equal(t, exitFailure, r.code)
	require.Contains(
		t,
		r.err,
		"clientes, id 4, coluna telefone: tem 26 caracteres, e cabem 20; era \"(11) 99999-9999 ramal 1234\", fica \"(11) 99999-9999 rama\"\n",
	)
	require.Contains(
		t,
		r.err,
		"logs_auditoria, id 2, coluna cliente_id: aponta para o id 999 de clientes, que não existe; era 999, fica vazio (NULL)\n",
	)
	require.Contains(t, r.err, "não cabem no banco de destino; nada foi gravado")
	require.Contains(t, r.err, "→ corrija-os na origem e faça outra cópia, ou repita com --ajustar")
	require.NoFileExists(t, "data/monitor.auditoria")

	r = runMonitor(t, "restaurar", "copia.sqlite", "--banco", para, "--simular")
	require.Equal(t, exitOK, r.code, r.err)
	require.Contains(t, r.err, "a ajustar: clientes, id 4, coluna telefone")
	require.Contains(t, r.err, "Nada foi gravado. Para restaurar em ")
	require.Contains(t, r.err, " com essas mudanças, troque --simular por --ajustar.")
	require.NoFileExists(t, "data/monitor.auditoria")

	r = runMonitor(t, "restaurar", "copia.sqlite", "--banco", para, "--chave-nova", "--ajustar", "-o", "json")
	require.Equal(t, exitOK, r.code, r.err)
	require.Contains(t, r.err, "ajustado: logs_auditoria, id 3, coluna cliente_id")
	require.Contains(t, r.out, `"coluna": "telefone"`)

	storetest.Exec(t, db, "CREATE TRIGGER todos AFTER INSERT ON clientes BEGIN UPDATE clientes SET nivel_acesso = 'admin'; END")
	r = runMonitor(t, "setup", "--verificar", "--banco", storetest.URL(de))
	require.Contains(t, r.out+r.err, "gatilho todos em clientes")
	r = runMonitor(t, "backup", "outra.sqlite", "--banco", storetest.URL(de))
	require.Equal(t, exitOK, r.code, r.err)
	require.Contains(t, r.err, "aviso: na cópia há código que não é do monitor")
	r = runMonitor(t, "restaurar", "outra.sqlite", "--banco", "sqlite:///novo.db", "--chave-nova")
	require.Equal(t, exitFailure, r.code)
	require.Contains(t, r.err, "gatilho todos em clientes")
	require.Contains(t, r.err, "--manter-gatilhos")
	require.NoFileExists(t, "novo.db")
}
