import { html, useEffect, useId, useRef, useState } from './ui.js'
import { Dialog, DialogHead } from './dialog.js'
import { formatNumber } from './format.js'

const AT_ONCE = 4

// Bulk does one thing to many records, a few at a time, and tells of each that
// failed. run(row) may throw ApiError; onDone gets the rows that worked. Stopping
// waits for the few that are on their way, so that what is told is what happened.
// With a sure text it asks first.
export function Bulk({ title, rows, name, run, action, doing, danger, sure, onDone, onClose }) {
  const label = useId()
  const [going, setGoing] = useState(!sure)
  const [stopping, setStopping] = useState(false)
  const [state, setState] = useState({ done: [], failed: [], over: false })
  const control = useRef(new AbortController())
  useEffect(() => {
    if (going) work(rows, run, control.current.signal, setState)
  }, [going])
  const { done, failed, over } = state
  useEffect(() => { if (over && (stopping || !failed.length)) finish() }, [over])
  useEffect(() => () => control.current.abort(), [])

  const finish = () => {
    onDone(done)
    onClose()
  }
  const close = (why) => {
    control.current.abort()
    if (!going) return onClose()
    return over || why === 'forced' ? finish() : setStopping(true)
  }
  const n = done.length + failed.length
  return html`<${Dialog} kind="small" label=${label} sturdy onClose=${close}>
    <${DialogHead} onClose=${close}><h2 id=${label}>${title}</h2><//>
    <div class="dialog-body stack">
      ${!going && html`<p>${sure}</p>`}
      ${going && html`<progress max=${rows.length} value=${n} aria-label=${doing}></progress>
        <p role="status">${over ? summary(done.length, rows.length, failed.length) : `${stopping ? 'Parando' : doing}… ${formatNumber(n)} de ${formatNumber(rows.length)}`}</p>`}
      ${failed.length > 0 && html`<ul class="failures" aria-label="O que falhou">${failed.map(({ row, error }) => html`<li key=${row.id}><strong>${name(row)}</strong> ${error.message}</li>`)}</ul>`}
    </div>
    <div class="dialog-foot">
      ${!going && html`<button type="button" class="button" autofocus onClick=${() => onClose()}>Cancelar</button>
        <button type="button" class=${`button ${danger ? 'danger' : 'primary'}`} onClick=${() => setGoing(true)}>${action}</button>`}
      ${going && html`<button type="button" class="button" autofocus onClick=${() => close()}>${over ? 'Fechar' : 'Parar'}</button>`}
    </div>
  <//>`
}

function summary(done, all, failed) {
  return failed ? `${formatNumber(done)} de ${formatNumber(all)} concluídos; ${formatNumber(failed)} com erro.` : 'Concluído.'
}

async function work(rows, run, signal, setState) {
  const left = [...rows]
  const one = async () => {
    for (let row = left.shift(); row && !signal.aborted; row = left.shift()) {
      const now = row
      try {
        await run(now)
        setState((s) => ({ ...s, done: [...s.done, now] }))
      } catch (error) {
        setState((s) => ({ ...s, failed: [...s.failed, { row: now, error }] }))
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
  setState((s) => ({ ...s, over: true }))
}
