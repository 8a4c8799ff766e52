import { html } from '../ui.js'
import { Icon } from '../icons.js'

// A column is { key, name, cell(row), text(row), kind, sort, downFirst }: key is
// also the class "c-key" for its width; cell gives what is shown, nothing for an
// empty one; text is its full length for the pointer, where cell is no string. The
// first column carries the link of the row, with before(row) and under(row) around
// it. sort is the value of the address field "ordem" ("nome"; "-nome" is downwards).

// The roles are spelled out because cards on a phone are made by CSS display,
// which makes browsers forget that this is a table.
function Frame({ label, columns, stale, busy, ordem, onSort, selection, rows, children }) {
  return html`<table class=${`grid ${stale ? 'stale' : ''}`} role="table" aria-label=${label} aria-busy=${busy ? 'true' : 'false'}>
    <thead role="rowgroup"><tr role="row">
      ${selection && html`<th role="columnheader" scope="col" class="c-check"><${CheckAll} selection=${selection} rows=${rows} /></th>`}
      ${columns.map((c) => html`<${Head} key=${c.key} column=${c} ordem=${ordem} onSort=${onSort} />`)}
      <th role="columnheader" scope="col" class="c-acao"><span class="sr">Ações</span></th>
    </tr></thead>
    <tbody role="rowgroup">${children}</tbody>
  </table>`
}

function Head({ column, ordem, onSort }) {
  const up = ordem === column.sort
  const down = ordem === `-${column.sort}`
  const aria = up ? 'ascending' : down ? 'descending' : undefined
  return html`<th role="columnheader" scope="col" class=${`c-${column.key}`} aria-sort=${column.sort && onSort ? aria : undefined}>
    ${column.sort && onSort
      ? html`<button type="button" class="sort" onClick=${() => onSort(nextOrder(column, up, down))}>${column.name}<${Icon} name=${up ? 'sortUp' : down ? 'sortDown' : 'sort'} size=${14} /></button>`
      : column.name}</th>`
}

// nextOrder goes up, down and back to the usual order.
function nextOrder({ sort, downFirst }, up, down) {
  if (downFirst) return down ? sort : up ? '' : `-${sort}`
  return up ? `-${sort}` : down ? '' : sort
}

function CheckAll({ selection, rows }) {
  const chosen = rows.filter((r) => selection.has(r)).length
  return html`<label class="check"><input type="checkbox" aria-label="Selecionar todos desta página" checked=${chosen > 0 && chosen === rows.length}
    ref=${(e) => { if (e) e.indeterminate = chosen > 0 && chosen < rows.length }}
    onChange=${(e) => selection.set(rows, e.currentTarget.checked)} /></label>`
}

// Table shows rows, each with a true link (href(row)), so that a new tab, the
// keyboard and screen readers work as everywhere. A click anywhere in the row is
// onOpen(row). actions(row) stand at its end. Without href rows do not open.
export function Table({ label, columns, rows, stale, ordem, onSort, selection, href, onOpen, actions, rowClass }) {
  return html`<${Frame} label=${label} columns=${columns} stale=${stale} busy=${stale} ordem=${ordem} onSort=${onSort} selection=${selection} rows=${rows}>
    ${rows.map((row) => html`<${Row} key=${row.id} row=${row} columns=${columns} selection=${selection} href=${href} onOpen=${onOpen}
      actions=${actions} kind=${rowClass?.(row) ?? ''} />`)}
  <//>`
}

function Row({ row, columns, selection, href, onOpen, actions, kind }) {
  const open = (e) => {
    if (e.ctrlKey || e.metaKey || e.shiftKey || e.button > 0 || e.target.closest('button, label, a:not(.row-link)')) return
    if (String(getSelection())) return
    e.preventDefault()
    onOpen(row)
  }
  const chosen = selection?.has(row)
  return html`<tr role="row" class=${`${kind} ${onOpen ? 'opens' : ''} ${chosen ? 'chosen' : ''}`} data-id=${row.id} onClick=${onOpen && open}>
    ${selection && html`<td role="cell" class="c-check"><label class="check"><input type="checkbox" checked=${chosen}
      aria-label=${`Selecionar ${selection.name(row)}`} onChange=${(e) => selection.set([row], e.currentTarget.checked)} /></label></td>`}
    ${columns.map((c, i) => html`<${Cell} key=${c.key} column=${c} row=${row} first=${i === 0} href=${href} />`)}
    <td role="cell" class="c-acao">${actions?.(row)}</td>
  </tr>`
}

function Cell({ column, row, first, href }) {
  const shown = column.cell(row)
  const empty = shown === '' || shown === null || shown === undefined || shown === false
  const title = column.text?.(row) ?? (typeof shown === 'string' ? shown : undefined)
  if (first) {
    return html`<td role="cell" class=${`c-${column.key} first`}><div class="lead">${column.before?.(row)}
      <div>${href ? html`<a class="row-link ellipsis" href=${href(row)} title=${title}>${shown || '(sem nome)'}</a>`
        : html`<span class="row-link ellipsis" title=${title}>${shown || '(sem nome)'}</span>`}
        ${column.under && html`<small class="ellipsis" title=${column.under(row)}>${column.under(row)}</small>`}</div></div></td>`
  }
  return html`<td role="cell" class=${`c-${column.key} ${column.kind ?? ''} ${empty ? 'empty' : ''}`} data-label=${column.name}>
    <div class="ellipsis" title=${title || undefined}>${empty ? html`<span class="quiet">—</span>` : shown}</div></td>`
}

// Skeleton has the shape of the table that is on its way.
export function Skeleton({ label, columns, selection }) {
  return html`<${Frame} label=${label} columns=${columns} busy selection=${selection} rows=${[]}>
    ${Array.from({ length: 8 }, (_, i) => html`<tr role="row" class="skeleton" key=${i} aria-hidden="true">
      ${selection && html`<td class="c-check"></td>`}
      ${columns.map(({ key }, j) => html`<td class=${`c-${key} ${j ? '' : 'first'}`}><span class=${`bone w${1 + ((i + j * 2) % 4)}`}></span></td>`)}
      <td class="c-acao"></td></tr>`)}
  <//>`
}

// RowButton is a small action at the end of a row.
export function RowButton({ icon, label, title, onClick, kind = '' }) {
  return html`<button type="button" class=${`icon-button ${kind}`} aria-label=${label} title=${title ?? label} onClick=${onClick}><${Icon} name=${icon} size=${16} /></button>`
}

// moveRow moves the focus between rows: by step, or to an end with Infinity.
export function moveRow(step) {
  const links = [...document.querySelectorAll('.grid a.row-link')]
  if (!links.length) return false
  const here = links.findIndex((a) => a.closest('tr').contains(document.activeElement))
  const wanted = here < 0 && Number.isFinite(step) ? (step > 0 ? 0 : links.length - 1) : here + step
  links[Math.min(Math.max(wanted, 0), links.length - 1)].focus()
  return true
}
