package web

import (
	"net/http"
)

// Config is what the pages show of the program that serves them.
type Config struct {
	Version string // shown in the person's menu; may be empty
	Demo    bool   // puts a banner on every page
}

// Page is one page for people: the shell is the same for everybody, and what it
// shows comes through the API.
type Page struct {
	Path   string // as a pattern of http.ServeMux
	Title  string
	entry  string   // its ES module
	styles []string // beside those that every page has
	script string   // a vendored library that is no module; "" for none
}

// Pages lists what is served; doc.go tells how to add one.
var Pages = []Page{
	{"/entrar", "Entrar", "js/entrar.js", []string{"css/entrar.css"}, ""},
	{"/painel", "Painel", "js/painel/main.js", []string{"vendor/uplot.css", "css/painel.css"}, "vendor/uplot.js"},
	{"/clientes", "Clientes", "js/clientes/main.js", clientesCSS, ""},
	{"/clientes/{id}", "Clientes", "js/clientes/main.js", clientesCSS, ""},
	{"/dispositivos", "Dispositivos", "js/dispositivos/main.js", dispositivosCSS, ""},
	{"/dispositivos/{id}", "Dispositivos", "js/dispositivos/main.js", dispositivosCSS, ""},
	{"/conexoes", "Conexões", "js/conexoes/main.js", []string{"css/conexoes.css"}, ""},
	{"/chat", "Chat", "js/chat/main.js", []string{"css/chat.css"}, ""},
	{"/logs", "Auditoria", "js/logs/main.js", logsCSS, ""},
	{"/logs/{id}", "Auditoria", "js/logs/main.js", logsCSS, ""},
	{"/operacoes", "Operações", "js/operacoes/main.js", operacoesCSS, ""},
	{"/operacoes/{id}", "Operações", "js/operacoes/main.js", operacoesCSS, ""},
	{"/sessoes", "Sessões", "js/sessoes/main.js", []string{"css/sessoes.css"}, ""},
	{"/chaves", "Chaves de API", "js/chaves/main.js", []string{"css/chaves.css"}, ""},
	{"/docs", "Documentação da API", "js/docs/main.js", []string{"css/docs.css"}, ""},
}

var clientesCSS = []string{"css/clientes.css"}

var dispositivosCSS = []string{"css/dispositivos.css"}

var operacoesCSS = []string{"css/operacoes.css"}

var logsCSS = []string{"css/logs.css"}

// Handler serves GET and HEAD of the Pages, /estatico/, /manifest.webmanifest,
// /favicon.svg and /favicon.ico to anybody: none of them holds data. Every other
// path is 404 and every other method 405, in plain Portuguese text. It panics
// when the embedded files are broken, which the tests of this package rule out.
func Handler(cfg Config) http.Handler {
	files := loadAssets()
	mux := http.NewServeMux()
	for _, p := range Pages {
		mux.Handle(p.Path, newShell(files, cfg, p))
	}
	mux.HandleFunc("/estatico/", files.serveStatic)
	mux.Handle("/manifest.webmanifest", files.fixed("manifest.webmanifest"))
	mux.Handle("/favicon.svg", files.fixed("icons/monitor.svg"))
	mux.Handle("/favicon.ico", files.fixed("icons/monitor.svg"))
	mux.HandleFunc("/", notFound)
	return secure(onlyReads(mux))
}

func notFound(w http.ResponseWriter, _ *http.Request) {
	plain(w, http.StatusNotFound, "Página não encontrada.")
}

// onlyReads refuses what could change state: pages never do.
func onlyReads(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			plain(w, http.StatusMethodNotAllowed, "Este endereço só aceita leitura.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func plain(w http.ResponseWriter, status int, text string) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write([]byte(text + "\n"))
}
