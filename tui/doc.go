// Package tui is the console in the terminal: the store's records as pages
// that refresh themselves, with the same rules as every other door.
//
// Rules of the package:
//
//   - Update does no IO and a tea.Cmd changes no state: a command captures
//     values, asks the store and returns an answer, which Update takes in. The
//     sequence number of a question tells late answers, which are dropped.
//   - A key is handled only through an action (see kit.Action), and the footer and
//     the help page are made from the same actions: no key without help.
//   - Text from the database reaches the screen through the kit's Cell, Line or
//     Paragraph, which take out everything that could move the cursor.
//   - Widths are those of charmbracelet/x/ansi, and every line is cut to the
//     terminal in one place, app.View.
//   - Selection, focus, state and errors are shown by a glyph as well as by colour.
//
// The parts that know no record are in the package kit. A page is a screen at the
// bottom of the stack, a line of registry; see clientes.go for one that lists.
package tui
