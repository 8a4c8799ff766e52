package engine

import (
	"context"
	"database/sql/driver"
	"errors"
	"sync/atomic"

	"github.com/go-sql-driver/mysql"
)

// freshFigures asks MySQL 8 and newer for the figures of information_schema as they
// are: they are remembered for a day there, and what other programs change would go
// unnoticed. Servers without the setting, MariaDB among them, are asked once.
type freshFigures struct {
	driver.Connector
	unknown atomic.Bool
}

// Connect implements driver.Connector.
func (c *freshFigures) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil || c.unknown.Load() {
		return conn, err
	}
	exec, ok := conn.(driver.ExecerContext)
	if !ok {
		return conn, nil
	}
	_, err = exec.ExecContext(ctx, "SET SESSION information_schema_stats_expiry = 0", nil)
	if _, refused := errors.AsType[*mysql.MySQLError](err); refused { // unknown there, or not let pass by a pooler
		c.unknown.Store(true)
		return conn, nil
	}
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}
