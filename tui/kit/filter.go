package kit

import "time"

// Filter is something that a list can be narrowed by.
type Filter interface {
	Text() string // for the frame: "situação: ativos"; "" when there is nothing to tell
	Active() bool // rows are hidden by it
	Clear()
}

// turner is a filter with few values, which one key goes through.
type turner interface {
	Filter
	On() Binding
	Next() string
	Turn()
}

// Cycle is a turner whose first value hides nothing.
type Cycle struct {
	Key   Binding
	Label string
	Names []string
	At    int
}

func (c *Cycle) Text() string { return c.Label + ": " + c.Names[c.At] }
func (c *Cycle) Active() bool { return c.At != 0 }
func (c *Cycle) Clear()       { c.At = 0 }
func (c *Cycle) On() Binding  { return c.Key }
func (c *Cycle) Next() string { return c.Names[(c.At+1)%len(c.Names)] }
func (c *Cycle) Turn()        { c.At = (c.At + 1) % len(c.Names) }

// Yes is the cycle's value for a filter that wants the second or the third of
// three: nil, true or false.
func (c *Cycle) Yes() *bool {
	if c.At == 0 {
		return nil
	}
	want := c.At == 1
	return &want
}

// Narrow is a filter by a value that was typed or chosen; "" hides nothing.
type Narrow struct {
	Label, Value string
	Name         string // valor for people; "" where it speaks for itself
}

func (n *Narrow) Text() string {
	if n.Value == "" {
		return ""
	}
	return n.Label + ": " + Line(First(n.Name, n.Value))
}

func (n *Narrow) Active() bool { return n.Value != "" }
func (n *Narrow) Clear()       { n.Value, n.Name = "", "" }

// Period is a filter by time: one of a few that a key goes through, or from one
// typed day to another.
type Period struct {
	Cycle
	From, Until string // as typed
}

// periodDays are the days of the choices of a period; 0 is all of them.
var periodDays = []int{0, 1, 7, 30}

// NewPeriod is a period that hides nothing until its key is pressed.
func NewPeriod(key Binding) *Period {
	return &Period{Cycle: Cycle{Key: key, Label: "período", Names: []string{"tudo", "hoje", "7 dias", "30 dias"}}}
}

// Typed is true where the bounds were typed.
func (p *Period) Typed() bool  { return p.From != "" || p.Until != "" }
func (p *Period) Active() bool { return p.Typed() || p.Cycle.Active() }

func (p *Period) Text() string {
	switch {
	case p.From != "" && p.Until != "":
		return p.Label + ": " + Line(p.From) + " a " + Line(p.Until)
	case p.From != "":
		return p.Label + ": desde " + Line(p.From)
	case p.Until != "":
		return p.Label + ": até " + Line(p.Until)
	default:
		return p.Cycle.Text()
	}
}

func (p *Period) Clear() { p.From, p.Until, p.At = "", "", 0 }

func (p *Period) Turn() {
	p.From, p.Until = "", ""
	p.Cycle.Turn()
}

// Bounds are the first and last day for the store, both inclusive, at a time in
// the zone of the person.
func (p *Period) Bounds(now time.Time) (from, until string) {
	if p.Typed() || p.At == 0 {
		return p.From, p.Until
	}
	return now.AddDate(0, 0, 1-periodDays[p.At]).Format("2006-01-02"), ""
}
