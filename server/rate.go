package server

import (
	"crypto/sha256"
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"example.com/monitor/store"
)

// Limits are how many requests a second one caller may make in the long run. A
// caller that was quiet may make ten times as many at once. Zero means no limit.
type Limits struct {
	// Credencial is for each person, key or device that showed a credential that counts.
	Credencial int
	// Endereco is for each address, over all requests without such a credential.
	Endereco int
}

// agentFactor is how much more keys of agents may do: one may serve a whole fleet.
const agentFactor = 10

// burstSeconds is how many seconds' worth a quiet caller may ask for at once.
const burstSeconds = 10

// maxBuckets bounds the memory of a limiter, twice.
const maxBuckets = 20_000

// limiter hands out requests by the token bucket of each key. It remembers the
// keys of late in two generations: when the young one is full, the old one is
// forgotten.
type limiter struct {
	rate       float64 // a second
	mu         sync.Mutex
	young, old map[string]*bucket
}

type bucket struct {
	tokens, most, rate float64
	at                 time.Time
}

func newLimiter(rate int) *limiter {
	return &limiter{rate: float64(rate), young: map[string]*bucket{}}
}

// take uses one request of key up, or says how long to wait for one.
func (l *limiter) take(key string, now time.Time) (wait time.Duration, ok bool) {
	if l.rate <= 0 {
		return 0, true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.find(key)
	if b == nil {
		b = l.put(key, l.rate, now)
	}
	return b.take(now)
}

// known says that key has a bucket, and takes from it.
func (l *limiter) known(key string, now time.Time) (wait time.Duration, ok, known bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.find(key)
	if b == nil {
		return 0, false, false
	}
	wait, ok = b.take(now)
	return wait, ok, true
}

// learn makes a bucket for a key that was not known.
func (l *limiter) learn(key string, factor float64, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.find(key) == nil {
		l.put(key, l.rate*factor, now)
	}
}

func (l *limiter) find(key string) *bucket {
	if b := l.young[key]; b != nil {
		return b
	}
	b := l.old[key]
	if b != nil {
		l.keep(key, b)
	}
	return b
}

func (l *limiter) put(key string, rate float64, now time.Time) *bucket {
	b := &bucket{tokens: rate * burstSeconds, most: rate * burstSeconds, rate: rate, at: now}
	l.keep(key, b)
	return b
}

func (l *limiter) keep(key string, b *bucket) {
	if len(l.young) >= maxBuckets {
		l.old, l.young = l.young, map[string]*bucket{}
	}
	l.young[key] = b
}

func (b *bucket) take(now time.Time) (wait time.Duration, ok bool) {
	b.tokens = min(b.most, b.tokens+b.rate*max(0, now.Sub(b.at).Seconds()))
	b.at = now
	if b.tokens >= 1 {
		b.tokens--
		return 0, true
	}
	return time.Duration((1 - b.tokens) / b.rate * float64(time.Second)), false
}

// rates are the limits of one server.
type rates struct{ credentials, addresses *limiter }

func newRates(l Limits) rates {
	return rates{credentials: newLimiter(l.Credencial), addresses: newLimiter(l.Endereco)}
}

// arrive lets a request pass or refuses it. A credential that counted lately is
// judged by itself, so that a fleet behind one address does not limit itself;
// everything else is the address's.
func (s *Server) arrive(c *call, given shown) error {
	now := s.now()
	if s.cfg.Limits.Credencial > 0 && !given.empty() {
		if wait, ok, known := s.rates.credentials.known(credentialKey(given), now); known {
			return s.tooMany(wait, ok, "credencial")
		}
	}
	wait, ok := s.rates.addresses.take(addressKey(c.origem.IP), now)
	return s.tooMany(wait, ok, "endereco")
}

// counted notes a credential that counts.
func (s *Server) counted(given shown, a store.Actor) {
	if s.cfg.Limits.Credencial <= 0 || given.empty() {
		return
	}
	factor := 1.0
	if a.Nivel() == store.Agente {
		factor = agentFactor
	}
	s.rates.credentials.learn(credentialKey(given), factor, s.now())
}

// credentialKey keeps credentials themselves out of the limiter's memory.
func credentialKey(given shown) string {
	sum := sha256.Sum256([]byte(given.Bearer + "\x00" + given.Chave))
	return string(sum[:])
}

// addressKey takes the whole network of an IPv6 host, which has 2^64 addresses.
func addressKey(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil || a.Is4() {
		return ip
	}
	network, err := a.Prefix(64)
	if err != nil {
		return ip
	}
	return network.String()
}

func (s *Server) tooMany(wait time.Duration, ok bool, reason string) error {
	if ok {
		return nil
	}
	s.metrics.refused.WithLabelValues(reason).Inc()
	seconds := max(1, int(math.Ceil(wait.Seconds())))
	f := refusal(http.StatusTooManyRequests, "chamadas_demais", fmt.Sprintf("Chamadas demais em pouco tempo; tente de novo em %d s", seconds))
	f.wait = seconds
	return f
}
