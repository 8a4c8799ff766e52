package store

import (
	"context"

	"example.com/monitor/store/list"
	"example.com/monitor/store/when"
)

// ConexaoFiltro selects connections; 0 and "" mean any. The zero value is the
// first 100.
type ConexaoFiltro struct {
	DispositivoID int64
	ClienteID     int64
	// De and Ate bound data_hora: local days of Config.Fuso ("2026-11-24",
	// "24/11/2026") or RFC 3339 instants, both inclusive.
	De, Ate   string
	Pagina    int    // from 1; ignored when Cursor is set
	PorPagina int    // 0 means 100; at most 1000
	Cursor    string // Proximo or Anterior of another window
	Ultima    bool   // the last window of the list instead of the first
	SemTotal  bool   // leaves Total at -1 and saves counting
}

func (f ConexaoFiltro) janela() list.Window {
	return list.NewWindow(100, f.Pagina, f.PorPagina, f.Cursor, f.Ultima, f.SemTotal)
}

var listaConexoes = list.NewListing[Conexao]("conexoes x", "LEFT JOIN dispositivos d ON d.id = x.dispositivo_id", "x.data_hora", "x.id",
	`x.id, x.cliente_id, x.dispositivo_id, x.ip_origem, x.ip_destino, x.porta_origem, x.porta_destino, x.protocolo, x.status,
	x.processo, x.pid, x.data_hora, x.duracao_segundos, x.bytes_enviados, x.bytes_recebidos,
	coalesce(nullif(d.nome, ''), d.hostname) AS dispositivo_nome`)

// List returns the connections that the actor may see, data_hora descending
// (NULL last), then id descending. A person of level usuario sees its own, an
// agente key and a device those of their devices.
func (c Conexoes) List(ctx context.Context, f ConexaoFiltro) (Pagina[Conexao], error) {
	j := f.janela()
	cond, args, err := c.scope()
	if err != nil {
		return list.Empty[Conexao](j), err
	}
	start, fim, err := when.Period(f.De, f.Ate, c.s.cfg.Fuso)
	if err != nil {
		return list.Empty[Conexao](j), err
	}
	s := list.Select(listaConexoes, cond, args...)
	if f.DispositivoID != 0 {
		s.And("x.dispositivo_id = ?", f.DispositivoID)
	}
	if f.ClienteID != 0 {
		s.And("x.cliente_id = ?", f.ClienteID)
	}
	s.Within(start, fim)
	return readPage(ctx, c.call, s, j)
}

// scope limits a query to what the actor may see.
func (c Conexoes) scope() (cond string, args []any, err error) {
	switch {
	case c.actor.kind == kindDevice:
		return "x.dispositivo_id = ?", []any{c.actor.id}, nil
	case c.actor.is(Agente):
		return "x.dispositivo_id IN (" + devicesOfKey + ")", []any{c.actor.id}, nil
	}
	if err := c.require(Admin, Moderador, Leitura, Usuario); err != nil {
		return "", nil, err
	}
	if c.actor.nivel == Usuario {
		return "x.cliente_id = ?", []any{c.actor.id}, nil
	}
	return list.AnyRow, nil, nil
}
