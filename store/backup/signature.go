package backup

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/trail"
)

// A sum tells damage; only a signature tells that a copy is what monitor wrote:
// whoever changes the file can sum it anew. The audit key signs, which is kept in
// another place than copies are. Copies without a signature, as older programs
// made them, go on being taken, and that is said.

// The states of a copy's signature.
const (
	AssinaturaValida  = "valida"
	AssinaturaOutra   = "outra_chave" // signed with a key that is not at hand
	AssinaturaAusente = "ausente"
)

var errForged = &CopiaError{
	Frase:   "a assinatura da cópia não confere: o conteúdo foi trocado por quem não tem a chave de auditoria",
	Remedio: "não a use; traga a cópia de onde ela foi guardada, ou use outra",
}

// copySignature is what stands in a copy.
type copySignature struct {
	Chave      string `json:"chave"`
	Assinatura string `json:"assinatura"`
}

func sign(key, sum []byte) copySignature {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("monitor/copia/1\n"))
	h.Write(sum)
	return copySignature{Chave: trail.KeyID(key), Assinatura: hex.EncodeToString(h.Sum(nil))}
}

// state compares a signature with what the keys at hand make of sum.
func (s copySignature) state(keys trail.Keyring, sum []byte) (string, error) {
	k, known := keys.Find(s.Chave)
	switch {
	case !known:
		return AssinaturaOutra, nil
	case !hmac.Equal([]byte(s.Assinatura), []byte(sign(k.Secret, sum).Assinatura)):
		return "", errForged
	default:
		return AssinaturaValida, nil
	}
}

func (s copySignature) member() []byte {
	return storedMember(`{"chave":"` + s.Chave + `","assinatura":"` + s.Assinatura + `"}` + "\n")
}

// signatureMember signs the sum of all bytes before it.
func signatureMember(key, sum []byte) []byte { return sign(key, sum).member() }

var signatureSize = int64(len(signatureMember(make([]byte, 32), nil)))

// signatureOf reads the signature of a copy whose sum was compared.
func signatureOf(f *os.File, keys trail.Keyring) (string, error) {
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	at := info.Size() - trailerSize - signatureSize
	if at <= 0 {
		return AssinaturaAusente, nil
	}
	have := make([]byte, signatureSize)
	if _, err := f.ReadAt(have, at); err != nil {
		return "", err
	}
	s, there := parseSignature(have)
	if !there {
		return AssinaturaAusente, nil
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(f, 0, at)); err != nil {
		return "", err
	}
	return s.state(keys, sum.Sum(nil))
}

// parseSignature takes a member apart that has the length of a signature.
func parseSignature(member []byte) (s copySignature, there bool) {
	there = json.Unmarshal(storedText(member), &s) == nil && bytes.Equal(s.member(), member)
	return s, there
}

// signHeader signs the header in a SQLite copy, which has the sums of all.
func signHeader(key, doc []byte) string {
	sum := sha256.Sum256(doc)
	text, _ := json.Marshal(sign(key, sum[:])) // two texts
	return string(text)
}

// readSignature reads what signs the header. Older copies have no room for it.
func (s *fileSeal) readSignature(ctx context.Context, db *engine.DB) error {
	cols, err := db.Reader().Columns(ctx, sealTable)
	if err != nil || len(cols) < 2 {
		return err
	}
	return db.Reader().Get(ctx, []any{&s.assinatura}, "SELECT coalesce(assinatura, '') FROM "+sealTable)
}

// signature is that of the header; what the header says was compared with the file.
func (s *fileSeal) signature(keys trail.Keyring) (string, error) {
	var have copySignature
	if s == nil || json.Unmarshal([]byte(s.assinatura), &have) != nil {
		return AssinaturaAusente, nil //nolint:nilerr // what is no signature is none
	}
	sum := sha256.Sum256([]byte(s.doc))
	return have.state(keys, sum[:])
}

// tellTrust says for people how far a copy is to be trusted.
func (c *Copia) tellTrust() {
	switch {
	case c.Assinatura == AssinaturaOutra:
		c.Avisos = append(c.Avisos, "a cópia foi assinada com uma chave de auditoria que não está aqui: não se sabe se alguém mexeu nela")
	case c.Assinatura == AssinaturaAusente && len(c.ChavesAuditoria) > 0:
		c.Avisos = append(
			c.Avisos,
			"a cópia não tem assinatura (é de uma versão anterior do monitor, ou foi refeita por outro programa): só os danos ao arquivo seriam notados",
		)
	}
	if len(c.Estranhos) == 0 {
		return
	}
	where := "no banco de origem havia código que não é do monitor, e que a cópia não traz: "
	if c.Formato == CopiaSQLite {
		where = "na cópia há código que não é do monitor e age sobre os dados ou fica no lugar deles: "
	}
	c.Avisos = append(c.Avisos, where+strings.Join(c.Estranhos, ", "))
}

// changedStructure says what was defined in a SQLite copy after it was sealed.
func changedStructure(seal, now *header) error {
	e := *errDamaged
	e.Frase = "a cópia foi alterada depois de feita: as definições das suas tabelas não conferem com as gravadas nela"
	var added []string
	for _, name := range now.Estranhos {
		if !strings.Contains("\n"+strings.Join(seal.Estranhos, "\n")+"\n", "\n"+name+"\n") {
			added = append(added, name)
		}
	}
	if len(added) > 0 {
		e.Frase += "; foi acrescentado: " + strings.Join(added, ", ")
	}
	return &e
}
