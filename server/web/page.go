package web

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"slices"
)

//go:embed pages
var pageFiles embed.FS

// shell is one rendered page; it is the same for everybody.
type shell struct{ body []byte }

type shellData struct {
	Config
	Title   string
	Base    string
	Entry   string
	Modules []string
	Styles  []string
	Script  string
}

// styles are those of every page, in this order: what comes later refines what
// came before.
var styles = []string{"css/tokens.css", "css/base.css", "css/parts.css", "css/shell.css", "css/list.css"}

func newShell(files *assets, cfg Config, p Page) shell {
	tmpl := template.Must(template.ParseFS(pageFiles, "pages/shell.html"))
	data := shellData{
		Config: cfg, Title: p.Title, Base: files.base(), Entry: p.entry,
		Modules: files.modules(p.entry), Styles: slices.Concat(styles, p.styles), Script: p.script,
	}
	var b bytes.Buffer
	if err := tmpl.Execute(&b, data); err != nil {
		panic("web: page shell: " + err.Error())
	}
	return shell{b.Bytes()}
}

// ServeHTTP lets browsers keep the shell but makes them ask each time, so that
// a new release takes effect with the next click.
func (s shell) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	sendCached(w, r, s.body, "no-cache")
}
