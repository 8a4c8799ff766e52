import { html, useEffect, useLayoutEffect, useRef } from '../ui.js'
import { Icon } from '../icons.js'
import { formatNumber } from '../format.js'

// rangeText says which part of the whole is shown: 21–40 de 1.234.
export function rangeText({ pagina_atual: pagina, total }, shown, pageSize) {
  const first = (pagina - 1) * pageSize + 1
  return `${formatNumber(first)}–${formatNumber(first + shown - 1)} de ${formatNumber(total)}`
}

// Steps are the buttons of a pager. One that leads nowhere any more hands the focus to
// the nearest that does, so that it is not lost.
function Steps({ children }) {
  const nav = useRef()
  useLayoutEffect(() => {
    const all = [...nav.current.querySelectorAll('button')]
    const here = all.indexOf(document.activeElement)
    if (!all[here]?.disabled) return
    const far = (step) => Math.abs(all.indexOf(step) - here)
    const next = all.filter((step) => !step.disabled).sort((a, b) => far(a) - far(b))
    next[0]?.focus({ preventScroll: true })
  })
  return html`<nav ref=${nav} aria-label="Partes da lista">${children}</nav>`
}

// turner makes what a step does: go there, and to the top of it. A key (which has no
// detail) leaves the step in sight, which keeps the focus and may be pressed again.
const turner = (go) => (to) => (e) => {
  go(to)
  if (e.detail) scrollTo({ top: 0 })
}

function Step({ name, label, off, onClick }) {
  return html`<button type="button" class="icon-button" title=${label} aria-label=${label} disabled=${off} onClick=${onClick}><${Icon} name=${name} /></button>`
}

// Pager is for lists with numbered pages; data is the answer of the API.
export function Pager({ data, shown, pageSize, onPage }) {
  const { pagina_atual: here, paginas } = data
  const turn = turner(onPage)
  return html`<div class="pager">
    <span class="num range">${rangeText(data, shown, pageSize)}</span>
    ${paginas > 1 && html`<${Steps}>
      <${Step} name="first" label="Primeira página" off=${here <= 1} onClick=${turn(1)} />
      <${Step} name="chevronLeft" label="Página anterior" off=${here <= 1} onClick=${turn(here - 1)} />
      <span class="num">${formatNumber(here)} / ${formatNumber(paginas)}</span>
      <${Step} name="chevronRight" label="Próxima página" off=${here >= paginas} onClick=${turn(here + 1)} />
      <${Step} name="last" label="Última página" off=${here >= paginas} onClick=${turn(paginas)} />
    <//>`}
  </div>`
}

// CursorPager is for lists that are too long to number: newer and older.
export function CursorPager({ data, text, onCursor }) {
  const turn = turner(onCursor)
  const { anterior_cursor: newer, proximo_cursor: older } = data
  return html`<div class="pager"><span class="num range">${text}</span>
    ${(newer || older) && html`<${Steps}>
      <${Step} name="first" label="Mais recentes" off=${!newer} onClick=${turn('')} />
      <${Step} name="chevronLeft" label="Parte anterior" off=${!newer} onClick=${turn(newer)} />
      <${Step} name="chevronRight" label="Próxima parte" off=${!older} onClick=${turn(older)} />
    <//>`}
  </div>`
}

// useLastPage goes to the last page when a link names one that is no more.
export function useLastPage({ data, loading }, rows, go) {
  useEffect(() => {
    if (!loading && data?.total > 0 && data.paginas > 0 && rows && !rows.length) go({ pagina: data.paginas }, { replace: true })
  }, [data, loading])
}
