package engine

import (
	"context"
	"database/sql"
	"sync"
	"sync/atomic"
)

// maxStmts bounds the prepared statements of a cache: an UPDATE has as many texts as
// there are sets of columns, a list as many as there are filters, orders and numbers of
// words that are searched for.
const maxStmts = 500

// stmtCache is the prepared statements that were used last, by their text.
type stmtCache struct {
	mu    sync.RWMutex
	m     map[string]*keptStmt
	clock atomic.Int64 // moves with each use
}

// keptStmt is a statement and who needs it. users grows only under the lock of its cache.
type keptStmt struct {
	*sql.Stmt
	users atomic.Int64
	at    atomic.Int64 // the clock at its last use
}

// use is called under the lock of c, shared or not, and returns what ends it.
func (k *keptStmt) use(c *stmtCache) (done func()) {
	k.users.Add(1)
	k.at.Store(c.clock.Add(1))
	return func() { k.users.Add(-1) }
}

type preparer interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

// get gives a statement that stays open until it is done with.
func (c *stmtCache) get(ctx context.Context, p preparer, query string, text func(string) string) (*sql.Stmt, func(), error) {
	if st, done, ok := c.find(query); ok { //nolint:sqlclosecheck // evict and close do
		return st, done, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if k, ok := c.m[query]; ok {
		return k.Stmt, k.use(c), nil
	}
	st, err := p.PrepareContext(ctx, text(query))
	if err != nil {
		return nil, nil, err
	}
	if c.m == nil {
		c.m = map[string]*keptStmt{}
	}
	if len(c.m) >= maxStmts {
		c.evict()
	}
	k := &keptStmt{Stmt: st}
	c.m[query] = k
	return st, k.use(c), nil
}

func (c *stmtCache) find(query string) (*sql.Stmt, func(), bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	k, ok := c.m[query]
	if !ok {
		return nil, nil, false
	}
	return k.Stmt, k.use(c), true
}

// evict makes room by closing what was used longest ago and is not in use. When all are,
// there is one more than the bound until the next time.
func (c *stmtCache) evict() {
	oldest := ""
	for text, k := range c.m {
		if k.users.Load() == 0 && (oldest == "" || k.at.Load() < c.m[oldest].at.Load()) {
			oldest = text
		}
	}
	if k := c.m[oldest]; k != nil {
		_ = k.Close()
		delete(c.m, oldest)
	}
}

func (c *stmtCache) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range c.m {
		_ = k.Close()
	}
	c.m = nil
}

func (db *DB) expand(query string) string { return expand(db.Kind, query) }
