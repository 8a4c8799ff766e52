package term

import (
	"fmt"
	"os"
	"sync"
	"time"
)

// ProgressDelay keeps short work quiet.
const ProgressDelay = time.Second

// Progress is a line on stderr that says what is being done. It appears on
// terminals only, after a second, and leaves nothing behind.
type Progress struct {
	t     *Terminal
	text  string
	mu    sync.Mutex
	shown bool
	Done  chan struct{}
	once  sync.Once
	ended sync.WaitGroup
}

// Working starts a progress line; call stop before writing anything else.
func (t *Terminal) Working(text string) *Progress {
	p := &Progress{t: t, text: text, Done: make(chan struct{})}
	if !t.ErrTerminal || os.Getenv("TERM") == "dumb" {
		p.once.Do(func() { close(p.Done) })
		return p
	}
	p.ended.Add(1)
	go p.run()
	return p
}

// Set changes the text.
func (p *Progress) Set(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text = fmt.Sprintf(format, args...)
}

// Stop removes the line.
func (p *Progress) Stop() {
	p.once.Do(func() { close(p.Done) })
	p.ended.Wait()
}

func (p *Progress) run() {
	defer p.ended.Done()
	frames := []rune("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
	wait := time.NewTimer(ProgressDelay)
	defer wait.Stop()
	for i := 0; ; i++ {
		select {
		case <-p.Done:
			p.clear()
			return
		case <-wait.C:
			p.draw(frames[i%len(frames)])
			wait.Reset(100 * time.Millisecond)
		}
	}
}

func (p *Progress) draw(frame rune) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.shown = true
	fmt.Fprintf(p.t.Err, "\r\x1b[K%c %s", frame, p.text)
}

func (p *Progress) clear() {
	if p.shown {
		fmt.Fprint(p.t.Err, "\r\x1b[K")
	}
}
