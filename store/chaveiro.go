package store

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"example.com/monitor/store/durable"
	"example.com/monitor/store/engine"
)

// The keys of the audit chain are kept outside the database, in the configuration
// or in a 0600 file. Which one signs is a matter of the chain: it remembers the
// fingerprint of its key, and where that key was when it began to sign, so that a
// second computer which only knows the database's URL is told whom to ask instead
// of signing with a key of its own.
//
// The key is not held in the database, not even sealed. Sealed by a passphrase,
// whoever reads the database or any copy of it could guess at leisure, and a server
// that starts by itself would need the passphrase in a file, which is a key file
// again. Sealed by a key of the operator's, that key would have to be brought to
// each computer, as this one has. And whoever may write the database could put
// another sealed key in its place. So the key travels by hand, once for each
// computer: monitor auditoria chave mostrar there, trazer here.

// ErrChaveAuditoria says that the key which signs the trail is not at hand.
var ErrChaveAuditoria = errors.New("a chave da auditoria não é a da trilha")

// ChaveError is ErrChaveAuditoria, and ErrUnavailable, with what to do.
type ChaveError struct {
	Frase   string // Portuguese, without secrets
	Remedio string // Portuguese
}

func (e *ChaveError) Error() string { return e.Frase }

// Unwrap makes errors.Is hold.
func (e *ChaveError) Unwrap() []error { return []error{ErrChaveAuditoria, ErrUnavailable} }

// chaveTrilha is a key of the chain.
type chaveTrilha struct {
	id  string
	key []byte
}

func newChaveTrilha(key []byte) chaveTrilha { return chaveTrilha{keyID(key), key} }

// keyID tells keys apart without telling them.
func keyID(key []byte) string {
	sum := sha256.Sum256(append([]byte("monitor/auditoria/"), key...))
	return hex.EncodeToString(sum[:8])
}

// Keyring is the keys of the trail that are at hand: the first one signs a chain that
// is new, and copies; each verifies what it has signed.
type Keyring []chaveTrilha

func (r Keyring) find(id string) (chaveTrilha, bool) {
	i := slices.IndexFunc(r, func(k chaveTrilha) bool { return k.id == id })
	if i < 0 {
		return chaveTrilha{}, false
	}
	return r[i], true
}

// with adds the keys that are not there yet.
func (r Keyring) with(more ...chaveTrilha) Keyring {
	for _, k := range more {
		if _, there := r.find(k.id); !there {
			r = append(r, k)
		}
	}
	return r
}

var errAuditKey = &engine.UnavailableError{Causa: "a chave de auditoria não tem 64 dígitos hexadecimais (32 bytes)", Remedio: "corrija auditoria.chave ou o arquivo ao lado do banco"}

// parseKeys reads keys that stand apart by spaces, line ends or commas; a line
// that begins with # is a comment. One key alone is the form of older versions.
func parseKeys(text string) (list Keyring, err error) {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		for word := range strings.FieldsSeq(strings.ReplaceAll(line, ",", " ")) {
			key, err := hex.DecodeString(word)
			if err != nil || len(key) != 32 {
				return nil, errAuditKey
			}
			list = list.with(newChaveTrilha(key))
		}
	}
	return list, nil
}

// loadKeys gives the configuration's keys, then those of the file, which may be
// missing, and must be in order only where it has the first one.
func (t *trilha) loadKeys() (Keyring, error) {
	if t.cfg.ChaveAuditoria == "" {
		return t.fileKeys()
	}
	list, err := parseKeys(t.cfg.ChaveAuditoria)
	if err != nil || len(list) == 0 {
		return nil, errAuditKey
	}
	also, _ := t.fileKeys()
	return list.with(also...), nil
}

// fileKeys gives the keys of the file.
func (t *trilha) fileKeys() (Keyring, error) {
	text, err := os.ReadFile(t.keyPath())
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, t.keyFileError()
	}
	list, err := parseKeys(string(text))
	if err == nil && len(list) == 0 && len(text) > 0 {
		err = errAuditKey
	}
	return list, err
}

// KnownKeys are the audit keys that cfg leads to, nil where there are none, or none
// that can be read.
func KnownKeys(cfg Config) Keyring {
	target, err := cfg.target()
	if err != nil { // the keys may be told all the same
		list, _ := parseKeys(cfg.ChaveAuditoria)
		return list
	}
	list, _ := newTrilha(cfg, target).loadKeys()
	return list
}

// saveKeys replaces the file, all or nothing.
func (t *trilha) saveKeys(list Keyring) error {
	var b strings.Builder
	for _, k := range list {
		b.WriteString(hex.EncodeToString(k.key) + "\n")
	}
	return t.writeKeyFile(b.String(), os.Rename)
}

// writeKeyFile publishes the file under its name only when it is complete.
func (t *trilha) writeKeyFile(text string, publish func(from, to string) error) error {
	if err := os.MkdirAll(dirOf(t.keyPath()), 0o700); err != nil {
		return t.keyFileError()
	}
	tmp, err := os.CreateTemp(dirOf(t.keyPath()), ".auditoria-*")
	if err != nil {
		return t.keyFileError()
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(text)
	if err = errors.Join(err, durable.Fsync(tmp), tmp.Close()); err != nil {
		return t.keyFileError()
	}
	if err := publish(tmp.Name(), t.keyPath()); err != nil {
		if errors.Is(err, os.ErrExist) {
			return err
		}
		return t.keyFileError()
	}
	// Before anything is signed with it: a chain whose key is lost proves nothing.
	if err := durable.SyncDir(t.keyPath()); err != nil {
		return t.keyFileError()
	}
	return nil
}

func (t *trilha) keyFileError() error {
	return &engine.UnavailableError{Causa: "a chave de auditoria em " + t.keyPath() + " não pôde ser lida nem criada", Remedio: "confira as permissões do arquivo e da pasta"}
}

func randomKey() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	return key
}

// createKey makes the first key; another process may do so at the same moment.
func (t *trilha) createKey() (chaveTrilha, error) {
	err := t.writeKeyFile(hex.EncodeToString(randomKey())+"\n", os.Link)
	if err != nil && !errors.Is(err, os.ErrExist) {
		return chaveTrilha{}, err
	}
	list, err := t.loadKeys()
	if err == nil && len(list) == 0 {
		err = t.keyFileError()
	}
	if err != nil {
		return chaveTrilha{}, err
	}
	return list[0], nil
}

// assinante is which key signs the chain, as the chain says.
type assinante struct {
	id     string   // "": the chain does not say
	onde   string   // host and place where that key was when it began to sign
	usadas []string // the keys of the newest links
}

// aceita says that a chain goes on with the key id.
func (a assinante) aceita(id string) bool {
	return a.id == id || (a.id == "" && (len(a.usadas) == 0 || slices.Contains(a.usadas, id)))
}

// estadoChave is where the chain says so. It is no secret, and no proof: who changes
// it makes writing fail, nothing else.
const estadoChave = "auditoria"

// lerAssinante asks a database; one that has no tables of ours yet has no chain.
func lerAssinante(ctx context.Context, q engine.Q) (a assinante, err error) {
	var text string
	err = q.Get(ctx, []any{&text}, "SELECT valor FROM monitor_estado WHERE nome = ?", estadoChave)
	if err == nil {
		a.id, a.onde, _ = strings.Cut(text, " ")
		return a, nil
	}
	if !isNoRows(err) {
		return a, err
	}
	err = q.All(ctx, &a.usadas, `SELECT DISTINCT t.chave FROM monitor_faixas f JOIN monitor_trilha t ON t.faixa = f.id AND t.sequencia = f.sequencia ORDER BY t.chave`)
	if err != nil || len(a.usadas) > 0 {
		return a, err
	}
	err = q.All(ctx, &a.usadas, "SELECT chave FROM monitor_trilha LIMIT 1") // heads that somebody took away
	return a, err
}

// onde is what is noted of this key's place.
func (t *trilha) onde() string {
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "esta máquina"
	}
	return host + ":" + t.origemChave()
}

func (t *trilha) origemChave() string {
	if t.cfg.ChaveAuditoria != "" && t.cfg.lugarChave == "" {
		return "configuração auditoria.chave"
	}
	return cmp.Or(t.cfg.lugarChave, t.keyPath())
}

// signingKey is the key of the ring that the chain goes on with. A failure is not
// remembered: the key may be brought while the program runs.
func (t *trilha) signingKey() (key []byte, id string, err error) {
	t.keyMu.Lock()
	defer t.keyMu.Unlock()
	if t.key.id != "" {
		return t.key.key, t.key.id, nil
	}
	a, err := t.assinante()
	if err != nil {
		return nil, "", err
	}
	if t.key, err = t.choose(a); err != nil {
		return nil, "", err
	}
	return t.key.key, t.key.id, nil
}

func (t *trilha) choose(a assinante) (chaveTrilha, error) {
	list, err := t.loadKeys()
	if err != nil {
		return chaveTrilha{}, err
	}
	for _, k := range list {
		if t.assume || a.aceita(k.id) {
			return k, nil
		}
	}
	switch {
	case !t.assume && (a.id != "" || len(a.usadas) > 0):
		return chaveTrilha{}, t.alheia(a, list)
	case len(list) > 0:
		return list[0], nil
	default:
		return t.createKey()
	}
}

// useKey makes another key sign from now on; the zero one has the chain asked anew.
func (t *trilha) useKey(k chaveTrilha) {
	t.keyMu.Lock()
	t.key = k
	t.keyMu.Unlock()
}

// alheia says whose key is missing, where it is, and how to bring it.
func (t *trilha) alheia(a assinante, have Keyring) *ChaveError {
	id := cmp.Or(a.id, strings.Join(a.usadas, ", "))
	frase := "a trilha de auditoria deste banco é assinada com a chave " + id + ", que não está mais lá, em " + t.keyPath()
	if len(have) > 0 {
		frase = fmt.Sprintf("a trilha de auditoria deste banco é assinada com a chave %s, e a daqui (%s, em %s) é outra", id, have[0].id, t.origemChave())
	}
	remedio := "traga-a do computador que a tem"
	if a.onde != "" {
		remedio = "ela começou a assinar em " + a.onde
	}
	return &ChaveError{
		Frase:   frase + ": nada foi gravado",
		Remedio: remedio + ": lá, monitor auditoria chave mostrar; aqui, monitor auditoria chave trazer (ou ponha-a em MONITOR_AUDITORIA_CHAVE). Não comece outra: a trilha deixaria de ser conferida",
	}
}

// admit makes sure, within a transaction, that the chain goes on with our key, and
// notes whose it is where that was not noted yet.
func (t *trilha) admit(ctx context.Context, q engine.Q) error {
	_, id, err := t.signingKey()
	if err != nil {
		return err
	}
	a, err := lerAssinante(ctx, q)
	if err != nil {
		return err
	}
	switch {
	case a.id == id && !t.assume:
		return nil
	case !t.assume && !a.aceita(id):
		t.useKey(chaveTrilha{}) // somebody changed it, or was the first
		list, err := t.loadKeys()
		if err != nil {
			return err
		}
		if _, have := list.find(a.id); have {
			return errLaneLost // the next attempt signs with the right one
		}
		return t.alheia(a, list)
	}
	err = t.noteKey(ctx, q, id)
	if errors.Is(err, engine.ErrUnique) {
		t.useKey(chaveTrilha{})
		return errLaneLost
	}
	return err
}

func (t *trilha) noteKey(ctx context.Context, q engine.Q, id string) error {
	valor := truncate(id+" "+t.onde(), 200)
	n, err := q.Exec(ctx, "UPDATE monitor_estado SET valor = ? WHERE nome = ?", valor, estadoChave)
	if err != nil || n > 0 {
		return err
	}
	_, err = q.Exec(ctx, "INSERT INTO monitor_estado(nome, valor) VALUES (?, ?)", estadoChave, valor)
	return err
}

// verifies says that a link of the chain was signed by k.
func (k chaveTrilha) verifies(e *elo) bool { return hmac.Equal(e.mac, e.sign(k.key)) }
