package engine

import (
	"strings"
	"sync/atomic"
	"time"
)

// later holds statements that need no answer of their own. They are sent to a
// server together with the next one: each round trip to a far database costs
// more than everything the statement does.
type later struct {
	words []string
	sent  bool // something of the transaction has reached the server
	work  bool // a statement of a job is among the words
	// flying says that words went along with a message that has not succeeded: it
	// is not known which of them the server has done.
	flying bool
	// alarm goes off when the first message gets no answer; silent says that it has.
	alarm  *time.Timer
	silent *atomic.Bool
}

// silenceLimit is how long the first message of a transaction may go unanswered. It only
// looks something up: a connection that says nothing for so long is dead, and
// another one may not be.
const silenceLimit = 1500 * time.Millisecond

// listen ends a transaction whose first message gets no answer.
func (l *later) listen(end func()) {
	silent := &atomic.Bool{}
	l.silent = silent
	l.alarm = time.AfterFunc(silenceLimit, func() {
		silent.Store(true)
		end()
	})
}

func (l *later) reset(first string) {
	l.words, l.sent, l.work, l.flying = append(l.words[:0], first), false, false, false
}

// add keeps a word of the transaction itself.
func (l *later) add(text string) { l.words = append(l.words, text) }

// do keeps a statement of a job.
func (l *later) do(text string) {
	l.work = true
	l.add(text)
}

// begun says that the server knows of the transaction.
func (l *later) begun() bool { return l.sent }

// landed says that the message was answered.
func (l *later) landed() {
	l.flying = false
	l.alarm.Stop()
}

// empty says that there is nothing to commit.
func (l *later) empty() bool { return !l.sent && !l.work }

// with puts what waits before text.
func (l *later) with(text string) string {
	l.sent = true
	if len(l.words) == 0 {
		return text
	}
	l.flying = true
	text = strings.Join(l.words, "; ") + "; " + text
	l.words = l.words[:0]
	return text
}
