package tui

// filter is something that a list can be narrowed by.
type filter interface {
	text() string // for the frame: "situação: ativos"; "" when there is nothing to tell
	active() bool // rows are hidden by it
	clear()
}

// cycle is a filter with few values, which one key goes through. The first
// value hides nothing.
type cycle struct {
	key    binding
	rotulo string
	nomes  []string
	at     int
}

func (c *cycle) text() string { return c.rotulo + ": " + c.nomes[c.at] }
func (c *cycle) active() bool { return c.at != 0 }
func (c *cycle) clear()       { c.at = 0 }
func (c *cycle) next() string { return c.nomes[(c.at+1)%len(c.nomes)] }

// yes is the cycle's value for a filter that wants the second or the third of
// three: nil, true or false.
func (c *cycle) yes() *bool {
	if c.at == 0 {
		return nil
	}
	want := c.at == 1
	return &want
}
