package operation

import "example.com/monitor/store/fault"

var (
	// ErrNobody says that a filter finds nothing.
	ErrNobody = fault.Invalid("filtro", "O filtro não encontrou nenhum registro")
	// ErrNoTargets asks for records.
	ErrNoTargets = fault.Invalid("ids", "Escolha ao menos um registro")
	// ErrNoColumns asks for columns.
	ErrNoColumns = fault.Invalid("campos", "Informe ao menos um campo e o seu valor")
	// ErrOthers says that rights are not lent.
	ErrOthers = fault.Rule(
		fault.ErrForbidden,
		"sem_permissao",
		"Quem começou esta operação não é administrador: só essa pessoa a continua; ela pode ser encerrada ou desfeita",
	)
	// ErrNeedsFile says that the rows are in the file only.
	ErrNeedsFile = fault.Rule(
		fault.ErrConflict,
		"falta_arquivo",
		"Uma importação continua com o arquivo: importe-o de novo, e o que já foi feito não muda outra vez",
	)
	// errUndone says that there is nothing left to take back.
	errUndone = fault.Rule(fault.ErrConflict, "ja_desfeita", "Esta operação já foi desfeita")
	// errRunning says that somebody is at it.
	errRunning = fault.Rule(
		fault.ErrConflict,
		"em_andamento",
		"Esta operação está em andamento: espere que termine ou interrompa quem a executa",
	)
)
