package tui

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"
	"golang.org/x/text/unicode/norm"

	"example.com/monitor/store"
)

// command is what can be typed after ":".
type command struct {
	nome string
	args string // for people; "" takes none, in <> one is needed
	desc string
	// values are the arguments that completion proposes.
	values []string
	run    func(p *palette, arg string) tea.Cmd
}

// proposal is one line under the field.
type proposal struct{ text, label, desc string }

// commands are all commands, those of the pages first.
func commands(e *env) []command {
	var out []command
	for i, t := range e.tabs {
		c := command{nome: t.nome, desc: "página " + t.titulo, run: toPage(i)}
		switch t.recurso {
		case store.RecursoClientes, store.RecursoDispositivos, store.RecursoLogs:
			c.args = "[busca]"
		}
		out = append(out, c)
	}
	return append(out,
		command{nome: "cliente", args: "<nº ou e-mail>", desc: "abre a ficha de um cliente", run: openCliente},
		command{nome: "exportar", args: "<arquivo.csv ou .json>", desc: "grava a lista desta página, com busca e filtros", run: exportList},
		command{nome: "tema", args: "<nome>", desc: "muda as cores", values: temas, run: changeTheme},
		command{nome: "mouse", args: "<ligado ou desligado>", desc: "liga ou desliga o mouse", values: []string{"ligado", "desligado"}, run: changeMouse},
		command{nome: "atualizar", args: "<tempo>", desc: "intervalo entre leituras; 0 desliga", values: []string{"2s", "10s", "1m", "0"}, run: changeRefresh},
		command{nome: "ajuda", desc: "teclas desta tela", run: func(p *palette, _ string) tea.Cmd {
			p.close()
			return p.env.openHelp()
		}},
		command{nome: "sair", desc: "fecha o console", run: func(*palette, string) tea.Cmd { return quit() }},
	)
}

// plain folds case and accents away, so that :conexoes is :conexões.
func plain(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// findCommand takes a whole name or the beginning of a single one.
func findCommand(e *env, name string) (command, string) {
	var found []command
	for _, c := range commands(e) {
		switch {
		case plain(c.nome) == plain(name):
			return c, ""
		case strings.HasPrefix(plain(c.nome), plain(name)):
			found = append(found, c)
		}
	}
	switch len(found) {
	case 1:
		return found[0], ""
	case 0:
		return command{}, "Não há o comando “" + name + "”. Tecle tab em uma linha vazia para ver todos."
	}
	var names []string
	for _, c := range found {
		names = append(names, c.nome)
	}
	return command{}, "“" + name + "” pode ser " + strings.Join(names, " ou ") + ": escreva mais uma letra."
}

// proposals are the completions of a text.
func proposals(e *env, text string) []proposal {
	name, arg, hasArg := strings.Cut(strings.TrimLeft(text, " "), " ")
	if hasArg {
		return argProposals(e, name, arg)
	}
	var out []proposal
	for _, c := range commands(e) {
		if !strings.HasPrefix(plain(c.nome), plain(name)) {
			continue
		}
		text := c.nome
		if strings.HasPrefix(c.args, "<") {
			text += " "
		}
		out = append(out, proposal{text, strings.TrimSpace(c.nome + " " + c.args), c.desc})
	}
	return out
}

func argProposals(e *env, name, arg string) []proposal {
	c, problem := findCommand(e, name)
	if problem != "" {
		return nil
	}
	var out []proposal
	for _, v := range c.values {
		if strings.HasPrefix(plain(v), plain(arg)) {
			out = append(out, proposal{c.nome + " " + v, v, ""})
		}
	}
	if len(out) == 0 {
		return []proposal{{c.nome + " " + arg, strings.TrimSpace(c.nome + " " + c.args), c.desc}}
	}
	return out
}

// searcher is a page that can be told what to search for.
type searcher interface{ SearchFor(text string) tea.Cmd }

func toPage(i int) func(*palette, string) tea.Cmd {
	return func(p *palette, arg string) tea.Cmd {
		e := p.env
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
			e.tell(noticeBad, "A página "+e.tabs[i].titulo+" não tem busca.")
			return cmd
		}
		e.toBottom()
		return tea.Batch(cmd, s.SearchFor(arg))
	}
}

func openCliente(p *palette, arg string) tea.Cmd {
	if arg == "" {
		return p.fail("Diga o número ou o e-mail do cliente, por exemplo: cliente 12")
	}
	e, handle := p.env, p.env.cfg.Handle
	return p.later(func(ctx context.Context) (outcome, error) {
		c, err := handle.Clientes.Find(ctx, arg)
		return func() tea.Cmd {
			p.close()
			return tea.Batch(e.showNamed("clientes"), e.push(newClienteDetail(e, c)))
		}, err
	})
}

func changeTheme(p *palette, arg string) tea.Cmd {
	if !slices.Contains(temas, arg) {
		return p.fail("Os temas são " + enumerate(temas) + ".")
	}
	p.close()
	return p.env.setTheme(arg)
}

func (e *env) setTheme(tema string) tea.Cmd {
	e.cfg.Tema = tema
	e.th = newTheme(e.cfg.Saida, e.cfg.Cor, tema)
	return send(themeMsg{})
}

func changeMouse(p *palette, arg string) tea.Cmd {
	if arg != "ligado" && arg != "desligado" {
		return p.fail("Escreva mouse ligado ou mouse desligado.")
	}
	p.close()
	return p.env.setMouse(arg == "ligado")
}

func changeRefresh(p *palette, arg string) tea.Cmd {
	d, err := time.ParseDuration(arg)
	if arg == "0" {
		d, err = 0, nil
	}
	if err != nil || d < 0 || d > 0 && d < time.Second {
		return p.fail("Diga o tempo entre as leituras, de 1s para cima, por exemplo 5s ou 1m; 0 desliga.")
	}
	p.close()
	p.env.cfg.Atualizar = d
	if d == 0 {
		p.env.tell(noticeOK, "A tela não se atualiza mais sozinha; r atualiza.")
	} else {
		p.env.tell(noticeOK, "A tela se atualiza a cada "+span(d)+".")
	}
	return nil
}

// enumerate joins names for people.
func enumerate(names []string) string {
	n := len(names)
	return strings.Join(names[:n-1], ", ") + " e " + names[n-1]
}
