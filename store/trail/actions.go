package trail

// The actions that a verification understands; the store has names for all.
const (
	ActDeleted    = "cliente_deletado"
	ActCutover    = "sistema_antigo_encerrado"
	ActRestored   = "restauracao"
	ActKeyChanged = "chave_auditoria_trocada"
	ActKeyAssumed = "chave_auditoria_assumida"
)
