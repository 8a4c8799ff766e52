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
	key   binding
	label string
	names []string
	at    int
}

func (c *cycle) Text() string { return c.label + ": " + c.names[c.at] }
func (c *cycle) Active() bool { return c.at != 0 }
func (c *cycle) Clear()       { c.at = 0 }
func (c *cycle) On() binding  { return c.key }
func (c *cycle) Next() string { return c.names[(c.at+1)%len(c.names)] }
func (c *cycle) Turn()        { c.at = (c.at + 1) % len(c.names) }

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
	label, value string
	name         string // valor for people; "" where it speaks for itself
}

func (n *narrow) Text() string {
	if n.value == "" {
		return ""
	}
	return n.label + ": " + line(first(n.name, n.value))
}

func (n *narrow) Active() bool { return n.value != "" }
func (n *narrow) Clear()       { n.value, n.name = "", "" }

// period is a filter by time: one of a few that a key goes through, or from one
// typed day to another.
type period struct {
	cycle
	from, until string // as typed
}

// periodDays are the days of the choices of a period; 0 is all of them.
var periodDays = []int{0, 1, 7, 30}

func newPeriod(key binding) *period {
	return &period{cycle: cycle{key: key, label: "período", names: []string{"tudo", "hoje", "7 dias", "30 dias"}}}
}

func (p *period) typed() bool  { return p.from != "" || p.until != "" }
func (p *period) Active() bool { return p.typed() || p.cycle.Active() }

func (p *period) Text() string {
	switch {
	case p.from != "" && p.until != "":
		return p.label + ": " + line(p.from) + " a " + line(p.until)
	case p.from != "":
		return p.label + ": desde " + line(p.from)
	case p.until != "":
		return p.label + ": até " + line(p.until)
	default:
		return p.cycle.Text()
	}
}

func (p *period) Clear() { p.from, p.until, p.at = "", "", 0 }

func (p *period) Turn() {
	p.from, p.until = "", ""
	p.cycle.Turn()
}

// bounds are the first and last day for the store, both inclusive, at a time in
// the zone of the person.
func (p *period) bounds(now time.Time) (from, until string) {
	if p.typed() || p.at == 0 {
		return p.from, p.until
	}
	return now.AddDate(0, 0, 1-periodDays[p.at]).Format("2006-01-02"), ""
}
