package engine

import (
	"context"
	"database/sql"
	"errors"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

var (
	// ErrUnavailable says that the database cannot be reached, is busy, or is full.
	ErrUnavailable = errors.New("banco de dados indisponível")
	// ErrUnique says that a row with the same unique value exists.
	ErrUnique = errors.New("valor já existe")
	// ErrNoRows is what Get returns for an empty result.
	ErrNoRows = sql.ErrNoRows
)

// UnavailableError is ErrUnavailable with its cause in words that may be shown
// to the operator. The driver's own error is kept for the log only.
type UnavailableError struct {
	Causa   string // Portuguese, without secrets
	Remedio string // what to do, Portuguese; may be empty
	driver  error
}

func (e *UnavailableError) Error() string { return ErrUnavailable.Error() + ": " + e.Causa }

// Unwrap makes errors.Is(err, ErrUnavailable) hold.
func (e *UnavailableError) Unwrap() error { return ErrUnavailable }

// Driver is what the driver said, for logs.
func (e *UnavailableError) Driver() error { return e.driver }

// uniqueError keeps which columns collided, for choosing the sentence.
type uniqueError struct{ driver error }

func (e *uniqueError) Error() string { return ErrUnique.Error() }
func (e *uniqueError) Unwrap() error { return ErrUnique }

// Translate turns a driver's error into one of this package by type and code.
// Errors that are none of the driver's, and nil, pass unchanged.
func Translate(err error) error {
	if err == nil {
		return nil
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		return translateSQLite(lite)
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return translatePostgres(pg)
	}
	var connect *pgconn.ConnectError
	var network net.Error
	if errors.As(err, &connect) || (errors.As(err, &network) && !errors.Is(err, context.DeadlineExceeded)) {
		return &UnavailableError{Causa: "o servidor do banco não respondeu", Remedio: "confira o endereço, a porta e a rede", driver: err}
	}
	if errors.Is(err, sql.ErrConnDone) {
		return &UnavailableError{Causa: "a conexão foi fechada", driver: err}
	}
	return err
}

func translateSQLite(e *sqlite.Error) error {
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
		return &uniqueError{driver: e}
	}
	cause := map[int]UnavailableError{
		sqlite3.SQLITE_BUSY:     {Causa: "o arquivo está ocupado por outro programa", Remedio: "tente de novo; se continuar, veja que programa o mantém aberto"},
		sqlite3.SQLITE_LOCKED:   {Causa: "o arquivo está ocupado por outro programa", Remedio: "tente de novo"},
		sqlite3.SQLITE_FULL:     {Causa: "não há espaço em disco", Remedio: "libere espaço no disco do banco"},
		sqlite3.SQLITE_IOERR:    {Causa: "o disco recusou a leitura ou a gravação", Remedio: "confira o disco e as permissões da pasta"},
		sqlite3.SQLITE_CANTOPEN: {Causa: "o arquivo não pôde ser aberto", Remedio: "confira o caminho e as permissões do arquivo e da pasta"},
		sqlite3.SQLITE_READONLY: {Causa: "o arquivo só permite leitura", Remedio: "dê permissão de escrita ao arquivo e à pasta"},
		sqlite3.SQLITE_PERM:     {Causa: "sem permissão para o arquivo", Remedio: "confira as permissões do arquivo e da pasta"},
		sqlite3.SQLITE_CORRUPT:  {Causa: "o arquivo está danificado", Remedio: "restaure uma cópia de segurança"},
		sqlite3.SQLITE_NOTADB:   {Causa: "o arquivo não é um banco SQLite", Remedio: "confira o caminho do banco"},
	}
	if u, ok := cause[e.Code()&0xff]; ok {
		u.driver = e
		return &u
	}
	return e
}

func translatePostgres(e *pgconn.PgError) error {
	if e.Code == "23505" {
		return &uniqueError{driver: e}
	}
	switch e.Code[:2] {
	case "08", "57", "53":
		return &UnavailableError{Causa: "o servidor do banco interrompeu a conexão", Remedio: "tente de novo em instantes", driver: e}
	case "28":
		return &UnavailableError{Causa: "o servidor recusou o usuário ou a senha", Remedio: "confira o usuário e a senha na URL", driver: e}
	case "3D":
		return &UnavailableError{Causa: "o banco de dados não existe no servidor", Remedio: "crie o banco ou confira o nome na URL", driver: e}
	}
	return e
}
