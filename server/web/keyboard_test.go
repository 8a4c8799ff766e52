package web_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// walks lists every function of every page. TestKeyboardAlone presses each of them
// with keys alone, and fails for a control that is on a page but not in its list.
var walks = []struct {
	name      string
	walk      func(*house) *walker
	functions string
}{
	{"moldura", walkFrame, `Pular para o conteúdo|Monitor|ir: Painel|ir: Clientes|ir: Dispositivos|ir: Conexões|ir: Chat|ir: Auditoria|ir: Operações|ir: Sessões|ir: Chaves de API|ir: Documentação|
		Menu da conta|Trocar senha|Sair|campo: Senha atual|campo: Nova senha|campo: Repita a nova senha|Mostrar senha|Cancelar|Fechar`},
	{"entrar", walkLogin, `campo: E-mail|campo: Senha|Mostrar senha|Entrar|campo: Nova senha|campo: Repita a nova senha|Salvar e continuar`},
	{"painel", walkPanel, `Período|Ver os números`},
	{"lista de clientes", walkClients, `Importar|campo: Arquivo|Baixar o modelo|Colunas do arquivo|campo: coluna|campo: Usar os valores do arquivo também onde alguém mudou depois da última importação|Escolher outro arquivo|Importar …|
		Baixar as linhas que ficaram de fora|operação nº …|Importar outro arquivo|Exportar|Excel (.xlsx)|CSV para Excel|CSV para programas|Novo cliente|campo: Buscar clientes|Limpar busca|Situação|campo: Nível|campo: Cidade|campo: Empresa|Limpar filtros|
		ordenar: Nome e e-mail|ordenar: Empresa|ordenar: Cidade / UF|ordenar: Cadastro|campo: Selecionar todos desta página|linha: selecionar|linha: abrir|linha: Editar|
		Primeira página|Página anterior|Próxima página|Última página|Mudar campos|campo: Cargo|Conferir o que muda|Mudar …|
		Ativar|Ativar …|Desativar|Desativar …|Excluir|Limpar seleção|Cancelar|Fechar|Desfazer|Dispensar aviso`},
	{"um cliente", walkClient, `Novo cliente|Cadastrar|campo: Nome|campo: E-mail|campo: CPF ou CNPJ|campo: Telefone|campo: Nível de acesso|campo: Empresa|campo: Cargo|campo: CEP|campo: Endereço|campo: Cidade|
		campo: Estado|campo: País|campo: Senha|campo: Observações|Mostrar senha|Cancelar|Fechar|Continuar editando|Descartar|Salvar|Editar|Mais|Trocar e-mail|Definir senha|Imprimir ficha|
		Excluir definitivamente…|Desativar|Reativar|ficha: mailto:|ficha: tel:|Ver todos|campo: Novo e-mail|campo: Nova senha|campo: Para confirmar|Excluir para sempre|versão|Descartar as minhas|
		Voltar ao formulário|Salvar escolhas|histórico: mudança|histórico: Restaurar este valor|histórico: Desfazer esta mudança|histórico: Mostrar mais|Desfazer|Dispensar aviso`},
	{"dispositivos", walkDevices, `campo: Buscar dispositivos|Limpar busca|Presença|campo: Tipo|campo: Sistema|campo: Cliente|Tirar o filtro de cliente|Limpar filtros|linha: abrir|linha: Editar|Fechar|
		ficha: registro|Ver todos|Tudo o que o dispositivo informou|Mais|Liberar para outra chave|Remover…|Editar|campo: Nome|campo: Número do cliente|campo: Situação|Salvar|Cancelar|Liberar|
		linha: selecionar|campo: Selecionar todos desta página|Mudar de cliente|Conferir o que muda|Mudar …|Ativar|Ativar …|Desativar|Desativar …|Remover|Remover …|Limpar seleção|
		campo: Para confirmar|Remover para sempre|Desfazer|Dispensar aviso`},
	{"conexões", walkConnections, `campo: Dispositivo|campo: Cliente|campo: De|campo: Até|Tirar o filtro de dispositivo|Tirar o filtro de cliente|Limpar filtros|Mais recentes|Parte anterior|Próxima parte`},
	{"chat", walkChat, `Nova sala|campo: Nome da sala|Abrir sala|Cancelar|Fechar|sala|campo: Mensagem|Enviar|mensagem: Responder|mensagem: Editar|mensagem: Apagar|Não responder a esta mensagem|
		Salvar|Apagar|Carregar mais antigas|Dispensar aviso`},
	{"auditoria", walkTrail, `Exportar CSV|Exportar linhas de JSON|Verificar trilha|campo: Buscar na trilha|Limpar busca|campo: Ação|campo: Nível|campo: Cliente|Tirar o filtro de cliente|campo: De|campo: Até|Limpar filtros|
		linha: abrir|ficha: registro|Mais recentes|Parte anterior|Próxima parte|Verificar de novo|Fechar`},
	{"operações", walkOperations, `linha: abrir|Continuar|Encerrar|Desfazer|Desfazer em …|Cancelar|Fechar|Desistir do resto|ficha: registro|Dispensar aviso`},
	{"sessões", walkSessions, `De quem|campo: Cliente|Tirar o filtro de cliente|linha: Encerrar|Encerrar|Cancelar|Fechar|Mais recentes|Parte anterior|Próxima parte|Dispensar aviso`},
	{"chaves", walkKeys, `Nova chave|campo: Nome|campo: Nível|campo: Vale até o fim do dia|campo: Dispositivos que pode registrar|Criar chave|Cancelar|Fechar|campo: Chave de API|Copiar a chave|Copiar|Guardei a chave|
		linha: Revogar|Revogar|Mais recentes|Parte anterior|Próxima parte|Dispensar aviso`},
	{"documentação", walkDocs, `openapi.json|campo: Buscar na documentação|assunto|rota|Copiar|Campos|leitura: Chaves de API|leitura: auth/login`},
	{"telefone", walkPhone, `Páginas|Filtros|campo: Ordem|campo: Buscar clientes|Limpar busca|Situação|campo: Nível|campo: Cidade|campo: Empresa|linha: selecionar|Todos desta página|Selecionar os …|Só os …|Limpar seleção|Limpar filtros`},
}

// aFew are the walks of a quick run: those with the most kinds of controls.
var aFew = []string{"moldura", "entrar", "um cliente", "auditoria", "telefone"}

// Every function of every page works by keyboard alone.
func TestKeyboardAlone(t *testing.T) {
	browser(t)
	h := newHouse(t)
	h.person("Ana Souza", "ana@exemplo.com", store.Admin)
	h.crowd()
	for _, one := range walks {
		if !storetest.Complete() && !slices.Contains(aFew, one.name) {
			continue
		}
		t.Run(one.name, func(t *testing.T) {
			h := *h
			h.t = t
			one.walk(&h).done(one.functions)
		})
	}
}

// crowd fills every list so far that it has a second part.
func (h *house) crowd() {
	h.t.Helper()
	h.many(60)
	ctx, op := h.t.Context(), h.st.As(storetest.Operator)
	bia := h.create(store.Cliente{Nome: "Bia Lima", Email: "bia@exemplo.com", Telefone: "(21) 98765-4321", Cidade: "Niterói", Empresa: "Padaria"})
	id, err := op.Dispositivos.Register(ctx, store.Registro{Info: store.Objeto(`{"hostname": "PC-01", "sistema": "Windows", "versao": "11", "discos": {"sda": "1 TB"}}`), ClienteID: bia.ID})
	require.NoError(h.t, err)
	for range 14 {
		require.NoError(h.t, seedConexoes(ctx, op, id, bia.ID))
	}
	for i := range 55 {
		_, _, err := op.Chaves.Create(ctx, store.ChaveNova{Nome: fmt.Sprint("chave ", i), Nivel: store.Leitura})
		require.NoError(h.t, err)
	}
	_, err = op.Chat.Send(ctx, store.MensagemNova{Usuario: "Robô", Mensagem: "Bom dia!"})
	require.NoError(h.t, err)
	now := time.Now().UTC().Format("2006-01-02 15:04:05.000000")
	for i := range 55 {
		storetest.Exec(h.t, storetest.Foreign(h.t, h.path), `INSERT INTO sessoes(cliente_id, token, user_agent, data_inicio, data_expiracao, ultima_atividade, ativa)
			VALUES (@c, @s, 'Mozilla/5.0 (Windows NT 10.0) Chrome/130.0', @t, '2099-01-01 00:00:00.000000', @t, 1)`, sql.Named("c", bia.ID), sql.Named("s", fmt.Sprint("alheia", i)), sql.Named("t", now))
	}
}

func walkFrame(h *house) *walker {
	p := h.open("ana@exemplo.com", "/clientes")
	w := p.walk(".bar, .skip")
	w.use("Pular para o conteúdo")
	p.waitFor("the content", `document.activeElement.id === 'conteudo'`)
	// From page to page, each by the frame of the one before.
	for _, to := range [][2]string{
		{"Monitor", "/painel"},
		{"ir: Clientes", "/clientes"},
		{"ir: Dispositivos", "/dispositivos"},
		{"ir: Conexões", "/conexoes"},
		{"ir: Chat", "/chat"},
		{"ir: Auditoria", "/logs"},
		{"ir: Operações", "/operacoes"},
		{"ir: Sessões", "/sessoes"},
		{"ir: Chaves de API", "/chaves"},
		{"ir: Documentação", "/docs"},
		{"ir: Painel", "/painel"},
	} {
		w.use(to[0])
		p.waitAddress(to[1])
		p.settled()
	}
	w.space("Menu da conta")
	w.use("Trocar senha")
	w.write("campo: Senha atual", "nada")
	w.write("campo: Nova senha", "nada")
	w.space("Mostrar senha")
	w.write("campo: Repita a nova senha", "nada")
	w.use("Cancelar")
	p.waitGone("dialog")
	w.use("Menu da conta")
	p.key("ArrowDown")
	p.key("ArrowUp")
	w.use("Trocar senha")
	w.use("Fechar")
	p.waitGone("dialog")
	w.use("Menu da conta")
	w.use("Sair")
	p.waitAddress("/entrar")
	h.cookies.Delete("ana@exemplo.com")
	return w
}

func walkLogin(h *house) *walker {
	c := h.create(store.Cliente{Nome: "Nova Moderadora", Email: "nova@exemplo.com", Senha: givenSenha, NivelAcesso: store.Moderador})
	p := openPage(h.t, h.url)
	p.open("/entrar?voltar=" + fmt.Sprintf("/clientes/%d", c.ID))
	w := p.walk("main")
	w.write("campo: E-mail", "nova@exemplo.com")
	w.write("campo: Senha", givenSenha)
	w.space("Mostrar senha")
	w.use("Entrar")
	p.waitText("h1", "Escolha uma nova senha")
	w.write("campo: Nova senha", strongSenha)
	w.write("campo: Repita a nova senha", strongSenha)
	w.use("Salvar e continuar")
	p.waitText("dialog h2", "Nova Moderadora")
	return w
}

func walkPanel(h *house) *walker {
	p := h.open("ana@exemplo.com", "/painel")
	p.settled()
	w := p.walk("main")
	w.choose("Período", "ArrowRight")
	p.waitAddress("/painel?periodo=7d")
	w.use("Ver os números")
	p.waitFor("the table", `document.querySelectorAll('.numbers tbody tr').length > 5`)
	return w
}

func walkClients(h *house) *walker {
	p := h.open("ana@exemplo.com", "/clientes")
	p.downloads()
	p.waitText(".range", "1–20 de ")
	w := p.walk("main")
	w.use("Próxima página")
	p.waitText(".range", "21–40 de ")
	w.use("Página anterior")
	p.waitText(".range", "1–20 de ")
	w.use("Última página")
	p.waitText(".range", "61–")
	w.use("Primeira página")
	p.waitText(".range", "1–20 de ")
	w.choose("Situação", "ArrowRight", "ArrowRight")
	p.waitText(".range", "1–6 de 6")
	for _, column := range []string{"Nome e e-mail", "Empresa", "Cidade / UF", "Cadastro"} {
		before := p.address()
		w.use("ordenar: " + column)
		p.waitFor("another order", fmt.Sprintf(`decodeURIComponent(location.pathname + location.search) !== %q`, before))
	}
	w.use("Limpar filtros")
	w.choose("campo: Nível", "ArrowDown")
	p.waitAddress("/clientes?nivel=usuario&ordem=cadastro")
	w.write("campo: Cidade", "niteroi", "Enter")
	w.write("campo: Empresa", "padaria", "Enter")
	p.waitText(".range", "1–1 de 1")
	w.use("Limpar filtros")
	w.write("campo: Buscar clientes", "nenhum assim", "Enter")
	p.waitText("h2", "Nada encontrado")
	w.use("Limpar busca")
	w.write("campo: Buscar clientes", "pessoa 005")
	p.waitText(".range", "1–11 de 11")
	w.use("linha: abrir")
	p.waitText("dialog h2", "Pessoa 0059")
	p.key("Escape")
	p.waitGone("dialog")
	w.use("linha: Editar")
	p.waitText("dialog h2", "Editar cliente")
	p.key("Escape")
	p.waitGone("dialog")

	w.space("linha: selecionar")
	p.waitText(".selection", "1 selecionado")
	w.use("Limpar seleção")
	p.waitGone(".selection")
	w.space("campo: Selecionar todos desta página")
	p.waitText(".selection", "11 selecionados")
	w.use("Ativar")
	w.use("Ativar …")
	p.waitText(".toast", "1 cliente foi ativado")
	w.use("Desfazer")
	p.waitText(".toast", "Desfeito em 1 cliente")
	w.use("Dispensar aviso")
	w.space("campo: Selecionar todos desta página")
	w.use("Mudar campos")
	w.write("campo: Cargo", "Freguês")
	w.use("Conferir o que muda")
	w.use("Mudar …")
	p.waitText(".toast", "11 clientes foram alterados")
	w.space("campo: Selecionar todos desta página")
	w.use("Excluir")
	p.waitText("dialog h2", "Excluir")
	w.use("Cancelar")
	p.waitGone("dialog")
	w.use("Desativar")
	w.use("Cancelar")
	p.waitGone("dialog")
	w.use("Desativar")
	w.use("Fechar")
	p.waitGone("dialog")
	w.use("Desativar")
	w.use("Desativar …")
	p.waitText(".toast", "10 clientes foram desativados")
	w.space("campo: Selecionar todos desta página")
	w.use("Limpar seleção")
	for _, kind := range []string{"Excel (.xlsx)", "CSV para Excel", "CSV para programas"} {
		w.use("Exportar")
		p.waitFor("the menu", `document.activeElement.getAttribute("role") === "menuitem"`)
		w.use(kind)
	}
	w.importing(h)
	w.use("Novo cliente")
	p.waitText("dialog h2", "Novo cliente")
	p.key("Escape")
	delete(w.offered, "Parar") // of the short time in which something runs
	p.waitGone("dialog")
	w.forget("campo: ", "Excluir …", "Cadastrar", "Salvar", "Mostrar senha", "ficha: ", "Ver todos", "Editar", "Mais")
	return w
}

// importing brings a file in, and again when somebody has changed what it brought.
func (w *walker) importing(h *house) {
	w.t.Helper()
	file := sheetFile(w.t, "t.csv", "Nome;E-mail;Coisa", "Ivo Reis;ivo@exemplo.com;x", "Sem Nada;;x")
	choose := func() {
		w.chooseFile("Solte aqui a planilha", file)
		w.pressed["campo: Arquivo"] = true
		w.read()
		w.look()
	}
	w.use("Importar")
	w.use("Baixar o modelo")
	choose()
	w.use("Colunas do arquivo")
	w.use("Colunas do arquivo")
	w.choose("campo: coluna")
	w.use("Escolher outro arquivo")
	choose()
	w.use("Importar …")
	w.waitText("dialog .verdict", "1 cliente foi importado")
	w.use("Baixar as linhas que ficaram de fora")
	client := h.byEmail("ivo@exemplo.com")
	_, err := h.clientes().Change(h.t.Context(), client.ID, "", func(c *store.Cliente) { c.Nome = "Ivo dos Reis" })
	require.NoError(h.t, err)
	w.use("Importar outro arquivo")
	choose()
	w.space("campo: Usar os valores do arquivo também onde alguém mudou depois da última importação")
	w.read()
	w.use("Importar …")
	w.waitText("dialog .verdict", "1 cliente foi importado")
	w.use("operação nº …")
	w.waitText("dialog h2", "Importar 1 cliente")
	w.open("/clientes")
	w.settled()
}

// forget leaves what another walk presses to that one.
func (w *walker) forget(prefixes ...string) {
	for role := range w.offered {
		for _, prefix := range prefixes {
			if strings.HasPrefix(role, prefix) && !w.pressed[role] {
				delete(w.offered, role)
			}
		}
	}
}

func walkClient(h *house) *walker {
	p := h.open("ana@exemplo.com", "/clientes")
	p.before(`window.print = () => { window.printed = true }`)
	p.open("/clientes?busca=caio")
	p.waitText("h2", "Nada encontrado")
	w := p.walk(".new-button")
	w.use("Novo cliente")
	w.write("campo: Nome", "Caio")
	p.key("Escape")
	w.use("Continuar editando")
	p.key("Escape")
	w.use("Descartar")
	p.waitGone("dialog")
	w.use("Novo cliente")
	w.use("Cancelar")
	p.waitGone("dialog")
	w.use("Novo cliente")
	for field, text := range map[string]string{
		"Nome": "Caio Prado", "E-mail": "caio@exemplo.com", "CPF ou CNPJ": "52998224725", "Telefone": "21987654321", "Empresa": "Feira", "Cargo": "Dono",
		"CEP": "24020000", "Endereço": "Rua A, 1", "Cidade": "Niterói", "Estado": "RJ", "País": "Brasil", "Senha": strongSenha, "Observações": "só teclado",
	} {
		w.write("campo: "+field, text)
	}
	w.choose("campo: Nível de acesso", "ArrowDown", "ArrowUp")
	w.space("Mostrar senha")
	w.use("Cadastrar")
	p.waitText(".toast", "Caio Prado foi cadastrado")
	p.waitGone("dialog")
	c, err := h.clientes().Find(h.t.Context(), "caio@exemplo.com")
	require.NoError(h.t, err)
	require.Equal(h.t, []string{"529.982.247-25", "(21) 98765-4321", "24020-000", "Rua A, 1", "só teclado"}, []string{c.CPFCNPJ, c.Telefone, c.CEP, c.Endereco, c.Observacoes})

	p.open(fmt.Sprintf("/clientes/%d?busca=caio", c.ID))
	p.waitText("dialog .facts", "Feira")
	p.run("links lead out of the page", chromedp.Evaluate[chromedp.Void](`addEventListener('click', (e) => { if (/^(mailto|tel):/.test(e.target.href)) { e.preventDefault(); window.led = (window.led ?? '') + e.target.protocol } })`))
	w.use("ficha: mailto:")
	w.use("ficha: tel:")
	p.waitFor("both links", `window.led === 'mailto:tel:'`)
	w.use("Editar")
	w.write("campo: Cidade", "Maricá")
	_, err = h.clientes().Change(h.t.Context(), c.ID, "", func(c *store.Cliente) { c.Cidade = "Saquarema" })
	require.NoError(h.t, err)
	p.expect(fmt.Sprintf("409 PATCH /api/db/clientes/%d", c.ID))
	w.use("Salvar")
	p.waitText("dialog h2", "Alguém salvou antes de você")
	w.use("Voltar ao formulário")
	w.use("Salvar")
	p.waitText("dialog h2", "Alguém salvou antes de você")
	w.choose("versão", "ArrowDown")
	w.use("Salvar escolhas")
	p.waitText("dialog .facts", "Saquarema")
	w.use("Editar")
	w.write("campo: Cidade", "Maricá")
	_, err = h.clientes().Change(h.t.Context(), c.ID, "", func(c *store.Cliente) { c.Cidade = "Araruama" })
	require.NoError(h.t, err)
	w.use("Salvar")
	w.use("Descartar as minhas")
	p.waitText("dialog .facts", "Araruama")
	w.use("histórico: mudança")
	w.use("histórico: Restaurar este valor")
	p.waitText("dialog .facts", "Saquarema")
	w.use("Desfazer")
	p.waitText("dialog .facts", "Araruama")
	w.use("histórico: Desfazer esta mudança")
	p.waitText("dialog .facts", "Saquarema")
	h.walkAccount(w, c)
	return w
}

// walkAccount goes on with what happens to the account of a client.
func (h *house) walkAccount(w *walker, c store.Cliente) {
	h.t.Helper()
	w.space("Mais")
	w.use("Imprimir ficha")
	w.waitFor("the print", "window.printed")
	w.space("Mais")
	w.use("Trocar e-mail")
	w.write("campo: Novo e-mail", "caio.novo@exemplo.com")
	w.use("Trocar e-mail")
	w.waitText("dialog .facts", "caio.novo@exemplo.com")
	w.space("Mais")
	w.use("Definir senha")
	w.write("campo: Nova senha", strongSenha+"2")
	w.use("Definir senha")
	w.waitText(".toast", "tem uma senha nova")
	w.use("Desativar")
	w.use("Cancelar")
	w.use("Desativar")
	w.use("Desativar")
	w.waitText(".toast", "foi desativado")
	w.use("Desfazer")
	w.waitText(".toast", "A mudança foi desfeita")
	w.use("Dispensar aviso")
	_, err := h.clientes().Change(h.t.Context(), c.ID, "", func(c *store.Cliente) { c.Ativo = new(bool) })
	require.NoError(h.t, err)
	w.open(fmt.Sprintf("/clientes/%d?busca=caio", c.ID))
	w.use("Reativar")
	w.waitText("dialog .badge", "Ativo")
	w.use("histórico: Mostrar mais")
	w.waitFor("all of them", `document.querySelectorAll('.history details').length > 8`)
	w.use("Ver todos")
	w.waitAddress(fmt.Sprintf("/logs?cliente=%d", c.ID))
	w.open(fmt.Sprintf("/clientes/%d?busca=caio", c.ID))
	w.space("Mais")
	w.use("Excluir definitivamente…")
	w.use("Fechar")
	w.space("Mais")
	w.use("Excluir definitivamente…")
	w.write("campo: Para confirmar", "caio prado")
	w.allow(fmt.Sprintf("404 GET /api/db/clientes/%d", c.ID))
	w.use("Excluir para sempre")
	w.waitText(".toast", "foi excluído para sempre")
	w.waitGone("dialog")
}

// downloads lets the tab write files, into a folder of the test.
func (p *page) downloads() string {
	p.t.Helper()
	dir := p.t.TempDir()
	_, err := chromedp.Call(p.ctx, cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{Behavior: "allow", DownloadPath: dir, BrowserContextID: chromedp.FromContext(p.ctx).BrowserContextID})
	require.NoError(p.t, err)
	return dir
}
