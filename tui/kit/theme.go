package kit

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

// Themes are the names of all themes.
var Themes = []string{ThemeAuto, ThemeDark, ThemeLight, ThemeMono}

// ThemeMsg tells screens that keep drawn lines to draw them anew.
type ThemeMsg struct{}

// Theme holds the styles. Colours are the sixteen of the terminal, so that they
// follow the person's own palette; on a light background other ones of them can
// be read.
type Theme struct {
	Mono bool // no colour: lipgloss drops bold and reverse as well

	Text, Dim, Strong, Accent, Border lipgloss.Style
	Good, Warn, Bad                   lipgloss.Style
	Selected, cursor                  lipgloss.Style
	Brand, Demo, ReadOnly, Tab        lipgloss.Style
	button, buttonFocus, buttonBad    lipgloss.Style
}

// NewTheme reads the environment once; it never asks the terminal.
func NewTheme(out io.Writer, colour, themeName string) Theme {
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

func themeOn(r *lipgloss.Renderer, c tones) Theme {
	s := r.NewStyle
	fg := func(c string) lipgloss.Style { return s().Foreground(lipgloss.Color(c)) }
	chip := func(f, b string) lipgloss.Style {
		return fg(f).Background(lipgloss.Color(b)).Bold(true)
	}
	focus := chip("0", c.accent)
	if c == light {
		focus = chip("15", c.accent)
	}
	return Theme{
		Mono:   r.ColorProfile() == termenv.Ascii,
		Text:   s(),
		Dim:    fg(c.dim),
		Strong: s().Bold(true),
		Accent: fg(c.accent).Bold(true),
		Border: fg(c.accent),
		Good:   fg("2"), Warn: fg(c.warn).Bold(true), Bad: fg("1").Bold(true),
		Selected: chip("15", "4"), cursor: s().Reverse(true),
		Brand: focus, Demo: chip("0", "3"), ReadOnly: chip("15", "5"), Tab: chip("15", "4"),
		button: fg(c.button), buttonFocus: focus, buttonBad: chip("15", "1"),
	}
}

// Mark is a chip in the header; brackets stand for its colour.
func (t Theme) Mark(style lipgloss.Style, s string) string {
	if t.Mono {
		return "[" + s + "]"
	}
	return style.Render(" " + s + " ")
}

// Press draws a button; the focused one is told by its arrows as well.
func (t Theme) Press(label string, focused, dangerous bool) string {
	switch {
	case !focused:
		return t.button.Render("[ " + label + " ]")
	case dangerous:
		return t.buttonBad.Render("❯ " + label + " ❮")
	default:
		return t.buttonFocus.Render("❯ " + label + " ❮")
	}
}
