package kit

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

type noticeKind int

// What notices tell: that it went well, or not.
const (
	NoticeOK noticeKind = iota
	NoticeBad
)

// noticeTime is how long a notice stands when no key takes it away.
const noticeTime = 6 * time.Second

// Notice is one sentence in the footer about what has just happened.
type Notice struct {
	kind  noticeKind
	Text  string
	hint  string // what can be done about it, which is never cut off
	since time.Time
}

// Tell shows a notice in the footer.
func (sh *Shell) Tell(kind noticeKind, text string) {
	sh.Notice = Notice{kind: kind, Text: text, since: sh.Now()}
}

// Offer tells what went well, with a key that does something about it.
func (sh *Shell) Offer(text, hint string) {
	sh.Tell(NoticeOK, text)
	sh.Notice.hint = hint
}

// ExpireNotice takes a notice away that has stood long enough.
func (sh *Shell) ExpireNotice() {
	if sh.Now().Sub(sh.Notice.since) >= noticeTime {
		sh.Notice = Notice{}
	}
}

// View draws the notice on at most w cells.
func (n Notice) View(t Theme, w int) string {
	if n.kind == NoticeBad {
		return t.Bad.Render(Clip("✗ "+Line(n.Text), w))
	}
	hint := ""
	if n.hint != "" {
		hint = " " + n.hint
	}
	return t.Good.Render(Clip("✓ "+Line(n.Text), w-ansi.StringWidth(hint))) + t.Accent.Render(hint)
}

// Told says what was done and lets all screens know; it follows a Confirm.
func Told[T any](sh *Shell, text string, id int64) func(int64) tea.Cmd {
	return func(int64) tea.Cmd {
		sh.Tell(NoticeOK, text)
		return Send(ChangedMsg[T]{id})
	}
}
