import { html } from './ui.js'
import { formatDesde, formatDia, formatHora } from './format.js'

// Time shows an instant in the person's own zone; since writes how long ago it was
// and keeps the moment for the pointer.
export function Time({ at, since }) {
  const moment = formatHora(at)
  if (!moment) return null
  return html`<time class="num" datetime=${at} title=${since ? moment : undefined}>${since ? formatDesde(at) : moment}</time>`
}

// Day shows only the day of an instant, and keeps the moment for the pointer.
export function Day({ at }) {
  return html`<time class="num" datetime=${at} title=${formatHora(at)}>${formatDia(at)}</time>`
}
