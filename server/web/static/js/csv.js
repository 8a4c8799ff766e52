// toCSV writes what a Brazilian spreadsheet program opens: semicolons, a mark that
// says UTF-8, and no text that it would take for a formula.
export function toCSV(columns, rows) {
  const lines = [columns.map(([name]) => name), ...rows.map((row) => columns.map(([, value]) => value(row)))]
  return `\ufeff${lines.map((cells) => cells.map(cell).join(';')).join('\r\n')}\r\n`
}

// formula is what a spreadsheet would run: store/sheet/safe_cell.go has the same rule.
const formula = /^[\s\p{Cc}\p{Cf}]*[=+\-@|＝＋－＠﹦﹢﹣﹫\t\r]/u

function cell(value) {
  const text = String(value ?? '')
  const inert = formula.test(text) ? `'${text}` : text
  return /[";\r\n]|^\s|\s$/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}

// download hands a text to the browser as a file.
export function download(name, text, type = 'text/csv;charset=utf-8') {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const a = document.createElement('a')
  a.href = url
  a.download = name
  a.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
