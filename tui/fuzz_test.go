package tui

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"

	"example.com/monitor/tui/kit"
)

// FuzzText brings any text to the screen: it keeps to its place and moves nothing.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", "Conceição", "a\x1b[31mb", "\x1b]52;c;cm0=\a", "王小明", "👩\u200d👧👍🏽", "\xff\u009b", "z\u0301\u0301\u0301\u0301\u0301\u0301", "a\r\nb\tc", "\u202eabc", "กำ", "\U000e0001", strings.Repeat("x", 500)} {
		f.Add(s, uint8(7))
	}
	safe := func(t *testing.T, s string) {
		t.Helper()
		require.True(t, utf8.ValidString(s))
		require.False(
			t,
			strings.ContainsFunc(s, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf) || r == '\u2028' || r == '\u2029' }),
			"%q",
			s,
		)
	}
	f.Fuzz(func(t *testing.T, s string, w uint8) {
		width := int(w) % 200
		got := kit.Cell(s, width)
		safe(t, got)
		require.Equal(t, width, ansi.StringWidth(got), "%q", got)
		safe(t, kit.Line(s))
		require.LessOrEqual(t, utf8.RuneCountInString(kit.Line(s)), kit.CellRunes)
		require.Equal(t, kit.Line(s), kit.Line(kit.Line(s)), "once is enough")
		for _, l := range kit.Paragraph(s, width) {
			safe(t, l)
			require.LessOrEqual(t, ansi.StringWidth(l), max(2, width), "%q", l)
		}
		require.LessOrEqual(t, ansi.StringWidth(kit.ClipLeft(kit.Line(s), width)), max(0, width))
	})
}

// FuzzCommand types anything into the command line.
func FuzzCommand(f *testing.F) {
	for _, s := range []string{"", "clientes joão", "cliente 12", "exportar a.csv", "tema claro", "a", "atualizar 1ns", "atualizar 99999999999h", "CONEXÕES", "mouse ", "  ajuda", "\u0301", "x\x1b[2J", "王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王王"} {
		f.Add(s, uint8(0))
	}
	f.Fuzz(func(t *testing.T, text string, tabs uint8) {
		if len(text) > 200 {
			return // a person types rune by rune, with a frame after each
		}
		b := newBench(t, 60, 16)
		listed(b)
		b.keys(":")
		for range tabs % 4 {
			b.keys("tab")
		}
		for _, r := range text {
			if unicode.IsPrint(r) {
				b.keys(string(r))
			}
		}
		requireFits(t, b.View(), 60, 16, text)
		b.keys("tab", "enter", "up", "enter")
		requireFits(t, b.View(), 60, 16, text)
		for _, p := range b.env.Proposals(text) {
			require.NotEmpty(t, p.Text)
		}
	})
}
