package store

import (
	"example.com/monitor/store/operation"
	"example.com/monitor/store/trail"
)

// Actions in the audit trail. The first five are the Flask system's own words.
const (
	actLogin                 = trail.ActLogin
	actClienteCreated        = "cliente_criado"
	actClienteChanged        = "cliente_atualizado"
	actClienteDeactivated    = trail.ActDeactivated
	actClienteDeleted        = trail.ActDeleted
	actPassword              = "senha_alterada"
	actEmail                 = "email_alterado"
	actLogout                = "logout"
	actLoginFailed           = trail.ActLoginFailed
	actChaveCreated          = "chave_criada"
	actChaveRevoked          = "chave_revogada"
	actDispositivoRegistered = "dispositivo_registrado"
	actCutover               = trail.ActCutover

	actRefused        = "acesso_recusado"
	actBloqueioLifted = "tentativas_esquecidas"

	actSessaoRevoked      = "sessao_revogada"
	actDispositivoChanged = "dispositivo_alterado"
	actDispositivoRemoved = "dispositivo_removido"

	actLogsExported     = "logs_exportados"
	actClientesExported = "clientes_exportados"

	actOperacaoBegun   = operation.ActBegun
	actOperacaoStopped = "operacao_encerrada"

	actKeyChanged = trail.ActKeyChanged
	actKeyAssumed = trail.ActKeyAssumed
	actKeyShown   = "chave_auditoria_mostrada"
	actKeyBrought = "chave_auditoria_trazida"

	actMensagemSent    = "mensagem_enviada"
	actMensagemEdited  = "mensagem_editada"
	actMensagemDeleted = "mensagem_apagada"
)
