package store_test

import (
	"database/sql"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

func expressionOfSearch(t *testing.T, db *sql.DB) string {
	t.Helper()
	list := storetest.Texts(t, db, "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'clientes'::regclass")
	at := slices.IndexFunc(list, func(expr string) bool { return strings.Contains(expr, "NFD") })
	require.GreaterOrEqual(t, at, 0)
	return list[at]
}

const cyrillic = "абвгдежзийклмнопрстуфхцчшщъыьэюя"

// otherUnicode makes the column of the search one of a server that knows other letters:
// it lowers no Cyrillic and no Georgian, and one sign that we leave alone it takes for
// another.
func otherUnicode(t *testing.T, e storetest.Engine, at string) {
	t.Helper()
	db := e.Foreign(t, at)
	defer db.Close()
	expr := expressionOfSearch(t, db)
	other := "translate(" + expr + ", '" + cyrillic + "ა①', '" + strings.ToUpper(cyrillic) + "Ა½')"
	storetest.Exec(t, db, "ALTER TABLE clientes DROP COLUMN monitor_busca")
	storetest.Exec(t, db, "ALTER TABLE clientes ADD COLUMN monitor_busca TEXT GENERATED ALWAYS AS ("+other+") STORED")
}

// TestBuscaHostilOnAnotherUnicode: whatever the server makes of letters, the answers are
// ours. So it is on PostgreSQL 18 built with an ICU of 2017, which lowers no Georgian.
func TestBuscaHostilOnAnotherUnicode(t *testing.T) {
	t.Parallel()
	e := storetest.Installed(t, "postgres")
	at := e.Fresh(t)
	otherUnicode(t, e, at)
	pergunta(t, e, at, corpus(200), append(slices.Clone(hostis), "joao", "иван", "йод", "ИВАН", "а", "①", "½"))
}

// TestServersFoldAlike: on the server at hand nothing needs the slow way.
func TestServersFoldAlike(t *testing.T) {
	t.Parallel()
	e := storetest.Installed(t, "postgres")
	outside, err := e.New(t).FoldedElsewhere(t.Context())
	require.NoError(t, err)
	for r := range outside {
		require.Greater(t, r, '\u04ff', "%q", r)
	}
	require.Less(t, len(outside), 300)
}

// TestTheServersLettersChange: after an upgrade of the server the stored column is the
// old one's. The diagnosis says so, and setup mends it.
func TestTheServersLettersChange(t *testing.T) {
	t.Parallel()
	e := storetest.Installed(t, "postgres")
	at := e.Fresh(t)
	cfg := e.Config(t, at)
	db := e.Foreign(t, at)
	// What was folded before the upgrade: the column is made anew with the old letters,
	// and then its expression alone becomes the new one.
	expr := expressionOfSearch(t, db)
	otherUnicode(t, e, at)
	for _, nome := range []string{"ИВАН", "Иван Лима", "João", "Ana"} {
		e.Exec(t, db, "INSERT INTO clientes(nome, email) VALUES (?, ?)", nome, nome+"@exemplo.com")
	}
	storetest.Exec(t, db, "ALTER TABLE clientes ADD COLUMN nova TEXT GENERATED ALWAYS AS ("+expr+") STORED")
	storetest.Exec(t, db, `UPDATE pg_attrdef SET adbin = (SELECT d.adbin FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
			WHERE a.attrelid = 'clientes'::regclass AND a.attname = 'nova')
		WHERE adrelid = 'clientes'::regclass AND adnum =
			(SELECT attnum FROM pg_attribute WHERE attrelid = 'clientes'::regclass AND attname = 'monitor_busca')`)
	storetest.Exec(t, db, "ALTER TABLE clientes DROP COLUMN nova")

	found, text := storetest.Examined(t, cfg)
	require.Equal(t, store.FaseAviso, found["busca_antiga"], text)
	require.Contains(t, text, "2 clientes")
	require.NoError(t, store.Prepare(t.Context(), cfg, nil))
	found, text = storetest.Examined(t, cfg)
	require.NotContains(t, found, "busca_antiga", text)
	p, err := e.Open(t, at).As(storetest.Operator).Clientes.List(t.Context(), store.ClienteFiltro{Busca: "иван"})
	require.NoError(t, err)
	require.Equal(t, 2, p.Total)
}
