package trail

// The actions that the chain and the feed understand; the store has names for all.
const (
	ActLoginFailed = "login_falhou"
	ActDeleted     = "cliente_deletado"
	ActCutover     = "sistema_antigo_encerrado"
	ActRestored    = "restauracao"
	ActKeyChanged  = "chave_auditoria_trocada"
	ActKeyAssumed  = "chave_auditoria_assumida"
)
