import { html } from '../ui.js'
import { Icon } from '../icons.js'
import { formatNumber } from '../format.js'
import { EmptyFiltered, Failed, State } from './states.js'
import { Skeleton } from './table.js'

// PageHead is the title of a page with what can be done there.
export function PageHead({ title, note, children }) {
  return html`<div class="page-head"><div><h1>${title}</h1>${note && html`<p class="quiet">${note}</p>`}</div>${children}</div>`
}

// NewButton also says which key does the same; on a phone it floats.
export function NewButton({ text, onClick }) {
  return html`<button type="button" class="button primary new-button" aria-keyshortcuts="n" onClick=${onClick}>
    <${Icon} name="plus" size=${16} />${text}<kbd aria-hidden="true">N</kbd></button>`
}

// ListPanel shows a list in whatever state it is. list comes from useData, rows are
// the records in it (undefined before the first answer). noun is ['cliente',
// 'clientes', 'os clientes', 'Nenhum cliente']. empty is the State of a table that
// holds nothing at all; children are the table and its pager.
export function ListPanel({ list, rows, columns, selection, noun, route, r, go, total, icon = 'people', empty, filteredText, children }) {
  const { error, slow, data } = list
  const full = rows?.length > 0 && !error
  return html`<p class="sr" role="status">${error || list.loading || !rows ? '' : countText(total ?? rows.length, noun)}</p>
    <section class=${`panel ${full ? 'has-rows' : ''}`} aria-label=${`Lista: ${noun[1]}`}>
      ${slow && data && html`<div class="progress"></div>`}
      ${error ? html`<${Failed} error=${error} what=${noun[2]} onRetry=${() => list.reload()} />`
        : !rows ? (slow ? html`<${Skeleton} label=${noun[1]} columns=${columns} selection=${selection} />` : html`<div class="state"></div>`)
          : full ? children
            : r.narrowed(route) ? html`<${EmptyFiltered} busca=${route.busca} nothing=${`${noun[3]} com estes filtros`} onClear=${() => go(r.cleared())}>${filteredText}<//>`
              : empty ?? html`<${State} icon=${icon} title=${`${noun[3]} ainda`}><//>`}
    </section>`
}

function countText(total, noun) {
  if (total === 0) return `${noun[3]} na lista`
  return total === 1 ? `1 ${noun[0]} na lista` : `${formatNumber(total)} ${noun[1]} na lista`
}
