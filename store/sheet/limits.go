package sheet

// Bounds of what a file may make us hold or do. A workbook of Excel ends at 1,048,576 rows.
const (
	maxColumns = 1024      // of a table
	maxToken   = 1 << 20   // bytes of one piece of XML, of a line of CSV, of an object of JSON
	maxRows    = 1_048_576 // of a workbook
	maxPart    = 2 << 30   // bytes of a part of a workbook, unpacked
	maxSmall   = 16 << 20  // the same of parts that are held: styles, list of sheets
	maxParts   = 10_000    // files in a workbook
	maxMerged  = 100_000   // merged areas
	maxHeld    = 8 << 20   // bytes of rows that are held to find the titles
	heldRows   = 100       // rows that are held for it
	heldItems  = 1000      // objects of JSON that are held for it
	titleRows  = 50        // rows among which the titles are
	maxQuotes  = 100       // quotes that nothing closes, in a CSV file
	inMemory   = 32 << 20  // bytes of a workbook's texts; what is beyond lies in a file
	maxTexts   = 16 << 20  // texts of a workbook
)
