package store

import (
	"context"
	"strings"

	"example.com/monitor/store/fold"
	"example.com/monitor/store/internal/chars"
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

func (f DispositivoFiltro) janela() janela {
	return janela{f.Pagina, f.PorPagina, f.Cursor, f.Ultima, f.SemTotal}.comum(50)
}

const dispositivoCols = `d.id, d.cliente_id, d.nome, d.tipo, d.sistema_operacional, d.versao_so, d.hostname, d.ip_local, d.ip_publico, d.mac_address,
	d.processador, d.memoria_total, d.disco_total, d.is_virtual, d.virtual_type, d.ativo, d.ultimo_heartbeat, d.data_registro, d.info_extra,
	c.nome AS cliente_nome`

var listaDispositivos = novaLista[Dispositivo]("dispositivos d", "LEFT JOIN clientes c ON c.id = d.cliente_id", "d.ultimo_heartbeat", "d.id", dispositivoCols)

// List returns the devices that the actor may see, latest heartbeat first (NULL
// last), then id descending. A heartbeat moves its device to the front, also
// while somebody walks the list by cursors. A search or Sistema reads the list
// until the window is full, and all of it for the total.
func (d Dispositivos) List(ctx context.Context, f DispositivoFiltro) (Pagina[Dispositivo], error) {
	j := f.janela()
	s, err := d.seleciona(f)
	if err != nil {
		return vazia[Dispositivo](j), err
	}
	page, err := listar(ctx, d.call, s, j)
	for i := range page.Itens {
		d.s.presence(&page.Itens[i])
	}
	return page, err
}

func (d Dispositivos) seleciona(f DispositivoFiltro) (*selecao[Dispositivo], error) {
	cond, args, err := d.scope()
	if err != nil {
		return nil, err
	}
	s := seleciona(listaDispositivos, cond, args...)
	if cond == todos && f.ClienteID == 0 && f.Online == nil && f.Tipo == "" {
		s.conta = contador("dispositivos")
	}
	if f.ClienteID != 0 {
		s.and("d.cliente_id = ?", f.ClienteID)
	}
	if f.Tipo != "" {
		s.and("EXACT(d.tipo, ?)", f.Tipo)
	}
	if f.Online != nil {
		s.comSinal(*f.Online, when.Of(d.s.cfg.Now().Add(-presenca)))
	}
	s.peneira, err = peneiraDispositivos(f)
	return s, err
}

// comSinal keeps the devices that have, or have not, given a sign since desde.
func (s *selecao[T]) comSinal(online bool, since Hora) {
	if online {
		s.and("d.ultimo_heartbeat > ?", since)
		return
	}
	s.and("(d.ultimo_heartbeat IS NULL OR d.ultimo_heartbeat <= ?)", since)
}

func peneiraDispositivos(f DispositivoFiltro) (*peneira, error) {
	terms, err := termosDe(f.Busca)
	if err != nil {
		return nil, err
	}
	sistema, err := termosDe(f.Sistema)
	if err != nil || (len(terms) == 0 && len(sistema) == 0) {
		return nil, err
	}
	cols := []string{"d.sistema_operacional", "d.versao_so", "d.nome", "d.hostname", "d.ip_local", "d.ip_publico", "d.mac_address", "c.nome"}
	return &peneira{cols: cols, passa: func(v []string) bool {
		so := fold.Text(v[0]) + "\n" + fold.Text(v[1])
		return contemTermos(so, sistema) && (len(terms) == 0 || contemTermos(so+"\n"+textoDispositivo(v[2:]), terms))
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
