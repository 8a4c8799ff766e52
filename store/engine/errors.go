package engine

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/go-sql-driver/mysql"
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
	motivo  string
}

// errBusy marks a lock that was waited for in vain: only the statement failed.
var errBusy = errors.New("a linha está em uso")

func busy(err error) bool {
	u, ok := errors.AsType[*UnavailableError](err)
	return ok && errors.Is(u.driver, errBusy)
}

// errLost marks a connection that broke.
var errLost = errors.New("a conexão caiu")

func (e *UnavailableError) Error() string { return ErrUnavailable.Error() + ": " + e.Causa }

// Unwrap makes errors.Is(err, ErrUnavailable) hold.
func (e *UnavailableError) Unwrap() []error {
	if errors.Is(e.driver, errLost) {
		return []error{ErrUnavailable, errLost}
	}
	return []error{ErrUnavailable}
}

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
	if my, ok := errors.AsType[*mysql.MySQLError](err); ok {
		return translateMySQL(my)
	}
	if err := translateTLS(err); err != nil {
		return err
	}
	if errors.Is(err, sql.ErrConnDone) {
		return &UnavailableError{Causa: "a conexão foi fechada", driver: err}
	}
	if _, ok := errors.AsType[*UnavailableError](err); ok {
		return err
	}
	if broken(err) {
		return &UnavailableError{
			Causa:   "o servidor do banco não respondeu",
			Remedio: "confira o endereço, a porta e a rede",
			driver:  fmt.Errorf("%w: %w", errLost, err),
			motivo:  MotivoSemResposta,
		}
	}
	return err
}

// broken says that the connection, not the statement, is what failed.
func broken(err error) bool {
	_, connect := errors.AsType[*pgconn.ConnectError](err)
	var network net.Error
	if errors.Is(err, context.DeadlineExceeded) {
		return connect // else it is the caller's own deadline
	}
	return connect || errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, mysql.ErrInvalidConn) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || pgconn.SafeToRetry(err)
}

// answered says that the server itself refused the statement: it did not do it.
func answered(err error) bool {
	// Class 08 comes from a pooler that lost its server, class 57 from a server that is going down.
	// 40003 says in so many words that nobody knows.
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code != "40003" && !strings.HasPrefix(pg.Code, "08") && !strings.HasPrefix(pg.Code, "57")
	}
	// An interrupted COMMIT may be done already and waits for a replica only; 1180
	// comes from an engine that failed in the middle of it.
	my, ok := errors.AsType[*mysql.MySQLError](err)
	return ok && !slices.Contains([]uint16{1053, 1180, 1317, 1927, 3100}, my.Number)
}

func translateSQLite(e *sqlite.Error) error {
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
		return &uniqueError{driver: e}
	}
	if err := ownRuleSQLite(e); err != nil {
		return err
	}
	cause := map[int]UnavailableError{
		sqlite3.SQLITE_BUSY: {
			Causa:   "o arquivo está ocupado por outro programa",
			Remedio: "tente de novo; se continuar, veja que programa o mantém aberto",
			motivo:  MotivoOcupado,
		},
		sqlite3.SQLITE_LOCKED: {Causa: "o arquivo está ocupado por outro programa", Remedio: "tente de novo", motivo: MotivoOcupado},
		sqlite3.SQLITE_FULL:   {Causa: "não há espaço em disco", Remedio: "libere espaço no disco do banco", motivo: MotivoEspaco},
		sqlite3.SQLITE_IOERR: {
			Causa:   "o disco recusou a leitura ou a gravação",
			Remedio: "confira o disco e as permissões da pasta",
			motivo:  MotivoDisco,
		},
		sqlite3.SQLITE_CANTOPEN: {
			Causa:   "o arquivo não pôde ser aberto",
			Remedio: "confira o caminho e as permissões do arquivo e da pasta",
			motivo:  MotivoPermissao,
		},
		sqlite3.SQLITE_READONLY: {
			Causa:   "o arquivo só permite leitura",
			Remedio: "dê permissão de escrita ao arquivo e à pasta",
			motivo:  MotivoSoLeitura,
		},
		sqlite3.SQLITE_PERM: {
			Causa:   "sem permissão para o arquivo",
			Remedio: "confira as permissões do arquivo e da pasta",
			motivo:  MotivoPermissao,
		},
		sqlite3.SQLITE_CORRUPT: {Causa: "o arquivo está danificado", Remedio: "restaure uma cópia de segurança", motivo: MotivoDanificado},
		sqlite3.SQLITE_NOTADB:  {Causa: "o arquivo não é um banco SQLite", Remedio: "confira o caminho do banco", motivo: MotivoNaoSQLite},
	}
	if u, ok := cause[e.Code()&0xff]; ok {
		u.driver = e
		return &u
	}
	return e
}

// errAgain is about a transaction that the server ended in favour of another;
// done again it will likely succeed.
var errAgain = errors.New("a transação colidiu com outra")

// The causes that both kinds of servers know.
var (
	faltaUsuario = UnavailableError{
		Causa:   "o servidor recusou o usuário ou a senha",
		Remedio: "confira o usuário e a senha na URL",
		motivo:  MotivoSenha,
	}
	faltaBanco = UnavailableError{
		Causa:   "o banco de dados não existe no servidor",
		Remedio: "crie o banco ou confira o nome na URL",
		motivo:  MotivoBancoAusente,
	}
	faltaDireito = UnavailableError{
		Causa:   "o usuário do banco não tem direito a isso",
		Remedio: "dê ao usuário da URL os direitos de ler, gravar e criar tabelas neste banco",
		motivo:  MotivoDireito,
	}
	faltaEspaco = UnavailableError{
		Causa:   "não há espaço em disco no servidor do banco",
		Remedio: "libere espaço ou aumente a cota do plano",
		motivo:  MotivoEspaco,
	}
	faltaVaga = UnavailableError{
		Causa:   "o servidor do banco não aceita mais conexões",
		Remedio: "feche outros programas que usam o banco, ou use o endereço do pooler do provedor",
		motivo:  MotivoVagas,
	}
	faltaAcesso = UnavailableError{
		Causa:   "o servidor não aceita este usuário a partir desta máquina",
		Remedio: "confira o usuário na URL e libere o endereço desta máquina no painel do provedor (ou no pg_hba.conf); se a URL diz sslmode=disable, tire isso: o servidor pode exigir TLS",
		motivo:  MotivoMaquinaRecusada,
	}
	semQuorum = UnavailableError{
		Causa:   "este nó do cluster está sem quórum ou ainda se sincroniza, e não aceita comandos",
		Remedio: "confira os outros nós do cluster; o monitor volta a atender sozinho",
		motivo:  MotivoSemQuorum,
	}
	discoFalhou = UnavailableError{
		Causa:   "o disco do servidor do banco recusou a leitura ou a gravação",
		Remedio: "confira o disco e o registro do servidor do banco",
		motivo:  MotivoDisco,
	}
	soLeitura = UnavailableError{
		Causa:   "o servidor do banco está somente para leitura",
		Remedio: "aponte a URL para o servidor principal, não para uma réplica",
		motivo:  MotivoSoLeitura,
	}
	interrompeu = UnavailableError{
		Causa:   "o servidor do banco interrompeu a conexão",
		Remedio: "tente de novo em instantes",
		motivo:  MotivoInterrompido,
	}
	demorou = UnavailableError{
		Causa:   "o banco está ocupado por outro programa",
		Remedio: "tente de novo; se continuar, veja quem mantém uma transação aberta",
		motivo:  MotivoOcupado,
	}
)

// The limits of accounts at shared hosts.
var (
	faltaCota = UnavailableError{
		Causa:   "o usuário do banco gastou as consultas que o servidor lhe dá por hora (MAX_QUERIES_PER_HOUR e semelhantes)",
		Remedio: "espere a próxima hora, ou peça ao provedor um limite maior: o monitor consulta o banco o tempo todo",
		motivo:  MotivoVagas,
	}
	faltaConexao = UnavailableError{
		Causa:   "o servidor limita as conexões deste usuário (MAX_USER_CONNECTIONS), e todas estão em uso",
		Remedio: "acrescente à URL ?connection_limit=2, feche outros programas que usam o banco, ou peça ao provedor um limite maior",
		motivo:  MotivoVagas,
	}
)

func quota(e *mysql.MySQLError) error {
	if strings.Contains(e.Message, "max_user_connections") {
		return faltaConexao.of(e)
	}
	return faltaCota.of(e)
}

func (e UnavailableError) of(driver error) error {
	e.driver = driver
	return &e
}

func translatePostgres(e *pgconn.PgError) error {
	switch e.Code {
	case "23505":
		if behindPostgres(e) {
			return &RefusedError{Motivo: RegraSequencia, Tabela: e.TableName, driver: e}
		}
		return &uniqueError{driver: e}
	case "40001", "40P01":
		return fmt.Errorf("%w: %w", errAgain, e)
	case "55P03":
		return demorou.of(fmt.Errorf("%w: %w", errBusy, e))
	case "57014":
		return demorou.of(e)
	case "42501":
		return faltaDireito.of(e)
	case "53100":
		return faltaEspaco.of(e)
	case "53300":
		return faltaVaga.of(e)
	case "25006":
		return soLeitura.of(e)
	case "58030":
		return discoFalhou.of(e)
	case "55006":
		return demorou.of(e)
	case "3D000":
		return faltaBanco.of(e)
	case "28000":
		return faltaAcesso.of(e)
	}
	switch e.Code[:2] {
	case "08", "57", "53":
		return interrompeu.of(e)
	case "28":
		return faltaUsuario.of(e)
	}
	if err := ownRulePostgres(e); err != nil {
		return err
	}
	return e
}

func translateMySQL(e *mysql.MySQLError) error {
	switch e.Number {
	case 1062:
		return &uniqueError{driver: e}
	case 1047:
		// What a Galera node says without quorum, or before it has caught up.
		return semQuorum.of(e)
	case 1213, 1020, 3101: // a deadlock, a row that changed meanwhile, a cluster's certification
		return fmt.Errorf("%w: %w", errAgain, e)
	case 1205, 3572:
		return demorou.of(fmt.Errorf("%w: %w", errBusy, e))
	case 3024, 1969, 1206:
		return demorou.of(e)
	case 1045, 1698, 1251, 2059, 1820, 1862, 3118, 4151:
		return faltaUsuario.of(e)
	case 1130, 1129:
		return faltaAcesso.of(e)
	case 3159:
		return exigeTLS.of(e)
	case 1044, 1142, 1143, 1227, 1370:
		return faltaDireito.of(e)
	case 1049:
		return faltaBanco.of(e)
	case 1021, 1114, 1041:
		return faltaEspaco.of(e)
	case 1226:
		return quota(e)
	case 1040, 1203:
		return faltaVaga.of(e)
	case 1290, 1836, 1792, 1036:
		return soLeitura.of(e)
	case 1026, 1030:
		return discoFalhou.of(e)
	case 1053, 1152, 1153, 1158, 1159, 1160, 1161, 1927, 1317, 1180, 3100, 3168, 4031:
		return interrompeu.of(e)
	}
	if err := ownRuleMySQL(e); err != nil {
		return err
	}
	return e
}
