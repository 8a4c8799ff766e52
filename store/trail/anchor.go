package trail

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
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"example.com/monitor/store/durable"
	"example.com/monitor/store/engine"
	"example.com/monitor/store/say"
	"example.com/monitor/store/when"
)

// AppendAnchor adds a line to the anchor file, which several processes may do, and
// puts it on the disk. The folder may be missing: a key from the environment needs none.
func AppendAnchor(path, line string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
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

// ReadAnchor reads the anchor file whole, nil where there is none.
func ReadAnchor(path string) ([]byte, error) {
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

// A line of the anchor is the time, the heads, and, since version 2 of the links, a
// signature: the name of this anchor, the key, and a MAC. Who has no key can take
// lines out, but make none.
//
//	2026-11-24T10:00:00.000000+00:00 1:42:<mac> 2:7:<mac> =<name>:<key>:<mac>

// wholeLine is a line as it was written.
var wholeLine = regexp.MustCompile(`^([0-9T:.Z+-]+)((?: [0-9]+:[0-9]+:[0-9a-f]{64})+)(?: =([0-9a-f]{8}):([0-9a-f]{16}):([0-9a-f]{64}))?\n$`)

// lineStart is what a line may be cut to.
var lineStart = regexp.MustCompile(
	`^[0-9T:.Z+-]*( [0-9]+:[0-9]+:[0-9a-f]{64})*( ([0-9]*(:[0-9]*(:[0-9a-f]{0,63})?)?|=[0-9a-f]{0,8}(:[0-9a-f]{0,16}(:[0-9a-f]{0,63})?)?))?\n$`,
)

// torn says that a line is what a power cut left of one: its beginning, or one with
// holes. Nobody gains by making a line look so, who could as well take it out.
func torn(line string) bool {
	return strings.IndexByte(line, 0) >= 0 || lineStart.MatchString(line) && !wholeLine.MatchString(line)
}

// anchorLine is a line of the anchor.
type anchorLine struct {
	at, heads      string
	name, key, mac string // "" in a line of before they were signed
}

func parseAnchorLine(line string) (l anchorLine, ok bool) {
	m := wholeLine.FindStringSubmatch(line)
	if m == nil {
		return l, false
	}
	l = anchorLine{m[1], strings.TrimSpace(m[2]), m[3], m[4], m[5]}
	return l, len(ParseHeads(l.heads)) == len(strings.Fields(l.heads))
}

func (l *anchorLine) sign(key []byte) string {
	return hex.EncodeToString(Digest(key, "ancora", l.name, l.at, l.heads))
}

// newLine writes the heads down, signed.
func (t *Chain) newLine(at when.Hora, heads string) (string, error) {
	key, id, err := t.SigningKey()
	if err != nil {
		return "", err
	}
	l := anchorLine{at: at.String(), heads: heads, name: t.anchorName(), key: id}
	return fmt.Sprintf("%s %s =%s:%s:%s\n", l.at, l.heads, l.name, l.key, l.sign(key)), nil
}

// anchorName is what the lines of this file are called: as its last one is, or as
// this process decided when it found none.
func (t *Chain) anchorName() string {
	t.keyMu.Lock()
	name := t.anchorID
	t.keyMu.Unlock()
	if name != "" {
		return name
	}
	if name = t.readTail().name; name == "" {
		b := make([]byte, 4)
		_, _ = rand.Read(b)
		name = hex.EncodeToString(b)
	}
	t.keyMu.Lock()
	defer t.keyMu.Unlock()
	t.anchorID = cmp.Or(t.anchorID, name)
	return t.anchorID
}

// tail is what the last lines of the anchor know.
type tail struct {
	name     string
	known    map[int64]int64 // lane -> the last link that a signed line knows
	unsigned map[int64]int64 // the same of lines of before; only where none is signed
	hasLines bool
}

// tailBytes is more than the lines of many lanes take.
const tailBytes = 256 << 10

// readTail reads the end of the anchor; a file that cannot be read knows nothing.
func (t *Chain) readTail() tail {
	c := tail{known: map[int64]int64{}, unsigned: map[int64]int64{}}
	f, err := os.Open(t.Cfg.AnchorPath)
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
	keys, _ := t.LoadKeys()
	if key, id, err := t.SigningKey(); err == nil {
		keys = keys.with(Key{id, key})
	}
	for line := range strings.Lines(string(text)) {
		if l, ok := parseAnchorLine(line); ok {
			c.add(&l, keys)
		}
	}
	return c
}

func (c *tail) add(l *anchorLine, keys Keyring) {
	c.hasLines = true
	to := c.unsigned
	if l.mac != "" {
		k, have := keys.Find(l.key)
		if !have || l.sign(k.Secret) != l.mac {
			return
		}
		c.name, to = l.name, c.known
	}
	for _, h := range ParseHeads(l.heads) {
		to[h.Lane] = max(to[h.Lane], h.Seq)
	}
}

// covers says that signed lines know all of these heads.
func (c tail) covers(heads string) bool {
	for _, h := range ParseHeads(heads) {
		if c.known[h.Lane] < h.Seq {
			return false
		}
	}
	return true
}

// What a note says of the anchor whose name stands in its subject.
const (
	actAnchorNew    = "ancora_nova"  // it begins where the chain has links already
	actAnchorBehind = "ancora_atras" // it does not know what the chain held by then
)

// anchorGrace is for how long a link of a process at work need not be anchored.
const anchorGrace = 5 * time.Minute

// behind looks, before this process writes its first link, whether the anchor goes
// on from where the chain is: "" where it does, else what is to be noted. Links of
// other processes that are at work will be anchored by them.
func (t *Chain) behind(ctx context.Context, q engine.Q) (action string, err error) {
	if t.Quiet || t.lane.noted {
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
		var id, seq, until, at, form int64
		if err := rows.Scan(engine.AsStrict(&id), engine.AsStrict(&seq), engine.AsStrict(&until), engine.AsStrict(&at), engine.AsStrict(&form)); err != nil {
			return "", engine.Translate(err)
		}
		known := tail.known[id]
		if form == formMicros { // as its line may be
			known = max(known, tail.unsigned[id])
		}
		if known < seq && !t.atWork(until, at) {
			action = t.stateOf(tail)
		}
	}
	return action, engine.Translate(rows.Err())
}

// atWork says that a process holds the lane and wrote there a short while ago.
func (t *Chain) atWork(until, at int64) bool { return atWork(t.Cfg.Now(), until, at) }

func atWork(now time.Time, until, at int64) bool {
	held := until > now.Unix() && until <= now.Add(2*laneLease).Unix()
	return held && now.Sub(time.UnixMicro(at)) < anchorGrace
}

func (t *Chain) stateOf(tail tail) string {
	if !tail.hasLines {
		return actAnchorNew
	}
	return actAnchorBehind
}

func (t *Chain) stateOfAnchor() string {
	tail := t.readTail()
	if tail.name == "" { // another one begins
		t.keyMu.Lock()
		t.anchorID = ""
		t.keyMu.Unlock()
	}
	return t.stateOf(tail)
}

// note signs into the chain that the anchor does not vouch for what is there so far.
func (t *Chain) note(ctx context.Context, q engine.Q, action string) error {
	if action == "" {
		return nil
	}
	key, _, err := t.SigningKey()
	if err != nil {
		return err
	}
	text, err := Heads(ctx, q)
	if err != nil {
		return err
	}
	if _, err := q.Exec(ctx, "INSERT INTO monitor_selos(faixa, sequencia, texto) VALUES (?, ?, ?)", t.lane.id, t.lane.seq+1, text); err != nil {
		return err
	}
	return t.Extend(ctx, q, Link{
		Kind: kindSeal, Subject: "ancora:" + t.anchorName(), Action: action,
		AtMicros: t.Cfg.Now().UnixMicro(), Step: 1, Digest: Digest(key, text),
	})
}

// anchor compares the chain with what was written down outside the database. who
// says whose file it is; ok is false where it cannot be read.
func (w *verifier) anchor(text []byte, who string) (seen tail, ok bool) {
	// What stands after the last line end is being written, or was torn.
	whole := text[:bytes.LastIndexByte(text, '\n')+1]
	seen = tail{known: map[int64]int64{}, unsigned: map[int64]int64{}}
	for line := range strings.Lines(string(whole)) {
		l, readable := parseAnchorLine(line)
		if !readable && torn(line) {
			continue
		}
		if !readable {
			w.v.problem("%s tem uma linha ilegível", who)
			return seen, false
		}
		if k, have := w.keys.Find(l.key); have && l.sign(k.Secret) != l.mac {
			w.v.problem("%s tem uma linha alterada (de %s)", who, w.written(l.at))
			return seen, false
		} else if !have && l.mac != "" {
			w.foreignAnchor = true
		}
		w.vouch(l.heads, who)
		seen.add(&l, w.keys)
	}
	return seen, true
}

// written shows the time of a line as people write it, where it still is one.
func (w *verifier) written(text string) string {
	var at when.Hora
	if _ = at.Parse(text); at.IsZero() {
		return text
	}
	return w.when(at.UnixMicro())
}

// cover says what the anchor does not vouch for.
func (w *verifier) cover(seen tail) {
	switch {
	case len(w.last) == 0:
		return
	case !seen.hasLines:
		w.warn("não há arquivo de âncora: um corte no fim da trilha, feito com cuidado, não seria notado")
		return
	case w.foreignAnchor:
		w.warn("a âncora foi assinada com uma chave que não está aqui: não se sabe se ela acompanha a trilha")
		return
	}
	late, since := 0, int64(0)
	for lane, last := range w.last {
		known := seen.known[lane]
		if first := w.seenLinks[[2]int64{lane, known + 1}]; known < last && first.form == formMicros {
			known = max(known, seen.unsigned[lane])
		}
		if first, there := w.seenLinks[[2]int64{lane, known + 1}]; there && !atWork(w.now, w.until[lane], first.at) {
			late += int(last - known)
			if since == 0 || first.at < since {
				since = first.at
			}
		}
	}
	if late > 0 {
		w.warn("a âncora não conhece %s do fim da trilha (desde %s): um corte ali, feito com cuidado, não seria notado",
			say.Count(late, "elo", "elos"), w.when(since))
	}
	if n := w.notes[seen.name]; n.times > 0 {
		how := "não acompanhou a trilha"
		if n.fresh {
			how = "começou de novo"
		}
		times := ""
		if n.times > 1 {
			times = fmt.Sprintf(" (%d vezes; esta foi a última)", n.times)
		}
		w.warn(
			"a âncora %s em %s%s: um corte feito antes disso, com cuidado, não seria notado; compare com uma cópia dela guardada fora: monitor logs verificar --ancora ARQUIVO",
			how,
			w.when(n.last),
			times,
		)
	}
}

// note is what the chain holds against one anchor.
type note struct {
	times int
	fresh bool
	last  int64
}

// IsAnchor returns whether any line of text is one of an anchor.
func IsAnchor(text []byte) bool {
	for line := range bytes.Lines(text) {
		if _, ok := parseAnchorLine(string(line)); ok {
			return true
		}
	}
	return false
}
