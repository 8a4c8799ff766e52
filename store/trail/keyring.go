package trail

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
	"path/filepath"
	"slices"
	"strings"

	"example.com/monitor/store/durable"
	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/internal/chars"
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
func (e *ChaveError) Unwrap() []error { return []error{ErrChaveAuditoria, fault.ErrUnavailable} }

// Key is a key of the chain: its fingerprint and 32 bytes.
type Key struct {
	ID     string
	Secret []byte
}

// NewKey is a key of 32 bytes with its fingerprint.
func NewKey(key []byte) Key { return Key{KeyID(key), key} }

// KeyID tells keys apart without telling them.
func KeyID(key []byte) string {
	sum := sha256.Sum256(append([]byte("monitor/auditoria/"), key...))
	return hex.EncodeToString(sum[:8])
}

// Keyring is the keys of the trail that are at hand: the first one signs a chain that
// is new, and copies; each verifies what it has signed.
type Keyring []Key

// Find looks a key up by its fingerprint.
func (r Keyring) Find(id string) (Key, bool) {
	i := slices.IndexFunc(r, func(k Key) bool { return k.ID == id })
	if i < 0 {
		return Key{}, false
	}
	return r[i], true
}

// with adds the keys that are not there yet.
func (r Keyring) with(more ...Key) Keyring {
	for _, k := range more {
		if _, there := r.Find(k.ID); !there {
			r = append(r, k)
		}
	}
	return r
}

var errAuditKey = &engine.UnavailableError{
	Causa:   "a chave de auditoria não tem 64 dígitos hexadecimais (32 bytes)",
	Remedio: "corrija auditoria.chave ou o arquivo ao lado do banco",
}

// ParseKeys reads keys that stand apart by spaces, line ends or commas; a line
// that begins with # is a comment. One key alone is the form of older versions.
func ParseKeys(text string) (list Keyring, err error) {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		for word := range strings.FieldsSeq(strings.ReplaceAll(line, ",", " ")) {
			key, err := hex.DecodeString(word)
			if err != nil || len(key) != 32 {
				return nil, errAuditKey
			}
			list = list.with(NewKey(key))
		}
	}
	return list, nil
}

// LoadKeys gives the configuration's keys, then those of the file, which may be
// missing, and must be in order only where it has the first one.
func (t *Chain) LoadKeys() (Keyring, error) {
	if t.Cfg.Key == "" {
		return t.fileKeys()
	}
	list, err := ParseKeys(t.Cfg.Key)
	if err != nil || len(list) == 0 {
		return nil, errAuditKey
	}
	also, _ := t.fileKeys()
	return list.with(also...), nil
}

// fileKeys gives the keys of the file.
func (t *Chain) fileKeys() (Keyring, error) {
	text, err := os.ReadFile(t.Cfg.KeyPath)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, t.keyFileError()
	}
	list, err := ParseKeys(string(text))
	if err == nil && len(list) == 0 && len(text) > 0 {
		err = errAuditKey
	}
	return list, err
}

// saveKeys replaces the file, all or nothing.
func (t *Chain) saveKeys(list Keyring) error {
	var b strings.Builder
	for _, k := range list {
		b.WriteString(hex.EncodeToString(k.Secret) + "\n")
	}
	return t.writeKeyFile(b.String(), os.Rename)
}

// writeKeyFile publishes the file under its name only when it is complete.
func (t *Chain) writeKeyFile(text string, publish func(from, to string) error) error {
	if err := os.MkdirAll(filepath.Dir(t.Cfg.KeyPath), 0o700); err != nil {
		return t.keyFileError()
	}
	tmp, err := os.CreateTemp(filepath.Dir(t.Cfg.KeyPath), ".auditoria-*")
	if err != nil {
		return t.keyFileError()
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(text)
	if err = errors.Join(err, durable.Fsync(tmp), tmp.Close()); err != nil {
		return t.keyFileError()
	}
	if err := publish(tmp.Name(), t.Cfg.KeyPath); err != nil {
		if errors.Is(err, os.ErrExist) {
			return err
		}
		return t.keyFileError()
	}
	// Before anything is signed with it: a chain whose key is lost proves nothing.
	if err := durable.SyncDir(t.Cfg.KeyPath); err != nil {
		return t.keyFileError()
	}
	return nil
}

func (t *Chain) keyFileError() error {
	return &engine.UnavailableError{
		Causa:   "a chave de auditoria em " + t.Cfg.KeyPath + " não pôde ser lida nem criada",
		Remedio: "confira as permissões do arquivo e da pasta",
	}
}

// RandomKey makes the 32 bytes of a key.
func RandomKey() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	return key
}

// CreateKey makes the first key; another process may do so at the same moment.
func (t *Chain) CreateKey() (Key, error) {
	err := t.writeKeyFile(hex.EncodeToString(RandomKey())+"\n", os.Link)
	if err != nil && !errors.Is(err, os.ErrExist) {
		return Key{}, err
	}
	list, err := t.LoadKeys()
	if err == nil && len(list) == 0 {
		err = t.keyFileError()
	}
	if err != nil {
		return Key{}, err
	}
	return list[0], nil
}

// Signer is which key signs the chain, as the chain says.
type Signer struct {
	id    string   // "": the chain does not say
	place string   // host and place where that key was when it began to sign
	used  []string // the keys of the newest links
}

// Accepts says that a chain goes on with the key id.
func (a Signer) Accepts(id string) bool {
	return a.id == id || (a.id == "" && (len(a.used) == 0 || slices.Contains(a.used, id)))
}

// Place is what is noted of this key's place.
func (t *Chain) Place() string {
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "esta máquina"
	}
	return host + ":" + t.KeyOrigin()
}

// KeyOrigin says where the keys at hand are kept, for people.
func (t *Chain) KeyOrigin() string {
	if t.Cfg.Key != "" && t.Cfg.KeyPlace == "" {
		return "configuração auditoria.chave"
	}
	return cmp.Or(t.Cfg.KeyPlace, t.Cfg.KeyPath)
}

// SigningKey is the key of the ring that the chain goes on with. A failure is not
// remembered: the key may be brought while the program runs.
func (t *Chain) SigningKey() (key []byte, id string, err error) {
	t.keyMu.Lock()
	defer t.keyMu.Unlock()
	if t.key.ID != "" {
		return t.key.Secret, t.key.ID, nil
	}
	a, err := t.AskSigner()
	if err != nil {
		return nil, "", err
	}
	if t.key, err = t.choose(a); err != nil {
		return nil, "", err
	}
	return t.key.Secret, t.key.ID, nil
}

func (t *Chain) choose(a Signer) (Key, error) {
	list, err := t.LoadKeys()
	if err != nil {
		return Key{}, err
	}
	for _, k := range list {
		if t.Assume || a.Accepts(k.ID) {
			return k, nil
		}
	}
	switch {
	case !t.Assume && (a.id != "" || len(a.used) > 0):
		return Key{}, t.Missing(a, list)
	case len(list) > 0:
		return list[0], nil
	default:
		return t.CreateKey()
	}
}

// UseKey makes another key sign from now on; the zero one has the chain asked anew.
func (t *Chain) UseKey(k Key) {
	t.keyMu.Lock()
	t.key = k
	t.keyMu.Unlock()
}

// Missing says whose key is missing, where it is, and how to bring it.
func (t *Chain) Missing(a Signer, have Keyring) *ChaveError {
	id := cmp.Or(a.id, strings.Join(a.used, ", "))
	sentence := "a trilha de auditoria deste banco é assinada com a chave " + id + ", que não está mais lá, em " + t.Cfg.KeyPath
	if len(have) > 0 {
		sentence = fmt.Sprintf(
			"a trilha de auditoria deste banco é assinada com a chave %s, e a daqui (%s, em %s) é outra",
			id,
			have[0].ID,
			t.KeyOrigin(),
		)
	}
	remedy := "traga-a do computador que a tem"
	if a.place != "" {
		remedy = "ela começou a assinar em " + a.place
	}
	return &ChaveError{
		Frase:   sentence + ": nada foi gravado",
		Remedio: remedy + ": lá, monitor auditoria chave mostrar; aqui, monitor auditoria chave trazer (ou ponha-a em MONITOR_AUDITORIA_CHAVE). Não comece outra: a trilha deixaria de ser conferida",
	}
}

// admit makes sure, within a transaction, that the chain goes on with our key, and
// notes whose it is where that was not noted yet.
func (t *Chain) admit(ctx context.Context, q engine.Q) error {
	_, id, err := t.SigningKey()
	if err != nil {
		return err
	}
	a, err := ReadSigner(ctx, q)
	if err != nil {
		return err
	}
	switch {
	case a.id == id && !t.Assume:
		return nil
	case !t.Assume && !a.Accepts(id):
		t.UseKey(Key{}) // somebody changed it, or was the first
		list, err := t.LoadKeys()
		if err != nil {
			return err
		}
		if _, have := list.Find(a.id); have {
			return ErrLaneLost // the next attempt signs with the right one
		}
		return t.Missing(a, list)
	}
	err = t.NoteKey(ctx, q, id)
	if errors.Is(err, engine.ErrUnique) {
		t.UseKey(Key{})
		return ErrLaneLost
	}
	return err
}

// NoteKey writes down which key signs, and where it is kept.
func (t *Chain) NoteKey(ctx context.Context, q engine.Q, id string) error {
	value := chars.Truncate(id+" "+t.Place(), 200)
	n, err := q.Exec(ctx, "UPDATE monitor_estado SET valor = ? WHERE nome = ?", value, keyNote)
	if err != nil || n > 0 {
		return err
	}
	_, err = q.Exec(ctx, "INSERT INTO monitor_estado(nome, valor) VALUES (?, ?)", keyNote, value)
	return err
}

// verifies says that a link of the chain was signed by k.
func (k Key) verifies(e *Link) bool { return hmac.Equal(e.mac, e.sign(k.Secret)) }

// keyNote is where the chain says so. It is no secret, and no proof: who changes
// it makes writing fail, nothing else.
const keyNote = "auditoria"

// ReadSigner asks a database; one that has no tables of ours yet has no chain.
func ReadSigner(ctx context.Context, q engine.Q) (a Signer, err error) {
	var text string
	err = q.Get(ctx, []any{&text}, "SELECT valor FROM monitor_estado WHERE nome = ?", keyNote)
	if err == nil {
		a.id, a.place, _ = strings.Cut(text, " ")
		return a, nil
	}
	if !engine.IsNoRows(err) {
		return a, err
	}
	err = q.All(
		ctx,
		&a.used,
		`SELECT DISTINCT t.chave FROM monitor_faixas f JOIN monitor_trilha t ON t.faixa = f.id AND t.sequencia = f.sequencia ORDER BY t.chave`,
	)
	if err != nil || len(a.used) > 0 {
		return a, err
	}
	err = q.All(ctx, &a.used, "SELECT chave FROM monitor_trilha LIMIT 1") // heads that somebody took away
	return a, err
}

// ChaveEmUso says which key is at hand, and which one signs the trail.
type ChaveEmUso struct {
	Aqui   []string `json:"aqui"`   // fingerprints of the keys at hand, the first one first
	Lugar  string   `json:"lugar"`  // where they are kept
	Trilha string   `json:"trilha"` // fingerprint of the one that signs the trail; "" before its first link
	Onde   string   `json:"onde"`   // host and place where that one began to sign; "" where it is not known
	// Assina says that the trail's key is at hand, or that there is no trail yet.
	Assina bool `json:"assina"`
}

// InUse compares the keys at hand with the one that signs.
func (t *Chain) InUse(ctx context.Context, q engine.Q) (ChaveEmUso, error) {
	list, err := t.LoadKeys()
	if err != nil {
		return ChaveEmUso{}, err
	}
	a, err := ReadSigner(ctx, q)
	if err != nil {
		return ChaveEmUso{}, err
	}
	return t.Compare(list, a), nil
}

// Compare compares the keys at hand with the one that signs.
func (t *Chain) Compare(list Keyring, a Signer) ChaveEmUso {
	u := ChaveEmUso{
		Aqui: []string{}, Lugar: t.KeyOrigin(), Trilha: a.id, Onde: a.place, Assina: a.id == "" && len(a.used) == 0,
	}
	for _, k := range list {
		u.Aqui = append(u.Aqui, k.ID)
		if !u.Assina && a.Accepts(k.ID) {
			u.Assina, u.Trilha = true, k.ID
		}
	}
	u.Trilha = cmp.Or(u.Trilha, strings.Join(a.used, ", "))
	return u
}

// ProveOn has k verify a link that names it.
func (k Key) ProveOn(ctx context.Context, q engine.Q) error {
	var e Link
	err := q.Get(ctx, e.dest(), "SELECT "+linkCols+" FROM monitor_trilha t WHERE t.chave = ? ORDER BY t.faixa, t.sequencia LIMIT 1", k.ID)
	switch {
	case err == nil && k.verifies(&e):
		return nil
	case err != nil && !errors.Is(err, engine.ErrNoRows):
		return err
	}
	var some bool
	if err := q.Get(ctx, []any{&some}, "SELECT EXISTS (SELECT 1 FROM monitor_trilha)"); err != nil {
		return err
	}
	if !some {
		return errTrilhaVazia
	}
	return errChaveAlheia
}

// Keep writes k into the file beside those that are there, before them if it signs.
func (t *Chain) Keep(k Key, first bool) error {
	list, err := t.fileKeys()
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(o Key) bool { return o.ID == k.ID })
	if first {
		list = append(Keyring{k}, list...)
	} else {
		list = append(list, k)
	}
	return t.saveKeys(list)
}

// Alone refuses while another process may write.
func (t *Chain) Alone(ctx context.Context, q engine.Q) error {
	now := t.Cfg.Now()
	var busy bool
	err := q.Get(ctx, []any{&busy}, "SELECT EXISTS (SELECT 1 FROM monitor_faixas WHERE ate > ? AND ate <= ? AND dono <> ?)",
		now.Unix(), now.Add(2*laneLease).Unix(), t.owner)
	if err == nil && busy {
		err = errOutrosAbertos
	}
	return err
}

// KeySubject begins the subject of entries on keys of the trail.
const KeySubject = "chave_auditoria:"

var (
	errTrilhaVazia = &ChaveError{
		Frase:   "este banco ainda não tem trilha com que conferir a chave",
		Remedio: "para começar com uma chave sua, ponha-a em MONITOR_AUDITORIA_CHAVE antes da primeira gravação",
	}
	errChaveAlheia = &ChaveError{
		Frase:   "esta chave não assinou a trilha deste banco: nada foi guardado",
		Remedio: "confira o banco (--banco) e traga a chave que monitor logs verificar pede",
	}
	errOutrosAbertos = fault.Rule(
		fault.ErrConflict,
		"banco_em_uso",
		"outro monitor gravou neste banco há menos de dois minutos: encerre-o antes de trocar a chave; se ele caiu, espere dois minutos",
	)
)

// Signer is the key that signs a copy, nil for none.
func (r Keyring) Signer() []byte {
	if len(r) == 0 {
		return nil
	}
	return r[0].Secret
}
