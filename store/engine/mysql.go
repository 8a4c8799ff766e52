package engine

import (
	"database/sql"
	"io"
	"log"
	"net"
	"path/filepath"
	"strconv"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/mysqldialect"
)

// silencio outlasts every deadline of ours: it is there for a server that stops
// answering in the middle of a packet.
const silencio = 30 * time.Second

// sqlMode refuses what does not fit instead of cutting it, and keeps the
// backslash an escape, which the texts that bun writes rely on.
const sqlMode = "'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'"

func mysqlConfig(t Target, multi bool, wait time.Duration) (*mysql.Config, error) {
	cfg := mysql.NewConfig()
	cfg.Net, cfg.Addr = "tcp", net.JoinHostPort(t.Host, strconv.Itoa(t.Porta))
	if filepath.IsAbs(t.Host) {
		cfg.Net, cfg.Addr = "unix", t.Host
	}
	cfg.User, cfg.Passwd, cfg.DBName = t.Usuario, t.Senha, t.Banco
	tlsConfig, err := t.TLSConfig()
	if err != nil {
		return nil, err
	}
	cfg.TLS = tlsConfig
	cfg.Timeout, cfg.ReadTimeout, cfg.WriteTimeout = connectTimeout, wait, silencio
	cfg.ParseTime, cfg.Loc = true, time.UTC
	cfg.ClientFoundRows = true // an UPDATE to equal values found its row
	cfg.MultiStatements = multi
	cfg.Params = map[string]string{"time_zone": "'+00:00'", "sql_mode": sqlMode, "innodb_lock_wait_timeout": "1"}
	cfg.Logger = log.New(io.Discard, "", 0) // what matters comes back as an error
	return cfg, nil
}

func openMySQL(t Target) (*DB, error) {
	way := &approach{}
	pool, err := mysqlPool(t, way, false, silencio)
	if err != nil {
		return nil, err
	}
	db := openServer(t, pool, func(pool *sql.DB) *bun.DB { return bun.NewDB(pool, quietMySQL{mysqldialect.New()}) })
	// Only the writer sends several statements at once.
	db.open = func(wait time.Duration) (*sql.DB, error) { return mysqlPool(t, way, true, wait) }
	return db, nil
}

// quietMySQL keeps the dialect from asking for the server's version, without a
// deadline, before anything else; writing literals does not depend on it.
type quietMySQL struct{ *mysqldialect.Dialect }

func (quietMySQL) Init(*sql.DB) {}

func mysqlPool(t Target, way *approach, multi bool, wait time.Duration) (*sql.DB, error) {
	cfg, err := mysqlConfig(t, multi, wait)
	if err != nil {
		return nil, err
	}
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, &UnavailableError{
			Causa:   "a URL do MySQL não pôde ser usada",
			Remedio: "confira servidor, porta, usuário e banco na URL",
			driver:  err,
		}
	}
	return sql.OpenDB(hedgedConnector{&freshFigures{Connector: connector}, way}), nil
}
