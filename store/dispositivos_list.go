package store

import (
	"context"
	"strings"

	"example.com/monitor/store/fold"
	"example.com/monitor/store/internal/chars"
	"example.com/monitor/store/list"
	"example.com/monitor/store/record"
	"example.com/monitor/store/when"
)

// DispositivoFiltro selects devices. The zero value is the first 50.
type DispositivoFiltro struct {
	// Busca holds terms split at spaces; each must occur in nome, hostname, the
	// operating system, an address (MAC with or without its colons) or the client's
	// name, whatever its case or accents.
	Busca     string
	Online    *bool  // heartbeat within the last 5 minutes, or not
	Tipo      string // exactly
	Sistema   string // terms that must occur in the operating system or its version
	ClienteID int64
	Pagina    int    // from 1; ignored when Cursor is set
	PorPagina int    // 0 means 50; at most 1000
	Cursor    string // Proximo or Anterior of another window
	Ultima    bool   // the last window of the list instead of the first
	SemTotal  bool   // leaves Total at -1 and saves counting
}

func (f DispositivoFiltro) janela() list.Window {
	return list.NewWindow(50, f.Pagina, f.PorPagina, f.Cursor, f.Ultima, f.SemTotal)
}

const dispositivoCols = `d.id, d.cliente_id, d.nome, d.tipo, d.sistema_operacional, d.versao_so, d.hostname, d.ip_local, d.ip_publico, d.mac_address,
	d.processador, d.memoria_total, d.disco_total, d.is_virtual, d.virtual_type, d.ativo, d.ultimo_heartbeat, d.data_registro, d.info_extra,
	c.nome AS cliente_nome`

var listaDispositivos = list.NewListing[Dispositivo]("dispositivos d", "LEFT JOIN clientes c ON c.id = d.cliente_id", "d.ultimo_heartbeat", "d.id", dispositivoCols)

// List returns the devices that the actor may see, latest heartbeat first (NULL
// last), then id descending. A heartbeat moves its device to the front, also
// while somebody walks the list by cursors. A search or Sistema reads the list
// until the window is full, and all of it for the total.
func (d Dispositivos) List(ctx context.Context, f DispositivoFiltro) (Pagina[Dispositivo], error) {
	j := f.janela()
	s, err := d.seleciona(f)
	if err != nil {
		return list.Empty[Dispositivo](j), err
	}
	page, err := readPage(ctx, d.call, s, j)
	for i := range page.Itens {
		d.s.presence(&page.Itens[i])
	}
	return page, err
}

func (d Dispositivos) seleciona(f DispositivoFiltro) (*list.Selection[Dispositivo], error) {
	cond, args, err := d.scope()
	if err != nil {
		return nil, err
	}
	s := list.Select(listaDispositivos, cond, args...)
	if cond == list.AnyRow && f.ClienteID == 0 && f.Online == nil && f.Tipo == "" {
		s.Counter = list.Counter("dispositivos")
	}
	if f.ClienteID != 0 {
		s.And("d.cliente_id = ?", f.ClienteID)
	}
	if f.Tipo != "" {
		s.And("EXACT(d.tipo, ?)", f.Tipo)
	}
	if f.Online != nil {
		heardSince(s, *f.Online, when.Of(d.s.cfg.Now().Add(-record.OnlineFor)))
	}
	s.Sieve, err = peneiraDispositivos(f)
	return s, err
}

// heardSince keeps the devices that have, or have not, given a sign since then.
func heardSince(s *list.Selection[Dispositivo], online bool, since Hora) {
	if online {
		s.And("d.ultimo_heartbeat > ?", since)
		return
	}
	s.And("(d.ultimo_heartbeat IS NULL OR d.ultimo_heartbeat <= ?)", since)
}

func peneiraDispositivos(f DispositivoFiltro) (*list.Sieve, error) {
	terms, err := list.ParseTerms(f.Busca)
	if err != nil {
		return nil, err
	}
	sistema, err := list.ParseTerms(f.Sistema)
	if err != nil || (len(terms) == 0 && len(sistema) == 0) {
		return nil, err
	}
	cols := []string{"d.sistema_operacional", "d.versao_so", "d.nome", "d.hostname", "d.ip_local", "d.ip_publico", "d.mac_address", "c.nome"}
	return &list.Sieve{Cols: cols, Keeps: func(v []string) bool {
		so := fold.Text(v[0]) + "\n" + fold.Text(v[1])
		return list.ContainsTerms(so, sistema) && (len(terms) == 0 || list.ContainsTerms(so+"\n"+textoDispositivo(v[2:]), terms))
	}}, nil
}

// textoDispositivo folds the texts and adds the MAC address, the last but one,
// without its separators.
func textoDispositivo(v []string) string {
	lines := make([]string, 0, len(v)+1)
	for _, s := range v {
		lines = append(lines, fold.Text(s))
	}
	return strings.Join(append(lines, chars.Keep(fold.Text(v[len(v)-2]), chars.Alnum)), "\n")
}
