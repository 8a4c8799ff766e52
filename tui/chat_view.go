package tui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"example.com/monitor/store"
	"example.com/monitor/store/say"
	"example.com/monitor/tui/kit"
)

const (
	gutter = 8 // selection mark and time, before the text of a message
	// together is how long after its author's last message one needs no name.
	together = 5 * time.Minute
	// roomsWidth is the column of rooms, on screens of at least roomsFrom cells.
	roomsWidth = 24
	roomsFrom  = 96
	// fieldWarn is the length from which a message is measured.
	fieldWarn, fieldMost = 3500, 4096
)

func (c *chat) View(w, h int) []string {
	if !kit.Roomy(w, h) {
		foot := c.foot(w-2, h)
		head := " " + c.env.Theme.Accent.Render(kit.Clip("#"+kit.Line(c.sala), w-2))
		body := kit.Tall(c.talk(w, h-1-len(foot)), h-1-len(foot))
		return append(append([]string{head}, body...), kit.Indent(foot)...)
	}
	left := 0
	if w >= roomsFrom {
		left = roomsWidth
	}
	foot := c.foot(w-4-left, h)
	body := append(kit.Tall(c.talk(w-4-left, h-2-len(foot)), h-2-len(foot)), foot...)
	if left > 0 {
		body = kit.Beside(c.roomLines(left-3, h-2), body, left)
	}
	return c.env.Theme.Frame(
		kit.Framed{Title: "Chat · #" + kit.Line(c.sala), Aside: c.fresh(), Status: c.status(), Lines: body, Width: w, Height: h},
	)
}

func (c *chat) status() string {
	if mark := c.list.List.Mark(); mark != "" {
		return mark + " consultando"
	}
	return c.list.Age()
}

// fresh counts the messages that came since the end was on the screen.
func (c *chat) fresh() string {
	if c.list.Window.AtEnd() {
		return ""
	}
	n := 0
	for _, m := range c.list.Window.Rows {
		if m.ID > c.lastRead {
			n++
		}
	}
	if n == 0 || c.lastRead == 0 {
		return "G vai à mais nova"
	}
	return "▼ " + say.Count(n, "nova", "novas") + " · G vai até lá"
}

// talk draws the messages on w by h cells, or what stands for them.
func (c *chat) talk(w, h int) []string {
	c.list.Window.Resize(max(1, h/2))
	if a, ok := c.list.State(c.silence()); ok {
		return c.env.Theme.Alone(a, w, h)
	}
	var out []string
	if banner := c.list.Banner(w); banner != "" && h > 2 {
		out = append(out, c.env.Theme.Warn.Render(banner))
		h--
	}
	return append(out, c.bottomUp(w, h)...)
}

// silence is shown in a room without messages.
func (c *chat) silence() kit.Alone {
	next := "n escreve a primeira"
	if why := c.env.chatBlocked(); why != "" {
		next = why
	}
	return kit.Alone{Glyph: "∅", News: "Nenhuma mensagem em #" + kit.Line(c.sala), Next: []string{next, "s mostra as salas"}}
}

// bottomUp fills h lines with messages so that the selected one is in sight.
func (c *chat) bottomUp(w, h int) []string {
	win := &c.list.Window
	n := len(win.Rows)
	if c.bottom < win.Cursor || c.bottom >= n || win.AtEnd() {
		c.bottom = max(win.Cursor, min(c.bottom, n-1))
	}
	if win.AtEnd() {
		c.bottom, c.lastRead = n-1, win.Rows[n-1].ID
		c.seen[c.sala] = win.Rows[n-1].DataHora.Time
	}
	if block := c.block(win.Cursor, w); len(block) >= h { // its beginning matters
		c.bottom = win.Cursor
		return block[:h]
	}
	lines, top := c.upFrom(c.bottom, w, h)
	if top > win.Cursor { // the selected one stands above: it becomes the first
		c.bottom = win.Cursor
		for size := len(c.block(c.bottom, w)); c.bottom < n-1; c.bottom++ {
			if size += len(c.block(c.bottom+1, w)); size > h {
				break
			}
		}
		lines, _ = c.upFrom(c.bottom, w, h)
	}
	return append(make([]string, max(0, h-len(lines))), lines...)
}

// upFrom draws the messages that end at row i; top is the first that is whole.
func (c *chat) upFrom(i, w, h int) (lines []string, top int) {
	top = i
	for ; i >= 0 && len(lines) < h; i-- {
		block := c.block(i, w)
		if len(lines) == 0 || len(lines)+len(block) <= h {
			top = i
		}
		lines = append(block, lines...)
	}
	return lines[max(0, len(lines)-h):], top
}

// screenful is about how many messages a screen holds.
func (c *chat) screenful() int { return max(1, c.list.Window.Height) }

// block is one message: the day and the author where they change, then the text.
func (c *chat) block(i, w int) []string {
	t, m := c.env.Theme, c.list.Window.Rows[i]
	chosen := i == c.list.Window.Cursor
	if c.writing { // what is answered or edited
		chosen = c.mode != newMessage && m.ID == c.about.ID
	}
	var out []string
	if i == 0 || !c.sameDay(c.list.Window.Rows[i-1], m) {
		out = append(out, t.Dim.Render(kit.Center("── "+c.env.Weekday(m.DataHora.Time)+" ──", w)))
	}
	mark, room := "", w-gutter
	put := func(time, text string, dim bool) {
		l := kit.Fit(mark, 2) + kit.Fit(time, gutter-2) + kit.Clip(text, room)
		switch {
		case chosen:
			l = t.Selected.Render(kit.Fit(l, w))
		case dim:
			l = t.Dim.Render(l)
		default:
			l = t.Dim.Render(ansi.Truncate(l, gutter, "")) + ansi.TruncateLeft(l, gutter, "")
		}
		out = append(out, l)
		if mark = ""; chosen {
			mark = "┃"
		}
	}
	if chosen {
		mark = "❯"
	}
	clock := c.clock(m)
	if name := c.name(i); name != "" {
		put(clock, name, true)
		clock = ""
		if !chosen {
			out[len(out)-1] = t.Dim.Render("  "+kit.Fit(c.clock(m), gutter-2)) + t.Accent.Render(kit.Clip(name, room))
		}
	}
	if m.RespostaPara != 0 {
		put(clock, "↳ "+c.quoted(int64(m.RespostaPara)), true)
		clock = ""
	}
	for _, l := range c.Text(m, room) {
		put(clock, l, false)
		clock = ""
	}
	return out
}

func (c *chat) clock(m store.Mensagem) string {
	if m.DataHora.IsZero() {
		return "–"
	}
	return m.DataHora.In(c.env.cfg.Zone).Format("15:04")
}

func (c *chat) sameDay(a, b store.Mensagem) bool {
	x, y := a.DataHora.In(c.env.cfg.Zone), b.DataHora.In(c.env.cfg.Zone)
	return x.YearDay() == y.YearDay() && x.Year() == y.Year()
}

// name is the author of row i, "" where the message above is from the same
// person and moment.
func (c *chat) name(i int) string {
	m := c.list.Window.Rows[i]
	if i > 0 {
		was := c.list.Window.Rows[i-1]
		near := m.DataHora.Sub(was.DataHora.Time) < together && c.sameDay(was, m)
		if near && was.Usuario == m.Usuario && was.ClienteID == m.ClienteID {
			return ""
		}
	}
	name := speaker(m)
	if c.env.mine(m) {
		name += " (você)"
	}
	return name
}

// quoted is the beginning of the message that another answers.
func (c *chat) quoted(id int64) string {
	i := c.list.Window.Find(id)
	if i < 0 {
		return "mensagem nº " + strconv.FormatInt(id, 10)
	}
	m := c.list.Window.Rows[i]
	return speaker(m) + ": " + kit.Line(m.Mensagem)
}

// mostLines bounds a message in the conversation; the whole is a key away.
const mostLines = 8

// Text is the message in lines of w cells.
func (c *chat) Text(m store.Mensagem, w int) []string {
	text, cut := m.Mensagem, mostLines*max(8, w)*4
	if len(text) > cut {
		text = strings.ToValidUTF8(text[:cut], "")
	}
	lines := kit.Paragraph(text, w)
	if len(lines) > mostLines || len(text) < len(m.Mensagem) {
		lines = append(lines[:min(len(lines), mostLines-1)], "… (enter lê a mensagem inteira)")
	}
	if m.Editada {
		last := len(lines) - 1
		if mark := " (editada)"; ansi.StringWidth(lines[last])+len(mark) <= w {
			lines[last] += mark
		} else {
			lines = append(lines, "(editada)")
		}
	}
	return lines
}

// foot is the line to write in, below what it is about.
func (c *chat) foot(w, h int) []string {
	t := c.env.Theme
	var out []string
	switch {
	case c.news != "":
		out = kit.Wrap("✗ "+kit.Line(c.news), w)
		out = kit.Styled(t.Bad.Render, out[:min(1+h/10, len(out))])
	case c.sending.Slow:
		out = []string{c.sending.Mark() + " Enviando…"}
	case c.mode == answering:
		out = []string{t.Accent.Render(kit.Clip("↳ resposta a "+speaker(c.about)+": "+kit.Line(c.about.Mensagem), w))}
	case c.mode == editing:
		out = []string{t.Accent.Render(kit.Clip("✎ editando a mensagem de "+speaker(c.about), w))}
	default:
		out = []string{t.Dim.Render(strings.Repeat("─", w))}
	}
	return append(out, c.fieldLine(w))
}

func (c *chat) fieldLine(w int) string {
	t := c.env.Theme
	switch {
	case c.writing:
		size := ""
		if n := len(c.input.Value()); n >= fieldWarn {
			size = " " + say.Thousands(n) + "/" + say.Thousands(fieldMost)
		}
		text := t.Accent.Render("> ") + c.input.View(t, w-2-len(size), "mensagem para #"+kit.Line(c.sala))
		return kit.Fit(text, w-len(size)) + t.Warn.Render(size)
	case c.env.chatBlocked() != "":
		return t.Dim.Render(kit.Clip(c.env.chatBlocked(), w))
	case c.input.Value() != "":
		return t.Dim.Render(kit.Clip("> "+kit.Line(c.input.Value())+"  (rascunho · n continua)", w))
	default:
		return t.Dim.Render(kit.Clip("n escreve em #"+kit.Line(c.sala), w))
	}
}

// roomLines is the column of rooms on w by h cells.
func (c *chat) roomLines(w, h int) []string {
	t := c.env.Theme
	out := []string{t.Strong.Render(kit.Fit("SALAS", w)), ""}
	for _, s := range c.roomList() {
		count := say.Thousands(s.Mensagens)
		text := kit.Fit(c.roomMark(s)+" #"+kit.Line(s.Sala), w-len(count)-1) + " " + count
		if s.Sala == c.sala {
			text = t.Selected.Render("❯" + ansi.TruncateLeft(text, 1, ""))
		}
		out = append(out, text)
	}
	out = kit.Tall(out, h)
	for i := range out {
		out[i] = kit.Fit(out[i], w) + t.Border.Render(" │")
	}
	return out
}

// roomMark tells rooms with messages that were not seen yet.
func (c *chat) roomMark(s store.Sala) string {
	if seen, ok := c.seen[s.Sala]; s.Sala != c.sala && (ok && s.Ultima.After(seen)) {
		return "•"
	}
	return " "
}

// roomList is the rooms with messages and the one shown.
func (c *chat) roomList() []store.Sala {
	there := func(s store.Sala) bool { return s.Sala == c.sala }
	if slices.ContainsFunc(c.salas, there) {
		return c.salas
	}
	return append([]store.Sala{{Sala: c.sala}}, c.salas...)
}
