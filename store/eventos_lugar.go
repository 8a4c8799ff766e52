package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"sync"

	"example.com/monitor/store/trail"
)

// lugar is a place in the feed: how far every lane of the audit chain was heard,
// and the mark of every noun at that time.
type lugar struct {
	faixas   []ponto // by lane; shared, so never changed in place
	digitais digitais
	pulo     pulo
}

// pulo says how many events of a lane's next link were handed out already: a link
// may make more than one, and a stream may break between them.
type pulo struct {
	faixa int64
	n     int64
}

// ponto is the last link heard of a lane, with the beginning of its mac: a restored
// database may have other links under the same numbers.
type ponto struct {
	faixa, sequencia int64
	mac              [4]byte
}

// digitais are fingerprints, one for each noun; see eventos_digitais.go.
type digitais [nRecursos]uint32

// first puts the lane of a link that was begun before the others.
func (p pulo) first(faixas []ponto) []ponto {
	faixas = slices.Clone(faixas)
	slices.SortStableFunc(faixas, func(a, b ponto) int {
		switch p.faixa {
		case a.faixa:
			return -1
		case b.faixa:
			return 1
		default:
			return 0
		}
	})
	return faixas
}

// ate is how far a lane was heard.
func ate(faixas []ponto, faixa int64) int64 {
	for _, at := range faixas {
		if at.faixa == faixa {
			return at.sequencia
		}
	}
	return 0
}

// withPoint is where the lanes are after one more link.
func withPoint(faixas []ponto, at ponto) []ponto {
	faixas = slices.Clone(faixas)
	for i := range faixas {
		if faixas[i].faixa == at.faixa {
			faixas[i] = at
			return faixas
		}
	}
	return append(faixas, at)
}

// seloLugar writes positions so that callers cannot read them: how much others
// do is not for everybody to know. The key comes from that of the audit chain,
// which all processes on a database share.
type seloLugar struct {
	trilha *trail.Chain
	once   sync.Once
	aead   cipher.AEAD
}

func (s *seloLugar) cipher() cipher.AEAD {
	s.once.Do(func() {
		secret, _, err := s.trilha.SigningKey()
		if err != nil {
			// Without the key, resuming works in this process only.
			secret = make([]byte, sha256.Size)
			_, _ = rand.Read(secret)
		}
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte("monitor/eventos"))
		block, err := aes.NewCipher(mac.Sum(nil))
		if err == nil {
			s.aead, err = cipher.NewGCMWithRandomNonce(block)
		}
		if err != nil {
			panic(err) // the key has the right length
		}
	})
	return s.aead
}

// passoLugar rounds the length, which would tell how far the numbers have come.
const passoLugar = 32

func (s *seloLugar) escreve(p lugar) string {
	b := binary.AppendVarint([]byte{}, int64(len(p.faixas)))
	for _, at := range p.faixas {
		b = binary.AppendVarint(b, at.faixa)
		b = binary.AppendVarint(b, at.sequencia)
		b = append(b, at.mac[:]...)
	}
	for _, m := range p.digitais {
		b = binary.BigEndian.AppendUint32(b, m)
	}
	b = binary.AppendVarint(binary.AppendVarint(b, p.pulo.faixa), p.pulo.n)
	b = append(b, make([]byte, passoLugar-len(b)%passoLugar)...)
	return base64.RawURLEncoding.EncodeToString(s.cipher().Seal(nil, nil, b, nil))
}

// le is the way back; not ok for what escreve has not made with the same key.
func (s *seloLugar) le(text string) (p lugar, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		b, err = s.cipher().Open(nil, nil, b, nil)
	}
	if err != nil {
		return p, false
	}
	r := fatias{b}
	for range r.varint() {
		at := ponto{faixa: r.varint(), sequencia: r.varint()}
		copy(at.mac[:], r.bytes(len(at.mac)))
		p.faixas = append(p.faixas, at)
	}
	for i := range p.digitais {
		p.digitais[i] = binary.BigEndian.Uint32(r.bytes(4))
	}
	p.pulo = pulo{faixa: r.varint(), n: r.varint()}
	return p, true
}

// fatias takes apart what escreve has put together. Only we can have sealed it, so
// it is whole.
type fatias struct{ b []byte }

func (r *fatias) varint() int64 {
	v, n := binary.Varint(r.b)
	r.b = r.b[n:]
	return v
}

func (r *fatias) bytes(n int) []byte {
	part := r.b[:n]
	r.b = r.b[n:]
	return part
}
