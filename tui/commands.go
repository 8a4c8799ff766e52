package tui

import (
	"context"
	"slices"
	"strings"
	"time"

	"example.com/monitor/store/say"
	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// commands are all commands, those of the pages first.
func commands(e *env) []kit.Command {
	var out []kit.Command
	for i, t := range e.tabs {
		c := kit.Command{Name: t.name, Desc: "página " + t.title, Run: e.toPage(i)}
		switch t.noun {
		case store.RecursoClientes, store.RecursoDispositivos, store.RecursoLogs:
			c.Args = "[busca]"
		}
		out = append(out, c)
	}
	return append(
		out,
		kit.Command{Name: "cliente", Args: "<nº ou e-mail>", Desc: "abre a ficha de um cliente", Run: e.openCliente},
		kit.Command{
			Name: "exportar",
			Args: "<arquivo.csv ou .json>",
			Desc: "grava a lista desta página, com busca e filtros",
			Run:  e.exportList,
		},
		kit.Command{Name: "tema", Args: "<nome>", Desc: "muda as cores", Values: kit.Themes, Run: e.changeTheme},
		kit.Command{
			Name:   "mouse",
			Args:   "<ligado ou desligado>",
			Desc:   "liga ou desliga o mouse",
			Values: []string{"ligado", "desligado"},
			Run:    e.changeMouse,
		},
		kit.Command{
			Name:   "atualizar",
			Args:   "<tempo>",
			Desc:   "intervalo entre leituras; 0 desliga",
			Values: []string{"2s", "10s", "1m", "0"},
			Run:    e.changeRefresh,
		},
		kit.Command{Name: "ajuda", Desc: "teclas desta tela", Run: func(p *kit.Palette, _ string) tea.Cmd {
			p.Close()
			return e.openHelp()
		}},
		kit.Command{Name: "sair", Desc: "fecha o console", Run: func(*kit.Palette, string) tea.Cmd { return kit.Quit() }},
	)
}

func (e *env) toPage(i int) func(*kit.Palette, string) tea.Cmd {
	return func(p *kit.Palette, arg string) tea.Cmd {
		if why := e.tabs[i].blocked(e); why != "" {
			return p.Fail(why)
		}
		if arg == "" {
			p.Close()
			return e.show(i)
		}
		p.Close()
		cmd := e.show(i)
		s, ok := e.Stack[0].(kit.Searcher)
		if !ok {
			e.Tell(kit.NoticeBad, "A página "+e.tabs[i].title+" não tem busca.")
			return cmd
		}
		e.ToBottom()
		return tea.Batch(cmd, s.SearchFor(arg))
	}
}

func (e *env) openCliente(p *kit.Palette, arg string) tea.Cmd {
	if arg == "" {
		return p.Fail("Diga o número ou o e-mail do cliente, por exemplo: cliente 12")
	}
	handle := e.cfg.Handle
	return p.Later(func(ctx context.Context) (kit.Outcome, error) {
		c, err := handle.Clientes.Find(ctx, arg)
		return func() tea.Cmd {
			p.Close()
			return tea.Batch(e.showNamed("clientes"), e.Push(newClienteDetail(e, c)))
		}, err
	})
}

func (e *env) changeTheme(p *kit.Palette, arg string) tea.Cmd {
	if !slices.Contains(kit.Themes, arg) {
		return p.Fail("Os temas são " + enumerate(kit.Themes) + ".")
	}
	p.Close()
	return e.setTheme(arg)
}

func (e *env) setTheme(theme string) tea.Cmd {
	e.cfg.Theme = theme
	e.Theme = kit.NewTheme(e.cfg.Out, e.cfg.Colour, theme)
	return kit.Send(kit.ThemeMsg{})
}

func (e *env) changeMouse(p *kit.Palette, arg string) tea.Cmd {
	if arg != "ligado" && arg != "desligado" {
		return p.Fail("Escreva mouse ligado ou mouse desligado.")
	}
	p.Close()
	return e.setMouse(arg == "ligado")
}

func (e *env) changeRefresh(p *kit.Palette, arg string) tea.Cmd {
	d, err := time.ParseDuration(arg)
	if arg == "0" {
		d, err = 0, nil
	}
	if err != nil || d < 0 || d > 0 && d < time.Second {
		return p.Fail("Diga o tempo entre as leituras, de 1s para cima, por exemplo 5s ou 1m; 0 desliga.")
	}
	p.Close()
	e.Refresh = d
	if d == 0 {
		e.Tell(kit.NoticeOK, "A tela não se atualiza mais sozinha; r atualiza.")
	} else {
		e.Tell(kit.NoticeOK, "A tela se atualiza a cada "+say.Span(d)+".")
	}
	return nil
}

// enumerate joins names for people.
func enumerate(names []string) string {
	n := len(names)
	return strings.Join(names[:n-1], ", ") + " e " + names[n-1]
}
