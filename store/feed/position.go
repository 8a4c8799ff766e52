package feed

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

// position is a place in the feed: how far every lane of the audit chain was heard,
// and the mark of every noun at that time.
type position struct {
	lanes []laneHead // by lane; shared, so never changed in place
	marks marks
	skip  skip
}

// skip says how many events of a lane's next link were handed out already: a link
// may make more than one, and a stream may break between them.
type skip struct {
	lane int64
	n    int64
}

// laneHead is the last link heard of a lane, with the beginning of its mac: a restored
// database may have other links under the same numbers.
type laneHead struct {
	lane, seq int64
	mac       [4]byte
}

// marks are fingerprints, one for each noun; see marks.go.
type marks [NumNouns]uint32

// first puts the lane of a link that was begun before the others.
func (p skip) first(lanes []laneHead) []laneHead {
	lanes = slices.Clone(lanes)
	slices.SortStableFunc(lanes, func(a, b laneHead) int {
		switch p.lane {
		case a.lane:
			return -1
		case b.lane:
			return 1
		default:
			return 0
		}
	})
	return lanes
}

// seqOf is how far a lane was heard.
func seqOf(lanes []laneHead, lane int64) int64 {
	for _, at := range lanes {
		if at.lane == lane {
			return at.seq
		}
	}
	return 0
}

// withPoint is where the lanes are after one more link.
func withPoint(lanes []laneHead, at laneHead) []laneHead {
	lanes = slices.Clone(lanes)
	for i := range lanes {
		if lanes[i].lane == at.lane {
			lanes[i] = at
			return lanes
		}
	}
	return append(lanes, at)
}

// positionSealer writes positions so that callers cannot read them: how much others
// do is not for everybody to know. The key comes from that of the audit chain,
// which all processes on a database share.
type positionSealer struct {
	chain *trail.Chain
	once  sync.Once
	aead  cipher.AEAD
}

func (s *positionSealer) cipher() cipher.AEAD {
	s.once.Do(func() {
		secret, _, err := s.chain.SigningKey()
		if err != nil {
			// Without the key, resuming works in this process only.
			secret = make([]byte, sha256.Size)
			_, _ = rand.Read(secret)
		}
		s.aead = cipherOf(secret)
	})
	return s.aead
}

func cipherOf(secret []byte) cipher.AEAD {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("monitor/eventos"))
	block, err := aes.NewCipher(mac.Sum(nil))
	if err != nil {
		panic(err) // the key has the right length
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // it is AES
	}
	return aead
}

// lengthStep rounds the length, which would tell how far the numbers have come.
const lengthStep = 32

func (s *positionSealer) write(p position) string {
	b := binary.AppendVarint([]byte{}, int64(len(p.lanes)))
	for _, at := range p.lanes {
		b = binary.AppendVarint(b, at.lane)
		b = binary.AppendVarint(b, at.seq)
		b = append(b, at.mac[:]...)
	}
	for _, m := range p.marks {
		b = binary.BigEndian.AppendUint32(b, m)
	}
	b = binary.AppendVarint(binary.AppendVarint(b, p.skip.lane), p.skip.n)
	b = append(b, make([]byte, lengthStep-len(b)%lengthStep)...)
	return base64.RawURLEncoding.EncodeToString(s.cipher().Seal(nil, nil, b, nil))
}

// read is the way back; not ok for what write has not made with the same key.
func (s *positionSealer) read(text string) (p position, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		b, err = s.cipher().Open(nil, nil, b, nil)
	}
	if err != nil {
		return p, false
	}
	r := byteReader{b}
	for range r.varint() {
		at := laneHead{lane: r.varint(), seq: r.varint()}
		copy(at.mac[:], r.bytes(len(at.mac)))
		p.lanes = append(p.lanes, at)
	}
	for i := range p.marks {
		p.marks[i] = binary.BigEndian.Uint32(r.bytes(4))
	}
	p.skip = skip{lane: r.varint(), n: r.varint()}
	return p, true
}

// byteReader takes apart what write has put together. Only we can have sealed it, so
// it is whole.
type byteReader struct{ b []byte }

func (r *byteReader) varint() int64 {
	v, n := binary.Varint(r.b)
	r.b = r.b[n:]
	return v
}

func (r *byteReader) bytes(n int) []byte {
	part := r.b[:n]
	r.b = r.b[n:]
	return part
}
