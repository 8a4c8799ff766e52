// Masks help while typing and never take anything away: what does not fit a
// pattern (a foreign telephone, an extra digit) stays as the person wrote it.

// place fills a pattern ('#' takes the next sign) and stops at the last sign,
// so that a trailing separator never blocks the backspace key.
function place(signs, pattern) {
  let out = ''
  let i = 0
  for (const p of pattern) {
    if (i === signs.length) break
    out += p === '#' ? signs[i++] : p
  }
  return out
}

export function maskCEP(text) {
  const signs = text.replace(/[\s.-]/g, '')
  return /^\d{1,8}$/.test(signs) ? place(signs, '#####-###') : text
}

export function maskTelefone(text) {
  const signs = text.replace(/[\s().-]/g, '')
  // 0800 and numbers with a country code have habits of their own.
  if (!/^[1-9]\d{0,10}$/.test(signs)) return text
  if (signs.length <= 2) return signs
  return place(signs, signs.length > 10 ? '(##) #####-####' : '(##) ####-####')
}

// maskDocumento knows CPF, CNPJ and the CNPJ with letters, which become capitals
// once it is whole: before that it may still turn out to be something else.
export function maskDocumento(text) {
  const signs = text.replace(/[\s./-]/g, '')
  if (/^\d{1,11}$/.test(signs)) return place(signs, '###.###.###-##')
  if (/^[0-9a-z]{1,12}\d{0,2}$/i.test(signs)) return place(signs.length === 14 ? signs.toUpperCase() : signs, '##.###.###/####-##')
  return text
}

const isSign = (c) => /[\p{L}\p{N}+]/u.test(c)

// applyMask rewrites an input after a key and leaves the caret behind the same
// sign as before. Deleting in the middle therefore works as in a plain field.
export function applyMask(input, mask) {
  const before = input.value
  const after = mask(before)
  if (after === before) return
  const caret = input.selectionStart ?? before.length
  const signs = [...before.slice(0, caret)].filter(isSign).length
  input.value = after
  const position = caret === before.length ? after.length : behindSign(after, signs)
  input.setSelectionRange(position, position)
}

function behindSign(text, signs) {
  for (let i = 0, seen = 0; i < text.length; i++) {
    if (seen === signs) return i
    if (isSign(text[i])) seen++
  }
  return text.length
}
