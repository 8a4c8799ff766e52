// Package term is what every command of a command line needs and no noun has of
// its own. It knows cobra and the store's values, but no configuration and no
// command.
//
//   - Terminal is the person, or the pipe, at the other end of one run: its
//     Streams and the secrets of the run, which a Redactor takes out of whatever
//     goes to stderr. Questions, passwords and progress are its methods.
//   - Output writes records as table, JSON, CSV, YAML, TSV or ids, from one list
//     of Fields: the API's key, the heading for people, the value. Stdout carries
//     data only.
//   - Problem is an error with its sentence and with what to do next, both in
//     Portuguese; its kind decides the exit status. ErrUsage is the kind of every
//     mistake in the command line.
//   - cobra and pflag speak English: UseOurWords, WriteHelp and the checks of
//     arguments replace every text of theirs that a person could see.
//   - OneLine and EscapeJSON take out of a text what could move the cursor.
package term
