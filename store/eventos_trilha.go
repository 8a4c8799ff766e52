package store

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/trail"
)

// mudanca is a link of the audit chain as the feed reads it.
type mudanca struct {
	em      ponto
	recurso recurso // of what the link is about; nRecursos when only logs changed
	id      int64
	dono    int64 // the client whose it is; 0 for nobody's
	logID   int64 // 0 for seals
	acao    string
}

// maxAtraso bounds the links that are read again for one listener; one who comes
// back later than that begins again.
const maxAtraso = 250

// loteElos is how many links are read at a time.
const loteElos = 1000

// sujeitos are the words by which a link names what it is about.
var sujeitos = map[string]recurso{"cliente": rClientes, "dispositivo": rDispositivos, "mensagem": rChat, "sessao": rSessoes, "chave": rChaves}

// soLog are actions that change nothing but the trail itself.
var soLog = []string{acaoLoginFalhou}

// about reads a link's subject, such as "sessao:3 cliente:7": the first word is
// what changed, the client whose it is.
func (m *mudanca) about(sujeito string) {
	m.recurso = nRecursos
	for i, word := range strings.Fields(sujeito) {
		kind, text, _ := strings.Cut(word, ":")
		id, err := strconv.ParseInt(text, 10, 64)
		r, known := sujeitos[kind]
		if err != nil || !known {
			continue
		}
		if i == 0 && !slices.Contains(soLog, m.acao) {
			m.recurso, m.id = r, id
		}
		if r == rClientes {
			m.dono = id
		}
	}
}

// pontas are the heads of all lanes.
func pontas(ctx context.Context, q engine.Q) ([]ponto, error) {
	text, err := trail.Heads(ctx, q)
	if err != nil {
		return nil, engine.Translate(err)
	}
	var list []ponto
	for _, h := range trail.ParseHeads(text) {
		p := ponto{faixa: h.Lane, sequencia: h.Seq}
		copy(p.mac[:], h.Mac)
		list = append(list, p)
	}
	return list, nil
}

// elosDepois reads at most limit links of a lane after a sequence, in order.
// Links of a lane become visible in the order of their numbers, without gaps: its
// owner writes one transaction after the other. So nothing can appear later behind
// what was read.
func elosDepois(ctx context.Context, q engine.Q, faixa, sequencia int64, limit int) ([]mudanca, error) {
	rows, err := q.Rows(ctx, `SELECT sequencia, mac, coalesce(log_id, 0), sujeito, acao FROM monitor_trilha
		WHERE faixa = ? AND sequencia > ? ORDER BY sequencia LIMIT ?`, faixa, sequencia, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []mudanca
	for rows.Next() {
		m := mudanca{em: ponto{faixa: faixa}}
		var mac []byte
		var sujeito string
		if err := rows.Scan(&m.em.sequencia, &mac, &m.logID, &sujeito, &m.acao); err != nil {
			return nil, engine.Translate(err)
		}
		copy(m.em.mac[:], mac)
		m.about(sujeito)
		list = append(list, m)
	}
	return list, engine.Translate(rows.Err())
}

// novos reads all links between two positions, lane by lane; ok is false when
// there are more than limit.
func novos(ctx context.Context, q engine.Q, de, heads []ponto, limit int) (list []mudanca, ok bool, err error) {
	for _, head := range heads {
		from := ate(de, head.faixa)
		for from < head.sequencia {
			part, err := elosDepois(ctx, q, head.faixa, from, min(loteElos, limit+1))
			if err != nil {
				return nil, false, err
			}
			if len(part) == 0 {
				break // taken out of the trail by somebody; verifying will say so
			}
			from = part[len(part)-1].em.sequencia
			if list = append(list, part...); len(list) > limit {
				return list, false, nil
			}
		}
	}
	return list, true, nil
}

// continua says that a position is one of this database's past.
func continua(ctx context.Context, q engine.Q, faixas, heads []ponto) (bool, error) {
	for _, at := range faixas {
		i := slices.IndexFunc(heads, func(h ponto) bool { return h.faixa == at.faixa })
		if i < 0 || heads[i].sequencia < at.sequencia {
			return false, nil
		}
		if heads[i] == at {
			continue
		}
		var mac []byte
		err := q.Get(ctx, []any{&mac}, "SELECT mac FROM monitor_trilha WHERE faixa = ? AND sequencia = ?", at.faixa, at.sequencia)
		if engine.IsNoRows(err) || (err == nil && !strings.HasPrefix(string(mac), string(at.mac[:]))) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

// events are what a listener hears of a link; before and after are the positions
// around it.
func (m *mudanca) events(who *Escuta, before, after lugar) []Evento {
	var out []Evento
	add := func(r recurso, id int64) {
		before.pulo = pulo{m.em.faixa, int64(len(out)) + 1}
		out = append(out, Evento{Tipo: EventoMudanca, Recurso: Recursos[r], ID: id, Acao: m.acao, lugar: before})
	}
	if m.recurso < nRecursos && who.hears(m.recurso, m.dono) {
		add(m.recurso, m.id)
	}
	if m.logID != 0 && who.hears(rLogs, m.dono) {
		add(rLogs, m.logID)
	}
	if len(out) > 0 {
		out[len(out)-1].lugar = after
	}
	return out
}

// hears says whether a record of dono's is the listener's business.
func (e *Escuta) hears(r recurso, dono int64) bool {
	switch e.visao[r] {
	case alcanceTudo:
		return true
	case alcanceProprio:
		pessoa, ok := e.ator.Pessoa()
		return ok && dono == pessoa
	default:
		return false
	}
}
