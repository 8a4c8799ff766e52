package say

// Action is an action of the trail: the code that is written and its name.
type Action struct{ Code, Name string }

// Actions are all of them, in the order in which a filter offers them. The console
// has 21 columns for a name. What the pages have is written from here: see
// TestActionsAreTheTables of server/web.
var Actions = []Action{
	{"login", "Entrada"},
	{"login_falhou", "Entrada recusada"},
	{"logout", "Saída"},
	{"sessao_revogada", "Sessão encerrada"},
	{"cliente_criado", "Cliente criado"},
	{"cliente_atualizado", "Cliente alterado"},
	{"cliente_desativado", "Cliente desativado"},
	{"cliente_deletado", "Cliente excluído"},
	{"senha_alterada", "Senha alterada"},
	{"email_alterado", "E-mail alterado"},
	{"dispositivo_registrado", "Dispositivo novo"},
	{"dispositivo_alterado", "Dispositivo alterado"},
	{"dispositivo_removido", "Dispositivo removido"},
	{"dispositivo_vinculado", "Dispositivo vinculado"},
	{"dispositivo_atribuido", "Dispositivo atribuído"},
	{"mensagem_enviada", "Mensagem enviada"},
	{"mensagem_editada", "Mensagem editada"},
	{"mensagem_apagada", "Mensagem apagada"},
	{"chave_criada", "Chave criada"},
	{"chave_revogada", "Chave revogada"},
	{"operacao_iniciada", "Operação iniciada"},
	{"operacao_encerrada", "Operação encerrada"},
	{"acesso_recusado", "Acesso recusado"},
	{"tentativas_esquecidas", "Bloqueio desfeito"},
	{"logs_exportados", "Trilha exportada"},
	{"clientes_exportados", "Clientes exportados"},
	{"backup", "Cópia de segurança"},
	{"restauracao", "Banco restaurado"},
	{"chave_auditoria_trocada", "Chave da trilha trocada"},
	{"chave_auditoria_assumida", "Chave da trilha em uso"},
	{"chave_auditoria_mostrada", "Chave da trilha mostrada"},
	{"chave_auditoria_trazida", "Chave da trilha trazida"},
	{"sistema_antigo_encerrado", "Sistema antigo encerrado"},
	{"monitor_retirado", "Monitor retirado"},
}

var actionNames = func() map[string]string {
	names := make(map[string]string, len(Actions))
	for _, a := range Actions {
		names[a.Code] = a.Name
	}
	return names
}()

// ActionName is the name of an action; one that is not known stays as it is written.
func ActionName(code string) string {
	if name, ok := actionNames[code]; ok {
		return name
	}
	return code
}
