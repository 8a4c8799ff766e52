import { html } from '../ui.js'
import { levelName } from '../trail.js'

// Level is how grave a row of the trail is.
export function Level({ nivel }) {
  const kind = { info: 'calm', warning: 'warn', error: 'bad', critical: 'bad' }[nivel] ?? ''
  return html`<span class=${`badge ${kind}`}>${levelName(nivel)}</span>`
}
