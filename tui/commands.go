package tui

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// commands are all commands, those of the pages first.
func commands(e *env) []command {
	var out []command
	for i, t := range e.tabs {
		c := command{name: t.name, desc: "página " + t.title, run: e.toPage(i)}
		switch t.noun {
		case store.RecursoClientes, store.RecursoDispositivos, store.RecursoLogs:
			c.args = "[busca]"
		}
		out = append(out, c)
	}
	return append(out,
		command{name: "cliente", args: "<nº ou e-mail>", desc: "abre a ficha de um cliente", run: e.openCliente},
		command{name: "exportar", args: "<arquivo.csv ou .json>", desc: "grava a lista desta página, com busca e filtros", run: e.exportList},
		command{name: "tema", args: "<nome>", desc: "muda as cores", values: themes, run: e.changeTheme},
		command{name: "mouse", args: "<ligado ou desligado>", desc: "liga ou desliga o mouse", values: []string{"ligado", "desligado"}, run: e.changeMouse},
		command{name: "atualizar", args: "<tempo>", desc: "intervalo entre leituras; 0 desliga", values: []string{"2s", "10s", "1m", "0"}, run: e.changeRefresh},
		command{name: "ajuda", desc: "teclas desta tela", run: func(p *palette, _ string) tea.Cmd {
			p.close()
			return e.openHelp()
		}},
		command{name: "sair", desc: "fecha o console", run: func(*palette, string) tea.Cmd { return quit() }},
	)
}

func (e *env) toPage(i int) func(*palette, string) tea.Cmd {
	return func(p *palette, arg string) tea.Cmd {
		if why := e.tabs[i].blocked(e); why != "" {
			return p.fail(why)
		}
		if arg == "" {
			p.close()
			return e.show(i)
		}
		p.close()
		cmd := e.show(i)
		s, ok := e.stack[0].(searcher)
		if !ok {
			e.tell(noticeBad, "A página "+e.tabs[i].title+" não tem busca.")
			return cmd
		}
		e.toBottom()
		return tea.Batch(cmd, s.SearchFor(arg))
	}
}

func (e *env) openCliente(p *palette, arg string) tea.Cmd {
	if arg == "" {
		return p.fail("Diga o número ou o e-mail do cliente, por exemplo: cliente 12")
	}
	handle := e.cfg.Handle
	return p.later(func(ctx context.Context) (outcome, error) {
		c, err := handle.Clientes.Find(ctx, arg)
		return func() tea.Cmd {
			p.close()
			return tea.Batch(e.showNamed("clientes"), e.push(newClienteDetail(e, c)))
		}, err
	})
}

func (e *env) changeTheme(p *palette, arg string) tea.Cmd {
	if !slices.Contains(themes, arg) {
		return p.fail("Os temas são " + enumerate(themes) + ".")
	}
	p.close()
	return e.setTheme(arg)
}

func (e *env) setTheme(theme string) tea.Cmd {
	e.cfg.Theme = theme
	e.th = newTheme(e.cfg.Out, e.cfg.Colour, theme)
	return send(themeMsg{})
}

func (e *env) changeMouse(p *palette, arg string) tea.Cmd {
	if arg != "ligado" && arg != "desligado" {
		return p.fail("Escreva mouse ligado ou mouse desligado.")
	}
	p.close()
	return e.setMouse(arg == "ligado")
}

func (e *env) changeRefresh(p *palette, arg string) tea.Cmd {
	d, err := time.ParseDuration(arg)
	if arg == "0" {
		d, err = 0, nil
	}
	if err != nil || d < 0 || d > 0 && d < time.Second {
		return p.fail("Diga o tempo entre as leituras, de 1s para cima, por exemplo 5s ou 1m; 0 desliga.")
	}
	p.close()
	e.refresh = d
	if d == 0 {
		e.tell(noticeOK, "A tela não se atualiza mais sozinha; r atualiza.")
	} else {
		e.tell(noticeOK, "A tela se atualiza a cada "+span(d)+".")
	}
	return nil
}

// enumerate joins names for people.
func enumerate(names []string) string {
	n := len(names)
	return strings.Join(names[:n-1], ", ") + " e " + names[n-1]
}
