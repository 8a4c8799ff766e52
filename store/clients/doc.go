// Package clients says which clients a list shows: the filter and its orders, the selection that
// the engine reads, and the search in SQLite's index. Where a text is found is package fold's,
// how a list is read by windows package list's.
//
// It stands alone because it only reads; who may see a list is the store's.
package clients
