package tui

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"example.com/monitor/store"
	"example.com/monitor/store/say"
	"example.com/monitor/tui/kit"
)

// spans are the spans of time of which the panel tells the course.
var spans = []struct{ code, name string }{
	{store.Serie24h, "últimas 24 horas"},
	{store.Serie7d, "últimos 7 dias"},
	{store.Serie30d, "últimos 30 dias"},
}

// period is the span of the numbers at hand, which may not be the one asked for yet.
func (p *painel) period() string {
	for _, x := range spans {
		if x.code == p.have.serie.Periodo {
			return x.name
		}
	}
	return spans[p.since].name
}

// trend is one line of the series; nil points were not measured.
type trend struct {
	name   string
	points []*int64
	mean   bool // told by its peak instead of its sum
	bad    bool // more is worse
}

func trends(s store.Serie) []trend {
	pick := func(at func(*store.Ponto) *int64) []*int64 {
		out := make([]*int64, len(s.Pontos))
		for i := range s.Pontos {
			out[i] = at(&s.Pontos[i])
		}
		return out
	}
	return []trend{
		{name: "Dispositivos online", mean: true, points: pick(func(x *store.Ponto) *int64 { return x.DispositivosOnline })},
		{name: "Conexões", points: pick(func(x *store.Ponto) *int64 { return &x.Conexoes })},
		{name: "Mensagens", points: pick(func(x *store.Ponto) *int64 { return &x.Mensagens })},
		{name: "Entradas", points: pick(func(x *store.Ponto) *int64 { return &x.Logins })},
		{name: "Entradas recusadas", bad: true, points: pick(func(x *store.Ponto) *int64 { return &x.LoginsRecusados })},
	}
}

// trends draws each line with its sum or peak.
func (p *painel) trends(w int) []string {
	t := p.env.Theme
	var out []string
	for _, x := range trends(p.have.serie) {
		label := "  " + t.Dim.Render(kit.Fit(x.name, labelWidth(w))) + " "
		text, style := x.tell(), t.Good
		if x.bad && x.sum() > 0 {
			style = t.Warn
		}
		room := w - ansi.StringWidth(label) - 2
		marks := sparkline(x.points, max(0, room-ansi.StringWidth(text)))
		if marks == "" || x.empty() {
			out = append(out, label+" "+t.Dim.Render(kit.Clip(text, room)))
			continue
		}
		out = append(out, label+" "+style.Render(marks)+"  "+kit.Clip(text, room))
	}
	return out
}

func (x trend) sum() (n int64) {
	for _, v := range x.points {
		if v != nil {
			n += *v
		}
	}
	return n
}

func (x trend) peak() (n int64) {
	for _, v := range x.points {
		if v != nil {
			n = max(n, *v)
		}
	}
	return n
}

func (x trend) measured() bool {
	return slices.ContainsFunc(x.points, func(v *int64) bool { return v != nil })
}

// empty says that there is no line to draw.
func (x trend) empty() bool { return x.peak() == 0 }

func (x trend) tell() string {
	switch {
	case !x.measured():
		return "sem medições"
	case x.empty() && x.mean:
		return "nenhum"
	case x.empty():
		return "nenhuma"
	case x.mean:
		return "máx. " + say.Thousands(int(x.peak()))
	}
	return say.Thousands(int(x.sum()))
}

var bars = []rune("▁▂▃▄▅▆▇█")

// sparkline draws points as bars on at most w cells, the newest at the right; a
// gap stands for what was not measured and a dot for nothing.
func sparkline(points []*int64, w int) string {
	if len(points) > w {
		points = points[len(points)-w:]
	}
	var most int64
	for _, v := range points {
		if v != nil {
			most = max(most, *v)
		}
	}
	var b strings.Builder
	for _, v := range points {
		switch {
		case v == nil:
			b.WriteRune(' ')
		case *v == 0:
			b.WriteRune('·')
		default:
			b.WriteRune(bars[int64(len(bars)-1)*(*v)/most])
		}
	}
	return b.String()
}
