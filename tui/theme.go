package tui

import (
	"io"
	"os"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// The values of Config.Cor.
const (
	CorAuto   = "auto"   // colours when the terminal has them and NO_COLOR is unset
	CorSempre = "sempre" // colours always
	CorNunca  = "nunca"  // none
)

// theme holds the styles. Colours are the sixteen of the terminal, so that they
// follow the person's own light or dark palette.
type theme struct {
	mono bool // no colour: lipgloss drops bold and reverse as well

	text, dim, strong, accent, border lipgloss.Style
	ok, warn, bad                     lipgloss.Style
	selected, cursor                  lipgloss.Style
	brand, demo, readOnly, tab        lipgloss.Style
	button, buttonFocus, buttonBad    lipgloss.Style
}

// newTheme reads the environment once; it never asks the terminal.
func newTheme(out io.Writer, cor string) theme {
	if out == nil {
		out = os.Stdout
	}
	r := lipgloss.NewRenderer(out)
	r.SetHasDarkBackground(true)
	switch cor {
	case CorSempre:
		r.SetColorProfile(termenv.ANSI)
	case CorNunca:
		r.SetColorProfile(termenv.Ascii)
	}
	return themeOn(r)
}

func themeOn(r *lipgloss.Renderer) theme {
	s := r.NewStyle
	fg := func(c string) lipgloss.Style { return s().Foreground(lipgloss.Color(c)) }
	chip := func(f, b string) lipgloss.Style {
		return fg(f).Background(lipgloss.Color(b)).Bold(true)
	}
	return theme{
		mono:   r.ColorProfile() == termenv.Ascii,
		text:   s(),
		dim:    fg("8"),
		strong: s().Bold(true),
		accent: fg("6").Bold(true),
		border: fg("6"),
		ok:     fg("2"), warn: fg("3").Bold(true), bad: fg("1").Bold(true),
		selected: chip("15", "4"), cursor: s().Reverse(true),
		brand: chip("0", "6"), demo: chip("0", "3"), readOnly: chip("15", "5"), tab: chip("15", "4"),
		button: fg("7"), buttonFocus: chip("0", "6"), buttonBad: chip("15", "1"),
	}
}

// mark is a chip in the header; brackets stand for its colour.
func (t theme) mark(style lipgloss.Style, s string) string {
	if t.mono {
		return "[" + s + "]"
	}
	return style.Render(" " + s + " ")
}

// press draws a button; the focused one is told by its arrows as well.
func (t theme) press(label string, focused, dangerous bool) string {
	switch {
	case !focused:
		return t.button.Render("[ " + label + " ]")
	case dangerous:
		return t.buttonBad.Render("❯ " + label + " ❮")
	default:
		return t.buttonFocus.Render("❯ " + label + " ❮")
	}
}
