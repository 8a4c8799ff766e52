package setup_test

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/migrations"
	"example.com/monitor/store/storetest"
)

// firstInstalled is the oldest schema that an installation has: 1 and 2 were never
// given to anybody.
const firstInstalled = 3

// installation is a database that a monitor of an older schema made and worked in: its
// setup, a key, clients created, changed, deactivated and removed, a device with a
// connection, a refused login, and a copy. The programs were built from the history;
// testdata/versoes holds one archive for each schema, with all engines.
type installation struct {
	e             storetest.Engine
	at            string
	key, password string // of the API and of the trail
	copied        string // a copy that the old program made; "" before there were any
	folder        string
}

func install(t *testing.T, e storetest.Engine, version int) installation {
	t.Helper()
	archive, err := zip.OpenReader(fmt.Sprintf("testdata/versoes/v%d.zip", version))
	require.NoError(t, err)
	defer archive.Close()
	part := func(name string) []byte {
		f, err := archive.Open(e.Name + "/" + name)
		if os.IsNotExist(err) {
			return nil
		}
		require.NoError(t, err)
		defer f.Close()
		content, err := io.ReadAll(f)
		require.NoError(t, err)
		return content
	}
	in := installation{
		e: e, folder: t.TempDir(),
		key:      strings.TrimSpace(string(part("chave"))),
		password: strings.TrimSpace(string(part("auditoria"))),
	}
	if content := part("copia"); content != nil {
		in.copied = filepath.Join(in.folder, "copia")
		require.NoError(t, os.WriteFile(in.copied, content, 0o600))
	}
	if e.Name == "sqlite" {
		path := filepath.Join(in.folder, "clientes.db")
		require.NoError(t, os.WriteFile(path, part("banco"), 0o600))
		require.NoError(t, os.WriteFile(path+".ancora", part("ancora"), 0o600))
		in.at = storetest.URL(path)
		return in
	}
	in.at = e.URL(t)
	db := e.Foreign(t, in.at)
	storetest.Exec(t, db, string(part("banco")))
	require.NoError(t, db.Close(), "the dump changes the session")
	return in
}

func (in installation) config(t *testing.T) store.Config {
	t.Helper()
	return in.e.Config(t, in.at, func(c *store.Config) { c.ChaveAuditoria, c.Pasta = in.password, in.folder })
}

// TestEveryInstalledVersionUpgrades brings the databases of every schema that was
// ever storetest.Installed up to today's, on every engine: people, devices, keys and the trail
// go on, a copy that the old program made is restored, and setup --desfazer leaves the
// six tables alone. By default each engine has the oldest, the newest and a part of those
// between, so that each schema is brought up somewhere.
func TestEveryInstalledVersionUpgrades(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		if e.Name == "pgbouncer" {
			return // migrations do not go through it
		}
		turn := slices.IndexFunc(storetest.Engines(), func(o storetest.Engine) bool { return o.Name == e.Name })
		last := migrations.Versao() - 1
		for version := firstInstalled; version <= last; version++ {
			if version != firstInstalled && version != last && version%3 != turn && !storetest.Complete() {
				continue
			}
			t.Run(fmt.Sprintf("v%d", version), func(t *testing.T) { upgrades(t, install(t, e, version), version) })
		}
	})
}

func upgrades(t *testing.T, in installation, version int) {
	t.Helper()
	cfg := in.config(t)
	behind := cfg
	behind.Create = false
	_, err := store.Open(t.Context(), behind)
	var schema *store.SchemaError
	require.ErrorAs(t, err, &schema, "nobody migrates unasked")
	require.Equal(t, store.SchemaBehind, schema.Estado)

	require.NoError(t, store.Prepare(t.Context(), cfg, nil))
	s, err := store.Open(t.Context(), behind)
	require.NoError(t, err)
	requireGoesOn(t, s, in.key, version)
	require.NoError(t, s.Close())

	if in.copied != "" {
		at := in.e.URL(t)
		cfg := in.e.Config(t, at, func(c *store.Config) { c.ChaveAuditoria = in.password })
		_, err := store.Restore(t.Context(), cfg, storetest.Operator, in.copied, store.RestoreOptions{})
		require.NoError(t, err)
		s := in.e.Open(t, at, func(c *store.Config) { c.ChaveAuditoria = in.password })
		requireGoesOn(t, s, in.key, version)
	}

	require.NoError(t, store.Withdraw(t.Context(), cfg, storetest.Operator))
	db := in.e.Foreign(t, in.at)
	require.NotContains(t, planOf(t, in.e, db), "monitor_")
	require.Len(t, takePicture(t, in.e, db, nil).linhas, 6)
}

// requireGoesOn works with what the old program left.
func requireGoesOn(t *testing.T, s *store.Store, key string, version int) {
	t.Helper()
	h := s.As(storetest.Operator)
	storetest.RequireIntact(t, s)

	people, err := h.Clientes.List(t.Context(), store.ClienteFiltro{})
	require.NoError(t, err)
	require.Len(t, people.Itens, 3)
	require.EqualValues(t, 3, people.Total)
	found, err := h.Clientes.List(t.Context(), store.ClienteFiltro{Busca: "conceicao 98888"})
	require.NoError(t, err)
	require.Len(t, found.Itens, 1)
	require.Equal(t, "Campinas", found.Itens[0].Cidade)
	davila, err := h.Clientes.List(t.Context(), store.ClienteFiltro{Busca: "davila"})
	require.NoError(t, err)
	require.Len(t, davila.Itens, 1, "rows that were there are folded anew")
	phone, err := h.Clientes.List(t.Context(), store.ClienteFiltro{Busca: "+55 11 98888-7777", Cidade: "campinas", Ordem: "nome"})
	require.NoError(t, err)
	require.Len(t, phone.Itens, 1)
	byName, err := h.Clientes.List(t.Context(), store.ClienteFiltro{Ordem: "nome", PorPagina: 2})
	require.NoError(t, err)
	require.Equal(t, "Administrador", byName.Itens[0].Nome)
	require.Equal(t, "João Conceição", byName.Itens[1].Nome)
	require.NotEmpty(t, byName.Proximo)
	maria, err := h.Clientes.Find(t.Context(), "maria@exemplo.com.br")
	require.NoError(t, err)
	require.False(t, *maria.Ativo)

	actor, err := s.Authenticate(t.Context(), store.Credencial{Chave: key}, store.Origem{IP: "192.0.2.1"})
	require.NoError(t, err, "keys go on")
	id, err := s.As(actor).Dispositivos.Register(t.Context(), store.Registro{
		Info: store.Objeto(`{"hostname":"pc-01","mac_address":"aa-bb-cc-00-00-01"}`), ClienteID: 2,
	})
	require.NoError(t, err)
	require.EqualValues(t, 1, id, "a machine is who it was")

	gone, err := h.Logs.List(t.Context(), store.LogFiltro{ClienteID: 4})
	require.NoError(t, err)
	require.NotEmpty(t, gone.Itens, "the trail of a client that was removed for good")

	fresh := storetest.Person(version)
	made, err := h.Clientes.Create(t.Context(), fresh)
	require.NoError(t, err)
	require.Greater(t, made.ID, int64(4), "the id of a removed client is nobody else's")
	storetest.RequireIntact(t, s)
	require.NoError(t, h.Clientes.Delete(t.Context(), made.ID))
}

// TestViewsStopTheUpgradeInWords: somebody's view over all columns of clientes would keep
// PostgreSQL from making the column of the search anew. setup says so before it has changed
// anything, and goes on when the view is gone; the other engines do not mind.
func TestViewsStopTheUpgradeInWords(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		in := install(t, e, 9)
		cfg := in.config(t)
		db := e.Foreign(t, in.at)
		storetest.Exec(t, db, "CREATE VIEW todos AS SELECT * FROM clientes")
		storetest.Exec(t, db, "CREATE VIEW nomes AS SELECT nome FROM clientes")
		if e.Name == "postgres" {
			before := planOf(t, e, db)
			err := store.Prepare(t.Context(), cfg, nil)
			require.ErrorContains(t, err, "VIEW todos")
			require.NotContains(t, err.Error(), "nomes")
			require.Equal(t, before, planOf(t, e, db))
			found, text := storetest.Examined(t, cfg)
			require.Equal(t, store.FaseErro, found["visoes_dependentes"], text)
			require.Contains(t, text, "DROP VIEW todos")
			storetest.Exec(t, db, "DROP VIEW todos")
		}
		require.NoError(t, store.Prepare(t.Context(), cfg, nil))
		s, err := store.Open(t.Context(), cfg)
		require.NoError(t, err)
		requireGoesOn(t, s, in.key, 9)
		require.NoError(t, s.Close())
	})
}
