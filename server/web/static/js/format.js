// How values look to people. Nothing here changes what is stored.

const twoDigits = (n) => String(n).padStart(2, '0')

// formatHora shows an RFC 3339 instant in the browser's zone as 23/11/2026 14:05.
export function formatHora(text) {
  const t = text ? new Date(text) : null
  if (!t || Number.isNaN(t.getTime())) return ''
  return `${twoDigits(t.getDate())}/${twoDigits(t.getMonth() + 1)}/${t.getFullYear()} ${twoDigits(t.getHours())}:${twoDigits(t.getMinutes())}`
}

// formatDia shows the local day of an instant.
export const formatDia = (text) => formatHora(text).slice(0, 10)

const spans = [[60, 'minute'], [24, 'hour'], [30, 'day'], [12, 'month'], [Infinity, 'year']]
const relative = new Intl.RelativeTimeFormat('pt-BR', { numeric: 'auto' })

// formatDesde says how long ago an instant was: "há 3 minutos", "ontem".
export function formatDesde(text, now = Date.now()) {
  const t = text ? new Date(text).getTime() : NaN
  if (Number.isNaN(t)) return ''
  let n = (t - now) / 60_000
  if (Math.abs(n) < 1) return 'agora'
  for (const [limit, unit] of spans) {
    if (Math.abs(n) < limit) return relative.format(Math.trunc(n), unit)
    n /= limit
  }
  return ''
}

const units = ['bytes', 'KB', 'MB', 'GB', 'TB']

// formatBytes says what store/say does: decimal prefixes, as discs and networks are sold.
export function formatBytes(n) {
  if (typeof n !== 'number') return ''
  let unit = 0
  for (; Math.round(n) >= 1000 && unit < units.length - 1; unit++) n /= 1000
  const digits = unit === 0 || n >= 100 ? 0 : 1
  const scale = 10 ** digits
  return `${(Math.round(n * scale) / scale).toFixed(digits).replace('.', ',')} ${units[unit]}`
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
