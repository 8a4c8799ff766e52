package feed

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/trail"
)

// change is a link of the audit chain as the feed reads it.
type change struct {
	at     laneHead
	noun   Noun // of what the link is about; NumNouns when only logs changed
	id     int64
	owner  int64 // the client whose it is; 0 for nobody's
	logID  int64 // 0 for seals
	action string
}

// maxBacklog bounds the links that are read again for one listener; one who comes
// back later than that begins again.
const maxBacklog = 250

// linkBatch is how many links are read at a time.
const linkBatch = 1000

// subjects are the words by which a link names what it is about.
var subjects = map[string]Noun{"cliente": Clientes, "dispositivo": Dispositivos, "mensagem": Chat, "sessao": Sessoes, "chave": Chaves}

// onlyLogs are actions that change nothing but the trail itself.
var onlyLogs = []string{trail.ActLoginFailed}

// about reads a link's subject, such as "sessao:3 cliente:7": the first word is
// what changed, the client whose it is.
func (m *change) about(subject string) {
	m.noun = NumNouns
	for i, word := range strings.Fields(subject) {
		kind, text, _ := strings.Cut(word, ":")
		id, err := strconv.ParseInt(text, 10, 64)
		r, known := subjects[kind]
		if err != nil || !known {
			continue
		}
		if i == 0 && !slices.Contains(onlyLogs, m.action) {
			m.noun, m.id = r, id
		}
		if r == Clientes {
			m.owner = id
		}
	}
}

// laneHeads are the heads of all lanes.
func laneHeads(ctx context.Context, q engine.Q) ([]laneHead, error) {
	text, err := trail.Heads(ctx, q)
	if err != nil {
		return nil, engine.Translate(err)
	}
	var list []laneHead
	for _, h := range trail.ParseHeads(text) {
		p := laneHead{lane: h.Lane, seq: h.Seq}
		copy(p.mac[:], h.Mac)
		list = append(list, p)
	}
	return list, nil
}

// linksAfter reads at most limit links of a lane after a sequence, in order.
// Links of a lane become visible in the order of their numbers, without gaps: its
// owner writes one transaction after the other. So nothing can appear later behind
// what was read.
func linksAfter(ctx context.Context, q engine.Q, lane, seq, until int64, limit int) ([]change, error) {
	rows, err := q.Rows(ctx, `SELECT sequencia, mac, coalesce(log_id, 0), sujeito, acao FROM monitor_trilha
		WHERE faixa = ? AND sequencia > ? AND sequencia <= ? ORDER BY sequencia LIMIT ?`, lane, seq, until, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []change
	for rows.Next() {
		m := change{at: laneHead{lane: lane}}
		var mac []byte
		var subject string
		if err := rows.Scan(&m.at.seq, &mac, &m.logID, &subject, &m.action); err != nil {
			return nil, engine.Translate(err)
		}
		copy(m.at.mac[:], mac)
		m.about(subject)
		list = append(list, m)
	}
	return list, engine.Translate(rows.Err())
}

// newLinks reads all links between two positions, lane by lane; ok is false when
// there are more than limit.
func newLinks(ctx context.Context, q engine.Q, de, heads []laneHead, limit int) (list []change, ok bool, err error) {
	for _, head := range heads {
		from := seqOf(de, head.lane)
		for from < head.seq {
			part, err := linksAfter(ctx, q, head.lane, from, head.seq, min(linkBatch, limit+1))
			if err != nil {
				return nil, false, err
			}
			if len(part) == 0 {
				break // taken out of the trail by somebody; verifying will say so
			}
			from = part[len(part)-1].at.seq
			if list = append(list, part...); len(list) > limit {
				return list, false, nil
			}
		}
	}
	return list, true, nil
}

// continues says that a position is one of this database's past.
func continues(ctx context.Context, q engine.Q, lanes, heads []laneHead) (bool, error) {
	for _, at := range lanes {
		i := slices.IndexFunc(heads, func(h laneHead) bool { return h.lane == at.lane })
		if i < 0 || heads[i].seq < at.seq {
			return false, nil
		}
		if heads[i] == at {
			continue
		}
		var mac []byte
		err := q.Get(ctx, []any{&mac}, "SELECT mac FROM monitor_trilha WHERE faixa = ? AND sequencia = ?", at.lane, at.seq)
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
func (m *change) events(who *Subscription, before, after position) []Evento {
	var out []Evento
	add := func(r Noun, id int64) {
		before.skip = skip{m.at.lane, int64(len(out)) + 1}
		out = append(out, Evento{Tipo: EventoMudanca, Recurso: Nouns[r], ID: id, Acao: m.action, at: before})
	}
	if m.noun < NumNouns && who.hears(m.noun, m.owner) {
		add(m.noun, m.id)
	}
	if m.logID != 0 && who.hears(Logs, m.owner) {
		add(Logs, m.logID)
	}
	if len(out) > 0 {
		out[len(out)-1].at = after
	}
	return out
}

// hears says whether a record of dono's is the listener's business.
func (e *Subscription) hears(r Noun, owner int64) bool {
	switch e.View[r] {
	case ReachAll:
		return true
	case ReachOwn:
		return e.Person != 0 && owner == e.Person
	default:
		return false
	}
}
