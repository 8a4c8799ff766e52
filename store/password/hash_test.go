package password

import (
	"context"
	_ "embed"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	"example.com/monitor/store/internal/pacetest"

	"example.com/monitor/store/internal/hostile"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

//go:embed testdata/werkzeug.json
var werkzeugJSON []byte

type hashVector struct {
	Nota, Hash, Senha string
	OK                bool
}

// hashVectors were made with Python's hashlib (Werkzeug 3.1 agreed with each
// that it can read) and taken from the Flask system's own database.
func hashVectors(t testing.TB) []hashVector {
	var v []hashVector
	require.NoError(t, json.Unmarshal(werkzeugJSON, &v))
	require.NotEmpty(t, v)
	return v
}

func TestVerifySenhaVectors(t *testing.T) {
	t.Parallel()
	for _, v := range hashVectors(t) {
		require.Equalf(t, v.OK, Verify(v.Hash, v.Senha), "%s: %s", v.Nota, v.Hash)
	}
}

func TestVerifySenhaNeedsEveryPart(t *testing.T) {
	for _, v := range hashVectors(t) {
		if !v.OK || dear(v.Hash) {
			continue
		}
		last := len(v.Hash) - 1
		flipped := v.Hash[:last] + map[bool]string{true: "1", false: "0"}[v.Hash[last] == '0']
		for _, bad := range []string{flipped, v.Hash[:last], v.Hash[:last-1], v.Hash + "00", v.Hash + " ", " " + v.Hash} {
			require.Falsef(t, Verify(bad, v.Senha), "%q", bad)
		}
		require.Falsef(t, Verify(v.Hash, v.Senha+"x"), "%s", v.Hash)
		require.Falsef(t, Verify(strings.Replace(v.Hash, "$", "$x", 1), v.Senha), "%s", v.Hash)
	}
}

// dear says that a hash takes long enough to be computed once only.
func dear(stored string) bool {
	h, ok := parseHash(stored)
	return ok && (h.rounds > 1000 || h.n*h.r*h.p > 1<<14)
}

// TestVerifySenhaRefuses holds what must be false without any computation: all
// of it together takes no time.
func TestVerifySenhaRefuses(t *testing.T) {
	sum32, sum64 := strings.Repeat("0", 64), strings.Repeat("0", 128)
	begin := time.Now()
	for _, bad := range []string{
		"", "$", "$$", "$$$", ":", "senha", "plain$$senha", "plain$sal$senha", "plain$senha", "sha1$sal$" + sum32, "md5$sal$" + sum32, "sha256$sal$" + sum32,
		"argon2:1$sal$" + sum32, "$argon2id$v=19$m=65536,t=3,p=4$c2Fs$aGFzaA", "$2b$12$abcdefghijklmnopqrstuv",
		"pbkdf2$sal$" + sum32, "pbkdf2:$sal$" + sum32, "pbkdf2::1$sal$" + sum32, "pbkdf2:sha256:$sal$" + sum32, "pbkdf2:sha256:0$sal$" + sum32,
		"pbkdf2:sha256:-1$sal$" + sum32, "pbkdf2:sha256:+1$sal$" + sum32, "pbkdf2:sha256:1e3$sal$" + sum32, "pbkdf2:sha256:1_000$sal$" + sum32, "pbkdf2:sha256:0x10$sal$" + sum32, "pbkdf2:sha256: 1$sal$" + sum32,
		"pbkdf2:sha256:1:1$sal$" + sum32, "pbkdf2:SHA256:1$sal$" + sum32, "pbkdf2:whirlpool:1$sal$" + sum32, "pbkdf2:sha256:1$$" + sum32, "pbkdf2:sha256:1$sal$", "pbkdf2:sha256:1$sal",
		"pbkdf2:sha256:1$sal$xy", "pbkdf2:sha256:1$sal$" + sum64, "pbkdf2:sha256:1$sal$" + sum32[2:], "pbkdf2:sha256:1$s$al$" + sum32,
		"pbkdf2:sha256:5000001$sal$" + sum32, "pbkdf2:sha512:2000001$sal$" + sum64, "pbkdf2:sha3_256:1200001$sal$" + sum32,
		"pbkdf2:sha256:99999999999999999999$sal$" + sum32, "pbkdf2:sha256:4294967297$sal$" + sum32, "pbkdf2:sha256:18446744073709551617$sal$" + sum32,
		"scrypt$sal$" + sum64, "scrypt:32768$sal$" + sum64, "scrypt:32768:8$sal$" + sum64, "scrypt:32768:8:1:1$sal$" + sum64, "scrypt:32768:8:1$sal$" + sum32,
		"scrypt:0:8:1$sal$" + sum64, "scrypt:1:8:1$sal$" + sum64, "scrypt:3:8:1$sal$" + sum64, "scrypt:32767:8:1$sal$" + sum64, "scrypt:32768:0:1$sal$" + sum64, "scrypt:32768:8:0$sal$" + sum64,
		"scrypt:262144:8:1$sal$" + sum64, "scrypt:2097152:1:1$sal$" + sum64, "scrypt:131072:8:3$sal$" + sum64, "scrypt:2:1048576:1$sal$" + sum64, "scrypt:2:1:1048576$sal$" + sum64, "scrypt:2:8:16384$sal$" + sum64,
		"scrypt:8388608:8388608:8388608$sal$" + sum64, "scrypt:4294967296:4294967296:1$sal$" + sum64, "scrypt:-2:8:1$sal$" + sum64,
		"\xff\x00$\xff$\xff", "pbkdf2:sha256:1$sal$" + strings.Repeat("0", 1<<20),
	} {
		_, ok := parseHash(bad)
		require.Falsef(t, ok, "%.80q", bad)
		require.Falsef(t, Verify(bad, "senha"), "%.80q", bad)
		require.Truef(t, WeakHash(bad), "%.80q", bad)
	}
	require.Less(t, time.Since(begin), time.Second)
}

// TestVerifySenhaIsBounded runs the dearest hashes that are let through: in full
// when MONITOR_ENSAIO asks for it (on an idle machine: it reads the wall clock),
// else a tenth, with as much room as this machine needs for a hash of ours just now.
func TestVerifySenhaIsBounded(t *testing.T) {
	pacetest.Full(t)
	begin := time.Now()
	Hash("senha")
	part, limit := 10, max(5*time.Second, 30*time.Since(begin))
	if os.Getenv("MONITOR_ENSAIO") == "completo" {
		part, limit = 1, 2*time.Second
	}
	if raceDetector() {
		limit = max(limit, time.Minute) // the race detector makes scrypt ten times slower
	}
	n := strconv.Itoa
	sum := func(size int) string { return "$sal$" + strings.Repeat("00", size) }
	hashes := []string{
		"scrypt:32:1:" + n(65536/part) + sum(64),
		"scrypt:2:" + n(65536/part) + ":1" + sum(64),
		"scrypt:131072:8:1" + sum(64),
	}
	if part == 1 {
		hashes = append(hashes, "scrypt:131072:8:2"+sum(64), "scrypt:1048576:1:2"+sum(64))
	}
	for name, d := range hashFuncs {
		hashes = append(hashes, "pbkdf2:"+name+":"+n(d.maxRounds/part)+sum(d.new().Size()))
	}
	for _, h := range hashes {
		_, ok := parseHash(h)
		require.Truef(t, ok, "%.40s", h)
		begin := time.Now()
		Verify(h, "senha")
		took := time.Since(begin)
		t.Logf("%.40s %v", h, took)
		require.Lessf(t, took, limit, "%.40s", h)
	}
}

func raceDetector() bool {
	info, _ := debug.ReadBuildInfo()
	return info != nil && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// FuzzVerify looks for panics and for hashes that keep a core busy.
func FuzzVerify(f *testing.F) {
	for _, v := range hashVectors(f) {
		if !dear(v.Hash) {
			f.Add(v.Hash, v.Senha)
		}
	}
	for _, s := range []string{"", "$$", "plain$$x", "pbkdf2:sha256$s$00", "scrypt:2:1:1$s$00", "scrypt:131072:8:9$s$" + strings.Repeat("0", 128)} {
		f.Add(s, "senha")
	}
	f.Fuzz(func(t *testing.T, stored, password string) {
		begin := time.Now()
		ok := Verify(stored, password)
		// Twice the limit: the fuzzer runs one worker per core, under instrumentation.
		if took := time.Since(begin); took > 4*time.Second {
			t.Fatalf("%q took %v", stored, took)
		}
		_, parsed := parseHash(stored)
		if ok && !parsed || !parsed && !WeakHash(stored) {
			t.Fatalf("%q: verified=%v, parsed=%v, weak=%v", stored, ok, parsed, WeakHash(stored))
		}
	})
}

func TestHashSenha(t *testing.T) {
	pacetest.Full(t)
	for _, password := range []string{"senha123", "ação é $ fácil 😀", strings.Repeat("x", 1024)} {
		h := Hash(password)
		require.Regexp(t, `^pbkdf2:sha256:600000\$[A-Za-z0-9]{16}\$[0-9a-f]{64}$`, h)
		require.True(t, Verify(h, password))
		require.False(t, Verify(h, password+"x"))
		require.False(t, WeakHash(h))
	}
	require.NotEqual(t, Hash("senha123"), Hash("senha123"), "the salt is random")
}

// TestHashSenhaReadByPython asks Python itself, as the Flask system would.
func TestHashSenhaReadByPython(t *testing.T) {
	pacetest.Full(t)
	python, err := exec.LookPath("python3")
	if err != nil {
		require.Empty(t, os.Getenv("CI"), "python3 is missing")
		t.Skip("python3 is absent")
	}
	const script = `import hashlib, sys
method, salt, want = sys.argv[1].split("$", 2)
_, name, rounds = method.split(":")
sys.exit(hashlib.pbkdf2_hmac(name, sys.argv[2].encode(), salt.encode(), int(rounds)).hex() != want)`
	out, err := exec.Command(python, "-c", script, Hash("Ação-123"), "Ação-123").CombinedOutput()
	require.NoError(t, err, string(out))
}

func TestWeakHash(t *testing.T) {
	pacetest.Full(t)
	sum := "$Xk2jP9sLq0aZtR7u$" + strings.Repeat("0", 64)
	for method, weak := range map[string]bool{
		"pbkdf2:sha256:600000": false, "pbkdf2:sha256:600001": false, "pbkdf2:sha256:1000000": false,
		"pbkdf2:sha256:599999": true, "pbkdf2:sha256:260000": true, "pbkdf2:sha256": true, "pbkdf2:sha512_256:1000000": true, "pbkdf2:sha3_256:1000000": true,
		"plain": true, "scrypt:32768:8:1": true,
	} {
		require.Equalf(t, weak, WeakHash(method+sum), "%s", method)
	}
	for _, v := range hashVectors(t) {
		strong := strings.HasPrefix(v.Hash, "pbkdf2:sha256:600000$") || strings.HasPrefix(v.Hash, "pbkdf2:sha256:1000000$")
		require.Equalf(t, !strong, WeakHash(v.Hash), "%s", v.Hash)
	}
}

func TestCheckSenhaLengths(t *testing.T) {
	for _, level := range []string{"usuario", ""} {
		require.Empty(t, Check(level, "senha123"), "existing callers create it")
		require.Empty(t, Check(level, "12345678"))
		require.Empty(t, Check(level, "çãéíóúüñ"), "eight letters, sixteen bytes")
		require.Contains(t, Check(level, "senha12"), "pelo menos 8")
		require.Contains(t, Check(level, "çãéí"), "pelo menos 8", "eight bytes, four letters")
		require.Contains(t, Check(level, ""), "pelo menos 8")
	}
	for _, level := range []string{"admin", "moderador", "outro"} {
		require.Empty(t, Check(level, "tr4vo-kizum9"))
		require.Empty(t, Check(level, "çõéíóúüñ-kz7"))
		require.Contains(t, Check(level, "tr4vo-kizum"), "pelo menos 12")
		require.Contains(t, Check(level, "çõéíóúüñkz7"), "pelo menos 12", "eleven letters, nineteen bytes")
		require.Contains(t, Check(level, "senha123"), "pelo menos 12")
	}
	long := strings.Repeat("kz", 500)
	for _, level := range []string{"usuario", "admin", "moderador"} {
		require.Contains(t, Check(level, long+strings.Repeat("y", 25)), "no máximo 1024")
		require.Contains(t, Check(level, "tr4vo-kizum9\x00"), "NUL")
		require.Empty(t, Check(level, long+"wqj"+strings.Repeat("y", 21)))
	}
}

func TestCheckSenhaCommon(t *testing.T) {
	for _, s := range []string{
		"administrador", "ADMINISTRADOR", "Administrador1", "administrador!", "adm1n1str4d0r", "4dm1n1str4d0r", "@dministr@dor",
		"admin1234567", "Admin@123456", "admin@2026!!!", "Admin-2026-11", "admin admin 1", "adminadmin12", "senha1234567", "Senha@123456", "s3nh4!!!!!!!", "S3nh4@2026!!", "senha-2025-2026",
		"sénhà1234567", "SENHA 123456!", "minhasenha123", "Minha Senha 1", "mudar1234567", "Mudar@123456", "password1234", "P@ssw0rd1234", "p4$$w0rd2026", "passwordpassword", "1etmein12345", "letmein12345",
		"flamengo1981", "Flamengo@1981", "corinthians1", "Corinthians12", "palmeiras2020", "deusefiel123", "DeusEFiel!!!", "jesuscristo1", "iloveyou1234", "euteamo12345", "brasil2026!!", "riodejaneiro", "belohorizonte1",
		"123456789012", "1234567890123", "012345678901", "098765432109", "123456123456", "111111111111", "121212121212", "123412341234", "123456abc123"[:6] + "!!!!!!", "00000000000000",
		"aaaaaaaaaaaa", "abababababab", "abc123abc123", "------------", "            ", "çççççççççççç", "😀😀😀😀😀😀😀😀😀😀😀😀",
		"abcdefghijkl", "lkjihgfedcba", "qwertyuiopas", "QWERTYUIOPAS", "poiuytrewqlk", "1q2w3e4r5t6y", "1qaz2wsx3edc", "qwerty123456", "Qwerty@12345", "zaq12wsxcde3", "asdfghjkl123", "!@#$%^&*()_+", "qwe rty uio pas",
		"123senha1234", "2026admin2026", "4d-m1n-2026-11", "!!admin!!2026", "joao12345678", "João@12345678", "maria-eduarda-10", "michael12345", "unbelievable", "contortionist",
	} {
		for _, level := range []string{"admin", "moderador"} {
			require.Containsf(t, Check(level, s), "fácil de adivinhar", "%q", s)
		}
		require.Emptyf(t, Check("usuario", s), "%q: usuario is asked for length only", s)
	}
	for _, s := range []string{
		"Segredo-Chefe-99", "Segredo-Antonia-1", "Senha-Werkzeug-3", "tr4vo-kizum9", "girafa lua teclado nuvem", "837465920174", "k7mf-x2qp-9rta", "8h!Qz#2vLp0w",
		"cavalo-bateria-grampo", "ninguém sabe onde fica", "admin-zk7-quo9v", "1029 3847 5618",
	} {
		require.Emptyf(t, Check("admin", s), "%q", s)
	}
}

// TestCheckSenhaEveryListedWord proves the rule on the whole list, not on samples.
func TestCheckSenhaEveryListedWord(t *testing.T) {
	words := 0
	for line := range strings.Lines(commonList) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for w := range strings.FieldsSeq(line) {
			words++
			if unicode.IsLetter(rune(w[0])) {
				require.Truef(t, common("123"+w), "a number before %q", w)
			}
			for _, s := range []string{w, strings.ToUpper(w), w + "1", w + "2026", w + "@2026!", w + "123456789", w + w, strings.Join(strings.Split(w, ""), "-")} {
				require.Truef(t, common(s), "%q of %q", s, w)
			}
			if l := leetOf(w); strings.ContainsFunc(l, unicode.IsLetter) {
				require.Truef(t, common(l) && common(l+"!!"), "%q of %q", l, w)
			}
		}
	}
	require.GreaterOrEqual(t, words, 3000)
}

func leetOf(s string) string {
	return strings.NewReplacer("a", "4", "e", "3", "i", "1", "o", "0", "s", "5", "t", "7").Replace(s)
}

func TestCheckSenhaNeverPanics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := hostile.Text().Draw(t, "s")
		for _, level := range []string{"usuario", "moderador", "admin"} {
			if msg := Check(level, s); msg != "" {
				require.Regexp(t, `^Senha [^\n]*\.$`, msg)
			}
		}
	})
	begin := time.Now()
	Check("admin", strings.Repeat("12", 500)+"3")
	Check("admin", strings.Repeat("9182736450", 102))
	Check("admin", strings.Repeat("!", 1023)+"k")
	require.Less(t, time.Since(begin), time.Second, "hostile input is cheap")
}

func TestRandomSenha(t *testing.T) {
	seen := map[string]bool{}
	for range 2000 {
		s := Random()
		require.Regexp(t, `^([a-hjkmnp-z2-9]{4}-){4}[a-hjkmnp-z2-9]{4}$`, s)
		require.Empty(t, Check("admin", s))
		require.False(t, seen[s])
		seen[s] = true
	}
	require.GreaterOrEqual(t, 20*math.Log2(float64(len(randomChars))), 80.0, "bits")
}

func TestRandomStringIsUniform(t *testing.T) {
	const draws = 62_000
	count := map[rune]int{}
	for _, r := range randomString(saltChars, draws) {
		count[r]++
	}
	require.Len(t, count, 62)
	for r, n := range count {
		require.InDeltaf(t, draws/62, n, 250, "%q: 8 standard deviations", r)
	}
}

func TestHashGateBoundsWork(t *testing.T) {
	require.Equal(t, runtime.GOMAXPROCS(0), cap(NewGate(0).Places))
	synctest.Test(t, func(t *testing.T) {
		g := NewGate(3)
		var now, most, done atomic.Int32
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				require.NoError(t, g.Do(t.Context(), func() {
					if n := now.Add(1); n > most.Load() {
						most.Store(n)
					}
					time.Sleep(time.Second)
					now.Add(-1)
					done.Add(1)
				}))
			})
		}
		wg.Wait()
		require.EqualValues(t, 3, most.Load())
		require.EqualValues(t, 20, done.Load())
	})
}

func TestHashGateHonoursContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGate(1)
		release := make(chan struct{})
		go g.Do(t.Context(), func() { <-release })
		synctest.Wait()

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, g.Do(ctx, func() { t.Error("ran after its deadline") }), context.DeadlineExceeded)

		close(release)
		synctest.Wait()
		for range 100 {
			require.ErrorIs(t, g.Do(ctx, func() { t.Error("a free place does not revive a dead ctx") }), context.DeadlineExceeded)
		}
		ran := false
		require.NoError(t, g.Do(t.Context(), func() { ran = true }), "whoever gave up holds no place")
		require.True(t, ran)
	})
}

func TestHashGateSurvivesPanic(t *testing.T) {
	g := NewGate(1)
	require.Panics(t, func() { _ = g.Do(t.Context(), func() { panic("x") }) })
	require.Empty(t, g.Places, "the place is free again")
}

func BenchmarkHashSenha(b *testing.B) {
	for b.Loop() {
		Hash("senha123")
	}
}
