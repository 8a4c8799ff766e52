import { html } from '../ui.js'
import { Icon } from '../icons.js'
import { formatNumber } from '../format.js'

// rangeText says which part of the whole is shown: 21–40 de 1.234.
export function rangeText({ pagina_atual, total, clientes }, porPagina = 20) {
  const first = (pagina_atual - 1) * porPagina + 1
  return `${formatNumber(first)}–${formatNumber(first + clientes.length - 1)} de ${formatNumber(total)}`
}

export function Pager({ data, onPage }) {
  const { pagina_atual: here, paginas } = data
  const step = (name, label, target, off) => html`<button type="button" class="icon-button" title=${label} aria-label=${label}
    disabled=${off} onClick=${() => onPage(target)}><${Icon} name=${name} /></button>`
  return html`<div class="pager">
    <span class="num range">${rangeText(data)}</span>
    ${paginas > 1 && html`<nav aria-label="Páginas">
      ${step('first', 'Primeira página', 1, here <= 1)}
      ${step('chevronLeft', 'Página anterior', here - 1, here <= 1)}
      <span class="num">${formatNumber(here)} / ${formatNumber(paginas)}</span>
      ${step('chevronRight', 'Próxima página', here + 1, here >= paginas)}
      ${step('last', 'Última página', paginas, here >= paginas)}
    </nav>`}
  </div>`
}
