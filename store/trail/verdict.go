package trail

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/say"
)

// What a verification finds beside the links themselves: times that moved together,
// keys, rows of other programs, and clients that were taken out of their rows.

// shifted are the rows whose time is not the signed one.
type shifted struct {
	// old are links of the first form by the shift of their rows; exact the same
	// of the second.
	old, exact  map[time.Duration]int
	suspects    []string // exact, as problems
	newest      int64    // the newest row of exact
	oldestRight int64    // the oldest row of the second form whose time is right
	count       int
}

// The time zones of the world are this far from UTC, in such steps.
const (
	zoneStep = 15 * time.Minute
	maxZone  = 14 * time.Hour
)

// time compares a row's time with the signed one.
func (w *verifier) time(e *Link, r *liveRow, where string) {
	have := r.at.UnixMicro()
	if w.sameTime(have, e) {
		if e.form != formMicros && (w.shifted.oldestRight == 0 || e.LogID < w.shifted.oldestRight) {
			w.shifted.oldestRight = e.LogID
		}
		return
	}
	shift := time.Duration(have-e.AtMicros) * time.Microsecond
	if shift > -2*maxZone && shift < 2*maxZone {
		shift = shift.Round(zoneStep)
	}
	if shift == 0 || shift > maxZone || shift < -maxZone || !w.sameTime(have-shift.Microseconds(), e) {
		w.v.problem("%s: o registro %d foi alterado", where, e.LogID)
		return
	}
	w.shifted.moved(e, shift, where)
}

func (h *shifted) moved(e *Link, shift time.Duration, where string) {
	to := &h.exact
	if e.form == formMicros {
		to = &h.old
	} else {
		h.count++
		h.newest = max(h.newest, e.LogID)
		if len(h.suspects) < MaxProblems {
			h.suspects = append(h.suspects, fmt.Sprintf("%s: a hora do registro %d foi alterada", where, e.LogID))
		}
	}
	if *to == nil {
		*to = map[time.Duration]int{}
	}
	(*to)[shift]++
}

// sameTime allows for a column that keeps less than what was signed, or kept less
// when it was: MySQL rounds to it, MariaDB cuts, and a copy takes along what is left.
// A link of the first form does not say what its column kept.
func (w *verifier) sameTime(have int64, e *Link) bool {
	step := max(w.step.Microseconds(), e.Step, 1)
	if e.form == formMicros {
		step = max(step, time.Second.Microseconds())
	}
	if have == e.AtMicros {
		return true
	}
	return have%step == 0 && max(have-e.AtMicros, e.AtMicros-have) < step
}

// minMoved is how many rows a change of zone must have moved to pass for one: that
// of a single row is somebody's hand.
const minMoved = 3

// times judges the rows whose time has moved by whole quarters of hours. A column that
// was turned into another kind in a session of another zone moves all rows of by then,
// and none of later ones. Links of the first form were signed in whatever zone the
// session had, so theirs may change whenever the server's zone does.
func (w *verifier) times(context.Context, engine.Q) error {
	h := &w.shifted
	together := h.count >= minMoved && (h.oldestRight == 0 || h.oldestRight > h.newest) && nearby(h.exact)
	if h.count > 0 && !together {
		for _, text := range h.suspects {
			w.v.problem("%s", text)
		}
		h.exact = nil
	}
	for _, set := range []map[time.Duration]int{h.old, h.exact} {
		for _, shift := range slices.Sorted(maps.Keys(set)) {
			w.warn("a hora de %s está %s da assinada: o fuso da coluna ou do banco mudou; vale a assinada",
				say.Count(set[shift], "registro", "registros"), distance(shift))
		}
	}
	return nil
}

// nearby says that shifts are those of one zone, whose summer moves them by an hour.
func nearby(set map[time.Duration]int) bool {
	all := slices.Sorted(maps.Keys(set))
	return len(all) > 0 && all[len(all)-1]-all[0] <= time.Hour
}

func distance(shift time.Duration) string {
	where := "adiante"
	if shift < 0 {
		where, shift = "atrás", -shift
	}
	text := fmt.Sprintf("%d h", int(shift.Hours()))
	if m := int(shift.Minutes()) % 60; m != 0 {
		text += fmt.Sprintf(" %d min", m)
	}
	return text + " " + where
}

// keyUse are the keys that signed.
type keyUse struct {
	first     map[string]int64  // key -> instant of its first link
	last      map[string]int64  // key -> instant of its last link
	follows   map[string]string // key -> the one that signed that it follows
	changedAt map[string]int64  // key -> when it was followed by another
	// assumed are the keys at hand that signed that they follow another; said says the
	// same as follows by the word of links that could not be verified.
	assumed   map[string]bool
	said      map[string]string
	handovers []handover
}

// handover is where, within a lane, a link names another key than the one before it
// and one of the two is not at hand.
type handover struct{ where, from, to string }

// maxHandovers is far more than a chain has; the first ones tell.
const maxHandovers = 1000

// passes compares the key of a link with that of the one before it in its lane. Chains of
// before the second form may have changed keys without a word.
func (c *keyUse) passes(before, e *Link, keys Keyring, where string) {
	if before.form < formExact || before.key == e.key || len(c.handovers) == maxHandovers {
		return
	}
	_, had := keys.Find(before.key)
	_, have := keys.Find(e.key)
	if !had || !have {
		c.handovers = append(c.handovers, handover{where, before.key, e.key})
	}
}

// told takes down what a link says that could not be verified.
func (c *keyUse) told(e *Link) {
	if to, ok := strings.CutPrefix(e.Subject, KeySubject); ok && e.Action == ActKeyChanged {
		c.said[to] = e.key
	}
}

// announced says that a key follows another by the word of a key that is at hand, or of
// one that is announced itself, back to the first one.
func (c *keyUse) announced(id string) bool {
	for n := range maxHandovers {
		if _, follows := c.follows[id]; follows || c.assumed[id] {
			return true
		}
		from, told := c.said[id]
		if !told {
			return n > 0 && id == c.oldest()
		}
		id = from
	}
	return false // they announce one another
}

// oldest is the key that signed first.
func (c *keyUse) oldest() (id string) {
	for _, k := range slices.Sorted(maps.Keys(c.first)) {
		if id == "" || c.first[k] < c.first[id] {
			id = k
		}
	}
	return id
}

func (c *keyUse) used(e *Link) {
	if c.first == nil {
		c.first, c.last, c.follows, c.changedAt = map[string]int64{}, map[string]int64{}, map[string]string{}, map[string]int64{}
		c.assumed, c.said = map[string]bool{}, map[string]string{}
	}
	if at, seen := c.first[e.key]; !seen || e.AtMicros < at {
		c.first[e.key] = e.AtMicros
	}
	c.last[e.key] = max(c.last[e.key], e.AtMicros)
}

// row takes down that a key handed over to another.
func (c *keyUse) row(e *Link) {
	other, ok := strings.CutPrefix(e.Subject, KeySubject)
	switch {
	case !ok:
	case e.Action == ActKeyChanged:
		c.follows[other] = e.key
		c.changedAt[e.key] = e.AtMicros
	case e.Action == ActKeyAssumed:
		c.assumed[e.key] = true
	}
}

// passages are those from one key to another within a lane: a lane goes on with another
// key only where a signed succession says so. Whoever changes a row could else put the
// name of a key that nobody has on its link, which then could not be verified.
func (w *verifier) passages() {
	said := map[string]bool{}
	for _, p := range w.keyUse.handovers {
		if !said[p.from] && !w.keyUse.announced(p.to) {
			said[p.to] = true
			w.v.problem(
				"%s: diz-se assinado com a chave %s, e o elo anterior com %s, sem que uma troca assinada o anuncie",
				p.where,
				p.to,
				p.from,
			)
		}
	}
}

// succession says which keys signed, and what is odd about how they followed one
// another.
func (w *verifier) succession(context.Context, engine.Q) error {
	c := &w.keyUse
	w.passages()
	ids := slices.SortedFunc(maps.Keys(c.first), func(a, b string) int {
		return int(min(max(c.first[a]-c.first[b], -1), 1))
	})
	w.v.Chaves = append(w.v.Chaves, ids...)
	var missing []string
	for i, id := range ids {
		_, have := w.keys.Find(id)
		_, follows := c.follows[id]
		switch at, changed := c.changedAt[id]; {
		case !have:
			missing = append(missing, id)
			if i > 0 && !follows {
				w.warn(
					"nenhuma troca assinada anuncia a chave %s, que assina desde %s: se ninguém restaurou com --chave-nova, alguém de fora escreveu na trilha",
					id,
					w.when(c.first[id]),
				)
			}
		case i > 0 && !follows:
			w.warn("a chave %s assina desde %s sem que a anterior tenha assinado a troca", id, w.when(c.first[id]))
		case changed && c.last[id] > at+anchorGrace.Microseconds():
			w.warn("a chave %s ainda assinou depois de trocada, em %s", id, w.when(c.last[id]))
		}
	}
	if len(missing) > 0 {
		keys := "outra chave (" + missing[0] + "), que não está aqui: traga-a"
		if len(missing) > 1 {
			keys = "outras chaves (" + strings.Join(missing, ", ") + "), que não estão aqui: traga-as"
		}
		w.warn(
			"%s com %s com monitor auditoria chave trazer",
			say.Count(
				w.v.SemChave,
				"elo não pôde ser conferido, porque foi assinado",
				"elos não puderam ser conferidos, porque foram assinados",
			),
			keys,
		)
	}
	return nil
}

// foreignRows are the rows without a link.
type foreignRows struct {
	cutover       int64 // the row of the cut; 0 for none
	counted       int64 // how many there were then, as the cut signed; -1 where it did not
	unknownOrigin bool  // a restore of before it was written down whose database it had been
}

func (a *foreignRows) row(e *Link, r *liveRow) {
	var d struct {
		Depois struct {
			Fora    *int64 `json:"fora_cadeia"`
			Adotado *bool  `json:"adotado"`
		} `json:"depois"`
	}
	switch e.Action {
	case ActCutover:
		if e.LogID < a.cutover {
			return
		}
		a.cutover, a.counted = e.LogID, -1
		if json.Unmarshal([]byte(r.data), &d) == nil && d.Depois.Fora != nil {
			a.counted = *d.Depois.Fora
		}
	case ActRestored:
		a.unknownOrigin = a.unknownOrigin || json.Unmarshal([]byte(r.data), &d) != nil || d.Depois.Adotado == nil
	}
}

// flaskWrites says that the Flask system may still write rows of its own.
func (w *verifier) flaskWrites() bool {
	return w.foreign.cutover == 0 && (w.adopted || w.foreign.unknownOrigin)
}

// UnlinkedRows are the rows of the trail that other programs wrote, from FROM on.
const UnlinkedRows = "FROM logs_auditoria WHERE id NOT IN (SELECT log_id FROM monitor_trilha WHERE log_id IS NOT NULL)"

// outside counts the rows that other programs wrote, and judges those that nobody
// could have written honestly: in a database that never was the Flask system's, and
// in one where that was declared off.
func (w *verifier) outside(ctx context.Context, q engine.Q) error {
	if err := q.Get(ctx, []any{&w.v.ForaCadeia}, "SELECT count(*) "+UnlinkedRows); err != nil || w.v.ForaCadeia == 0 || w.flaskWrites() {
		return err
	}
	var late []int64
	if err := q.All(ctx, &late, "SELECT id "+UnlinkedRows+" AND id > ? ORDER BY id LIMIT ?", w.foreign.cutover, MaxProblems); err != nil {
		return err
	}
	why := "este banco nunca foi do sistema antigo"
	if w.foreign.cutover > 0 {
		why = "o sistema antigo já estava encerrado"
	}
	for _, id := range late {
		w.v.problem("o registro %d não tem elo na trilha, e %s: foi escrito por fora", id, why)
	}
	if w.foreign.cutover == 0 || w.foreign.counted < 0 {
		return nil
	}
	var before int64
	err := q.Get(ctx, []any{&before}, "SELECT count(*) "+UnlinkedRows+" AND id < ?", w.foreign.cutover)
	if before > w.foreign.counted {
		w.v.problem(
			"há %s sem elo de antes do encerramento do sistema antigo, e ele contou %d",
			say.Count(int(before), "registro", "registros"),
			w.foreign.counted,
		)
	}
	return err
}

// lostClientes are the clients that were taken out of rows about them.
type lostClientes struct {
	without map[int64]rowsWithout
	deleted map[int64]int64 // client -> row of the signed deletion
}

// rowsWithout is how many rows lost their client, and the newest of them.
type rowsWithout struct {
	rows   int
	newest int64
}

func (c *lostClientes) row(e *Link, r *liveRow) {
	id := e.cliente()
	switch {
	case id == 0:
	case e.Action == ActDeleted:
		if c.deleted == nil {
			c.deleted = map[int64]int64{}
		}
		c.deleted[id] = max(c.deleted[id], e.LogID)
	case r.clienteID == 0:
		if c.without == nil {
			c.without = map[int64]rowsWithout{}
		}
		c.without[id] = rowsWithout{c.without[id].rows + 1, max(c.without[id].newest, e.LogID)}
	}
}

// clients tells of rows whose client was taken out although nobody deleted it. As long
// as the Flask system may delete, only clients that are still there are odd.
func (w *verifier) clients(ctx context.Context, q engine.Q) error {
	var ids []int64
	for id, s := range w.lost.without {
		if w.lost.deleted[id] < s.newest {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	there := map[int64]bool{}
	err := engine.InLots(ids, func(list string, args []any) error {
		var found []int64
		err := q.All(ctx, &found, "SELECT id FROM clientes WHERE id IN "+list, args...)
		for _, id := range found {
			there[id] = true
		}
		return err
	})
	if err != nil {
		return err
	}
	w.lostClients(ids, there, true, "que ainda existe", "que ainda existem")
	if !w.flaskWrites() {
		w.lostClients(ids, there, false, "que não existe mais, sem exclusão assinada", "que não existem mais, sem exclusão assinada")
	}
	return nil
}

// lostClients tells of those whose presence is as wanted; one and many say which.
func (w *verifier) lostClients(ids []int64, there map[int64]bool, want bool, one, many string) {
	rows := 0
	var names []string
	for _, id := range ids {
		if there[id] == want {
			rows += w.lost.without[id].rows
			names = append(names, strconv.FormatInt(id, 10))
		}
	}
	if rows == 0 {
		return
	}
	const shown = 5
	list := strings.Join(names[:min(shown, len(names))], ", ")
	if len(names) > shown {
		list += fmt.Sprintf(" e mais %d", len(names)-shown)
	}
	lost := say.Count(rows, "registro perdeu o cliente de que trata", "registros perderam o cliente de que tratam")
	if len(names) == 1 {
		w.warn("%s, %s: cliente %s", lost, one, list)
		return
	}
	w.warn("%s, %s: clientes %s", lost, many, list)
}
