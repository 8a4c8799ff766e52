// Package setup is about taking a database of the Flask system over and giving it back:
// what preparing one would do and cost, what removing monitor from one would take away, and
// the removal itself.
//
// It stands alone because it works on a database that no store serves: there are no roles,
// no chain and no cache yet, or no longer. It is handed an open database, and for a removal
// the row that says goodbye. Who may ask for it, and preparing itself, are the store's.
package setup
