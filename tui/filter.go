package tui

import "time"

// filter is something that a list can be narrowed by.
type filter interface {
	Text() string // for the frame: "situação: ativos"; "" when there is nothing to tell
	Active() bool // rows are hidden by it
	Clear()
}

// turner is a filter with few values, which one key goes through.
type turner interface {
	filter
	On() binding
	Next() string
	Turn()
}

// cycle is a turner whose first value hides nothing.
type cycle struct {
	key    binding
	rotulo string
	nomes  []string
	at     int
}

func (c *cycle) Text() string { return c.rotulo + ": " + c.nomes[c.at] }
func (c *cycle) Active() bool { return c.at != 0 }
func (c *cycle) Clear()       { c.at = 0 }
func (c *cycle) On() binding  { return c.key }
func (c *cycle) Next() string { return c.nomes[(c.at+1)%len(c.nomes)] }
func (c *cycle) Turn()        { c.at = (c.at + 1) % len(c.nomes) }

// yes is the cycle's value for a filter that wants the second or the third of
// three: nil, true or false.
func (c *cycle) yes() *bool {
	if c.at == 0 {
		return nil
	}
	want := c.at == 1
	return &want
}

// narrow is a filter by a value that was typed or chosen; "" hides nothing.
type narrow struct {
	rotulo, valor string
	nome          string // valor for people; "" where it speaks for itself
}

func (n *narrow) Text() string {
	if n.valor == "" {
		return ""
	}
	return n.rotulo + ": " + line(first(n.nome, n.valor))
}

func (n *narrow) Active() bool { return n.valor != "" }
func (n *narrow) Clear()       { n.valor, n.nome = "", "" }

// period is a filter by time: one of a few that a key goes through, or from one
// typed day to another.
type period struct {
	cycle
	de, ate string // as typed
}

// periodDays are the days of the choices of a period; 0 is all of them.
var periodDays = []int{0, 1, 7, 30}

func newPeriod(key binding) *period {
	return &period{cycle: cycle{key: key, rotulo: "período", nomes: []string{"tudo", "hoje", "7 dias", "30 dias"}}}
}

func (p *period) typed() bool  { return p.de != "" || p.ate != "" }
func (p *period) Active() bool { return p.typed() || p.cycle.Active() }

func (p *period) Text() string {
	switch {
	case p.de != "" && p.ate != "":
		return p.rotulo + ": " + line(p.de) + " a " + line(p.ate)
	case p.de != "":
		return p.rotulo + ": desde " + line(p.de)
	case p.ate != "":
		return p.rotulo + ": até " + line(p.ate)
	default:
		return p.cycle.Text()
	}
}

func (p *period) Clear() { p.de, p.ate, p.at = "", "", 0 }

func (p *period) Turn() {
	p.de, p.ate = "", ""
	p.cycle.Turn()
}

// bounds are the first and last day for the store, both inclusive, at a time in
// the zone of the person.
func (p *period) bounds(now time.Time) (de, ate string) {
	if p.typed() || p.at == 0 {
		return p.de, p.ate
	}
	return now.AddDate(0, 0, 1-periodDays[p.at]).Format("2006-01-02"), ""
}
