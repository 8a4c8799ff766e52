// Package password reads and makes Werkzeug's hashes within bounds, says what may be
// chosen as a password, and lets no more hashes be computed at once than there are
// cores.
//
// That a login fails takes as long whoever it was for, by two mechanisms, since neither
// does without the other. Measured on one core: a wrong password costs 108 ms with a hash
// of ours, 46 with one of the Flask system (260,000 rounds), 72 with Werkzeug's scrypt;
// VerifyEvenly makes all of them 107. Leaving in steps of 250 ms (pace.WaitStep) would hide
// that here, but not where a core is 2.5 times slower or busy: 270 and 115 ms end in
// different steps. And the work alone is even only on the average: scrypt's share is
// guessed from the time that it took just now. Without the steps TestFailuresTakeEqualTime
// finds the medians of two kinds of account more than 5 ms apart.
package password

import (
	"context"
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/hex"
	"hash"
	"math/big"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"
	"unicode/utf8"

	"example.com/monitor/store/fault"
	"example.com/monitor/store/fold"
	"example.com/monitor/store/internal/chars"

	_ "embed"

	"golang.org/x/crypto/scrypt"

	"example.com/monitor/store/internal/pace"
)

const (
	// werkzeugRounds is what Werkzeug 2.2, the Flask system's, means when a hash
	// names no rounds. It never writes one that way; other tools did.
	werkzeugRounds = 260_000
	saltChars      = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
)

// hashFunc is a hash function that Werkzeug may name, with the most rounds that
// end within two seconds on one ordinary core: a stored hash must not be able to
// stop the server.
type hashFunc struct {
	new       func() hash.Hash
	maxRounds int
}

var hashFuncs = map[string]hashFunc{
	"md5":        {md5.New, 5_000_000},
	"sha1":       {sha1.New, 5_000_000},
	"sha224":     {sha256.New224, 5_000_000},
	"sha256":     {sha256.New, 5_000_000},
	"sha384":     {sha512.New384, 2_000_000},
	"sha512":     {sha512.New, 2_000_000},
	"sha512_224": {sha512.New512_224, 2_000_000},
	"sha512_256": {sha512.New512_256, 2_000_000},
	"sha3_224":   {func() hash.Hash { return sha3.New224() }, 1_200_000},
	"sha3_256":   {func() hash.Hash { return sha3.New256() }, 1_200_000},
	"sha3_384":   {func() hash.Hash { return sha3.New384() }, 1_200_000},
	"sha3_512":   {func() hash.Hash { return sha3.New512() }, 1_200_000},
}

// Hash gives the string to be stored: the one family that every Werkzeug
// can read and that meets OWASP's minimum. It takes a good part of a second of
// one core: call it through a Gate and outside of transactions.
func Hash(password string) string {
	salt := randomString(saltChars, 16)
	rounds := pace.HashRounds()
	sum, err := pbkdf2.Key(sha256.New, password, []byte(salt), rounds, sha256.Size)
	if err != nil {
		// Only a FIPS-only build refuses; storing an empty hash would be worse.
		panic("store: pbkdf2: " + err.Error())
	}
	return "pbkdf2:sha256:" + strconv.Itoa(rounds) + "$" + salt + "$" + hex.EncodeToString(sum)
}

// Verify says whether senha belongs to a Werkzeug hash. What is unknown,
// malformed, plain or beyond the limits is false, like a wrong password. It
// costs as much as Hash, or up to two seconds for foreign parameters.
func Verify(stored, password string) bool {
	h, ok := parseHash(stored)
	if !ok {
		return false
	}
	var got []byte
	var err error
	switch h.family {
	case "pbkdf2":
		got, err = h.pbkdf2(password)
	case "scrypt":
		got, err = h.scrypt(password)
	}
	return err == nil && subtle.ConstantTimeCompare(got, h.sum) == 1
}

// WeakHash says that a hash should be made anew at the next login.
func WeakHash(stored string) bool {
	h, ok := parseHash(stored)
	return !ok || h.family != "pbkdf2" || h.digest != "sha256" || h.rounds < pace.HashRounds()
}

// RoundsLeft is how many rounds of PBKDF2 with SHA-256 are missing from what a hash
// has cost to what one of ours costs. For its own family that is known, for others
// the time that both took tells it.
func RoundsLeft(stored string, took, baseline time.Duration) int {
	h, ok := parseHash(stored)
	switch {
	case !ok:
		return pace.HashRounds()
	case h.family == "pbkdf2" && h.digest == "sha256":
		return max(0, pace.HashRounds()-h.rounds)
	case baseline <= 0 || took >= baseline:
		return 0
	default:
		return int(float64(pace.HashRounds()) * (1 - took.Seconds()/baseline.Seconds()))
	}
}

// Spend computes for nothing.
func Spend(password string, rounds int) {
	if rounds > 0 {
		_, _ = pbkdf2.Key(sha256.New, password, []byte("sal que ninguém guarda"), rounds, sha256.Size)
	}
}

// storedHash is a Werkzeug string whose parameters are within the limits.
type storedHash struct {
	family  string
	digest  string // of pbkdf2
	rounds  int    // of pbkdf2
	n, r, p int    // of scrypt
	salt    string
	sum     []byte
}

func (h storedHash) pbkdf2(password string) ([]byte, error) {
	return pbkdf2.Key(hashFuncs[h.digest].new, password, []byte(h.salt), h.rounds, len(h.sum))
}

func (h storedHash) scrypt(password string) ([]byte, error) {
	return scrypt.Key([]byte(password), []byte(h.salt), h.n, h.r, h.p, len(h.sum))
}

// parseHash reads method$salt$hex.
func parseHash(s string) (storedHash, bool) {
	method, rest, _ := strings.Cut(s, "$")
	salt, sum, _ := strings.Cut(rest, "$")
	raw, err := hex.DecodeString(sum)
	if err != nil || salt == "" {
		return storedHash{}, false
	}
	h := storedHash{salt: salt, sum: raw}
	args := strings.Split(method, ":")
	h.family = args[0]
	switch h.family {
	case "pbkdf2":
		return h, h.readPBKDF2(args[1:])
	case "scrypt":
		return h, h.readScrypt(args[1:])
	default:
		return h, false
	}
}

// readPBKDF2 takes digest[:rounds].
func (h *storedHash) readPBKDF2(args []string) bool {
	if len(args) != 1 && len(args) != 2 {
		return false
	}
	d, known := hashFuncs[args[0]]
	if !known {
		return false
	}
	h.digest, h.rounds = args[0], werkzeugRounds
	if len(args) == 2 {
		h.rounds = kdfParameter(args[1])
	}
	return h.rounds >= 1 && h.rounds <= d.maxRounds && len(h.sum) == d.new().Size()
}

// The limits of scrypt. Its table has 128·N·r bytes: 128 MiB, which is what OWASP
// asks for (131072:8:1). Time grows with N·r·p: about a second at the limit.
const (
	scryptMaxTable = 128 << 20 / 128
	scryptMaxWork  = 2 * scryptMaxTable
	scryptMaxLanes = 1 << 16 // r·p; the lanes need memory besides the table
	scryptSize     = 64      // what Python's hashlib.scrypt yields
)

// readScrypt takes N:r:p.
func (h *storedHash) readScrypt(args []string) bool {
	if len(args) != 3 {
		return false
	}
	h.n, h.r, h.p = kdfParameter(args[0]), kdfParameter(args[1]), kdfParameter(args[2])
	powerOfTwo := h.n > 1 && h.n&(h.n-1) == 0
	return powerOfTwo && h.r >= 1 && h.p >= 1 && len(h.sum) == scryptSize &&
		h.n*h.r <= scryptMaxTable && h.r*h.p <= scryptMaxLanes && h.n*h.r*h.p <= scryptMaxWork
}

// kdfParameter reads a plain decimal below 2^24, so that three of them cannot
// overflow when multiplied by two; anything else is 0, which no limit lets pass.
func kdfParameter(s string) int {
	n, err := strconv.ParseUint(s, 10, 20+4)
	if err != nil {
		return 0
	}
	return int(n)
}

// The lengths that Check asks for. Eight is what existing callers of the
// API count on.
const (
	admin          = "admin"
	usuario        = "usuario"
	minLength      = 8
	minStaffLength = 12
	maxBytes       = 1024
)

// Check returns "" when somebody of this level may choose senha, else what
// to do. An absent level is a usuario's; an unknown one is held to the strict rule.
func Check(level, password string) string {
	switch {
	case len(password) > maxBytes:
		return "Senha longa demais: use no máximo 1024 bytes (cerca de mil letras)."
	case strings.ContainsRune(password, 0):
		return "Senha inválida: retire o caractere nulo (NUL)."
	case level == usuario || level == "":
		if utf8.RuneCountInString(password) < minLength {
			return "Senha curta demais: use pelo menos 8 caracteres."
		}
	case utf8.RuneCountInString(password) < minStaffLength:
		return "Senha curta demais: administradores e moderadores precisam de pelo menos 12 caracteres."
	case common(password):
		return "Senha fácil de adivinhar: ela é, ou varia pouco, uma das mais usadas; junte, por exemplo, quatro palavras sem relação entre si."
	}
	return ""
}

// commonList is described at its head.
//
//go:embed common.txt
var commonList string

// commonWords holds the list as written and in skeleton form. It is parsed on
// first use: most commands never check a password.
var commonWords = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for line := range strings.Lines(commonList) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for w := range strings.FieldsSeq(line) {
			words[w], words[skeleton(w)] = true, true
		}
	}
	return words
})

// common says that senha is a listed word, a walk over the keyboard or a
// repetition; also in other case, accents or leet, with digits and punctuation
// around it, or with separators inside.
func common(password string) bool {
	plain := []rune(fold.Text(password))
	squeezed := []rune(chars.Keep(string(plain), func(r rune) bool { return unicode.IsLetter(r) || leet(r) != r || chars.Digit(r) }))
	return commonStem(plain) || commonStem(squeezed) || commonStem(fromLetter(squeezed))
}

// fromLetter drops what stands before the first letter.
func fromLetter(s []rune) []rune {
	return s[max(0, slices.IndexFunc(s, unicode.IsLetter)):]
}

// commonStem drops digits and punctuation from the end one by one, because the
// last of them may be leet (s3nh4).
func commonStem(s []rune) bool {
	for n := len(s); n > 0; n-- {
		if commonWord(s[:n]) {
			return true
		}
		if unicode.IsLetter(s[n-1]) {
			return false
		}
	}
	return false
}

func commonWord(s []rune) bool {
	return listed(s) || len(s) >= minWalk && (keyboardWalk(string(s)) || repetition(s))
}

// listed takes figures as they are: read as leet, every fourth number would
// begin with a word (8374 is beta).
func listed(s []rune) bool {
	if slices.ContainsFunc(s, unicode.IsLetter) {
		return commonWords()[skeleton(string(s))]
	}
	return commonWords()[string(s)]
}

// skeleton gives the form in which words are compared. l and i become one,
// because 1 stands for both.
func skeleton(s string) string { return strings.Map(leet, fold.Text(s)) }

func leet(r rune) rune {
	switch r {
	case '0':
		return 'o'
	case '1', '!', '|', 'l':
		return 'i'
	case '3':
		return 'e'
	case '4', '@':
		return 'a'
	case '5', '$':
		return 's'
	case '7', '+':
		return 't'
	case '8':
		return 'b'
	}
	return r
}

// minWalk keeps walkers and repetitions from being seen in a few chance digits.
const minWalk = 6

// keyboardRows are the rows along which fingers go, forwards here and back by reversal.
var keyboardRows = func() []string {
	rows := []string{
		"abcdefghijklmnopqrstuvwxyz", "01234567890123456789",
		"qwertyuiopasdfghjklzxcvbnm", "poiuytrewqlkjhgfdsamnbvcxz", "qwertzuiopasdfghjklyxcvbnm", "azertyuiopqsdfghjklmwxcvbn",
		"1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "qazwsxedcrfvtgbyhnujmikolp",
		"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "zaq12wsxcde34rfvbgt56yhnmju78", "1a2b3c4d5e6f7g8h9i0j", "a1b2c3d4e5f6g7h8i9j0",
		"123qweasdzxc", "qweasdzxc123", "qwe123asd456zxc789", "!@#$%^&*()_+", "!@#$%¨&*()_+",
	}
	for _, row := range rows {
		back := []rune(row)
		slices.Reverse(back)
		rows = append(rows, string(back))
	}
	return rows
}()

func keyboardWalk(s string) bool {
	return slices.ContainsFunc(keyboardRows, func(row string) bool { return strings.Contains(row, s) })
}

// repetition says that s is a short piece or a listed word over and over.
func repetition(s []rune) bool {
	for p := 1; p < len(s); p++ {
		if slices.Equal(s[p:], s[:len(s)-p]) {
			return p <= 4 || listed(s[:p])
		}
	}
	return false
}

// randomChars leaves out what is mistaken when read aloud or copied: i, l, o, 0, 1.
const randomChars = "abcdefghjkmnpqrstuvwxyz23456789"

// Random makes a one-time password of 99 bits, like k7mf-x2qp-9rta-bd4h-w3ns.
func Random() string {
	for {
		groups := make([]string, 5)
		for i := range groups {
			groups[i] = randomString(randomChars, 4)
		}
		if s := strings.Join(groups, "-"); Check(admin, s) == "" {
			return s
		}
	}
}

// randomString draws n of the ASCII chars, each equally likely.
func randomString(chars string, n int) string {
	out := make([]byte, n)
	limit := big.NewInt(int64(len(chars)))
	for i := range out {
		k, err := rand.Int(rand.Reader, limit)
		if err != nil {
			panic("store: " + err.Error()) // crypto/rand itself crashes the program before it fails.
		}
		out[i] = chars[k.Int64()]
	}
	return string(out)
}

// Gate bounds how many hashes are computed at once. More than one per core
// would only make all of them, and everybody else, slower.
type Gate struct {
	Places  chan struct{}
	Waiting atomic.Int32
	Begun   atomic.Int64 // computations begun
}

// hashQueue is how many may wait for each place. A longer queue would only let
// everybody in it run out of time.
const hashQueue = 16

// errBusy is for who would wait in vain.
var errBusy = fault.Rule(fault.ErrUnavailable, "sobrecarregado", "Há pessoas demais entrando agora; tente de novo em instantes")

// NewGate makes a gate of n places; n < 1 means one per core.
func NewGate(n int) *Gate {
	if n < 1 {
		n = runtime.GOMAXPROCS(0)
	}
	return &Gate{Places: make(chan struct{}, n)}
}

// Do waits for a place and runs fn to its end. When ctx ends first, or the queue is
// full, fn does not run.
func (g *Gate) Do(ctx context.Context, fn func()) error {
	if err := ctx.Err(); err != nil {
		return err // select would choose at random when both are ready.
	}
	if err := g.enter(ctx); err != nil {
		return err
	}
	defer func() { <-g.Places }()
	g.Begun.Add(1)
	fn()
	return nil
}

func (g *Gate) enter(ctx context.Context) error {
	defer g.Waiting.Add(-1)
	if int(g.Waiting.Add(1)) > hashQueue*cap(g.Places) {
		return errBusy
	}
	select {
	case g.Places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
