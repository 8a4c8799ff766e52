import { html } from './ui.js'

// Facts is a titled list of what is known: rows are [name, value]. It leaves out
// what is not known, and itself when nothing is.
export function Facts({ title, rows }) {
  const known = rows.filter(([, value]) => value)
  if (!known.length) return null
  return html`<section class="facts"><h3>${title}</h3>
    <dl>${known.map(([name, value]) => html`<div key=${name}><dt class=${name ? '' : 'sr'}>${name || title}</dt><dd>${value}</dd></div>`)}</dl></section>`
}

// extraRows are the rows of a free object.
export const extraRows = (extras) => Object.entries(extras ?? {}).map(([k, v]) => [k, typeof v === 'string' ? v : JSON.stringify(v)])

// Bones stand for text that is on its way.
export function Bones() {
  return html`<div class="stack" aria-hidden="true">${[3, 2, 4, 1, 3, 2].map((w, i) => html`<span key=${i} class=${`bone w${w}`}></span>`)}</div>`
}
