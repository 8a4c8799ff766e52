import { html, useEffect, useState } from '../ui.js'
import { Icon } from '../icons.js'
import { formatNumber } from '../format.js'

// useSelection keeps chosen records by id over pages; it is emptied when key (the
// filters) changes. name(row) is for screen readers.
export function useSelection(key, name) {
  const [chosen, setChosen] = useState(new Map())
  useEffect(() => setChosen((c) => (c.size ? new Map() : c)), [key])
  const set = (rows, on) => setChosen((before) => {
    const after = new Map(before)
    for (const r of rows) {
      if (on) after.set(r.id, r)
      else after.delete(r.id)
    }
    return after
  })
  return { name, set, has: (r) => chosen.has(r.id), rows: [...chosen.values()], clear: () => setChosen(new Map()) }
}

// SelectionBar stands over the list while something is chosen; children are what
// can be done with it.
export function SelectionBar({ selection, rows, children }) {
  const n = selection.rows.length
  if (!n) return null
  const all = rows?.every((r) => selection.has(r))
  return html`<div class="selection" role="region" aria-label="Seleção">
    <strong role="status">${n === 1 ? '1 selecionado' : `${formatNumber(n)} selecionados`}</strong>
    ${!all && html`<button type="button" class="button plain only-cards" onClick=${() => selection.set(rows, true)}>Todos desta página</button>`}
    <span class="grow"></span>
    ${children}
    <button type="button" class="button plain" onClick=${selection.clear}><${Icon} name="close" size=${15} />Limpar seleção</button>
  </div>`
}
