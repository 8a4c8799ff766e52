// Package kit is what a console for lists and records is made of, whatever the
// records are: it knows neither the store nor the pages.
//
//   - Shell is what all screens share: the stack of what is open, the keys, the
//     theme, the clock, the last notice. The program around it hands in Settings:
//     how errors are explained, what commands there are, how a list is exported.
//   - A Screen is one level of the stack; Detail, Browser, Confirm, Palette,
//     Bulk, CopyMenu and HelpPage are screens or the greater part of one.
//   - A Section is a list that keeps itself up to date. Its Window holds a few
//     hundred rows around the cursor, in Parts that a Fetcher reads; its Grid
//     lays the columns out.
//   - A Question is at most one running call. Update does no IO, and a tea.Cmd
//     changes no state: a command captures values, asks, and returns an Answer.
//     Answers that come late are known by their number and dropped.
//   - An Action is a key with its help: a key cannot do something that the footer
//     and the help page do not know.
//   - Cell, Line and Paragraph take everything out of a text that could move the
//     cursor; whatever comes from a database goes through one of them.
package kit
