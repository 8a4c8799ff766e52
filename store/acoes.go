package store

import "example.com/monitor/store/trail"

// Actions in the audit trail. The first five are the Flask system's own words.
const (
	acaoLogin       = "login"
	acaoCriado      = "cliente_criado"
	acaoAtualizado  = "cliente_atualizado"
	acaoDesativado  = "cliente_desativado"
	acaoDeletado    = trail.ActDeleted
	acaoSenha       = "senha_alterada"
	acaoEmail       = "email_alterado"
	acaoLogout      = "logout"
	acaoLoginFalhou = trail.ActLoginFailed
	acaoChaveCriada = "chave_criada"
	acaoChaveFim    = "chave_revogada"
	acaoDispositivo = "dispositivo_registrado"
	acaoCorte       = trail.ActCutover
	acaoRemovido    = "monitor_retirado"

	acaoRecusa      = "acesso_recusado"
	acaoBloqueioFim = "tentativas_esquecidas"

	acaoSessaoFim        = "sessao_revogada"
	acaoDispositivoMudou = "dispositivo_alterado"
	acaoDispositivoFim   = "dispositivo_removido"

	acaoLogsExportados = "logs_exportados"

	acaoChaveTrocada  = trail.ActKeyChanged
	acaoChaveAssumida = trail.ActKeyAssumed
	acaoChaveMostrada = "chave_auditoria_mostrada"
	acaoChaveTrazida  = "chave_auditoria_trazida"

	acaoMensagem        = "mensagem_enviada"
	acaoMensagemEditada = "mensagem_editada"
	acaoMensagemApagada = "mensagem_apagada"
)
