package engine

import (
	"context"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
)

// watchTLS lets connections that ask PostgreSQL for TLS tell a refusal: pgx
// itself has no type for it.
func watchTLS(dial pgconn.DialFunc) pgconn.DialFunc {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return &askingConn{Conn: conn}, nil
	}
}

// askingConn looks at the one byte with which the server answers the request.
type askingConn struct {
	net.Conn
	answered bool
}

func (c *askingConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if !c.answered && n > 0 {
		c.answered = true
		if n == 1 && b[0] == 'N' {
			return 0, errSemTLS
		}
	}
	return n, err
}
