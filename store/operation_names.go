package store

import "example.com/monitor/store/operation"

type (
	// Operacao is operation.Operacao.
	Operacao = operation.Operacao
	// OperacaoItem is operation.Item.
	OperacaoItem = operation.Item
	// ClienteVersao is operation.Versao.
	ClienteVersao = operation.Versao
	// OperacaoPlano is operation.Plano.
	OperacaoPlano = operation.Plano
)

// OperacaoAcoes are what may be done to records of each noun.
var OperacaoAcoes = operation.Acts

// What doors know of package operation.
const (
	OperacaoDeClientes     = operation.Clientes
	OperacaoDeDispositivos = operation.Dispositivos
	OperacaoDeSessoes      = operation.Sessoes
	OperacaoDeChaves       = operation.Chaves

	OperacaoAlterar   = operation.Alterar
	OperacaoDesativar = operation.Desativar
	OperacaoReativar  = operation.Reativar
	OperacaoRemover   = operation.Remover
	OperacaoEncerrar  = operation.Encerrar
	OperacaoRevogar   = operation.Revogar
	OperacaoDesfazer  = operation.Desfazer
	OperacaoImportar  = operation.Importar

	OperacaoInterrompida = operation.Interrompida
	OperacaoConcluida    = operation.Concluida
	OperacaoEncerrada    = operation.Encerrada

	ItemRecusado = operation.Recusado
)
