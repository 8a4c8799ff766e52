import { html, useId, useLayoutEffect, useRef } from './ui.js'
import { Icon } from './icons.js'

// Dialog is a modal <dialog>: the browser traps the focus, makes the page inert
// and gives the focus back. onClose is called for Esc, the × and, unless form
// work could be lost by it (sturdy), a click beside it.
export function Dialog({ kind = '', label, onClose, sturdy, children }) {
  const ref = useRef()
  const close = useRef(onClose)
  close.current = onClose

  // A layout effect, so that no key can come between showing and listening.
  useLayoutEffect(() => {
    const dialog = ref.current
    const onCancel = (e) => {
      // What cannot be prevented (a second Esc) is followed by a close event.
      if (e.target !== dialog || !e.cancelable) return
      e.preventDefault()
      close.current()
    }
    const onClosed = (e) => e.target === dialog && close.current('forced')
    dialog.addEventListener('cancel', onCancel)
    dialog.addEventListener('close', onClosed)
    dialog.showModal()
    return () => {
      dialog.removeEventListener('cancel', onCancel)
      dialog.removeEventListener('close', onClosed)
      dialog.close()
    }
  }, [])

  const onPointerDown = (e) => { if (!sturdy && e.target === ref.current) onClose() }
  return html`<dialog ref=${ref} class=${kind} aria-labelledby=${label} onPointerDown=${onPointerDown}>${children}</dialog>`
}

// DialogHead is the title line with the ×.
export function DialogHead({ onClose, children }) {
  return html`<div class="dialog-head"><div>${children}</div>
    <button type="button" class="icon-button" aria-label="Fechar" title="Fechar (Esc)" onClick=${() => onClose()}><${Icon} name="close" /></button></div>`
}

// Confirm asks before something happens; onConfirm may throw, and its error is
// the caller's to show through error.
export function Confirm({ title, children, action, danger, busy, error, onConfirm, onClose }) {
  const label = useId()
  return html`<${Dialog} kind="small" label=${label} onClose=${onClose}>
    <${DialogHead} onClose=${onClose}><h2 id=${label}>${title}</h2><//>
    <div class="dialog-body stack">
      <${Notice} error=${error} />
      ${children}
    </div>
    <div class="dialog-foot">
      <button type="button" class="button" autofocus onClick=${() => onClose()}>Cancelar</button>
      <button type="button" class=${`button ${danger ? 'danger' : 'primary'}`} aria-busy=${busy} onClick=${busy ? undefined : onConfirm}>${action}</button>
    </div>
  <//>`
}

// Notice shows what went wrong; it is read out as soon as it appears.
export function Notice({ error }) {
  return html`<div role="alert">${error && html`<div class="notice"><${Icon} name="alert" /><span>${error}</span></div>`}</div>`
}
