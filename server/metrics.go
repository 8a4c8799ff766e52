package server

import (
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"example.com/monitor/store"
)

// metrics are the figures of /metrics. Labels are route patterns, statuses and
// the names of pools: never anything that a caller chose.
type metrics struct {
	registry *prometheus.Registry
	answered *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	flying   prometheus.Gauge
	streams  prometheus.Gauge
	refused  *prometheus.CounterVec
	ignored  *prometheus.CounterVec
}

func newMetrics(versao string) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		answered: prometheus.NewCounterVec(
			prometheus.CounterOpts{Name: "monitor_requisicoes_total", Help: "Requisições atendidas, por rota e status."},
			[]string{"rota", "status"},
		),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "monitor_requisicao_segundos", Help: "Tempo até o fim da resposta, por rota.",
			Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5},
		}, []string{"rota"}),
		flying: prometheus.NewGauge(
			prometheus.GaugeOpts{Name: "monitor_requisicoes_em_andamento", Help: "Requisições sendo atendidas agora."},
		),
		streams: prometheus.NewGauge(prometheus.GaugeOpts{Name: "monitor_fluxos_abertos", Help: "Fluxos de eventos abertos agora."}),
		refused: prometheus.NewCounterVec(
			prometheus.CounterOpts{Name: "monitor_recusas_total", Help: "Requisições recusadas por excesso, por motivo."},
			[]string{"motivo"},
		),
		ignored: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "monitor_cabecalhos_ignorados_total", Help: "Cabeçalhos que dizem de quem é o pedido e não contam, por nome e motivo.",
		}, []string{"cabecalho", "motivo"}),
	}
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "monitor_info", Help: "Sempre 1; os rótulos dizem que programa é este.",
		ConstLabels: prometheus.Labels{"versao": versao, "go": runtime.Version()},
	})
	info.Set(1)
	m.registry.MustRegister(m.answered, m.seconds, m.flying, m.streams, m.refused, m.ignored, info,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// done counts an answer. Requests that no route took share one name.
func (m *metrics) done(pattern string, status int, took time.Duration) {
	if pattern == "" {
		pattern = "nenhuma"
	}
	m.answered.WithLabelValues(pattern, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(pattern).Observe(took.Seconds())
}

// gauge is a figure that is read when somebody asks.
func gauge(name, help string, labels prometheus.Labels, read func() float64) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help, ConstLabels: labels}, read)
}

func counter(name, help string, read func() float64) prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, read)
}

// watch adds the figures of the store.
func (m *metrics) watch(st *store.Store) {
	of := func(read func(store.Medidas) float64) func() float64 {
		return func() float64 { return read(st.Medidas()) }
	}
	m.registry.MustRegister(
		gauge(
			"monitor_banco",
			"Sempre 1; o rótulo diz o tipo do banco.",
			prometheus.Labels{"tipo": st.Tipo()},
			func() float64 { return 1 },
		),
		gauge(
			"monitor_gravacoes_na_fila",
			"Gravações que esperam a sua vez.",
			nil,
			of(func(m store.Medidas) float64 { return float64(m.Fila) }),
		),
		gauge(
			"monitor_gravacoes_na_fila_max",
			"Quantas gravações podem esperar.",
			nil,
			of(func(m store.Medidas) float64 { return float64(m.FilaMax) }),
		),
		counter("monitor_gravacoes_total", "Gravações confirmadas.", of(func(m store.Medidas) float64 { return float64(m.Gravacoes) })),
		counter(
			"monitor_transacoes_total",
			"Transações confirmadas; várias gravações dividem uma.",
			of(func(m store.Medidas) float64 { return float64(m.Transacoes) }),
		),
		gauge(
			"monitor_senhas_em_calculo",
			"Resumos de senha sendo calculados agora.",
			nil,
			of(func(m store.Medidas) float64 { return float64(m.Hashes) }),
		),
		gauge(
			"monitor_senhas_em_calculo_max",
			"Quantos resumos de senha são calculados ao mesmo tempo.",
			nil,
			of(func(m store.Medidas) float64 { return float64(m.HashesMax) }),
		),
		gauge(
			"monitor_senhas_na_fila",
			"Pessoas que esperam o cálculo do resumo da senha.",
			nil,
			of(func(m store.Medidas) float64 { return float64(m.HashesNaFila) }),
		),
	)
	for pool, of := range map[string]func() (inUse, idle, limit int){
		"leitura": func() (int, int, int) { c := st.Medidas().Leitura; return c.EmUso, c.Ociosas, c.Max },
		"escrita": func() (int, int, int) { c := st.Medidas().Escrita; return c.EmUso, c.Ociosas, c.Max },
	} {
		for state, read := range map[string]func() float64{
			"em_uso": func() float64 { n, _, _ := of(); return float64(n) },
			"ociosa": func() float64 { _, n, _ := of(); return float64(n) },
			"limite": func() float64 { _, _, n := of(); return float64(n) },
		} {
			m.registry.MustRegister(
				gauge(
					"monitor_banco_conexoes",
					"Conexões com o banco, por grupo e estado.",
					prometheus.Labels{"grupo": pool, "estado": state},
					read,
				),
			)
		}
	}
}

// metricsPage is open to this machine without a credential. A request that a
// proxy on this machine passed on is no request of this machine, and neither is one
// that a page of elsewhere makes a browser of this machine send.
func metricsPage(s *Server, r route) {
	page := promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{DisableCompression: true})
	s.mux.Handle(r.method+" "+r.path, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if err := s.mayMeasure(req, r); err != nil {
			s.answerError(w, req, err)
			return
		}
		page.ServeHTTP(w, req)
	}))
}

func (s *Server) mayMeasure(req *http.Request, r route) error {
	switch {
	case !s.credential(req).empty() || !fromHere(req):
		return s.admit(req, r)
	case !forThisMachine(req.Host):
		return errHost
	default:
		return nil
	}
}
