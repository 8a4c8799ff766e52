package tui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

type noticeKind int

const (
	noticeOK noticeKind = iota
	noticeBad
)

// noticeTime is how long a notice stands when no key takes it away.
const noticeTime = 6 * time.Second

// notice is one sentence in the footer about what has just happened.
type notice struct {
	kind  noticeKind
	text  string
	since time.Time
}

func (sh *shell) tell(kind noticeKind, text string) {
	sh.notice = notice{kind: kind, text: text, since: sh.now()}
}

func (sh *shell) expireNotice() {
	if sh.now().Sub(sh.notice.since) >= noticeTime {
		sh.notice = notice{}
	}
}

func (n notice) View(t theme) string {
	if n.kind == noticeBad {
		return t.bad.Render("✗ " + line(n.text))
	}
	return t.ok.Render("✓ " + line(n.text))
}

// told says what was done and lets all screens know.
func told[T any](sh *shell, text string, id int64) func() tea.Cmd {
	return func() tea.Cmd {
		sh.tell(noticeOK, text)
		return send(changedMsg[T]{id})
	}
}
