package engine

import (
	"context"
	"database/sql/driver"
	"errors"
	"net"
	"os"
	"time"
)

// hedgeAfter is how long a connection that is being made may be silent before
// another one is tried beside it.
const hedgeAfter = time.Second

// hedgedConnector makes connections through a network that may swallow packets: an
// attempt that went nowhere would be waited for until connectTimeout, though the
// network is well again. So a second attempt starts beside a silent one, and the
// first to succeed is taken.
type hedgedConnector struct {
	driver.Connector
	*approach
}

type attempt struct {
	conn driver.Conn
	err  error
}

// Connect implements driver.Connector.
func (c hedgedConnector) Connect(ctx context.Context) (driver.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel() // ends the attempts that lost
	turn, err := c.enter(ctx)
	if err != nil {
		return nil, err
	}
	conn, err := c.hedge(ctx)
	if err != nil && ctx.Err() != nil {
		c.giveUp(turn)
	} else {
		c.report(turn, err)
	}
	return conn, err
}

func (c hedgedConnector) hedge(ctx context.Context) (driver.Conn, error) {
	results := make(chan attempt)
	try := func() {
		conn, err := c.Connector.Connect(ctx)
		select {
		case results <- attempt{conn, err}:
		case <-ctx.Done():
			if err == nil {
				_ = conn.Close()
			}
		}
	}
	tick := time.NewTicker(hedgeAfter)
	defer tick.Stop()
	go try()
	for {
		select {
		case r := <-results:
			return r.conn, r.err // a refusal counts at once: it is an answer
		case <-tick.C:
			c.wentSilent()
			go try()
		case <-ctx.Done():
			return nil, noAnswer(ctx)
		}
	}
}

// noAnswer is about the network, unless the caller no longer wants to know.
func noAnswer(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &net.OpError{Op: "dial", Net: "tcp", Err: os.ErrDeadlineExceeded}
	}
	return ctx.Err()
}
