package engine

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

// ociosaPor closes connections that nobody uses, so that a provider which sleeps
// (Neon: after five minutes) may.
const ociosaPor = 3 * time.Minute

// postgresConfig is what pgx is given: simple protocol and no statement caches,
// because transaction poolers know neither, and nothing from the environment.
func postgresConfig(t Target) (*pgx.ConnConfig, error) {
	if os.Getenv("PGSERVICE") != "" {
		return nil, &UnavailableError{
			Causa:   "a variável de ambiente PGSERVICE aponta para outro servidor",
			Remedio: "tire-a do ambiente do monitor: a URL já diz tudo",
		}
	}
	if schemaAround() {
		return nil, &UnavailableError{
			Causa:   "a variável de ambiente PGOPTIONS pede um esquema (search_path), e o monitor não o passa adiante",
			Remedio: "tire-o de lá e configure-o uma vez no servidor: ALTER ROLE usuario IN DATABASE banco SET search_path TO esquema",
		}
	}
	// Every other field that pgx would look up elsewhere is said here.
	dsn := fmt.Sprintf("host=%s port=%d user=%s password=%s dbname=%s sslmode=disable passfile='' servicefile='' target_session_attrs=any",
		quoteDSN(t.Host), t.Porta, quoteDSN(t.Usuario), quoteDSN(t.Senha), quoteDSN(t.Banco))
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, &UnavailableError{
			Causa:   "a URL do PostgreSQL não pôde ser usada",
			Remedio: "confira servidor, porta, usuário e banco na URL",
			driver:  err,
		}
	}
	if cfg.TLSConfig, err = t.TLSConfig(); err != nil {
		return nil, err
	}
	if cfg.TLSConfig != nil {
		cfg.DialFunc = watchTLS(cfg.DialFunc)
	}
	cfg.Fallbacks = nil
	cfg.RuntimeParams = map[string]string{} // poolers refuse startup parameters
	cfg.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	cfg.StatementCacheCapacity, cfg.DescriptionCacheCapacity = 0, 0
	cfg.ConnectTimeout = connectTimeout
	return cfg, nil
}

func quoteDSN(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

// checkSession makes sure that texts may be written into statements: the server
// tells these settings at login, without a round trip.
func checkSession(ctx context.Context, conn *pgx.Conn) error {
	for _, s := range []struct{ nome, valor, motivo, remedio string }{
		{"standard_conforming_strings", "on", MotivoBarraInvertida, "ligue-o: ALTER DATABASE … SET standard_conforming_strings = on"},
		{"client_encoding", "UTF8", MotivoCodificacao, "use um banco criado com ENCODING 'UTF8': CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"},
		{"DateStyle", "ISO", MotivoDatas, "ajuste: ALTER DATABASE … SET datestyle = 'ISO, YMD'"},
	} {
		if have := conn.PgConn().ParameterStatus(s.nome); have != "" && !strings.HasPrefix(have, s.valor) {
			return &UnavailableError{Causa: "o PostgreSQL está com " + s.nome + " = " + have, Remedio: s.remedio, motivo: s.motivo}
		}
	}
	return thinkUTC(ctx, conn)
}

// thinkUTC makes a column with a time zone (timestamptz) take and give what we write
// and read: UTC. Columns without one do not care. It costs a round trip only where the
// server thinks otherwise. PgBouncer knows this setting, and carries it along.
func thinkUTC(ctx context.Context, conn *pgx.Conn) error {
	if zone := conn.PgConn().ParameterStatus("TimeZone"); zone == "" || IsUTC(zone) {
		return nil
	}
	_, err := conn.Exec(ctx, "SET TIME ZONE 'UTC'")
	return err
}

// IsUTC says that a zone of that name is UTC, always.
func IsUTC(zone string) bool {
	switch strings.ToUpper(zone) {
	case "UTC", "ETC/UTC", "GMT", "ETC/GMT", "+00:00", "UCT", "ETC/UCT", "ZULU":
		return true
	default:
		return false
	}
}

// stale asks a connection whether it lives only when it has rested for a while:
// each question is a round trip. One that died meanwhile is noticed by the
// statement, which is then tried on another.
func stale(_ context.Context, p stdlib.ShouldPingParams) bool {
	// A new connection counts its rest from the year 1.
	return p.IdleDuration > 30*time.Second && p.IdleDuration < 24*time.Hour
}

func openPostgres(t Target) (*DB, error) {
	cfg, err := postgresConfig(t)
	if err != nil {
		return nil, err
	}
	connector := stdlib.GetConnector(*cfg, stdlib.OptionAfterConnect(checkSession), stdlib.OptionShouldPing(stale))
	way := &approach{}
	db := openServer(t, sql.OpenDB(hedgedConnector{connector, way}), func(pool *sql.DB) *bun.DB { return bun.NewDB(pool, pgdialect.New()) })
	db.open = func(time.Duration) (*sql.DB, error) {
		return sql.OpenDB(hedgedConnector{lastResult{connector}, way}), nil
	}
	return db, nil
}
