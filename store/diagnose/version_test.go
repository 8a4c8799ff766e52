package diagnose

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/engine"
)

func TestReadVersion(t *testing.T) {
	for _, c := range []struct {
		kind       engine.Kind
		text       string
		made       string
		number     int
		shown      string
		old        bool
		wellTested bool
	}{
		{engine.Postgres, "PostgreSQL 15.18 (Debian 15.18-0+deb12u1) on x86_64-pc-linux-gnu, compiled by gcc", "PostgreSQL", 1518, "15.18", false, true},
		{engine.Postgres, "PostgreSQL 12.22 on x86_64-pc-linux-gnu", "PostgreSQL", 1222, "12.22", true, true},
		{engine.Postgres, "PostgreSQL 18beta1 on x86_64", "PostgreSQL", 1800, "18beta1", false, true},
		{engine.Postgres, "CockroachDB CCL v23.1.11 (x86_64-pc-linux-gnu)", "CockroachDB", 0, "CockroachDB CCL v23.1.11 (x86_64-pc-linux-gnu)", false, false},
		{engine.MySQL, "8.0.36", "MySQL", 800, "8.0.36", false, true},
		{engine.MySQL, "5.7.44-log", "MySQL", 507, "5.7.44", true, true},
		{engine.MySQL, "10.11.14-MariaDB-0+deb12u2", "MariaDB", 1011, "10.11.14", false, true},
		{engine.MySQL, "10.5.29-MariaDB", "MariaDB", 1005, "10.5.29", true, true},
		{engine.MySQL, "8.0.34-Vitess", "MySQL (8.0.34-Vitess)", 800, "8.0.34", false, false},
	} {
		name, least, tested := product(c.kind, c.text)
		number, shown := readVersion(c.text)
		require.Equal(t, c.made, name, c.text)
		require.Equal(t, c.number, number, c.text)
		require.Equal(t, c.shown, shown, c.text)
		require.Equal(t, c.old, number < least, c.text)
		require.Equal(t, c.wellTested, tested, c.text)
	}
}

func TestGrants(t *testing.T) {
	need := []string{"SELECT", "INSERT"}
	for _, c := range []struct {
		lines   []string
		missing []string
		roles   bool
	}{
		{[]string{"GRANT ALL PRIVILEGES ON *.* TO `u`@`%` WITH GRANT OPTION"}, nil, false},
		{[]string{"GRANT USAGE ON *.* TO `u`@`%`", "GRANT SELECT, INSERT, UPDATE ON `loja`.* TO `u`@`%`"}, nil, false},
		{[]string{"GRANT SELECT ON `loja`.* TO `u`@`%`", "GRANT INSERT ON *.* TO `u`@`%`"}, []string{}, false},
		{[]string{"GRANT SELECT ON `loja`.* TO `u`@`%`"}, []string{"INSERT"}, false},
		{[]string{"GRANT ALL PRIVILEGES ON `outra`.* TO `u`@`%`"}, need, false},
		{[]string{"GRANT ALL PRIVILEGES ON `lo%`.* TO `u`@`%`"}, nil, false},
		{[]string{"GRANT ALL PRIVILEGES ON `l_ja`.* TO `u`@`%`"}, nil, false},
		{[]string{"GRANT ALL PRIVILEGES ON `l\\_ja`.* TO `u`@`%`"}, need, false},
		{[]string{"GRANT SELECT, INSERT ON `loja`.`clientes` TO `u`@`%`"}, need, false},
		{[]string{"GRANT `papel`@`%` TO `u`@`%`"}, need, true},
	} {
		missing, roles := lacking(c.lines, "loja", need)
		if len(c.missing) == 0 {
			require.Empty(t, missing, c.lines)
		} else {
			require.Equal(t, c.missing, missing, c.lines)
		}
		require.Equal(t, c.roles, roles, c.lines)
	}
}
