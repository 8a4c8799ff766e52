// Package sheet reads and writes the files of rows that offices send and open: Excel
// workbooks (XLSX), CSV and lines of JSON. It knows nothing of clients: it says what stands in
// which cell, and what a cell means to one who knows the column (see Cell).
//
// Open finds out by itself what a file is: format, encoding, separator, date system, the line
// with the titles. A file that it does not read is told in one sentence that says how to save
// it. What comes from outside may be hostile: of a file only one row, the rows before the first
// data and the table of texts of a workbook are held, each within a bound (see limits.go), and
// nothing is unpacked to a name that the file gives. Texts beyond a bound lie in a temporary
// file without a name of the sender's.
//
// Rules of reading:
//   - Titles are in the first row of at least two texts that looks like no record and that data
//     follow; what is above is a title page. Two equal titles become "Telefone" and
//     "Telefone (2)"; a column of data without a title is "Coluna D".
//   - Hidden rows and columns are read: a filter hides records, it does not delete them. Hidden
//     sheets are read only when they are asked for by name.
//   - A cell that was merged downwards is in each of its rows, as people see it.
//   - Row.Line is the number that a spreadsheet shows beside the row, also for CSV, where a cell
//     with line breaks makes lines of the file and rows differ; for JSON it is the line.
//   - A row that cannot be read, but whose successors can, is a LineError, and Next goes on.
//
// Our own XML reader and writer stand here in place of a library, because a streamed cell must
// have its kind and style (number, date, error), and because a download begins with its first
// row; the tests compare both with excelize and, where it is there, LibreOffice.
package sheet
