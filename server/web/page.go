package web

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
)

//go:embed pages
var pageFiles embed.FS

// page is one rendered shell; it is the same for everybody.
type page struct{ body []byte }

type pageData struct {
	Config
	Titulo  string
	Base    string
	Entry   string
	Modules []string
	Styles  []string
}

// styles are loaded in this order: what comes later refines what came before.
var styles = []string{"css/tokens.css", "css/base.css", "css/parts.css", "css/shell.css", "css/clientes.css", "css/entrar.css"}

func newPage(files *assets, cfg Config, titulo, entry string) page {
	shell := template.Must(template.ParseFS(pageFiles, "pages/shell.html"))
	data := pageData{
		Config: cfg, Titulo: titulo, Base: files.base(), Entry: entry,
		Modules: files.modules(entry), Styles: styles,
	}
	var b bytes.Buffer
	if err := shell.Execute(&b, data); err != nil {
		panic("web: page shell: " + err.Error())
	}
	return page{b.Bytes()}
}

// ServeHTTP lets browsers keep the shell but makes them ask each time, so that
// a new release takes effect with the next click.
func (p page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	sendCached(w, r, p.body, "no-cache")
}
