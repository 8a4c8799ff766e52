// Package record holds the records of the program as values: a person, a machine, a key, a
// row of the audit trail, a session; what JSON they are, what they may hold, and by which
// text two states of one are told apart.
//
// It stands alone because none of that needs a database, an actor or a moment: a record is
// checked against what it was, and says what differs. Who may see or change it, and the
// statements that read and write it, are the store's. Doors know these types by the names
// that package store gives them.
package record
