package store

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
)

// What a verification finds beside the links themselves: times that moved together,
// keys, rows of other programs, and clients that were taken out of their rows.

// horas are the rows whose time is not the signed one.
type horas struct {
	// antigas are links of the first form by the shift of their rows; novas the same
	// of the second.
	antigas, novas map[time.Duration]int
	suspeitas      []string // novas, as problems
	ultima         int64    // the newest row of novas
	certa          int64    // the oldest row of the second form whose time is right
	quantas        int
}

// The time zones of the world are this far from UTC, in such steps.
const (
	passoFuso = 15 * time.Minute
	maxFuso   = 14 * time.Hour
)

// time compares a row's time with the signed one.
func (w *verifier) time(e *elo, r *vivo, where string) {
	have := r.quando.UnixMicro()
	if w.sameTime(have, e) {
		if e.versao != eloAntigo && (w.horas.certa == 0 || e.logID < w.horas.certa) {
			w.horas.certa = e.logID
		}
		return
	}
	shift := time.Duration(have-e.instante) * time.Microsecond
	if shift > -2*maxFuso && shift < 2*maxFuso {
		shift = shift.Round(passoFuso)
	}
	if shift == 0 || shift > maxFuso || shift < -maxFuso || !w.sameTime(have-shift.Microseconds(), e) {
		w.v.problem("%s: o registro %d foi alterado", where, e.logID)
		return
	}
	w.horas.moved(e, shift, where)
}

func (h *horas) moved(e *elo, shift time.Duration, where string) {
	to := &h.novas
	if e.versao == eloAntigo {
		to = &h.antigas
	} else {
		h.quantas++
		h.ultima = max(h.ultima, e.logID)
		if len(h.suspeitas) < maxProblemas {
			h.suspeitas = append(h.suspeitas, fmt.Sprintf("%s: a hora do registro %d foi alterada", where, e.logID))
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
func (w *verifier) sameTime(have int64, e *elo) bool {
	passo := max(w.passo.Microseconds(), e.passo, 1)
	if e.versao == eloAntigo {
		passo = max(passo, time.Second.Microseconds())
	}
	if have == e.instante {
		return true
	}
	return have%passo == 0 && max(have-e.instante, e.instante-have) < passo
}

// minimoFuso is how many rows a change of zone must have moved to pass for one: that
// of a single row is somebody's hand.
const minimoFuso = 3

// times judges the rows whose time has moved by whole quarters of hours. A column that
// was turned into another kind in a session of another zone moves all rows of by then,
// and none of later ones. Links of the first form were signed in whatever zone the
// session had, so theirs may change whenever the server's zone does.
func (w *verifier) times(context.Context, engine.Q) error {
	h := &w.horas
	together := h.quantas >= minimoFuso && (h.certa == 0 || h.certa > h.ultima) && nearby(h.novas)
	if h.quantas > 0 && !together {
		for _, text := range h.suspeitas {
			w.v.problem("%s", text)
		}
		h.novas = nil
	}
	for _, set := range []map[time.Duration]int{h.antigas, h.novas} {
		for _, shift := range slices.Sorted(maps.Keys(set)) {
			w.warn("a hora de %s está %s da assinada: o fuso da coluna ou do banco mudou; vale a assinada",
				quantas(set[shift], "registro", "registros"), distance(shift))
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

// chaves are the keys that signed.
type chaves struct {
	primeiro map[string]int64  // key -> instant of its first link
	ultimo   map[string]int64  // key -> instant of its last link
	sucede   map[string]string // key -> the one that signed that it follows
	troca    map[string]int64  // key -> when it was followed by another
	// assume are the keys at hand that signed that they follow another; dita says the
	// same as sucede by the word of links that could not be verified.
	assume    map[string]bool
	dita      map[string]string
	passagens []passagem
}

// passagem is where, within a lane, a link names another key than the one before it
// and one of the two is not at hand.
type passagem struct{ onde, de, para string }

// maxPassagens is far more than a chain has; the first ones tell.
const maxPassagens = 1000

// passes compares the key of a link with that of the one before it in its lane. Chains of
// before the second form may have changed keys without a word.
func (c *chaves) passes(before, e *elo, keys Keyring, onde string) {
	if before.versao < versaoElo || before.chave == e.chave || len(c.passagens) == maxPassagens {
		return
	}
	_, had := keys.find(before.chave)
	_, have := keys.find(e.chave)
	if !had || !have {
		c.passagens = append(c.passagens, passagem{onde, before.chave, e.chave})
	}
}

// told takes down what a link says that could not be verified.
func (c *chaves) told(e *elo) {
	if to, ok := strings.CutPrefix(e.sujeito, sujeitoChave); ok && e.acao == acaoChaveTrocada {
		c.dita[to] = e.chave
	}
}

// announced says that a key follows another by the word of a key that is at hand, or of
// one that is announced itself, back to the first one.
func (c *chaves) announced(id string) bool {
	for n := range maxPassagens {
		if _, follows := c.sucede[id]; follows || c.assume[id] {
			return true
		}
		from, told := c.dita[id]
		if !told {
			return n > 0 && id == c.oldest()
		}
		id = from
	}
	return false // they announce one another
}

// oldest is the key that signed first.
func (c *chaves) oldest() (id string) {
	for _, k := range slices.Sorted(maps.Keys(c.primeiro)) {
		if id == "" || c.primeiro[k] < c.primeiro[id] {
			id = k
		}
	}
	return id
}

func (c *chaves) used(e *elo) {
	if c.primeiro == nil {
		c.primeiro, c.ultimo, c.sucede, c.troca = map[string]int64{}, map[string]int64{}, map[string]string{}, map[string]int64{}
		c.assume, c.dita = map[string]bool{}, map[string]string{}
	}
	if at, seen := c.primeiro[e.chave]; !seen || e.instante < at {
		c.primeiro[e.chave] = e.instante
	}
	c.ultimo[e.chave] = max(c.ultimo[e.chave], e.instante)
}

// row takes down that a key handed over to another.
func (c *chaves) row(e *elo) {
	other, ok := strings.CutPrefix(e.sujeito, sujeitoChave)
	switch {
	case !ok:
	case e.acao == acaoChaveTrocada:
		c.sucede[other] = e.chave
		c.troca[e.chave] = e.instante
	case e.acao == acaoChaveAssumida:
		c.assume[e.chave] = true
	}
}

// passages are those from one key to another within a lane: a lane goes on with another
// key only where a signed succession says so. Whoever changes a row could else put the
// name of a key that nobody has on its link, which then could not be verified.
func (w *verifier) passages() {
	said := map[string]bool{}
	for _, p := range w.chaves.passagens {
		if !said[p.de] && !w.chaves.announced(p.para) {
			said[p.para] = true
			w.v.problem("%s: diz-se assinado com a chave %s, e o elo anterior com %s, sem que uma troca assinada o anuncie", p.onde, p.para, p.de)
		}
	}
}

// succession says which keys signed, and what is odd about how they followed one
// another.
func (w *verifier) succession(context.Context, engine.Q) error {
	c := &w.chaves
	w.passages()
	ids := slices.SortedFunc(maps.Keys(c.primeiro), func(a, b string) int {
		return int(min(max(c.primeiro[a]-c.primeiro[b], -1), 1))
	})
	w.v.Chaves = append(w.v.Chaves, ids...)
	var missing []string
	for i, id := range ids {
		_, have := w.keys.find(id)
		_, follows := c.sucede[id]
		switch at, changed := c.troca[id]; {
		case !have:
			missing = append(missing, id)
			if i > 0 && !follows {
				w.warn("nenhuma troca assinada anuncia a chave %s, que assina desde %s: se ninguém restaurou com --chave-nova, alguém de fora escreveu na trilha", id, w.when(c.primeiro[id]))
			}
		case i > 0 && !follows:
			w.warn("a chave %s assina desde %s sem que a anterior tenha assinado a troca", id, w.when(c.primeiro[id]))
		case changed && c.ultimo[id] > at+folgaAncora.Microseconds():
			w.warn("a chave %s ainda assinou depois de trocada, em %s", id, w.when(c.ultimo[id]))
		}
	}
	if len(missing) > 0 {
		keys := "outra chave (" + missing[0] + "), que não está aqui: traga-a"
		if len(missing) > 1 {
			keys = "outras chaves (" + strings.Join(missing, ", ") + "), que não estão aqui: traga-as"
		}
		w.warn("%s com %s com monitor auditoria chave trazer",
			quantas(w.v.SemChave, "elo não pôde ser conferido, porque foi assinado", "elos não puderam ser conferidos, porque foram assinados"), keys)
	}
	return nil
}

// alheias are the rows without a link.
type alheias struct {
	corte      int64 // the row of the cut; 0 for none
	contadas   int64 // how many there were then, as the cut signed; -1 where it did not
	semNoticia bool  // a restore of before it was written down whose database it had been
}

func (a *alheias) row(e *elo, r *vivo) {
	var d struct {
		Depois struct {
			Fora    *int64 `json:"fora_cadeia"`
			Adotado *bool  `json:"adotado"`
		} `json:"depois"`
	}
	switch e.acao {
	case acaoCorte:
		if e.logID < a.corte {
			return
		}
		a.corte, a.contadas = e.logID, -1
		if json.Unmarshal([]byte(r.dados), &d) == nil && d.Depois.Fora != nil {
			a.contadas = *d.Depois.Fora
		}
	case acaoRestauracao:
		a.semNoticia = a.semNoticia || json.Unmarshal([]byte(r.dados), &d) != nil || d.Depois.Adotado == nil
	}
}

// convive says that the Flask system may still write rows of its own.
func (w *verifier) convive() bool {
	return w.alheias.corte == 0 && (w.adotado || w.alheias.semNoticia)
}

const foraDaCadeia = "FROM logs_auditoria WHERE id NOT IN (SELECT log_id FROM monitor_trilha WHERE log_id IS NOT NULL)"

// outside counts the rows that other programs wrote, and judges those that nobody
// could have written honestly: in a database that never was the Flask system's, and
// in one where that was declared off.
func (w *verifier) outside(ctx context.Context, q engine.Q) error {
	if err := q.Get(ctx, []any{&w.v.ForaCadeia}, "SELECT count(*) "+foraDaCadeia); err != nil || w.v.ForaCadeia == 0 || w.convive() {
		return err
	}
	var late []int64
	if err := q.All(ctx, &late, "SELECT id "+foraDaCadeia+" AND id > ? ORDER BY id LIMIT ?", w.alheias.corte, maxProblemas); err != nil {
		return err
	}
	why := "este banco nunca foi do sistema antigo"
	if w.alheias.corte > 0 {
		why = "o sistema antigo já estava encerrado"
	}
	for _, id := range late {
		w.v.problem("o registro %d não tem elo na trilha, e %s: foi escrito por fora", id, why)
	}
	if w.alheias.corte == 0 || w.alheias.contadas < 0 {
		return nil
	}
	var before int64
	err := q.Get(ctx, []any{&before}, "SELECT count(*) "+foraDaCadeia+" AND id < ?", w.alheias.corte)
	if before > w.alheias.contadas {
		w.v.problem("há %s sem elo de antes do encerramento do sistema antigo, e ele contou %d", quantas(int(before), "registro", "registros"), w.alheias.contadas)
	}
	return err
}

// clientesDaTrilha are the clients that were taken out of rows about them.
type clientesDaTrilha struct {
	sem      map[int64]semCliente
	excluido map[int64]int64 // client -> row of the signed deletion
}

// semCliente is how many rows lost their client, and the newest of them.
type semCliente struct {
	linhas int
	ultima int64
}

func (c *clientesDaTrilha) row(e *elo, r *vivo) {
	id := e.assinado()
	switch {
	case id == 0:
	case e.acao == acaoDeletado:
		if c.excluido == nil {
			c.excluido = map[int64]int64{}
		}
		c.excluido[id] = max(c.excluido[id], e.logID)
	case r.cliente == 0:
		if c.sem == nil {
			c.sem = map[int64]semCliente{}
		}
		c.sem[id] = semCliente{c.sem[id].linhas + 1, max(c.sem[id].ultima, e.logID)}
	}
}

// clients tells of rows whose client was taken out although nobody deleted it. As long
// as the Flask system may delete, only clients that are still there are odd.
func (w *verifier) clients(ctx context.Context, q engine.Q) error {
	var ids []int64
	for id, s := range w.clientes.sem {
		if w.clientes.excluido[id] < s.ultima {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	there := map[int64]bool{}
	err := inLots(ids, func(list string, args []any) error {
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
	if !w.convive() {
		w.lostClients(ids, there, false, "que não existe mais, sem exclusão assinada", "que não existem mais, sem exclusão assinada")
	}
	return nil
}

// lostClients tells of those whose presence is as wanted; one and many say which.
func (w *verifier) lostClients(ids []int64, there map[int64]bool, want bool, one, many string) {
	linhas := 0
	var nomes []string
	for _, id := range ids {
		if there[id] == want {
			linhas += w.clientes.sem[id].linhas
			nomes = append(nomes, strconv.FormatInt(id, 10))
		}
	}
	if linhas == 0 {
		return
	}
	const shown = 5
	list := strings.Join(nomes[:min(shown, len(nomes))], ", ")
	if len(nomes) > shown {
		list += fmt.Sprintf(" e mais %d", len(nomes)-shown)
	}
	lost := quantas(linhas, "registro perdeu o cliente de que trata", "registros perderam o cliente de que tratam")
	if len(nomes) == 1 {
		w.warn("%s, %s: cliente %s", lost, one, list)
		return
	}
	w.warn("%s, %s: clientes %s", lost, many, list)
}
