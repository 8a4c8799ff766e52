package setup_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// TestSharedHost adopts a database whose account may have five connections and so
// many queries an hour, and says so; with the limit in the URL all goes on.
func TestSharedHost(t *testing.T) {
	t.Parallel()
	e := storetest.Named("mariadb")
	storetest.MariaDB(t)
	at := e.Flask(t)
	u, err := url.Parse(at)
	require.NoError(t, err)
	banco := strings.TrimPrefix(u.Path, "/")
	db := e.Foreign(t, at)
	user := "h" + banco[max(0, len(banco)-12):]
	storetest.Exec(t, db, "CREATE USER '"+user+"'@'%' IDENTIFIED BY 'Segredo-7316'")
	t.Cleanup(func() { _, _ = db.ExecContext(context.Background(), "DROP USER '"+user+"'@'%'") })
	storetest.Exec(
		t,
		db,
		"GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP ON `"+banco+"`.* TO '"+user+"'@'%' WITH MAX_USER_CONNECTIONS 5 MAX_QUERIES_PER_HOUR 100000",
	)
	u.User = url.UserPassword(user, "Segredo-7316")
	cfg := e.Config(t, u.String())
	_, text := storetest.Examined(t, cfg)
	require.Contains(t, text, "só 5 conexões ao mesmo tempo")
	require.Contains(t, text, "?connection_limit=3")
	require.Contains(t, text, "MAX_QUERIES_PER_HOUR 100000")
	query := u.Query()
	query.Set("connection_limit", "3")
	u.RawQuery = query.Encode()
	cfg = e.Config(t, u.String())
	require.NoError(t, store.Prepare(t.Context(), cfg, nil))
	s := e.Open(t, u.String())
	require.Zero(t, ordinaryUses(t, s))
}
