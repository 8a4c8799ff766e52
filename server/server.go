package server

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"example.com/monitor/server/web"
	"example.com/monitor/store"
)

// Config is what the server needs to know.
type Config struct {
	Store *store.Store
	// Log receives one line per request and the causes of failures; nil discards them.
	Log *slog.Logger
	// Version is shown in the OpenAPI document and on the pages.
	Version string
	// Demo makes the pages say that the data are invented.
	Demo bool
	// TLS says that callers reach the server by https: the session cookie is
	// then Secure and bound to the host.
	TLS bool
	// Proxies are the networks of the reverse proxies whose word on the caller's
	// address and scheme counts. Everybody else's forwarded headers are ignored.
	Proxies []netip.Prefix
	// ProxyHeader is the header in which they tell who calls, HeaderXForwardedFor
	// (the default) or HeaderForwarded. The other one is ignored.
	ProxyHeader string
	// Limits bound what one caller may ask for; zero values do not.
	Limits Limits
	// LegacyUntil lets callers of the old days in without a credential until then;
	// zero lets nobody in.
	LegacyUntil time.Time
	// Patience is how long a request may be worked on; 0 means 4.5 s. Longer than a
	// caller waits serves tests only, with the race detector on a busy machine.
	Patience time.Duration
}

// Server answers HTTP requests. Make one with New.
type Server struct {
	cfg    Config
	log    *slog.Logger
	mux    *routeMux
	api    huma.API
	origin *http.CrossOriginProtection
	pages  http.Handler
	spec   []byte
	// streams ends when the server stops; streams would not end by themselves.
	streams    context.Context //nolint:containedctx // the server's life, no request's
	endStreams context.CancelFunc

	metrics   *metrics
	rates     rates
	admission *admission
	shedding  shedding
	sheets    sync.Mutex // a file at a time is read: each takes memory
	// open is true once there is a store; before that requests are told to wait.
	open atomic.Bool
	// proxyTold keeps a hint in the log from being repeated.
	proxyTold sync.Once
	now       func() time.Time // of the rate limits
}

// New registers all routes. The store stays open when the server ends; it
// belongs to the caller. Without one the server says that it waits for the
// database, until Use gives it one.
func New(cfg Config) (*Server, error) {
	cfg.Patience = cmp.Or(cfg.Patience, answerWait)
	s := &Server{
		now: time.Now,
		cfg: cfg, log: cfg.Log, mux: newRouteMux(), origin: http.NewCrossOriginProtection(),
		metrics: newMetrics(cfg.Version), rates: newRates(cfg.Limits), admission: newAdmission(),
	}
	if cfg.Store != nil {
		s.Use(cfg.Store)
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.streams, s.endStreams = context.WithCancel(context.Background())
	s.pages = web.Handler(web.Config{Version: cfg.Version, Demo: cfg.Demo})
	s.api = s.newAPI()
	for _, r := range s.routes() {
		s.register(r)
	}
	return s, s.finishSpec()
}

// Use gives the server its store, once.
func (s *Server) Use(st *store.Store) {
	s.cfg.Store = st
	s.metrics.watch(st)
	s.open.Store(true)
}

// api is the prefix of all routes of the REST contract.
const api = "/api/db"

// routes is the whole server on one page. The grants read, in order: nobody,
// usuario, moderador, admin (person or key), leitura key, agente key, device.
// Not audited, because they are telemetry: what is marked so, last use and last
// activity of credentials.
func (s *Server) routes() []route {
	const get, post, put, patch, del = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete
	public := grants{all, all, all, all, all, all, all}
	return []route{
		{get, "/livez", public, operation(s.livez), "Diz que o processo está vivo", anonymous},
		{get, "/readyz", public, operation(s.readyz), "Diz se o banco de dados responde", anonymous},

		// Also open to this machine without a credential.
		{get, "/metrics", grants{no, no, no, all, all, no, no}, metricsPage, "Medidas para o Prometheus", hidden},

		{get, "/{$}", public, page(http.RedirectHandler("/clientes", http.StatusSeeOther)), "Leva à página de clientes", anonymous},
		{get, "/entrar", public, page(s.pages), "Página de entrada", anonymous},
		{get, "/painel", public, page(s.pages), "Página do painel", anonymous},
		{get, "/clientes", public, page(s.pages), "Página de clientes", anonymous},
		{get, "/clientes/{id}", public, page(s.pages), "Página de um cliente", anonymous},
		{get, "/dispositivos", public, page(s.pages), "Página de dispositivos", anonymous},
		{get, "/dispositivos/{id}", public, page(s.pages), "Página de um dispositivo", anonymous},
		{get, "/conexoes", public, page(s.pages), "Página de conexões de rede", anonymous},
		{get, "/chat", public, page(s.pages), "Página do chat", anonymous},
		{get, "/logs", public, page(s.pages), "Página da trilha de auditoria", anonymous},
		{get, "/logs/{id}", public, page(s.pages), "Página de um registro da trilha", anonymous},
		{get, "/operacoes", public, page(s.pages), "Página das operações sobre muitos registros", anonymous},
		{get, "/operacoes/{id}", public, page(s.pages), "Página de uma operação", anonymous},
		{get, "/sessoes", public, page(s.pages), "Página de sessões abertas", anonymous},
		{get, "/chaves", public, page(s.pages), "Página de chaves de API", anonymous},
		{get, "/docs", public, page(s.pages), "Documentação da API", anonymous},
		{get, "/favicon.ico", public, page(s.pages), "Ícone das páginas", anonymous},
		{get, "/favicon.svg", public, page(s.pages), "Ícone das páginas", anonymous},
		{get, "/manifest.webmanifest", public, page(s.pages), "Descrição das páginas para instalar no telefone", anonymous},
		{get, "/estatico/", public, page(s.pages), "Arquivos das páginas", anonymous},
		{post, "/entrar", public, operation(s.entrar), "Abre uma sessão da web, guardada em cookie", anonymous | webOnly | password},
		{post, "/sair", public, operation(s.sair), "Encerra a sessão da web e apaga o cookie", lenient | freeBody | beforePassword | webOnly},

		//                                          –   usu  mod  adm  lei  age  dis
		{get, api + "/openapi.json", grants{no, all, all, all, all, all, all}, operation(s.openapi), "Este documento", hidden},

		{get, api + "/clientes", grants{no, own, all, all, all, no, no}, operation(s.listClientes), "Lista os clientes", 0},
		{post, api + "/clientes", grants{no, no, all, all, no, no, no}, operation(s.createCliente), "Cria um cliente", creates},
		{get, api + "/clientes/{id}", grants{no, own, all, all, all, no, no}, operation(s.getCliente), "Mostra um cliente", 0},
		{put, api + "/clientes/{id}", grants{no, own, all, all, no, no, no}, operation(s.changeCliente), "Altera os campos enviados de um cliente", 0},
		{patch, api + "/clientes/{id}", grants{no, own, all, all, no, no, no}, operation(s.changeCliente), "Altera os campos enviados de um cliente", 0},
		{del, api + "/clientes/{id}", grants{no, no, all, all, no, no, no}, operation(s.deleteCliente), "Desativa um cliente ou o remove de vez", 0},
		{get, api + "/clientes/exportar", grants{no, no, all, all, all, no, no}, operation(s.exportClientes), "Baixa os clientes que um filtro escolhe, em uma planilha; a exportação fica na trilha de auditoria", downloads},
		{get, api + "/clientes/modelo", grants{no, no, all, all, no, no, no}, operation(s.clienteTemplate), "Baixa uma planilha para preencher e importar", downloads},
		{post, api + "/clientes/importar", grants{no, no, all, all, no, no, no}, operation(s.importClientes), "Cadastra e atualiza clientes a partir de uma planilha, e conta o andamento; uma por vez", single | file},
		{post, api + "/clientes/importar/simular", grants{no, no, all, all, no, no, no}, operation(s.planImport), "Diz o que uma importação faria, sem fazer nada", single | file | telemetry},
		{post, api + "/clientes/{id}/email", grants{no, own, own, all, no, no, no}, operation(s.changeEmail), "Troca o e-mail de um cliente", password},

		{get, api + "/clientes/{id}/historico", grants{no, no, all, all, no, no, no}, operation(s.clienteHistory), "Mostra quem mudou um cliente, quando e o quê", 0},

		{get, api + "/operacoes", grants{no, no, all, all, no, no, no}, operation(s.listOperacoes), "Lista as operações sobre muitos registros, da mais nova à mais antiga", 0},
		{post, api + "/operacoes", grants{no, no, all, all, no, no, no}, operation(s.createOperacao), "Faz o mesmo a muitos registros, e diz até onde foi", creates | largeBody},
		{post, api + "/operacoes/simular", grants{no, no, all, all, no, no, no}, operation(s.planOperacao), "Diz o que uma operação faria, sem fazer nada", largeBody | telemetry},
		{get, api + "/operacoes/{id}", grants{no, no, all, all, no, no, no}, operation(s.getOperacao), "Mostra uma operação, ou uma mudança sozinha", 0},
		{get, api + "/operacoes/{id}/itens", grants{no, no, all, all, no, no, no}, operation(s.listItens), "Lista o que foi feito de cada registro de uma operação", 0},
		{post, api + "/operacoes/{id}/continuar", grants{no, no, all, all, no, no, no}, operation(s.resumeOperacao), "Faz por uns 2 segundos o que falta de uma operação", freeBody},
		{post, api + "/operacoes/{id}/encerrar", grants{no, no, all, all, no, no, no}, operation(s.stopOperacao), "Desiste do que falta de uma operação", freeBody},
		{post, api + "/operacoes/{id}/desfazer", grants{no, own, all, all, no, no, no}, operation(s.undoOperacao), "Desfaz uma mudança, ou uma operação por outra, que se continua até o fim", freeBody},
		{post, api + "/operacoes/{id}/desfazer/simular", grants{no, own, all, all, no, no, no}, operation(s.planUndo), "Diz o que desfazer faria, sem fazer nada", freeBody | telemetry},

		{post, api + "/auth/login", public, operation(s.login), "Confere a senha e abre uma sessão", anonymous | password},
		{post, api + "/auth/logout", public, operation(s.logout), "Encerra a sessão", lenient | freeBody | beforePassword},
		{get, api + "/auth/validar", grants{no, own, own, own, own, own, own}, operation(s.validar), "Mostra de quem é a sessão", sessionOnly | beforePassword},
		{post, api + "/auth/senha", grants{no, own, own, own, no, no, no}, operation(s.changeSenha), "Troca a própria senha", beforePassword | password},

		{get, api + "/dispositivos", grants{no, own, all, all, all, own, own}, operation(s.listDispositivos), "Lista os dispositivos", 0},
		{get, api + "/dispositivos/{id}", grants{no, own, all, all, all, own, own}, operation(s.getDispositivo), "Mostra um dispositivo", 0},
		{patch, api + "/dispositivos/{id}", grants{no, no, all, all, no, no, no}, operation(s.changeDispositivo), "Altera os campos enviados de um dispositivo", 0},
		{del, api + "/dispositivos/{id}", grants{no, no, all, all, no, no, no}, operation(s.deleteDispositivo), "Remove de vez um dispositivo e as suas conexões", 0},
		{post, api + "/dispositivos/registrar", grants{no, no, all, all, no, own, own}, operation(s.registerDispositivo), "Registra um dispositivo ou atualiza o que já existe", transition},
		{post, api + "/dispositivos/{id}/heartbeat", grants{no, no, no, all, no, own, own}, operation(s.heartbeat), "Anota que o dispositivo está vivo", freeBody | transition | telemetry},

		{get, api + "/conexoes", grants{no, own, all, all, all, own, own}, operation(s.listConexoes), "Lista as conexões de rede", 0},
		{post, api + "/conexoes/registrar", grants{no, no, no, all, no, own, own}, operation(s.registerConexoes), "Guarda as conexões que um dispositivo vê", largeBody | transition | telemetry},

		{get, api + "/sessoes", grants{no, own, own, all, no, no, no}, operation(s.listSessoes), "Lista as sessões abertas", 0},
		{del, api + "/sessoes/{id}", grants{no, own, own, all, no, no, no}, operation(s.revokeSessao), "Encerra uma sessão", 0},

		{get, api + "/chaves", grants{no, no, no, all, no, no, no}, operation(s.listChaves), "Lista as chaves de API, sem os segredos", 0},
		{post, api + "/chaves", grants{no, no, no, all, no, no, no}, operation(s.createChave), "Cria uma chave de API e mostra o segredo uma única vez", creates},
		{del, api + "/chaves/{id}", grants{no, no, no, all, no, no, no}, operation(s.revokeChave), "Revoga uma chave de API", 0},

		{get, api + "/bloqueios", grants{no, no, no, all, no, no, no}, operation(s.listBloqueios), "Lista as contas e os endereços com senhas erradas demais", 0},
		{del, api + "/bloqueios/{id}", grants{no, no, no, all, no, no, no}, operation(s.liftBloqueio), "Esquece as senhas erradas de uma conta ou de um endereço", 0},

		{get, api + "/chat/mensagens", grants{no, all, all, all, all, no, no}, operation(s.listMensagens), "Lista as mensagens de uma sala, das mais antigas às mais novas", 0},
		{get, api + "/chat/salas", grants{no, all, all, all, all, no, no}, operation(s.listSalas), "Lista as salas que têm mensagens", 0},
		{post, api + "/chat/mensagens", grants{no, own, own, all, no, no, no}, operation(s.sendMensagem), "Envia uma mensagem", 0},
		{get, api + "/chat/mensagens/{id}", grants{no, all, all, all, all, no, no}, operation(s.getMensagem), "Mostra uma mensagem", 0},
		{patch, api + "/chat/mensagens/{id}", grants{no, own, all, all, no, no, no}, operation(s.editMensagem), "Altera o texto de uma mensagem", 0},
		{del, api + "/chat/mensagens/{id}", grants{no, own, all, all, no, no, no}, operation(s.deleteMensagem), "Apaga uma mensagem", 0},

		{get, api + "/logs", grants{no, no, all, all, no, no, no}, operation(s.listLogs), "Lista a trilha de auditoria, do mais novo ao mais antigo", 0},
		{get, api + "/logs/exportar", grants{no, no, all, all, no, no, no}, operation(s.exportLogs), "Baixa a trilha de auditoria; a exportação fica registrada nela", downloads},
		{post, api + "/logs/verificar", grants{no, no, all, all, no, no, no}, operation(s.verifyLogs), "Confere a cadeia da auditoria, elo por elo, e conta o andamento; uma vez por vez", single | freeBody | telemetry},
		{get, api + "/logs/{id}", grants{no, no, all, all, no, no, no}, operation(s.getLog), "Mostra um registro da trilha de auditoria", 0},

		{get, api + "/estatisticas", grants{no, no, all, all, all, no, no}, operation(s.estatisticas), "Conta o que há no sistema", 0},
		{get, api + "/estatisticas/serie", grants{no, no, all, all, all, no, no}, operation(s.serie), "Conta o que houve em cada hora ou dia de um período", 0},

		{get, api + "/eventos", grants{no, own, all, all, all, no, no}, operation(s.eventos), "Avisa o que muda, enquanto muda", streams},
		{get, api + "/resumo", grants{no, no, all, all, all, no, no}, operation(s.resumo), "Conta o que houve desde ontem, ou desde um dia", 0},
	}
}

// Handler answers every request: routes, and the errors of those that match none.
func (s *Server) Handler() http.Handler {
	return s.shed(s.observe(s.recover(limitHeaders(s, s.seated(s.dispatch())))))
}
