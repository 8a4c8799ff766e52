// How values look to people. Nothing here changes what is stored.

const twoDigits = (n) => String(n).padStart(2, '0')

// formatHora shows an RFC 3339 instant in the browser's zone as 23/11/2026 14:05.
export function formatHora(text) {
  const t = text ? new Date(text) : null
  if (!t || Number.isNaN(t.getTime())) return ''
  return `${twoDigits(t.getDate())}/${twoDigits(t.getMonth() + 1)}/${t.getFullYear()} ${twoDigits(t.getHours())}:${twoDigits(t.getMinutes())}`
}

const numbers = new Intl.NumberFormat('pt-BR')
export const formatNumber = (n) => numbers.format(n)

export const cityOf = (c) => [c.cidade, c.estado].filter(Boolean).join(' / ')

// initialsOf takes the first letters of the first and last word.
export function initialsOf(nome) {
  const words = (nome ?? '').match(/[\p{L}\p{N}]\S*/gu) ?? []
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words
  return ends.map((w) => [...w.normalize('NFC')][0].toLocaleUpperCase('pt-BR')).join('') || '·'
}

const nivelNames = { admin: 'Administrador', moderador: 'Moderador', usuario: 'Usuário' }
export const nivelName = (nivel) => nivelNames[nivel] ?? nivel ?? ''
