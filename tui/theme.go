package tui

import (
	"io"
	"os"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// The values of Config.Colour.
const (
	ColourAuto   = "auto"   // colours when the terminal has them and NO_COLOR is unset
	ColourAlways = "sempre" // colours always
	ColourNever  = "nunca"  // none
)

// The values of Config.Theme.
const (
	ThemeAuto  = "auto"   // light where the terminal says that it is (COLORFGBG), else dark
	ThemeDark  = "escuro" // for a dark background
	ThemeLight = "claro"  // for a light background
	ThemeMono  = "mono"   // no colours
)

var themes = []string{ThemeAuto, ThemeDark, ThemeLight, ThemeMono}

// themeMsg tells screens that keep drawn lines to draw them anew.
type themeMsg struct{}

// theme holds the styles. Colours are the sixteen of the terminal, so that they
// follow the person's own palette; on a light background other ones of them can
// be read.
type theme struct {
	mono bool // no colour: lipgloss drops bold and reverse as well

	text, dim, strong, accent, border lipgloss.Style
	ok, warn, bad                     lipgloss.Style
	selected, cursor                  lipgloss.Style
	brand, demo, readOnly, tab        lipgloss.Style
	button, buttonFocus, buttonBad    lipgloss.Style
}

// newTheme reads the environment once; it never asks the terminal.
func newTheme(out io.Writer, colour, themeName string) theme {
	if out == nil {
		out = os.Stdout
	}
	r := lipgloss.NewRenderer(out)
	r.SetHasDarkBackground(true)
	switch {
	case colour == ColourNever || themeName == ThemeMono:
		r.SetColorProfile(termenv.Ascii)
	case colour == ColourAlways:
		r.SetColorProfile(termenv.ANSI)
	}
	if themeName == ThemeLight || (themeName == ThemeAuto || themeName == "") && lightBackground(os.Getenv("COLORFGBG")) {
		return themeOn(r, light)
	}
	return themeOn(r, dark)
}

// lightBackground reads what some terminals say of themselves: "foreground;background".
func lightBackground(colorfgbg string) bool {
	bg := colorfgbg[strings.LastIndex(colorfgbg, ";")+1:]
	return bg == "7" || bg == "15"
}

// tones are the colours in which themes differ.
type tones struct{ dim, accent, warn, button string }

var (
	dark  = tones{dim: "8", accent: "6", warn: "3", button: "7"}
	light = tones{dim: "8", accent: "4", warn: "5", button: "0"}
)

func themeOn(r *lipgloss.Renderer, c tones) theme {
	s := r.NewStyle
	fg := func(c string) lipgloss.Style { return s().Foreground(lipgloss.Color(c)) }
	chip := func(f, b string) lipgloss.Style {
		return fg(f).Background(lipgloss.Color(b)).Bold(true)
	}
	focus := chip("0", c.accent)
	if c == light {
		focus = chip("15", c.accent)
	}
	return theme{
		mono:   r.ColorProfile() == termenv.Ascii,
		text:   s(),
		dim:    fg(c.dim),
		strong: s().Bold(true),
		accent: fg(c.accent).Bold(true),
		border: fg(c.accent),
		ok:     fg("2"), warn: fg(c.warn).Bold(true), bad: fg("1").Bold(true),
		selected: chip("15", "4"), cursor: s().Reverse(true),
		brand: focus, demo: chip("0", "3"), readOnly: chip("15", "5"), tab: chip("15", "4"),
		button: fg(c.button), buttonFocus: focus, buttonBad: chip("15", "1"),
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
