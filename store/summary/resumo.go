package summary

import (
	"context"
	"strings"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/record"
	"example.com/monitor/store/when"
)

// Resumo is what happened since a moment, for somebody who begins the day.
type Resumo struct {
	Desde        when.Hora          `json:"desde"`
	Ate          when.Hora          `json:"ate"`
	Dispositivos ResumoDispositivos `json:"dispositivos"`
	Clientes     ResumoClientes     `json:"clientes"`
	Acessos      ResumoAcessos      `json:"acessos"`
	Chaves       ResumoChaves       `json:"chaves"`
	Auditoria    ResumoAuditoria    `json:"auditoria"`
	Copia        ResumoCopia        `json:"copia"`
	Mudanca      ResumoMudanca      `json:"mudanca"`
}

// ResumoDispositivos are the machines. The lists hold the newest maxItems of
// what the numbers beside them count.
type ResumoDispositivos struct {
	Total  int64 `json:"total"`
	Online int64 `json:"online"`
	// Calados beat since the moment and no longer do; CaladosAntes fell silent earlier.
	// Deactivated ones do not count.
	Calados      int64               `json:"calados"`
	CaladosAntes int64               `json:"calados_antes"`
	Novos        int64               `json:"novos"`
	ListaCalados []ResumoDispositivo `json:"lista_calados"`
	ListaNovos   []ResumoDispositivo `json:"lista_novos"`
}

// ResumoDispositivo is a machine and since when it is silent, or new.
type ResumoDispositivo struct {
	ID          int64       `bun:"id" json:"id"`
	Nome        record.Text `bun:"nome,nullzero" json:"nome"`
	ClienteNome record.Text `bun:"cliente_nome,nullzero" json:"cliente_nome"`
	Desde       when.Hora   `bun:"desde" json:"desde"`
}

// ResumoClientes are the people.
type ResumoClientes struct {
	Total       int64           `json:"total"`
	Novos       int64           `json:"novos"`
	Desativados int64           `json:"desativados"` // since the moment, by whatever door
	Removidos   int64           `json:"removidos"`
	ListaNovos  []ResumoCliente `json:"lista_novos"`
}

// ResumoCliente is a new person.
type ResumoCliente struct {
	ID      int64       `bun:"id" json:"id"`
	Nome    record.Text `bun:"nome,nullzero" json:"nome"`
	Email   record.Text `bun:"email,nullzero" json:"email"`
	Empresa record.Text `bun:"empresa,nullzero" json:"empresa"`
	Desde   when.Hora   `bun:"desde" json:"desde"`
}

// ResumoAuditoria is the audit trail at a glance.
type ResumoAuditoria struct {
	Registros int64 `json:"registros"` // since the moment
	// VerificadaEm is when Logs.Verify ran last, Integra what it said; zero and nil if never.
	VerificadaEm when.Hora `json:"verificada_em"`
	Integra      *bool     `json:"integra"`
	Problemas    int       `json:"problemas"`
}

// ResumoCopia is the last copy that was finished.
type ResumoCopia struct {
	FeitaEm when.Hora `json:"feita_em"` // zero: none that this database knows of
	Bytes   *int64    `json:"bytes"`
}

// ResumoMudanca is how far the change from the Flask system has come.
type ResumoMudanca struct {
	Encerrado          when.Hora `json:"encerrado"` // when the Flask system was declared off; zero: not yet
	TokensAbertos      int64     `json:"tokens_abertos"`
	UltimaSessaoAntiga when.Hora `json:"ultima_sessao_antiga"`
	// Chamadores are who called without a credential during the change-over.
	Chamadores    int64     `json:"chamadores"`
	UltimaChamada when.Hora `json:"ultima_chamada"`
	Recentes      int64     `json:"chamadores_recentes"` // those who called since the moment
}

// maxItems bounds each list of a summary.
const maxItems = 20

// Reader reads one summary.
type Reader struct {
	r           Resumo
	since       string    // as when.SecondBound writes it
	silentSince when.Hora // who did not beat since is silent
	details     bool      // the caller may read the trail and the keys
}

// NewReader begins a summary at since: a local day (2026-11-24 or 24/11/2026), an RFC 3339
// instant, or "" for the beginning of yesterday. Without details it has numbers only of
// what the audit trail and the keys tell.
func NewReader(since string, now when.Hora, zone *time.Location, details bool) (*Reader, error) {
	start, err := Begin(since, now.Time, zone)
	if err != nil {
		return nil, err
	}
	return &Reader{
		r: Resumo{Desde: when.Of(start), Ate: now}, since: when.SecondBound(start),
		silentSince: when.Of(now.Add(-record.OnlineFor)), details: details,
	}, nil
}

// Read reads all parts over one state of the database.
func (l *Reader) Read(ctx context.Context, q engine.Q) error {
	for _, part := range []func(context.Context, engine.Q) error{l.numbers, l.lists, l.refusals, l.keys, l.safekeeping, l.changeover} {
		if err := part(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// Resumo is what Read found.
func (l *Reader) Resumo() Resumo { return l.r }

// Begin is where a summary begins.
func Begin(text string, now time.Time, zone *time.Location) (time.Time, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		y, m, d := now.In(zone).Date()
		return when.LocalDay(y, m, d-1, zone), nil
	}
	t, _, ok := when.DayOrInstant(text, zone)
	switch {
	case !ok:
		return t, fault.Invalid("desde", when.InstantForms)
	case t.After(now):
		return t, fault.Invalid("desde", "O começo do resumo está no futuro")
	}
	return when.Storable(t), nil
}
