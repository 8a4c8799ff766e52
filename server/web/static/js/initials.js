import { html } from './ui.js'
import { initialsOf } from './format.js'

// Initials is a picture of a name. The letters are drawn by the style sheet, so
// that neither search in the page nor screen readers meet them.
export function Initials({ nome, size = '' }) {
  return html`<span class=${`initials ${size}`} data-letters=${initialsOf(nome)} aria-hidden="true"></span>`
}
