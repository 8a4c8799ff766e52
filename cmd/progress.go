package cmd

import (
	"fmt"
	"os"
	"sync"
	"time"
)

// progressDelay keeps short work quiet.
const progressDelay = time.Second

// progress is a line on stderr that says what is being done. It appears on
// terminals only, after a second, and leaves nothing behind.
type progress struct {
	t     *terminal
	text  string
	mu    sync.Mutex
	shown bool
	done  chan struct{}
	once  sync.Once
	ended sync.WaitGroup
}

// working starts a progress line; call stop before writing anything else.
func (t *terminal) working(text string) *progress {
	p := &progress{t: t, text: text, done: make(chan struct{})}
	if !t.ErrTerminal || os.Getenv("TERM") == "dumb" {
		p.once.Do(func() { close(p.done) })
		return p
	}
	p.ended.Add(1)
	go p.run()
	return p
}

// set changes the text.
func (p *progress) set(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text = fmt.Sprintf(format, args...)
}

// stop removes the line.
func (p *progress) stop() {
	p.once.Do(func() { close(p.done) })
	p.ended.Wait()
}

func (p *progress) run() {
	defer p.ended.Done()
	frames := []rune("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
	wait := time.NewTimer(progressDelay)
	defer wait.Stop()
	for i := 0; ; i++ {
		select {
		case <-p.done:
			p.clear()
			return
		case <-wait.C:
			p.draw(frames[i%len(frames)])
			wait.Reset(100 * time.Millisecond)
		}
	}
}

func (p *progress) draw(frame rune) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.shown = true
	fmt.Fprintf(p.t.Err, "\r\x1b[K%c %s", frame, p.text)
}

func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.t.Err, "\r\x1b[K")
	}
}
