package store

import (
	"context"
	"os"

	"example.com/monitor/store/durable"
	"example.com/monitor/store/fold"
	"example.com/monitor/store/guess"
	"example.com/monitor/store/machine"
	"example.com/monitor/store/refusal"
	"example.com/monitor/store/summary"
	"example.com/monitor/store/trail"
	"example.com/monitor/store/when"
)

// Settle waits for what was written on the side, for tests that look at it.
func (s *Store) Settle() {
	s.touches.pending.Wait()
}

// Seal is what happens once a minute.
func (s *Store) Seal(ctx context.Context) error { return s.chain.Seal(ctx, chainDB{s}) }

// SearchText is the text that a search looks into.
var SearchText = fold.SearchText

// ForaMySQL says that a folded text holds what MySQL's column may lack.
func ForaMySQL(folded string) bool { return fold.HoldsAny([][]string{{folded}}, fold.OutsideMySQL()) }

// FoldedElsewhere are the letters that the server folds unlike us.
func (s *Store) FoldedElsewhere(ctx context.Context) (map[rune]bool, error) {
	return s.dobra.Ask(ctx, s.db.Reader())
}

// LocalDay and HourStart are where days and hours begin.
var (
	LocalDay  = when.LocalDay
	HourStart = when.HourStart
)

// Contagens are what one point of a series counts.
const Contagens = summary.PointCounts

// Hashes is how many computations of hashes were begun.
func (s *Store) Hashes() int64 { return s.gate.Begun.Load() }

// Counted counts a guess at email as Login does, without comparing a password.
func (s *Store) Counted(ctx context.Context, o Origem, email string) error {
	c := s.As(Stranger(o)).call
	_, leave, err := c.admitGuess(ctx, c.guessKeys(email, false))
	if err == nil {
		leave()
	}
	return err
}

// MaxTentativas bounds the counters.
const MaxTentativas = guess.MaxKept

// WriteRefusals is what happens once a minute.
func (s *Store) WriteRefusals(ctx context.Context) { s.flushRefusals(ctx) }

// MaxRecusas bounds the rows of a minute.
const MaxRecusas = refusal.MaxPerMinute

// Feeds says whether the feed looks at the database.
func (s *Store) Feeds() bool { return s.feed.Active.Load() }

// HoldVerification keeps others from checking the trail until the result is called.
func (s *Store) HoldVerification() (done func()) {
	s.verifying.Lock()
	return s.verifying.Unlock
}

// ObserveSync lets fn make every fsync of this process but those of SQLite.
func ObserveSync(fn func(*os.File) error) { durable.Fsync = fn }

// AppendAnchor adds a line to an anchor file.
var AppendAnchor = trail.AppendAnchor

// What a registration looks its machine up by.
var (
	MACCond      = machine.MACCond
	HostnameCond = machine.HostnameCond
	LogsRemoved  = logsRemoved
)

// MACKey and HostnameKey are what identifies, or "".
var (
	MACKey      = machine.MACKey
	HostnameKey = machine.HostnameKey
)

// WithoutTableTimes makes a MySQL one that does not say when its tables changed.
func WithoutTableTimes(c *Config) { c.noTableTimes = true }
