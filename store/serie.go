package store

import (
	"context"
	"strings"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/when"
)

// The periods of a series. Hours and days are those that clocks in Config.Fuso
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
	Inicio          Hora  `json:"inicio"`
	Conexoes        int64 `json:"conexoes"`
	Mensagens       int64 `json:"mensagens"`
	Logins          int64 `json:"logins"`
	LoginsRecusados int64 `json:"logins_recusados"`
	// DispositivosOnline is the mean of the samples; nil when there is none, because
	// no device beat then or nobody was there to count.
	DispositivosOnline *int64 `json:"dispositivos_online"`
}

// contagens are the numbers of a point, each over a range of times of an index.
const contagens = `
	(SELECT count(*) FROM conexoes WHERE data_hora >= ? AND data_hora < ?),
	(SELECT count(*) FROM mensagens_chat WHERE data_hora >= ? AND data_hora < ?),
	(SELECT count(*) FROM logs_auditoria WHERE EXACT(acao, ?) AND data_hora >= ? AND data_hora < ?),
	(SELECT count(*) FROM logs_auditoria WHERE EXACT(acao, ?) AND data_hora >= ? AND data_hora < ?),
	(SELECT coalesce(sum(online), 0) FROM monitor_presenca WHERE fatia >= ? AND fatia < ?),
	(SELECT count(*) FROM monitor_presenca WHERE fatia >= ? AND fatia < ?),`

// Serie counts connections, messages, logins, refused logins and devices online in
// each hour of the last 24, or each of the last 7 or 30 days; "" means Serie24h.
// Admins, moderadores, leitura keys and the local operator.
func (h *Handle) Serie(ctx context.Context, periodo string) (Serie, error) {
	if err := h.require(Admin, Moderador, Leitura); err != nil {
		return Serie{}, err
	}
	s, bounds, err := novaSerie(periodo, h.s.cfg.Now(), h.s.cfg.Fuso)
	if err != nil {
		return Serie{}, err
	}
	n := len(s.Pontos)
	rowSum, sampler := make([]int64, n), make([]int64, n)
	var dest, args []any
	for i := range s.Pontos {
		p, de, until := &s.Pontos[i], when.SecondBound(bounds[i]), when.SecondBound(bounds[i+1])
		dest = append(dest, &p.Conexoes, &p.Mensagens, &p.Logins, &p.LoginsRecusados, &rowSum[i], &sampler[i])
		args = append(args, de, until, de, until, actLogin, de, until, actLoginFailed, de, until)
		args = append(args, slot(bounds[i]), slot(bounds[i+1]), slot(bounds[i]), slot(bounds[i+1]))
	}
	err = h.read(ctx, func(ctx context.Context, q engine.Q) error {
		return q.Get(ctx, dest, strings.TrimSuffix("SELECT "+strings.Repeat(contagens, n), ","), args...)
	})
	if err != nil {
		return Serie{}, err
	}
	for i := range s.Pontos {
		if sampler[i] > 0 {
			s.Pontos[i].DispositivosOnline = new((2*rowSum[i] + sampler[i]) / (2 * sampler[i]))
		}
	}
	return s, nil
}

// novaSerie lays out a period: its points, and where each begins and the last ends.
func novaSerie(periodo string, now time.Time, fuso *time.Location) (Serie, []time.Time, error) {
	days := map[string]int{Serie7d: 7, Serie30d: 30}[periodo]
	s := Serie{Periodo: periodo, Passo: PassoDia}
	var bounds []time.Time
	switch {
	case days > 0:
		y, m, d := now.In(fuso).Date()
		for i := -days; i < 1; i++ {
			bounds = append(bounds, when.LocalDay(y, m, d+i+1, fuso))
		}
	case periodo == Serie24h || periodo == "":
		s.Periodo, s.Passo = Serie24h, PassoHora
		for i := -24; i < 1; i++ {
			bounds = append(bounds, when.HourStart(now, fuso).Add(time.Duration(i+1)*time.Hour))
		}
	default:
		return s, nil, fault.Invalid("periodo", "Use 24h, 7d ou 30d")
	}
	s.Pontos = make([]Ponto, len(bounds)-1)
	for i := range s.Pontos {
		s.Pontos[i].Inicio = when.Of(bounds[i])
	}
	return s, bounds, nil
}
