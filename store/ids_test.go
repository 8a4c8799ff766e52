package store_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/engine"
	"example.com/monitor/store/storetest"
)

// vive makes a client and a device and returns their ids.
func vive(t *testing.T, h *store.Handle, n int) (cliente, dispositivo int64) {
	t.Helper()
	c, err := h.Clientes.Create(t.Context(), storetest.Person(n))
	require.NoError(t, err)
	d, err := h.Dispositivos.Register(t.Context(), info(`{"hostname":"maquina-%d"}`, n))
	require.NoError(t, err)
	return c.ID, d
}

// TestIDsAreNotGivenAgain removes the newest client and device, by us and as another
// program does, closes and opens, and refuses creations: the next ids are new ones,
// and refusals use none up.
func TestIDsAreNotGivenAgain(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		at := e.URL(t)
		s, err := store.Open(t.Context(), e.Config(t, at))
		require.NoError(t, err)
		h := s.As(storetest.Operator)
		c, d := vive(t, h, 1)
		require.EqualValues(t, []int64{1, 1}, []int64{c, d}, "an empty database begins at 1")
		require.NoError(t, h.Clientes.Delete(t.Context(), c))
		require.NoError(t, h.Dispositivos.Delete(t.Context(), d))
		c, d = vive(t, h, 2)
		require.EqualValues(t, []int64{2, 2}, []int64{c, d})

		db := e.Foreign(t, at)
		e.Exec(t, db, "UPDATE logs_auditoria SET cliente_id = NULL")
		e.Exec(t, db, "DELETE FROM clientes WHERE id = ?", c)
		e.Exec(t, db, "DELETE FROM dispositivos WHERE id = ?", d)
		require.NoError(t, s.Close())
		s = e.Open(t, at)
		h = s.As(storetest.Operator)
		for range 3 {
			_, err = h.Clientes.Create(t.Context(), store.Cliente{Nome: "Sem endereço"})
			require.Error(t, err)
			_, err = h.Dispositivos.Register(t.Context(), store.Registro{Info: store.Objeto(`{"hostname":"x1"}`), ClienteID: 999})
			require.Error(t, err)
		}
		c, d = vive(t, h, 3)
		require.EqualValues(t, []int64{3, 3}, []int64{c, d})
		_, err = h.Clientes.Create(t.Context(), storetest.Person(3))
		require.ErrorIs(t, err, store.ErrConflict)
		c, d = vive(t, h, 4)
		require.EqualValues(t, []int64{4, 4}, []int64{c, d})
	})
}

// TestIDsOfAnAdoptedDatabase looks at what still names who is gone.
func TestIDsOfAnAdoptedDatabase(t *testing.T) {
	t.Parallel()
	at := storetest.SQLite.Flask(t)
	db := storetest.SQLite.Foreign(t, at)
	storetest.Exec(t, db, "INSERT INTO conexoes(cliente_id, dispositivo_id) VALUES (70, 60), (9000000000, 'texto')")
	storetest.Exec(t, db, "INSERT INTO logs_auditoria(acao, cliente_id) VALUES ('login', 80)")
	c, d := vive(t, storetest.SQLite.Open(t, at).As(storetest.Operator), 1)
	require.EqualValues(t, []int64{81, 61}, []int64{c, d})
}

// TestIDsSurviveACopy restores a copy in both of its forms.
func TestIDsSurviveACopy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := storetest.New(t)
	h := s.As(storetest.Operator)
	for n := range 3 {
		c, d := vive(t, h, n)
		if n > 0 {
			require.NoError(t, h.Clientes.Delete(t.Context(), c))
			require.NoError(t, h.Dispositivos.Delete(t.Context(), d))
		}
	}
	for _, formato := range []string{store.CopiaSQLite, store.CopiaNeutra} {
		path := filepath.Join(dir, "copia."+formato)
		_, err := h.Backup(t.Context(), path, store.CopyOptions{})
		require.NoError(t, err, formato)
		cfg := storetest.SQLite.Config(t, storetest.URL(filepath.Join(dir, formato+".db")))
		_, err = store.Restore(t.Context(), cfg, storetest.Operator, path, store.RestoreOptions{ChaveNova: true})
		require.NoError(t, err, formato)
		back := storetest.SQLite.Open(t, cfg.URL).As(storetest.Operator)
		c, d := vive(t, back, 9)
		require.EqualValues(t, []int64{4, 4}, []int64{c, d}, formato)
		logs, err := back.Logs.List(t.Context(), store.LogFiltro{ClienteID: 3})
		require.NoError(t, err)
		require.Equal(t, 2, logs.Total, "the trail of who is gone came along")
	}
}

// TestARemovedMachineIsGone goes on calling for devices that were removed: with the
// id, and with the secret; by us, and by another program that gave the id again.
func TestARemovedMachineIsGone(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newElencoIdentidade(t, e)
		secret := strings.Repeat("z", 43)
		reg := store.Registro{Info: store.Objeto(`{"hostname":"SAI","mac_address":"AA:BB:CC:00:00:09"}`), SegredoSHA256: storetest.SHA256(secret), ClienteID: m.donos[2]}
		own, err := m.quem[k1].Dispositivos.Register(t.Context(), reg)
		require.NoError(t, err)
		keyed, err := m.quem[k1].Dispositivos.Register(t.Context(), info(`{"hostname":"SAI-2"}`))
		require.NoError(t, err)
		for _, id := range []int64{own, keyed} {
			require.NoError(t, m.quem[adm].Dispositivos.Delete(t.Context(), id))
		}
		// Another program gives an id to another machine.
		m.e.Exec(t, m.db, "INSERT INTO dispositivos(id, hostname, data_registro) VALUES (?, 'OUTRA', '2026-01-02 00:00:00.000000')", keyed)
		gone := func(h *store.Handle, id int64) {
			require.ErrorIs(t, h.Dispositivos.Heartbeat(t.Context(), id), store.ErrNotFound)
			_, err := h.Conexoes.Register(t.Context(), id, 0, []store.ConexaoNova{{IPOrigem: "10.0.0.1"}})
			require.ErrorIs(t, err, store.ErrNotFound)
		}
		gone(m.quem[k1], keyed)
		device := m.handle(t, diz{quem: "segredo", segredo: secret})
		gone(device, own)
		gone(device, keyed)
		_, err = device.Dispositivos.Register(t.Context(), store.Registro{Info: reg.Info})
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = device.Dispositivos.Get(t.Context(), own)
		require.ErrorIs(t, err, store.ErrNotFound)
		seen, err := device.Conexoes.List(t.Context(), store.ConexaoFiltro{})
		require.NoError(t, err)
		require.Empty(t, seen.Itens)
		// A key that may register makes a new device of it, which the secret speaks for.
		again, err := m.quem[k1].Dispositivos.Register(t.Context(), reg)
		require.NoError(t, err)
		require.Greater(t, again, keyed)
		require.NoError(t, m.handle(t, diz{quem: "segredo", segredo: secret}).Dispositivos.Heartbeat(t.Context(), again))
	})
}

// TestTrailOfARemovedClient asks for somebody who was removed for good.
func TestTrailOfARemovedClient(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		at := e.URL(t)
		s := e.Open(t, at)
		h := s.As(storetest.Operator)
		c, _ := vive(t, h, 1)
		other, _ := vive(t, h, 2)
		_, err := h.Clientes.Change(t.Context(), c, "", func(c *store.Cliente) { c.Cidade = "Natal" })
		require.NoError(t, err)
		_, err = h.Dispositivos.Register(t.Context(), store.Registro{Info: store.Objeto(`{"hostname":"dele"}`), ClienteID: c})
		require.NoError(t, err)
		db := e.Foreign(t, at)
		e.Exec(t, db, "INSERT INTO logs_auditoria(cliente_id, acao, data_hora) VALUES (?, 'login', '2026-01-01 00:00:00')", c)
		acoes := func(id int64) (list []string) {
			page, err := h.Logs.List(t.Context(), store.LogFiltro{ClienteID: id})
			require.NoError(t, err)
			require.Equal(t, len(page.Itens), page.Total)
			for _, l := range page.Itens {
				list = append(list, l.Acao)
			}
			return list
		}
		before := acoes(c)
		require.Len(t, before, 4)
		require.NoError(t, h.Clientes.Delete(t.Context(), c))
		require.Equal(t, append([]string{"cliente_deletado"}, before...), acoes(c))
		require.Equal(t, []string{"cliente_criado"}, acoes(other))
		page, err := h.Logs.List(t.Context(), store.LogFiltro{ClienteID: c, Acao: "login"})
		require.NoError(t, err)
		require.Equal(t, 1, page.Total)
		var n int
		require.NoError(t, db.QueryRowContext(t.Context(), e.Bind("SELECT count(*) FROM logs_auditoria WHERE cliente_id = ?"), c).Scan(&n))
		require.Zero(t, n, "the rows themselves do not hold it")
		// Another program gives the id to somebody else: both are found.
		e.Exec(t, db, "INSERT INTO clientes(id, nome, email, data_cadastro) VALUES (?, 'Nova', 'nova@x.com', '2026-01-02 00:00:00')", c)
		e.Exec(t, db, "INSERT INTO logs_auditoria(cliente_id, acao, data_hora) VALUES (?, 'logout', '2026-01-03 00:00:00')", c)
		require.Len(t, acoes(c), 6)
		v, err := h.Logs.Verify(t.Context())
		require.NoError(t, err)
		require.Len(t, v.Problemas, 2, "the two that another program wrote")
		for _, p := range v.Problemas {
			require.Contains(t, p, "não tem elo na trilha")
		}
	})
}

// TestTrailOfAClientThatTheFlaskSystemRemoved covers SQLite, where it could; and what
// was removed before this program kept whom the rows are about.
func TestTrailOfAClientThatTheFlaskSystemRemoved(t *testing.T) {
	t.Parallel()
	at := storetest.SQLite.URL(t)
	s, err := store.Open(t.Context(), storetest.SQLite.Config(t, at))
	require.NoError(t, err)
	c, _ := vive(t, s.As(storetest.Operator), 1)
	db := storetest.SQLite.Foreign(t, at)
	storetest.Exec(t, db, fmt.Sprintf("UPDATE logs_auditoria SET cliente_id = NULL WHERE cliente_id = %d", c))
	storetest.Exec(t, db, fmt.Sprintf("DELETE FROM clientes WHERE id = %d", c))
	rows := func(s *store.Store) int {
		page, err := s.As(storetest.Operator).Logs.List(t.Context(), store.LogFiltro{ClienteID: c})
		require.NoError(t, err)
		return page.Total
	}
	require.Equal(t, 1, rows(s))
	require.NoError(t, s.Close())
	for _, stmt := range []string{
		"DROP TRIGGER monitor_logs_clientes_fim", "DROP TRIGGER monitor_clientes_ids_fim", "DROP TRIGGER monitor_dispositivos_ids_fim",
		"DROP TABLE monitor_ids", "DROP TABLE monitor_logs_clientes", "ALTER TABLE monitor_trilha DROP COLUMN versao", "ALTER TABLE monitor_trilha DROP COLUMN passo", "ALTER TABLE monitor_pendentes DROP COLUMN recusada",
		"DROP INDEX monitor_ix_busca_nome", "DROP INDEX monitor_ix_busca_empresa", "DROP INDEX monitor_ix_busca_cidade",
		"ALTER TABLE monitor_busca_doc DROP COLUMN nome", "ALTER TABLE monitor_busca_doc DROP COLUMN empresa", "ALTER TABLE monitor_busca_doc DROP COLUMN cidade",
		"DELETE FROM monitor_migracoes WHERE versao >= 9",
	} {
		storetest.Exec(t, db, stmt)
	}
	s = storetest.SQLite.Open(t, at)
	require.Equal(t, 1, rows(s))
	next, _ := vive(t, s.As(storetest.Operator), 2)
	require.Greater(t, next, c, "the trail names the newest that was removed")
}

// TestAMachineSaysWhatItIs registers a known machine again: what it says is taken,
// what it does not say stays, and so does the name that a person gave.
func TestAMachineSaysWhatItIs(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := e.New(t)
		h := s.As(storetest.Operator)
		says := func(text string) store.Dispositivo {
			id, err := h.Dispositivos.Register(t.Context(), info("%s", strings.Replace(text, "{", `{"mac_address":"AA:BB:CC:00:00:01",`, 1)))
			require.NoError(t, err)
			require.EqualValues(t, 1, id)
			d, err := h.Dispositivos.Get(t.Context(), id)
			require.NoError(t, err)
			return d
		}
		says(`{"hostname":"PC-1","memoria":"8 GB","extra":{"a":1},"x":1}`)
		d := says(`{"hostname":"PC-2","sistema":"Debian","tipo":"servidor","is_virtual":true,"x":"dois","grande":12345678901234567890}`)
		require.Equal(t, []string{"PC-2", "PC-2", "Debian", "servidor", "8 GB"}, []string{d.Hostname, d.Nome, d.SistemaOperacional, d.Tipo, d.MemoriaTotal})
		require.True(t, *d.IsVirtual)
		require.JSONEq(t, `{"mac_address":"AA:BB:CC:00:00:01","hostname":"PC-2","memoria":"8 GB","extra":{"a":1},"x":"dois","sistema":"Debian","tipo":"servidor","is_virtual":true,"grande":12345678901234567890}`, string(d.InfoExtra))
		require.Contains(t, string(d.InfoExtra), "12345678901234567890")
		d = says(`{"nome":"Dela mesma"}`)
		require.Equal(t, []string{"PC-2", "Dela mesma"}, []string{d.Hostname, d.Nome})
		dado := "Recepção"
		_, err := h.Dispositivos.Change(t.Context(), 1, store.DispositivoMudanca{Nome: &dado})
		require.NoError(t, err)
		d = says(`{"hostname":"PC-3","nome":"Outro"}`)
		require.Equal(t, []string{"PC-3", dado}, []string{d.Hostname, d.Nome})
		logs, err := h.Logs.List(t.Context(), store.LogFiltro{Acao: "dispositivo_alterado"})
		require.NoError(t, err)
		require.Equal(t, 4, logs.Total, "three by the machine, one by a person")
		says(`{"hostname":"PC-3"}`)
		logs, err = h.Logs.List(t.Context(), store.LogFiltro{Acao: "dispositivo_alterado"})
		require.NoError(t, err)
		require.Equal(t, 4, logs.Total, "the same again is nothing new")
		// What it says is bounded, however often it says more.
		says(fmt.Sprintf(`{"a":"%s"}`, strings.Repeat("x", 40<<10)))
		d = says(fmt.Sprintf(`{"b":"%s"}`, strings.Repeat("y", 40<<10)))
		require.Less(t, len(d.InfoExtra), 64<<10)
		require.Contains(t, string(d.InfoExtra), "yyyy")
	})
}

// TestMachinesAreFoundByIndex asks each engine how it would look machines, and the
// rows about a removed client, up.
func TestMachinesAreFoundByIndex(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		at := e.URL(t)
		h := e.Open(t, at).As(storetest.Operator)
		for n := range 50 {
			_, err := h.Dispositivos.Register(t.Context(), info(`{"hostname":"n-%d","mac_address":"AA:BB:CC:00:01:%02x"}`, n, n))
			require.NoError(t, err)
		}
		c, _ := vive(t, h, 1)
		require.NoError(t, h.Clientes.Delete(t.Context(), c))
		db := e.Foreign(t, at)
		db.SetMaxOpenConns(1)
		kind, head := engine.SQLite, "EXPLAIN QUERY PLAN "
		switch e.Name {
		case "sqlite":
		case "mariadb":
			kind, head = engine.MySQL, "EXPLAIN "
		default:
			kind, head = engine.Postgres, "EXPLAIN "
			storetest.Exec(t, db, "SET enable_seqscan = off") // the tables are small
		}
		for index, query := range map[string]string{
			"monitor_ix_dispositivos_mac_inteiro":      "SELECT d.id FROM dispositivos d WHERE " + strings.ReplaceAll(store.MACCond[kind], "?", "'aabbcc000101'"),
			"monitor_ix_dispositivos_hostname_inteiro": "SELECT d.id FROM dispositivos d WHERE " + strings.ReplaceAll(store.HostnameCond[kind], "?", "'n-1'"),
			"monitor_ix_anonimos_marca":                "SELECT a.dispositivo_id FROM monitor_anonimos a WHERE a.marca = 'x'",
			"monitor_ix_logs_clientes":                 "SELECT l.id FROM logs_auditoria l WHERE " + strings.ReplaceAll(store.LogsRemoved, "?", "1"),
		} {
			require.Contains(t, linhasDe(t, db, head+query), index, query)
		}
	})
}

// linhasDe is an answer as text.
func linhasDe(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	require.NoError(t, err)
	defer rows.Close()
	cols, err := rows.Columns()
	require.NoError(t, err)
	var b strings.Builder
	for rows.Next() {
		cells, dest := make([]sql.NullString, len(cols)), make([]any, len(cols))
		for i := range cells {
			dest[i] = &cells[i]
		}
		require.NoError(t, rows.Scan(dest...))
		for _, c := range cells {
			b.WriteString(c.String + " ")
		}
	}
	require.NoError(t, rows.Err())
	return b.String()
}

// TestWhatIdentifies lists what does, whole, and what does not.
func TestWhatIdentifies(t *testing.T) {
	t.Parallel()
	for said, key := range map[string]string{
		"AA:BB:CC:DD:EE:01": "aabbccddee01", "aa-bb-cc-dd-ee-01": "aabbccddee01", "aabb.ccdd.ee01": "aabbccddee01", "AABBCCDDEE01": "aabbccddee01",
		"AA BB CC DD EE 01": "aabbccddee01", "52:54:00:12:34:56": "525400123456", "AA:BB:CC:FF:FE:DD:EE:01": "aabbccfffeddee01",
		"": "", "N/A": "", "AA:BB:CC": "", "AA:BB:CC:DD:EE:0G": "", "AA:BB:CC:DD:EE:01:02": "", "00:00:00:00:00:00": "", "FF-FF-FF-FF-FF-FF": "",
		"0000000000000000": "", "00-00-00-00-00-00-00-E0": "", "02:00:00:00:00:00": "", "02:42:AC:11:00:02": "", "AA:BB:CC:DD:EE:01, AA:BB:CC:DD:EE:02": "",
	} {
		require.Equal(t, key, store.MACKey(said), said)
	}
	for said, key := range map[string]string{
		"RECEPCAO": "recepcao", "\tPC-01\t": "pc-01", "DESKTOP-4F7K2Q1": "desktop-4f7k2q1", "CAIXA.local": "caixa.local", "Máquina-1": "máquina-1",
		strings.Repeat("é", 99): strings.Repeat("é", 99), strings.Repeat("é", 100): "",
		"": "", "localhost": "", "LOCALHOST.localdomain": "", "Desconhecido": "", "unknown": "", "PC": "", "desktop": "", "android": "", "raspberrypi": "",
		"raspberrypi.local": "", "127.0.0.1": "", "---": "", "???": "", "MacBook-Pro.local": "",
	} {
		require.Equal(t, key, store.HostnameKey(said), said)
	}
}
