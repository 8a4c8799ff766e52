package summary

import (
	"context"
	"strings"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/trail"
	"example.com/monitor/store/when"
)

// The periods of a series. Hours and days are those that clocks in its zone
// show; the last one is not over yet.
const (
	Serie24h = "24h"
	Serie7d  = "7d"
	Serie30d = "30d"
)

// The steps of a series.
const (
	PassoHora = "hora"
	PassoDia  = "dia"
)

// Serie is what happened in each hour or day of a period, oldest first.
type Serie struct {
	Periodo string  `json:"periodo"`
	Passo   string  `json:"passo"`
	Pontos  []Ponto `json:"pontos"`
}

// Ponto is one hour or day.
type Ponto struct {
	Inicio          when.Hora `json:"inicio"`
	Conexoes        int64     `json:"conexoes"`
	Mensagens       int64     `json:"mensagens"`
	Logins          int64     `json:"logins"`
	LoginsRecusados int64     `json:"logins_recusados"`
	// DispositivosOnline is the mean of the samples; nil when there is none, because
	// no device beat then or nobody was there to count.
	DispositivosOnline *int64 `json:"dispositivos_online"`
}

// PointCounts are the numbers of a point, each over a range of times of an index.
const PointCounts = `
	(SELECT count(*) FROM conexoes WHERE data_hora >= ? AND data_hora < ?),
	(SELECT count(*) FROM mensagens_chat WHERE data_hora >= ? AND data_hora < ?),
	(SELECT count(*) FROM logs_auditoria WHERE EXACT(acao, ?) AND data_hora >= ? AND data_hora < ?),
	(SELECT count(*) FROM logs_auditoria WHERE EXACT(acao, ?) AND data_hora >= ? AND data_hora < ?),
	(SELECT coalesce(sum(online), 0) FROM monitor_presenca WHERE fatia >= ? AND fatia < ?),
	(SELECT count(*) FROM monitor_presenca WHERE fatia >= ? AND fatia < ?),`

// Period is a series that is laid out and not read yet.
type Period struct {
	serie  Serie
	bounds []time.Time // where each point begins and the last ends
}

// Read counts connections, messages, logins, refused logins and devices online.
func (p Period) Read(ctx context.Context, q engine.Q) (Serie, error) {
	s, bounds := p.serie, p.bounds
	n := len(s.Pontos)
	sums, samples := make([]int64, n), make([]int64, n)
	var dest, args []any
	for i := range s.Pontos {
		p, from, until := &s.Pontos[i], when.SecondBound(bounds[i]), when.SecondBound(bounds[i+1])
		dest = append(dest, &p.Conexoes, &p.Mensagens, &p.Logins, &p.LoginsRecusados, &sums[i], &samples[i])
		args = append(args, from, until, from, until, trail.ActLogin, from, until, trail.ActLoginFailed, from, until)
		args = append(args, Slot(bounds[i]), Slot(bounds[i+1]), Slot(bounds[i]), Slot(bounds[i+1]))
	}
	if err := q.Get(ctx, dest, strings.TrimSuffix("SELECT "+strings.Repeat(PointCounts, n), ","), args...); err != nil {
		return Serie{}, err
	}
	for i := range s.Pontos {
		if samples[i] > 0 {
			s.Pontos[i].DispositivosOnline = new((2*sums[i] + samples[i]) / (2 * samples[i]))
		}
	}
	return s, nil
}

// NewPeriod lays out the hours of the last 24, or the last 7 or 30 days; "" means Serie24h.
func NewPeriod(period string, now time.Time, zone *time.Location) (Period, error) {
	days := map[string]int{Serie7d: 7, Serie30d: 30}[period]
	s := Serie{Periodo: period, Passo: PassoDia}
	var bounds []time.Time
	switch {
	case days > 0:
		y, m, d := now.In(zone).Date()
		for i := -days; i < 1; i++ {
			bounds = append(bounds, when.LocalDay(y, m, d+i+1, zone))
		}
	case period == Serie24h || period == "":
		s.Periodo, s.Passo = Serie24h, PassoHora
		for i := -24; i < 1; i++ {
			bounds = append(bounds, when.HourStart(now, zone).Add(time.Duration(i+1)*time.Hour))
		}
	default:
		return Period{}, fault.Invalid("periodo", "Use 24h, 7d ou 30d")
	}
	s.Pontos = make([]Ponto, len(bounds)-1)
	for i := range s.Pontos {
		s.Pontos[i].Inicio = when.Of(bounds[i])
	}
	return Period{s, bounds}, nil
}
