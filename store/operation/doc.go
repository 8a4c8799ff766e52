// Package operation holds what many changes at once, and taking changes back, need beside the
// changes themselves: which records an operation is about, how far it has come, and what an
// entry of the audit trail says was there before.
//
// The number of a single change is that of its entry in the audit trail. An operation about
// many records writes one entry that begins it, its head; each of its changes is an entry of
// its own that names the head in its signed dados. The two tables here are an index of that,
// so that an operation which was cut off can go on: monitor_operacoes holds the targets as
// they were when it began, monitor_operacoes_itens what has become of each, written in the
// transaction of the change. What has no item is still to be done.
//
// To take a change back is a change like any other: with the rights of whoever does it, and
// only while the record is what the change left (its version stands in the entry), else
// somebody's later work would go with it. Whoever wants one value of an old state back, and
// keep what came later, sets that value.
//
// It stands alone because none of that changes a record. Who may do what, and the changes, are
// the store's.
package operation
