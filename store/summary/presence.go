package summary

import (
	"context"
	"sync/atomic"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/record"
	"example.com/monitor/store/when"
)

// dispositivos keeps the last heartbeat only. How many devices were online is
// written down at most once in each sampleEvery, by processes that receive
// heartbeats, when one comes: a database that nobody beats may sleep.
const (
	sampleEvery = 5 * time.Minute
	// sampleKept bounds the table to some 26,000 rows.
	sampleKept = 90 * 24 * time.Hour
)

// Slot numbers the stretches of time that have one sample at most.
func Slot(t time.Time) int64 { return t.Unix() / int64(sampleEvery/time.Second) }

// Sampler remembers the stretch that this process sampled last.
type Sampler struct{ last atomic.Int64 }

// Due lets one caller in each stretch pass.
func (a *Sampler) Due(n int64) bool {
	last := a.last.Load()
	return n > last && a.last.CompareAndSwap(last, n)
}

// Sample writes how many devices are online into a stretch that has no sample yet.
func Sample(ctx context.Context, q engine.Q, n int64, now when.Hora) error {
	// Counted apart: MySQL would lock what an INSERT … SELECT reads.
	var there, online int64
	err := q.Get(
		ctx,
		[]any{&there, &online},
		"SELECT (SELECT count(*) FROM monitor_presenca WHERE fatia = ?), (SELECT count(*) FROM dispositivos WHERE ultimo_heartbeat > ?)",
		n,
		when.Of(now.Add(-record.OnlineFor)),
	)
	if err != nil || there > 0 {
		return err
	}
	if err := q.Later(ctx, "DELETE FROM monitor_presenca WHERE fatia < ?", Slot(now.Add(-sampleKept))); err != nil {
		return err
	}
	_, err = q.Exec(ctx, "INSERT INTO monitor_presenca(fatia, online) VALUES (?, ?)", n, online)
	return err
}
