import { html } from './ui.js'

// Presence says whether a device gave a sign of life lately.
export function Presence({ online, text }) {
  const word = online ? 'Online' : 'Offline'
  return html`<span class=${`presence ${online ? 'on' : ''}`} title=${word}><span class="dot" aria-hidden="true"></span>${text ? word : html`<span class="sr">${word}</span>`}</span>`
}
