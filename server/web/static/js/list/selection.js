import { html, useEffect, useState } from '../ui.js'
import { Icon } from '../icons.js'
import { formatNumber } from '../format.js'

// useSelection keeps chosen records by id over pages; it is emptied when key (the
// filters) changes. name(row) is for screen readers. whole says that all is chosen that the
// filters find, also what is on no page yet; choosing single records ends that.
export function useSelection(key, name) {
  const [chosen, setChosen] = useState(new Map())
  const [whole, setWhole] = useState(false)
  const clear = () => {
    setWhole(false)
    setChosen((c) => (c.size ? new Map() : c))
  }
  useEffect(clear, [key])
  const set = (rows, on) => {
    setWhole(false)
    setChosen((before) => {
      const after = new Map(before)
      for (const r of rows) {
        if (on) after.set(r.id, r)
        else after.delete(r.id)
      }
      return after
    })
  }
  return { name, set, whole, setWhole, has: (r) => whole || chosen.has(r.id), rows: [...chosen.values()], clear }
}

const countChosen = (n) => (n === 1 ? 'o escolhido' : `os ${formatNumber(n)} escolhidos`)

// SelectionBar stands over the list while something is chosen; children are what
// can be done with it. total is how many the filters find.
export function SelectionBar({ selection, rows, total, children }) {
  const { whole } = selection
  const n = whole ? total : selection.rows.length
  if (!n) return null
  const all = rows?.every((r) => selection.has(r))
  const more = whole || (all && total > selection.rows.length)
  return html`<div class="selection" role="region" aria-label="Seleção">
    <strong role="status">${n === 1 ? '1 selecionado' : `${formatNumber(n)} selecionados`}</strong>
    ${!all && html`<button type="button" class="button plain only-cards" onClick=${() => selection.set(rows, true)}>Todos desta página</button>`}
    ${more && html`<button type="button" class="button plain" onClick=${() => selection.setWhole(!whole)}>${whole ? `Só ${countChosen(selection.rows.length)}` : `Selecionar os ${formatNumber(total)}`}</button>`}
    <span class="grow"></span>
    ${children}
    <button type="button" class="button plain" onClick=${selection.clear}><${Icon} name="close" size=${15} />Limpar seleção</button>
  </div>`
}
