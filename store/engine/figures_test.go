package engine

import (
	"context"
	"database/sql/driver"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/stretchr/testify/require"
)

// figuresServer stands for a server that knows the setting, or does not.
type figuresServer struct {
	driver.Connector
	driver.Conn
	err   error
	asked []string
}

func (s *figuresServer) Connect(context.Context) (driver.Conn, error) { return s, nil }

func (s *figuresServer) ExecContext(_ context.Context, query string, _ []driver.NamedValue) (driver.Result, error) {
	s.asked = append(s.asked, query)
	return driver.ResultNoRows, s.err
}

// TestFiguresAreFresh: MySQL 8 is asked on every connection, a server without the
// setting once.
func TestFiguresAreFresh(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{{nil, 3}, {&mysql.MySQLError{Number: 1193}, 1}} {
		s := &figuresServer{err: c.err}
		fresh := &freshFigures{Connector: s}
		for range 3 {
			_, err := fresh.Connect(t.Context())
			require.NoError(t, err)
		}
		require.Len(t, s.asked, c.want)
		require.Equal(t, "SET SESSION information_schema_stats_expiry = 0", s.asked[0])
	}
}
