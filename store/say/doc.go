// Package say puts numbers, sizes and codes into the words that people read, once for
// every door: the console, the command line and the pages say the same of one thing.
// It knows nothing but the standard library; the store's own sentences use it, too.
//
// Bytes is decimal (1 MB is 1,000,000 bytes), as discs and networks are sold; the
// console's connections still count in KiB. Names of the trail's actions are here,
// too (see Actions): the console asks for them, and the pages' actions.js is written
// from them.
package say
