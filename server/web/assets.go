package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
)

//go:embed static
var staticFiles embed.FS

// contentTypes are spelled out: the tables of the operating system, which
// package mime reads, are wrong on some machines, and nosniff makes that fatal.
var contentTypes = map[string]string{
	".css":         "text/css; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".mjs":         "text/javascript; charset=utf-8",
	".png":         "image/png",
	".svg":         "image/svg+xml",
	".txt":         "text/plain; charset=utf-8",
	".webmanifest": "application/manifest+json",
}

// assets are the static files by path below static/, ready to be sent.
type assets struct {
	files map[string][]byte
	hash  string
}

func loadAssets() *assets {
	a := &assets{files: map[string][]byte{}}
	err := fs.WalkDir(staticFiles, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := staticFiles.ReadFile(name)
		if err == nil {
			a.files[strings.TrimPrefix(name, "static/")] = resolvePreact(name, body)
		}
		return err
	})
	if err != nil {
		panic("web: embedded files: " + err.Error())
	}
	a.hash = hashOf(a.files)
	return a
}

// resolvePreact gives vendored modules a file to import: browsers do not know
// bare names without an import map.
func resolvePreact(name string, body []byte) []byte {
	if path.Ext(name) != ".mjs" {
		return body
	}
	return bytes.ReplaceAll(body, []byte(`from"preact"`), []byte(`from"./preact.mjs"`))
}

func hashOf(files map[string][]byte) string {
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		one := sha256.Sum256(files[name])
		sum.Write([]byte(name))
		sum.Write(one[:])
	}
	return hex.EncodeToString(sum.Sum(nil))[:16]
}

// base is the folder of the current release in URLs.
func (a *assets) base() string { return "/estatico/" + a.hash + "/" }

// serveStatic sends /estatico/{hash}/{name}. A page left open over an upgrade
// may still ask for an old hash: it gets the new file, but may not keep it.
func (a *assets) serveStatic(w http.ResponseWriter, r *http.Request) {
	hash, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/estatico/"), "/")
	if _, there := a.files[name]; !there {
		plain(w, http.StatusNotFound, "Arquivo não encontrado.")
		return
	}
	if hash == a.hash {
		a.send(w, r, name, "public, max-age=31536000, immutable")
		return
	}
	a.send(w, r, name, "no-cache")
}

// fixed serves one file at an address that cannot carry the hash.
func (a *assets) fixed(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.send(w, r, name, "public, max-age=3600")
	})
}

func (a *assets) send(w http.ResponseWriter, r *http.Request, name, cache string) {
	w.Header().Set("Content-Type", contentTypes[path.Ext(name)])
	sendCached(w, r, a.files[name], cache)
}

// sendCached answers 304 when the caller already has this content.
func sendCached(w http.ResponseWriter, r *http.Request, body []byte, cache string) {
	sum := sha256.Sum256(body)
	etag := `"` + hex.EncodeToString(sum[:8]) + `"`
	w.Header().Set("Cache-Control", cache)
	w.Header().Set("ETag", etag)
	if strings.Contains(r.Header.Get("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Write(body)
}

var importLine = regexp.MustCompile(`(?m)from ?["'](\.[^"']+)["']`)

// modules lists entry and everything it imports, so that a page can ask for
// all of it at once instead of finding it out one level at a time.
func (a *assets) modules(entry string) []string {
	found := []string{entry}
	for i := 0; i < len(found); i++ {
		for _, m := range importLine.FindAllSubmatch(a.files[found[i]], -1) {
			name := path.Join(path.Dir(found[i]), string(m[1]))
			if !slices.Contains(found, name) {
				found = append(found, name)
			}
		}
	}
	return found
}
