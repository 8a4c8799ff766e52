// Package imports brings spreadsheets of clients in: which column of a file is which of ours,
// what a cell of it means, which client a row is about, and what would change.
//
// A file is read and compared whole before anything is changed. A row is a client by the first
// of these that it has: the id, where something else of the row agrees with that client (another
// system's numbers look just the same); the e-mail; the CPF or CNPJ, where exactly one client has
// it and the row has no e-mail. Never by name or telephone. A new e-mail beside a known CNPJ is
// another contact of that company; beside a known CPF it is one person with two addresses, which
// somebody must decide. What cannot be decided, or what the rules of a client refuse, is left
// out with the reason, and Rejects gives those rows back as a file that can be mended.
//
// An empty cell changes nothing. Telephones, CPF, CNPJ and CEP that differ only in their
// punctuation are equal, so that a second run of a file changes nothing. What was changed after
// the last import of a client, by hand or by another program that writes the audit trail, is a
// conflict: it is shown, and stays unless the person wants the file's value.
//
// The writing is an operation about many records (package operation): the store hands the
// changes in, with the rights and rules of each.
package imports
