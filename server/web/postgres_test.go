package web_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/storetest"
)

// TestPostgres drives the pages once more, on PostgreSQL; a quick run a few of them:
// what the API answers there has tests of its own.
func TestPostgres(t *testing.T) {
	onSQLite := *program(t) // started first, so that it does not take the other's place
	var stop []func()
	h, err := startProgram(storetest.Named("postgres").URL(t), t.TempDir(), &stop)
	t.Cleanup(func() {
		for _, end := range stop {
			end()
		}
	})
	require.NoError(t, err)
	shared.h = h
	t.Cleanup(func() { shared.h = onSQLite })
	for name, test := range map[string]func(*testing.T){
		"clientes": TestClientesAccount, "dispositivos": TestDispositivos, "conexões": TestConexoes, "chat": TestChat,
		"painel": TestPainel, "auditoria": TestLogs, "sessões": TestSessoes, "chaves": TestChaves,
	} {
		if quick := name == "clientes" || name == "conexões"; quick || storetest.Complete() {
			t.Run(name, test)
		}
	}
}
