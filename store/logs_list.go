package store

import (
	"context"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/fold"
	"example.com/monitor/store/list"
	"example.com/monitor/store/record"
	"example.com/monitor/store/when"
)

// LogFiltro selects audit rows; 0 and "" mean any. The zero value is the first 100.
type LogFiltro struct {
	// Busca holds terms split at spaces; each must occur in acao, descricao or dados
	// (who did it, from where, which values), whatever its case or accents.
	Busca     string
	ClienteID int64
	Acao      string // exactly
	Nivel     string // exactly
	// De and Ate bound data_hora: local days of Config.Fuso ("2026-11-24",
	// "24/11/2026") or RFC 3339 instants, both inclusive.
	De, Ate   string
	Pagina    int    // from 1; ignored when Cursor is set
	PorPagina int    // 0 means 100; at most 1000
	Cursor    string // Proximo or Anterior of another window
	Ultima    bool   // the last window of the list instead of the first
	SemTotal  bool   // leaves Total at -1 and saves counting
}

func (f LogFiltro) janela() list.Window {
	return list.NewWindow(100, f.Pagina, f.PorPagina, f.Cursor, f.Ultima, f.SemTotal)
}

var listaLogs = list.NewListing[Log]("logs_auditoria l", "", "l.data_hora", "l.id",
	"l.id, l.cliente_id, l.acao, l.descricao, l.ip_address, l.user_agent, l.dados, l.data_hora, l.nivel")

// List returns audit rows, data_hora descending (NULL last), then id descending.
// Admins and moderadores. A search reads the list until the window is full, and
// all of it for the total.
func (l Logs) List(ctx context.Context, f LogFiltro) (Pagina[Log], error) {
	j := f.janela()
	s, err := l.seleciona(ctx, f)
	if err != nil {
		return list.Empty[Log](j), err
	}
	return readPage(ctx, l.call, s, j)
}

var errLogNaoEncontrado = fault.Rule(ErrNotFound, "nao_encontrado", "Registro de auditoria não encontrado")

// Get returns one audit row. Admins and moderadores.
func (l Logs) Get(ctx context.Context, id int64) (Log, error) {
	if err := l.require(Admin, Moderador); err != nil {
		return Log{}, err
	}
	p, err := readPage(ctx, l.call, list.Select(listaLogs, "l.id = ?", id), list.NewWindow(1, 1, 1, "", false, true))
	if err != nil {
		return Log{}, err
	}
	if len(p.Itens) == 0 {
		return Log{}, errLogNaoEncontrado
	}
	return p.Itens[0], nil
}

func (l Logs) seleciona(ctx context.Context, f LogFiltro) (*list.Selection[Log], error) {
	if err := l.require(Admin, Moderador); err != nil {
		return nil, err
	}
	start, fim, err := when.Period(f.De, f.Ate, l.s.cfg.Fuso)
	if err != nil {
		return nil, err
	}
	s := list.Select(listaLogs, list.AnyRow)
	if f.ClienteID != 0 {
		if err := l.aboutCliente(ctx, s, f.ClienteID); err != nil {
			return nil, err
		}
	}
	if f.Acao != "" {
		s.And("EXACT(l.acao, ?)", f.Acao)
	}
	if f.Nivel != "" {
		s.And("EXACT(l.nivel, ?)", f.Nivel)
	}
	s.Within(start, fim)
	terms, err := list.ParseTerms(f.Busca)
	if len(terms) > 0 {
		s.Sieve = &list.Sieve{Cols: []string{"l.acao", "l.descricao", "l.dados"}, Keeps: func(v []string) bool {
			return list.ContainsTerms(fold.Text(v[0])+"\n"+fold.Text(v[1])+"\n"+fold.Text(record.UnescapeJSON(v[2])), terms)
		}}
	}
	return s, err
}

// The rows about a client that was removed for good are known by a table of ours.
const logsRemoved = "l.id IN (SELECT k.log_id FROM monitor_logs_clientes k WHERE k.cliente_id = ?)"

// aboutCliente keeps the rows about a client, there or removed. Each of the two ways
// has its index; both at once, which no index serves, are asked for only where
// another program gave the id of a removed client to somebody else.
func (l Logs) aboutCliente(ctx context.Context, s *list.Selection[Log], id int64) error {
	var live, removed bool
	err := l.read(ctx, func(ctx context.Context, q engine.Q) error {
		return q.Get(ctx, []any{&live, &removed}, "SELECT EXISTS (SELECT 1 FROM logs_auditoria WHERE cliente_id = ?), EXISTS (SELECT 1 FROM monitor_logs_clientes WHERE cliente_id = ?)", id, id)
	})
	switch {
	case err != nil:
		return err
	case live && removed:
		s.And("(l.cliente_id = ? OR "+logsRemoved+")", id, id)
	case removed:
		s.And(logsRemoved, id)
	default:
		s.And("l.cliente_id = ?", id)
	}
	return nil
}
