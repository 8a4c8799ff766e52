package web_test

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"example.com/monitor/server/web"
	"example.com/monitor/store/storetest"
)

// TestEveryPage visits each page as every level: it has a title and a heading,
// fits a phone, and axe-core finds nothing wrong, wide and narrow, light and dark. A
// quick run visits each as an administrator and as one other level, and takes sizes,
// schemes and levels in turn: the next page has what this one had not.
func TestEveryPage(t *testing.T) {
	h := program(t)
	n := 0
	for _, one := range web.Pages {
		if strings.Contains(one.Path, "{") || one.Path == "/entrar" {
			continue
		}
		visitors := []string{monica, ugo, boss}
		if !storetest.Complete() {
			visitors = []string{visitors[n%2], boss}
		}
		t.Run(strings.TrimPrefix(one.Path, "/"), func(t *testing.T) {
			h := *h
			h.t = t
			for _, email := range visitors {
				p := h.open(email, one.Path)
				p.settled()
				require.Equal(t, 1, evaluate[int](p, `document.querySelectorAll('h1').length`), "headings for %s", email)
				require.True(t, strings.HasSuffix(evaluate[string](p, `document.title`), " · Monitor"))
				if email != boss {
					continue // the others see less of the same
				}
				p.judged = n / 2 // begins with the other scheme on every second page
				if storetest.Complete() || n%2 == 0 {
					p.axe("wide")
				}
				p.phone()
				p.settled()
				p.fits("phone")
				if storetest.Complete() || n%2 == 1 {
					p.axe("phone")
				}
			}
		})
		n++
	}
}

// settled waits until nothing is loading any more: what a key or a click began has been
// asked for, answered and drawn. A page asks after it has drawn, in a frame and a task
// after that.
func (p *page) settled() {
	p.t.Helper()
	quiet := `document.querySelector('h1') && !document.querySelector('[aria-busy="true"], .skeleton, .bone, .state:empty') && !window.awaited`
	for settled := false; !settled; {
		p.waitFor("the content", quiet)
		p.run("frames", chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
			var err error
			settled, err = chromedp.Evaluate[bool](`(async () => {
				for (let n = 0; n < 2; n++) await new Promise((next) => requestAnimationFrame(() => setTimeout(next)))
				return Boolean(`+quiet+`)
			})()`, chromedp.EvalAwaitPromise)(ctx, tab)
			settled = settled && err == nil
			return ctx.Err() // the page may just be giving way to the next one
		}))
	}
}

// The navigation holds what a level may see, and every link leads somewhere.
func TestNavigation(t *testing.T) {
	h := program(t)
	for email, want := range map[string][]string{
		boss:   {"/painel", "/clientes", "/dispositivos", "/conexoes", "/chat", "/logs", "/operacoes", "/sessoes", "/chaves", "/docs"},
		monica: {"/painel", "/clientes", "/dispositivos", "/conexoes", "/chat", "/logs", "/operacoes", "/sessoes", "/docs"},
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
