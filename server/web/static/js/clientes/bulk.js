// What is done to many clients at once, one request for each.
import { html, useEffect, useId, useRef, useState } from '../ui.js'
import { Bulk } from '../bulk.js'
import { download, toCSV } from '../csv.js'
import { Dialog, DialogHead, Notice } from '../dialog.js'
import { formatNumber } from '../format.js'
import { csvColumns } from './columns.js'
import { deactivate, everyone, reactivate } from './data.js'

const name = (c) => c.nome
const count = (n) => (n === 1 ? '1 cliente' : `${formatNumber(n)} clientes`)

// Toggle activates or deactivates the given clients; onDone gets those that worked.
export function Toggle({ rows, ativo, sure, onDone, onClose }) {
  if (ativo) {
    return html`<${Bulk} title=${`Ativar ${count(rows.length)}`} rows=${rows} name=${name} run=${(c) => reactivate(c.id)} doing="Ativando" onDone=${onDone} onClose=${onClose} />`
  }
  return html`<${Bulk} title=${`Desativar ${count(rows.length)}?`} rows=${rows} name=${name} run=${(c) => deactivate(c.id)} action="Desativar" doing="Desativando" danger
    sure=${sure && 'Estas pessoas deixam de entrar e as sessões abertas delas terminam agora. Os cadastros continuam aqui.'} onDone=${onDone} onClose=${onClose} />`
}

// Export writes what is chosen or, without a choice, everything that the route asks for.
export function Export({ rows, route, onDone, onClose }) {
  const label = useId()
  const [state, setState] = useState({ n: 0 })
  const control = useRef(new AbortController())
  useEffect(() => {
    exportAll(rows, route, control.current.signal, (n, total) => setState({ n, total })).then(onDone, (error) => control.current.signal.aborted || setState({ error }))
    return () => control.current.abort()
  }, [])
  return html`<${Dialog} kind="small" label=${label} sturdy onClose=${onClose}>
    <${DialogHead} onClose=${onClose}><h2 id=${label}>Exportar clientes</h2><//>
    <div class="dialog-body stack"><${Notice} error=${state.error?.message} />
      ${!state.error && html`<progress max=${state.total ?? 1} value=${state.n} aria-label="Exportando"></progress>
        <p role="status">${state.total ? `${formatNumber(state.n)} de ${formatNumber(state.total)}` : 'Começando…'}</p>`}</div>
    <div class="dialog-foot"><button type="button" class="button" autofocus onClick=${onClose}>${state.error ? 'Fechar' : 'Parar'}</button></div>
  <//>`
}

async function exportAll(rows, route, signal, onPart) {
  const all = rows.length ? rows : await everyone(route, signal, onPart)
  signal.throwIfAborted()
  download(`clientes-${new Date().toLocaleDateString('sv-SE')}.csv`, toCSV(csvColumns, all))
  return all.length
}
