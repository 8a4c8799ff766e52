package web_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/server/web"
)

// TestEveryPage visits each page as every level: it has a title and a heading,
// fits a phone, and axe-core finds nothing wrong, light and dark.
func TestEveryPage(t *testing.T) {
	h := program(t)
	for _, one := range web.Pages {
		if strings.Contains(one.Path, "{") || one.Path == "/entrar" {
			continue
		}
		t.Run(strings.TrimPrefix(one.Path, "/"), func(t *testing.T) {
			h := *h
			h.t = t
			for email := range levels {
				p := h.open(email, one.Path)
				p.settled()
				require.Equal(t, 1, evaluate[int](p, `document.querySelectorAll('h1').length`), "headings for %s", email)
				require.True(t, strings.HasSuffix(evaluate[string](p, `document.title`), " · Monitor"))
				if email != chefe {
					continue // the others see less of the same
				}
				p.axe("wide")
				p.phone()
				p.settled()
				p.fits("phone")
				p.axe("phone")
			}
		})
	}
}

// settled waits until nothing is loading any more.
func (p *page) settled() {
	p.t.Helper()
	p.waitFor("the content", `document.querySelector('h1') && !document.querySelector('[aria-busy="true"], .skeleton, .bone, .state:empty')`)
}

// The navigation holds what a level may see, and every link leads somewhere.
func TestNavigation(t *testing.T) {
	h := program(t)
	for email, want := range map[string][]string{
		chefe:  {"/painel", "/clientes", "/dispositivos", "/conexoes", "/chat", "/logs", "/sessoes", "/chaves", "/docs"},
		monica: {"/painel", "/clientes", "/dispositivos", "/conexoes", "/chat", "/logs", "/sessoes", "/docs"},
		ugo:    {"/clientes", "/dispositivos", "/conexoes", "/chat", "/sessoes", "/docs"},
	} {
		p := h.open(email, "/clientes")
		got := evaluate[[]string](p, `[...document.querySelectorAll('.bar nav a')].map((a) => a.getAttribute('href'))`)
		require.Equal(t, want, got, email)
		for _, href := range got {
			require.Contains(t, paths(), href)
		}
	}
}

func paths() []string {
	var all []string
	for _, p := range web.Pages {
		all = append(all, p.Path)
	}
	return all
}
