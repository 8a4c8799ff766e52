// Package summary tells in numbers what a database holds and what happened in it: the
// totals, a summary since a moment for somebody who begins the day, and a series of hours
// or days. It also writes the few rows that only it reads: how many devices were online.
//
// It stands alone because it needs no more than statements, a moment and a zone, and
// knows neither actors nor transactions. Whether somebody may see the details is said by the
// caller. Each number is counted over an index, or over a counter that triggers keep.
package summary
