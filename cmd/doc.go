// Package cmd is the command line of monitor: commands, flags, configuration,
// exit codes and printers. It is the roof of the house: it hands every door
// (server, terminal UI) what it needs, and no other package knows flags, files
// or the environment.
//
// Decisions that bind this package:
//   - Run is the whole program; main only turns signals into its context and
//     its result into the exit status, so that tests run the real thing;
//   - commands are constructors on app, which carries the streams of one run;
//     there is no package state and no init;
//   - stdout carries data only; questions, notices and progress go to stderr;
//   - errors travel up to Run unchanged: exitCode and describe are the only
//     places that turn them into a status and into words;
//   - cobra and pflag speak English: every text of theirs that could reach a
//     person is replaced (package term, completion.go), and a test walks
//     all commands to keep it so;
//   - what knows no noun is in the package term.
package cmd
