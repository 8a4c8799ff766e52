package engine

import (
	"errors"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

// TestServersRefusals: what a server says of itself is "unavailable", with its
// cause, and no internal error at every call.
func TestServersRefusals(t *testing.T) {
	for number, motivo := range map[uint16]string{
		1047: MotivoSemQuorum,
		1290: MotivoSoLeitura, 1792: MotivoSoLeitura, 1836: MotivoSoLeitura, 1036: MotivoSoLeitura,
		1021: MotivoEspaco, 1114: MotivoEspaco, 1030: MotivoDisco, 1026: MotivoDisco,
		1205: MotivoOcupado, 3572: MotivoOcupado, 3024: MotivoOcupado, 1969: MotivoOcupado, 1206: MotivoOcupado,
		1045: MotivoSenha, 1820: MotivoSenha, 1862: MotivoSenha, 3118: MotivoSenha, 4151: MotivoSenha,
		1129: MotivoMaquinaRecusada, 1130: MotivoMaquinaRecusada, 1142: MotivoDireito, 1040: MotivoVagas,
		1053: MotivoInterrompido, 1317: MotivoInterrompido, 1180: MotivoInterrompido, 1927: MotivoInterrompido, 3100: MotivoInterrompido, 4031: MotivoInterrompido,
	} {
		err := Translate(&mysql.MySQLError{Number: number})
		require.ErrorIs(t, err, ErrUnavailable, "%d", number)
		require.Equal(t, motivo, Motivo(err), "%d", number)
	}
	for code, motivo := range map[string]string{
		"25006": MotivoSoLeitura, "53100": MotivoEspaco, "58030": MotivoDisco, "55P03": MotivoOcupado, "55006": MotivoOcupado, "57014": MotivoOcupado,
		"57P03": MotivoInterrompido, "57P01": MotivoInterrompido, "53200": MotivoInterrompido, "42501": MotivoDireito, "28P01": MotivoSenha,
	} {
		err := Translate(&pgconn.PgError{Code: code})
		require.ErrorIs(t, err, ErrUnavailable, code)
		require.Equal(t, motivo, Motivo(err), code)
	}
	for _, number := range []uint16{1213, 1020, 3101} {
		require.ErrorIs(t, Translate(&mysql.MySQLError{Number: number}), errAgain, "%d", number)
	}
}

// TestAnswersToCommit: only a server that surely did not do it lets it be done again.
func TestAnswersToCommit(t *testing.T) {
	for err, sure := range map[error]bool{
		&mysql.MySQLError{Number: 1213}: true, &mysql.MySQLError{Number: 1047}: true, &mysql.MySQLError{Number: 1290}: true,
		&mysql.MySQLError{Number: 1053}: false, &mysql.MySQLError{Number: 1180}: false, &mysql.MySQLError{Number: 1317}: false,
		&mysql.MySQLError{Number: 1927}: false, &mysql.MySQLError{Number: 3100}: false,
		&pgconn.PgError{Code: "40001"}: true, &pgconn.PgError{Code: "25006"}: true, &pgconn.PgError{Code: "40003"}: false,
		&pgconn.PgError{Code: "08006"}: false, &pgconn.PgError{Code: "57P01"}: false, errors.New("EOF"): false,
	} {
		require.Equal(t, sure, answered(err), "%v", err)
	}
}
