import { html } from './ui.js'
import { useData } from './data.js'
import { formatNumber } from './format.js'
import { useLive } from './live.js'

// Stats are the numbers of the system in real time, for whoever may see them.
// shown lists [key of GET /estatisticas, name, of (key of the whole)].
export function Stats({ shown, children }) {
  const { data, reload } = useData('/api/db/estatisticas')
  useLive(['estatisticas'], () => reload(true))
  const s = data?.estatisticas
  return html`<dl class="stats" aria-label="Números de agora">
    ${shown.map(([key, name, whole]) => html`<div key=${key} class="stat"><dt>${name}</dt>
      <dd><strong class="num">${s ? formatNumber(s[key] ?? 0) : '–'}</strong>${whole && s && html` <span class="quiet num">de ${formatNumber(s[whole])}</span>`}</dd></div>`)}
    ${children}</dl>`
}
