// Package store is the ground floor of monitor: its records, its rules, its
// roles, its audit trail and the only SQL of the program.
//
// Every door (command line, terminal UI, HTTP) does its work through a Handle,
// and a Handle exists only for an Actor: st.As(actor). The actor decides what
// is visible and allowed, and every change leaves its audit row in the same
// transaction as the change itself; what cannot be audited does not happen.
//
// Rules that hold for every operation:
//   - validation happens inside the write, never in a door;
//   - errors are those of package fault and of errors.go, never a driver's;
//   - every call has a deadline (Config.Deadline) even when ctx brings none;
//   - time comes from Config.Now and is stored in UTC with microseconds, in
//     the very text form that SQLAlchemy reads back.
//
// The six tables belong to the Flask system as much as to us. Rows that other
// programs write never pass through this package: on SQLite counters and the
// search queue are kept by core-SQL triggers, on servers the folded text of a
// search is a generated column, and everything else is computed on reading.
//
// Changes are told to whoever listens (Handle.Eventos). The audit chain is the
// feed: within a lane links become visible in order and without gaps, so the
// heads of all lanes are a position that any process can go on from. One
// goroutine of the process looks while somebody listens, and only then: at once
// after a commit of its own, each second for those of others. What has no link,
// telemetry and other programs' writes, moves the fingerprint of its noun
// (feed/marks.go), which is part of a position, too. Roles are applied and
// credentials checked again before anything is handed out.
//
// The rooms below this package do not know it; each has its reasons in its own comment.
// From the ground up: engine (pools, dialects, migrations), fault (errors for people), when
// (instants and periods), durable (files), brasil, sheet (files of rows that people send and
// open), fold (the one form of texts), password;
// schema (what a database holds), trail (the audit chain), list (listings, search index),
// record (what is kept of people and machines, as values), machine (which device a machine
// is), clients (which clients a list shows), operation (many changes at once, and taking back),
// imports (spreadsheets of clients, in and out), guess (wrong passwords are counted),
// refusal (refusals are), legacy (who calls as in the old days), once (requests that come again),
// summary (numbers of what happened), drift, setup (taking a database over and giving
// it back), feed (what changed), diagnose, backup. What shares a transaction, an Actor and a
// call stays here: nouns, roles, sessions, attempts, idempotency, audit entries.
//
// Every operation behaves alike on SQLite, PostgreSQL, MySQL and MariaDB; one
// suite plays the same script on each and compares what comes back. SQLite has
// one writer, so a rule about several rows holds by itself there. On servers
// another process may write at the same moment: rows about to be changed are
// read FOR_UPDATE, and rules about more than one row take a lock (call.go).
package store
