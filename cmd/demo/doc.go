// Package demo fills a store with invented people, machines and talk, for whoever
// only wants to look, and keeps it alive. It writes through the same operations as
// everybody else and is handed an open store: opening one in a temporary folder and
// removing it again is the caller's.
//
// The people are always the same ones (see Cliente), so that pictures of the program
// differ only where it changed.
package demo
