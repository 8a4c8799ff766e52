package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"example.com/monitor/store/durable"
	"example.com/monitor/store/engine"
)

// appendAnchor adds a line to the anchor file, which several processes may do, and
// puts it on the disk. The folder may be missing: a key from the environment needs none.
func appendAnchor(path, line string) error {
	if err := os.MkdirAll(dirOf(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err == nil && size > 0 {
		last := []byte{0}
		if _, err = f.ReadAt(last, size-1); last[0] != '\n' {
			line = "\n" + line // a power cut has torn the line before
		}
	}
	if err == nil {
		_, err = f.WriteString(line)
	}
	if err = errors.Join(err, durable.Fsync(f), f.Close()); err != nil || size > 0 {
		return err
	}
	return durable.SyncDir(path)
}

// readAnchor reads the anchor file whole, nil where there is none.
func readAnchor(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, &engine.UnavailableError{Causa: "o arquivo de âncora " + path + " não pôde ser lido", Remedio: "confira as permissões"}
	default:
		return text, nil
	}
}

var errNaoAncora = &CopiaError{Frase: "o arquivo não é uma âncora da auditoria, ou não tem nenhuma linha dela", Remedio: "confira o nome: a âncora é o arquivo terminado em .ancora, ao lado do banco"}

// readKeptAnchor reads a copy of an anchor. What came through Windows or an editor may
// have other line ends; a file that vouches for nothing is not compared with in silence.
func readKeptAnchor(path string) ([]byte, error) {
	if engine.Held(path) {
		return nil, errAbertoAqui.about(path)
	}
	f, err := openCopyFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		return nil, readError(path, err)
	}
	text = append(bytes.TrimRight(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), "\n"), '\n')
	for line := range bytes.Lines(text) {
		if _, ok := parseAnchorLine(string(line)); ok {
			return text, nil
		}
	}
	return nil, errNaoAncora.about(path)
}

// A line of the anchor is the time, the heads, and, since version 2 of the links, a
// signature: the name of this anchor, the key, and a MAC. Who has no key can take
// lines out, but make none.
//
//	2026-11-24T10:00:00.000000+00:00 1:42:<mac> 2:7:<mac> =<name>:<key>:<mac>

// inteira is a line as it was written.
var inteira = regexp.MustCompile(`^([0-9T:.Z+-]+)((?: [0-9]+:[0-9]+:[0-9a-f]{64})+)(?: =([0-9a-f]{8}):([0-9a-f]{16}):([0-9a-f]{64}))?\n$`)

// comeco is what a line may be cut to.
var comeco = regexp.MustCompile(`^[0-9T:.Z+-]*( [0-9]+:[0-9]+:[0-9a-f]{64})*( ([0-9]*(:[0-9]*(:[0-9a-f]{0,63})?)?|=[0-9a-f]{0,8}(:[0-9a-f]{0,16}(:[0-9a-f]{0,63})?)?))?\n$`)

// torn says that a line is what a power cut left of one: its beginning, or one with
// holes. Nobody gains by making a line look so, who could as well take it out.
func torn(line string) bool {
	return strings.IndexByte(line, 0) >= 0 || comeco.MatchString(line) && !inteira.MatchString(line)
}

// linhaAncora is a line of the anchor.
type linhaAncora struct {
	quando, fins       string
	nome, chave, firma string // "" in a line of before they were signed
}

func parseAnchorLine(line string) (l linhaAncora, ok bool) {
	m := inteira.FindStringSubmatch(line)
	if m == nil {
		return l, false
	}
	l = linhaAncora{m[1], strings.TrimSpace(m[2]), m[3], m[4], m[5]}
	return l, len(parseHeads(l.fins)) == len(strings.Fields(l.fins))
}

func (l *linhaAncora) sign(key []byte) string {
	return hex.EncodeToString(digest(key, "ancora", l.nome, l.quando, l.fins))
}

// anchorLine writes the heads down, signed.
func (t *trilha) anchorLine(quando Hora, fins string) (string, error) {
	key, id, err := t.signingKey()
	if err != nil {
		return "", err
	}
	l := linhaAncora{quando: quando.String(), fins: fins, nome: t.anchorName(), chave: id}
	return fmt.Sprintf("%s %s =%s:%s:%s\n", l.quando, l.fins, l.nome, l.chave, l.sign(key)), nil
}

// anchorName is what the lines of this file are called: as its last one is, or as
// this process decided when it found none.
func (t *trilha) anchorName() string {
	t.keyMu.Lock()
	name := t.ancora
	t.keyMu.Unlock()
	if name != "" {
		return name
	}
	if name = t.readTail().nome; name == "" {
		b := make([]byte, 4)
		_, _ = rand.Read(b)
		name = hex.EncodeToString(b)
	}
	t.keyMu.Lock()
	defer t.keyMu.Unlock()
	t.ancora = cmp.Or(t.ancora, name)
	return t.ancora
}

// cauda is what the last lines of the anchor know.
type cauda struct {
	nome      string
	vistos    map[int64]int64 // lane -> the last link that a signed line knows
	semFirma  map[int64]int64 // the same of lines of before; only where none is signed
	temLinhas bool
}

// tailBytes is more than the lines of many lanes take.
const tailBytes = 256 << 10

// readTail reads the end of the anchor; a file that cannot be read knows nothing.
func (t *trilha) readTail() cauda {
	c := cauda{vistos: map[int64]int64{}, semFirma: map[int64]int64{}}
	f, err := os.Open(t.anchorPath())
	if err != nil {
		return c
	}
	defer f.Close()
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return c
	}
	text := make([]byte, min(size, tailBytes))
	if _, err := f.ReadAt(text, size-int64(len(text))); err != nil {
		return c
	}
	keys, _ := t.loadKeys()
	if key, id, err := t.signingKey(); err == nil {
		keys = keys.with(chaveTrilha{id, key})
	}
	for line := range strings.Lines(string(text)) {
		if l, ok := parseAnchorLine(line); ok {
			c.add(&l, keys)
		}
	}
	return c
}

func (c *cauda) add(l *linhaAncora, keys Keyring) {
	c.temLinhas = true
	to := c.semFirma
	if l.firma != "" {
		k, have := keys.find(l.chave)
		if !have || l.sign(k.key) != l.firma {
			return
		}
		c.nome, to = l.nome, c.vistos
	}
	for _, h := range parseHeads(l.fins) {
		to[h.lane] = max(to[h.lane], h.seq)
	}
}

// covers says that signed lines know all of these heads.
func (c cauda) covers(fins string) bool {
	for _, h := range parseHeads(fins) {
		if c.vistos[h.lane] < h.seq {
			return false
		}
	}
	return true
}

// What a note says of the anchor whose name stands in its subject.
const (
	acaoAncoraNova  = "ancora_nova"  // it begins where the chain has links already
	acaoAncoraAtras = "ancora_atras" // it does not know what the chain held by then
)

// folgaAncora is for how long a link of a process at work need not be anchored.
const folgaAncora = 5 * time.Minute

// behind looks, before this process writes its first link, whether the anchor goes
// on from where the chain is: "" where it does, else what is to be noted. Links of
// other processes that are at work will be anchored by them.
func (t *trilha) behind(ctx context.Context, q engine.Q) (acao string, err error) {
	if t.semNota || t.lane.notada {
		return "", nil
	}
	rows, err := q.Rows(ctx, `SELECT f.id, f.sequencia, f.ate, t.instante, t.versao FROM monitor_faixas f
		JOIN monitor_trilha t ON t.faixa = f.id AND t.sequencia = f.sequencia ORDER BY f.id`)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	tail := t.readTail()
	for rows.Next() {
		var id, seq, ate, instante, versao int64
		if err := rows.Scan(numero(&id), numero(&seq), numero(&ate), numero(&instante), numero(&versao)); err != nil {
			return "", engine.Translate(err)
		}
		known := tail.vistos[id]
		if versao == eloAntigo { // as its line may be
			known = max(known, tail.semFirma[id])
		}
		if known < seq && !t.atWork(ate, instante) {
			acao = t.stateOf(tail)
		}
	}
	return acao, engine.Translate(rows.Err())
}

// atWork says that a process holds the lane and wrote there a short while ago.
func (t *trilha) atWork(ate, instante int64) bool { return atWork(t.cfg.Now(), ate, instante) }

func atWork(now time.Time, ate, instante int64) bool {
	held := ate > now.Unix() && ate <= now.Add(2*laneLease).Unix()
	return held && now.Sub(time.UnixMicro(instante)) < folgaAncora
}

func (t *trilha) stateOf(tail cauda) string {
	if !tail.temLinhas {
		return acaoAncoraNova
	}
	return acaoAncoraAtras
}

func (t *trilha) stateOfAnchor() string {
	tail := t.readTail()
	if tail.nome == "" { // another one begins
		t.keyMu.Lock()
		t.ancora = ""
		t.keyMu.Unlock()
	}
	return t.stateOf(tail)
}

// note signs into the chain that the anchor does not vouch for what is there so far.
func (t *trilha) note(ctx context.Context, q engine.Q, acao string) error {
	if acao == "" {
		return nil
	}
	key, _, err := t.signingKey()
	if err != nil {
		return err
	}
	text, err := heads(ctx, q)
	if err != nil {
		return err
	}
	if _, err := q.Exec(ctx, "INSERT INTO monitor_selos(faixa, sequencia, texto) VALUES (?, ?, ?)", t.lane.id, t.lane.seq+1, text); err != nil {
		return err
	}
	return t.extend(ctx, q, elo{
		tipo: eloSelo, sujeito: "ancora:" + t.anchorName(), acao: acao,
		instante: t.cfg.Now().UnixMicro(), passo: 1, resumo: digest(key, text),
	})
}

// anchor compares the chain with what was written down outside the database. who
// says whose file it is; ok is false where it cannot be read.
func (w *verifier) anchor(text []byte, who string) (seen cauda, ok bool) {
	// What stands after the last line end is being written, or was torn.
	whole := text[:bytes.LastIndexByte(text, '\n')+1]
	seen = cauda{vistos: map[int64]int64{}, semFirma: map[int64]int64{}}
	for line := range strings.Lines(string(whole)) {
		l, readable := parseAnchorLine(line)
		if !readable && torn(line) {
			continue
		}
		if !readable {
			w.v.problem("%s tem uma linha ilegível", who)
			return seen, false
		}
		if k, have := w.keys.find(l.chave); have && l.sign(k.key) != l.firma {
			w.v.problem("%s tem uma linha alterada (de %s)", who, w.written(l.quando))
			return seen, false
		} else if !have && l.firma != "" {
			w.semChaveAncora = true
		}
		w.vouch(l.fins, who)
		seen.add(&l, w.keys)
	}
	return seen, true
}

// written shows the time of a line as people write it, where it still is one.
func (w *verifier) written(quando string) string {
	var at Hora
	if _ = at.Parse(quando); at.IsZero() {
		return quando
	}
	return w.when(at.UnixMicro())
}

// cover says what the anchor does not vouch for.
func (w *verifier) cover(seen cauda) {
	switch {
	case len(w.last) == 0:
		return
	case !seen.temLinhas:
		w.warn("não há arquivo de âncora: um corte no fim da trilha, feito com cuidado, não seria notado")
		return
	case w.semChaveAncora:
		w.warn("a âncora foi assinada com uma chave que não está aqui: não se sabe se ela acompanha a trilha")
		return
	}
	late, desde := 0, int64(0)
	for lane, last := range w.last {
		known := seen.vistos[lane]
		if first := w.vistos[[2]int64{lane, known + 1}]; known < last && first.versao == eloAntigo {
			known = max(known, seen.semFirma[lane])
		}
		if first, there := w.vistos[[2]int64{lane, known + 1}]; there && !atWork(w.agora, w.ate[lane], first.instante) {
			late += int(last - known)
			if desde == 0 || first.instante < desde {
				desde = first.instante
			}
		}
	}
	if late > 0 {
		w.warn("a âncora não conhece %s do fim da trilha (desde %s): um corte ali, feito com cuidado, não seria notado",
			quantas(late, "elo", "elos"), w.when(desde))
	}
	if n := w.notas[seen.nome]; n.vezes > 0 {
		como := "não acompanhou a trilha"
		if n.nova {
			como = "começou de novo"
		}
		vezes := ""
		if n.vezes > 1 {
			vezes = fmt.Sprintf(" (%d vezes; esta foi a última)", n.vezes)
		}
		w.warn("a âncora %s em %s%s: um corte feito antes disso, com cuidado, não seria notado; compare com uma cópia dela guardada fora: monitor logs verificar --ancora ARQUIVO", como, w.when(n.ultima), vezes)
	}
}

// nota is what the chain holds against one anchor.
type nota struct {
	vezes  int
	nova   bool
	ultima int64
}
