package web_test

import (
	"fmt"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// The walks through the other pages; walks lists what they press.

func walkDevices(h *house) *walker {
	id, err := h.st.As(
		storetest.Operator,
	).Dispositivos.Register(
		h.t.Context(),
		store.Registro{Info: store.Objeto(`{"hostname": "CAIXA-77", "sistema": "Debian", "versao": "12"}`)},
	)
	require.NoError(h.t, err)
	p := h.open("ana@exemplo.com", "/dispositivos")
	w := p.walk("main")
	w.choose("Presença", "ArrowRight")
	p.waitAddress("/dispositivos?presenca=online")
	w.write("campo: Tipo", "tablet", "Enter")
	p.waitText("h2", "Nenhum dispositivo com estes filtros")
	w.use("Limpar filtros")
	w.write("campo: Sistema", "windows", "Enter")
	w.write("campo: Cliente", "bia", "Enter")
	p.waitText(".filter.chosen", "Bia Lima")
	w.use("Tirar o filtro de cliente")
	w.use("Limpar filtros")
	w.write("campo: Buscar dispositivos", "nada disso")
	p.waitText("h2", "Nada encontrado")
	w.use("Limpar busca")
	w.write("campo: Buscar dispositivos", "pc-01")
	p.waitText(".range", "1–1 de 1")
	w.use("linha: abrir")
	w.use("Ver todos")
	p.waitFor("its connections", `location.pathname === '/conexoes' && location.search.startsWith('?dispositivo=')`)
	p.open("/dispositivos?busca=pc-01")
	p.settled()
	w.use("linha: abrir")
	w.use("ficha: registro")
	p.waitText("dialog h2", "Bia Lima")

	p.open("/dispositivos?busca=caixa-77")
	p.settled()
	w.space("linha: selecionar")
	w.use("Limpar seleção")
	w.space("campo: Selecionar todos desta página")
	w.use("Mudar de cliente")
	w.write("campo: Número do cliente", "1")
	w.use("Conferir o que muda")
	w.use("Mudar …")
	p.waitText(".toast", "1 dispositivo foi alterado")
	w.use("Desfazer")
	p.waitText(".toast", "Desfeito em 1 dispositivo")
	w.space("campo: Selecionar todos desta página")
	w.use("Desativar")
	w.use("Desativar …")
	p.waitText(".toast", "1 dispositivo foi desativado")
	w.space("campo: Selecionar todos desta página")
	w.use("Ativar")
	w.use("Ativar …")
	p.waitText(".toast", "1 dispositivo foi ativado")
	w.space("campo: Selecionar todos desta página")
	w.use("Remover")
	w.write("campo: Para confirmar", "engano")
	w.use("Remover …")
	p.waitText("dialog .field-error", "diferente")
	w.use("Fechar")
	p.waitGone("dialog")
	w.use("Limpar seleção")
	w.use("linha: Editar")
	w.use("Fechar")
	p.waitGone("dialog")
	w.use("linha: abrir")
	w.use("Tudo o que o dispositivo informou")
	p.waitText("dialog pre", "Debian")
	w.use("Editar")
	w.write("campo: Nome", "Caixa")
	w.write("campo: Tipo", "servidor")
	w.write("campo: Número do cliente", "1")
	w.choose("campo: Situação", "ArrowDown")
	w.use("Salvar")
	p.waitText("dialog .badges", "Inativo")
	w.space("Mais")
	w.use("Liberar para outra chave")
	w.use("Cancelar")
	w.space("Mais")
	w.use("Liberar para outra chave")
	w.use("Liberar")
	p.waitText(".toast", "liberado")
	w.space("Mais")
	w.use("Remover…")
	w.write("campo: Para confirmar", "caixa")
	p.allow(fmt.Sprintf("404 GET /api/db/dispositivos/%d", id))
	w.use("Remover para sempre")
	p.waitText(".toast", "foi removido")
	w.use("Dispensar aviso")
	delete(w.offered, "Parar") // of the short time in which something runs
	return w
}

func walkOperations(h *house) *walker {
	first, _ := half(h, "Uma", "Sócia")
	half(h, "Duas", "Gerente")
	p := h.open("ana@exemplo.com", "/operacoes")
	p.settled()
	w := p.walk("main")
	w.use("linha: abrir")
	w.use("Encerrar")
	p.waitText("dialog .badge", "Encerrada")
	w.use("Fechar")
	p.waitGone("dialog")
	p.open(fmt.Sprintf("/operacoes/%d", first.ID))
	w.use("Continuar")
	p.waitText(".toast", "3 clientes foram alterados")
	w.use("Desfazer")
	w.use("Cancelar")
	w.use("Desfazer")
	w.use("Desfazer em …")
	p.waitText(".toast", "Desfeito em 3 clientes")
	w.use("Dispensar aviso")
	w.use("ficha: registro")
	p.waitText("dialog h2", "Desfazer em 3 clientes")
	w.forget("Desistir do resto", "Parar") // of the short time in which something runs
	w.pressed["Desistir do resto"] = true
	return w
}

func walkConnections(h *house) *walker {
	p := h.open("ana@exemplo.com", "/conexoes")
	p.settled()
	w := p.walk("main")
	w.parts()
	w.write("campo: Dispositivo", "pc-01", "Enter")
	p.waitText(".filter.chosen", "PC-01")
	w.use("Tirar o filtro de dispositivo")
	w.write("campo: Cliente", "bia", "Enter")
	p.waitText(".filter.chosen", "Bia Lima")
	w.use("Tirar o filtro de cliente")
	w.days("/conexoes")
	return w
}

// parts turns to the next part of a long list and back.
func (w *walker) parts() {
	w.t.Helper()
	path := w.address()
	for _, step := range []string{"Próxima parte", "Parte anterior", "Próxima parte", "Mais recentes"} {
		w.turned(func() { w.use(step) })
	}
	w.waitAddress(path)
}

// days types both ends of a range of days; day and month are alike, since browsers
// differ in their order.
func (w *walker) days(path string) {
	w.t.Helper()
	w.write("campo: De", "10102001")
	w.waitAddress(path + "?de=2001-10-10")
	w.write("campo: Até", "11112001")
	w.waitAddress(path + "?de=2001-10-10&ate=2001-11-11")
	w.waitText(".state", "com estes filtros")
	w.use("Limpar filtros")
	w.waitAddress(path)
	w.settled()
}

func walkChat(h *house) *walker {
	for i := range 60 {
		_, err := h.st.As(
			storetest.Operator,
		).Chat.Send(
			h.t.Context(),
			store.MensagemNova{Sala: "longa", Usuario: "Robô", Mensagem: fmt.Sprintf("antiga %02d", i)},
		)
		require.NoError(h.t, err)
	}
	p := h.open("ana@exemplo.com", "/chat?sala=longa")
	p.waitText(".message", "antiga 59")
	w := p.walk("main")
	p.tabTo("Mensagens")
	p.key("Home") // being seen is enough: the button is for those who do not scroll
	w.pressed["Carregar mais antigas"] = true
	p.waitFor("all of them", `document.querySelectorAll('.message').length === 60`)
	w.use("sala")
	p.waitText(".talk-head", "# geral")
	p.waitText(".message", "Bom dia!")
	w.use("mensagem: Responder")
	p.waitText(".replying", "Bom dia!")
	w.use("Não responder a esta mensagem")
	p.waitGone(".replying")
	w.write("campo: Mensagem", "por botão")
	w.use("Enviar")
	p.waitText(".message.mine", "por botão")
	w.write("campo: Mensagem", "por Enter", "Enter")
	p.waitText(".message.mine", "por Enter")
	for range 2 { // the administrator may change those of others
		w.use("mensagem: Editar")
		w.write("campo: Mensagem", "Boa tarde!")
		w.use("Salvar")
		p.waitText(".message", "Boa tarde!")
		p.waitGone("dialog")
	}
	w.use("mensagem: Apagar")
	w.use("Cancelar")
	w.use("mensagem: Apagar")
	w.use("Apagar")
	p.waitText(".toast", "Mensagem apagada")
	w.use("Dispensar aviso")
	w.use("Nova sala")
	w.use("Fechar")
	w.use("Nova sala")
	w.write("campo: Nome da sala", "plantão")
	w.use("Abrir sala")
	p.waitAddress("/chat?sala=plantão")
	return w
}

func walkTrail(h *house) *walker {
	p := h.open("ana@exemplo.com", "/logs")
	p.downloads()
	p.settled()
	w := p.walk("main")
	w.use("Exportar CSV")
	w.use("Exportar linhas de JSON")
	w.parts()
	w.use("Verificar trilha")
	p.waitText(".verdict", "A trilha está íntegra")
	w.use("Verificar de novo")
	p.waitText(".verdict", "A trilha está íntegra")
	w.use("Fechar")
	p.waitGone("dialog")
	w.choose("campo: Ação", "ArrowDown")
	p.waitAddress("/logs?acao=login")
	w.choose("campo: Nível", "ArrowDown")
	p.waitAddress("/logs?acao=login&nivel=info")
	w.use("Limpar filtros")
	w.write("campo: Cliente", "bia", "Enter")
	p.waitText(".filter.chosen", "Bia Lima")
	p.settled()
	w.use("linha: abrir")
	w.use("ficha: registro")
	p.waitText("dialog h2", "Bia Lima")
	p.open("/logs")
	p.settled()
	w.write("campo: Cliente", "bia", "Enter")
	p.waitText(".filter.chosen", "Bia Lima")
	w.use("Tirar o filtro de cliente")
	w.write("campo: Buscar na trilha", "nenhum assim")
	p.waitText("h2", "Nada encontrado")
	w.use("Limpar busca")
	w.days("/logs")
	w.forget("Cancelar") // of the short time in which the trail is verified
	return w
}

func walkSessions(h *house) *walker {
	p := h.open("ana@exemplo.com", "/sessoes")
	p.settled()
	w := p.walk("main")
	w.parts()
	w.choose("De quem", "ArrowRight")
	p.waitAddress("/sessoes?de=minhas")
	w.choose("De quem", "ArrowLeft")
	w.write("campo: Cliente", "bia", "Enter")
	p.waitText(".filter.chosen", "Bia Lima")
	p.waitFor("hers only", `![...document.querySelectorAll('.grid tbody tr')].some((e) => e.innerText.includes('Ana'))`)
	w.use("linha: Encerrar")
	w.use("Cancelar")
	w.use("linha: Encerrar")
	w.use("Fechar")
	w.use("linha: Encerrar")
	w.use("Encerrar")
	p.waitText(".toast", "A sessão de Bia Lima foi encerrada")
	w.use("Dispensar aviso")
	w.use("Tirar o filtro de cliente")
	return w
}

func walkKeys(h *house) *walker {
	p := h.open("ana@exemplo.com", "/chaves")
	p.settled()
	w := p.walk("main")
	w.parts()
	w.use("Nova chave")
	w.use("Cancelar")
	w.use("Nova chave")
	w.use("Fechar")
	w.use("Nova chave")
	w.write("campo: Nome", "do teclado")
	w.choose("campo: Nível", "ArrowDown")
	w.write("campo: Vale até o fim do dia", "12122099")
	w.write("campo: Dispositivos que pode registrar", "3")
	w.use("Criar chave")
	p.waitText("dialog h2", "Chave do teclado criada")
	w.reach("campo: Chave de API")
	secret := evaluate[string](
		p,
		`document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)`,
	)
	require.Greater(h.t, len(secret), 20, "it is selected")
	for _, button := range []string{"Copiar a chave", "Copiar"} {
		w.use(button)
		p.waitFor("what is said", `/Copiada|Ctrl/.test(document.querySelector('dialog [role=status]').innerText)`)
	}
	w.use("Guardei a chave")
	p.waitText(".grid", "12/12/2099 23:59")
	p.waitText(".grid", "0 de 3")
	w.use("linha: Revogar")
	w.use("Revogar")
	p.waitText(".toast", "foi revogada")
	w.use("Dispensar aviso")
	return w
}

func walkDocs(h *house) *walker {
	p := h.open("ana@exemplo.com", "/docs")
	p.downloads()
	p.waitFor("the routes", `document.querySelectorAll('.op').length > 30`)
	w := p.walk("main")
	w.use("openapi.json")
	w.use("assunto")
	p.waitFor("the subject", `location.hash.startsWith('#assunto-')`)
	w.use("leitura: auth/login")
	p.waitFor("the route", `document.querySelector('#post-auth-login[open]')`)
	p.key("/")
	w.write("campo: Buscar na documentação", "lista os clientes")
	w.use("rota")
	w.use("Copiar")
	w.forget("Dispensar aviso") // where the browser lets no page copy
	w.use("Campos")
	p.waitFor("the fields", `document.querySelector('details.more[open]')`)
	w.write("campo: Buscar na documentação", " ")
	w.use("leitura: Chaves de API")
	p.waitAddress("/chaves")
	return w
}

func walkPhone(h *house) *walker {
	p := h.open("ana@exemplo.com", "/clientes?situacao=inativos")
	p.phone()
	p.settled()
	w := p.walk(".bar-toggle, .toolbar, .selection")
	w.use("Páginas")
	p.waitFor("the pages", `document.querySelector('.bar nav').getClientRects().length`)
	p.key("Escape")
	w.use("Filtros")
	w.choose("campo: Ordem", "ArrowDown")
	p.waitAddress("/clientes?situacao=inativos&ordem=cadastro")
	w.choose("Situação", "ArrowLeft")
	w.choose("campo: Nível", "ArrowDown")
	p.waitAddress("/clientes?situacao=ativos&nivel=usuario&ordem=cadastro")
	w.write("campo: Cidade", "niteroi", "Enter")
	w.write("campo: Empresa", "padaria", "Enter")
	w.write("campo: Buscar clientes", "bia")
	p.waitText(".range", "1–1 de 1")
	w.use("Limpar busca")
	w.use("Limpar filtros")
	p.waitText(".range", "1–20 de") // the rows before it may be chosen, too, but are fewer
	w.area = ".bar-toggle, .toolbar, .selection, .grid .c-check"
	w.space("linha: selecionar")
	w.use("Todos desta página")
	p.waitText(".selection", "20 selecionados")
	w.use("Selecionar os …")
	w.use("Só os …")
	p.waitText(".selection", "20 selecionados")
	w.use("Limpar seleção")
	p.waitGone(".selection")
	w.forget("Mudar campos", "Desativar", "Ativar", "Excluir", "Exportar seleção") // as on a wide screen
	return w
}
