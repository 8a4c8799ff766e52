package kit

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"
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
	since time.Time
}

// Tell shows a notice in the footer.
func (sh *Shell) Tell(kind noticeKind, text string) {
	sh.Notice = Notice{kind: kind, Text: text, since: sh.Now()}
}

// ExpireNotice takes a notice away that has stood long enough.
func (sh *Shell) ExpireNotice() {
	if sh.Now().Sub(sh.Notice.since) >= noticeTime {
		sh.Notice = Notice{}
	}
}

func (n Notice) View(t Theme) string {
	if n.kind == NoticeBad {
		return t.Bad.Render("✗ " + Line(n.Text))
	}
	return t.Good.Render("✓ " + Line(n.Text))
}

// Told says what was done and lets all screens know.
func Told[T any](sh *Shell, text string, id int64) func() tea.Cmd {
	return func() tea.Cmd {
		sh.Tell(NoticeOK, text)
		return Send(ChangedMsg[T]{id})
	}
}
