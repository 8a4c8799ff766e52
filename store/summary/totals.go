package summary

import (
	"context"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/record"
	"example.com/monitor/store/when"
)

// recentLogin is how long after a login a client counts as active.
const recentLogin = 30 * time.Minute

// totals counts clients and devices: SQLite by the counters that its triggers
// keep, servers by walking their smallest index.
var totals = map[engine.Kind]string{
	engine.SQLite:   "(SELECT clientes FROM monitor_contadores), (SELECT dispositivos FROM monitor_contadores),",
	engine.Postgres: serverTotals,
	engine.MySQL:    serverTotals,
}

const serverTotals = "(SELECT count(*) FROM clientes), (SELECT count(*) FROM dispositivos),"

// Count counts; the zone says when today began.
func Count(ctx context.Context, q engine.Q, now when.Hora, zone *time.Location) (e Estatisticas, err error) {
	today := when.SecondBound(when.DayStart(now.Time, zone))
	err = q.Get(ctx, []any{
		&e.TotalClientes, &e.TotalDispositivos, &e.ClientesAtivos, &e.DispositivosOnline, &e.TotalConexoes, &e.MensagensHoje, &e.SessoesAtivas,
	}, "SELECT "+totals[q.Kind()]+`
		(SELECT count(*) FROM clientes WHERE ultimo_acesso > ?),
		(SELECT count(*) FROM dispositivos WHERE ultimo_heartbeat > ?),
		(SELECT count(*) FROM conexoes),
		(SELECT count(*) FROM mensagens_chat WHERE data_hora >= ?),
		(SELECT count(*) FROM sessoes WHERE ativa = ? AND data_expiracao > ?)`,
		when.Of(now.Add(-recentLogin)), when.Of(now.Add(-record.OnlineFor)), today, true, now)
	return e, err
}

// Estatisticas are the numbers of GET /estatisticas.
type Estatisticas struct {
	TotalClientes      int `json:"total_clientes"`
	ClientesAtivos     int `json:"clientes_ativos"` // access in the last 30 minutes
	TotalDispositivos  int `json:"total_dispositivos"`
	DispositivosOnline int `json:"dispositivos_online"` // heartbeat in the last 5 minutes
	TotalConexoes      int `json:"total_conexoes"`
	MensagensHoje      int `json:"mensagens_hoje"` // since midnight in Config.Fuso
	SessoesAtivas      int `json:"sessoes_ativas"`
}
