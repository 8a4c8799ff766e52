// Package darkterm tells lipgloss that the background is dark before bubbletea is
// initialised. Bubbletea v1 asks the terminal for its background colour in an
// init function, which costs every command of a program that links it up to
// five seconds on a terminal that does not answer. Go initialises packages in
// the order of their import paths, and example.com sorts before github.com.
package darkterm

import "github.com/charmbracelet/lipgloss"

func init() { lipgloss.SetHasDarkBackground(true) }
