package trail

// The actions that the chain, the feed and the summary understand; the store has names for all.
const (
	ActLogin       = "login"
	ActLoginFailed = "login_falhou"
	ActDeactivated = "cliente_desativado"
	ActDeleted     = "cliente_deletado"
	ActCutover     = "sistema_antigo_encerrado"
	ActRestored    = "restauracao"
	ActKeyChanged  = "chave_auditoria_trocada"
	ActKeyAssumed  = "chave_auditoria_assumida"
)
