import { html, useId, useLayoutEffect, useRef, useState } from './ui.js'
import { Field } from './fields.js'
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
    dispatchEvent(new Event('dialogos')) // what must stay at hand moves into the topmost one
    return () => {
      dialog.removeEventListener('cancel', onCancel)
      dialog.removeEventListener('close', onClosed)
      dialog.close()
      dispatchEvent(new Event('dialogos'))
    }
  }, [])

  const onPointerDown = (e) => { if (!sturdy && e.target === ref.current) onClose() }
  return html`<dialog ref=${ref} class=${kind} aria-labelledby=${label} onPointerDown=${onPointerDown}>${children}</dialog>`
}

// DialogHead is the title line with the ×; without onClose there is none.
export function DialogHead({ onClose, children }) {
  return html`<div class="dialog-head"><div>${children}</div>
    ${onClose && html`<button type="button" class="icon-button" aria-label="Fechar" title="Fechar (Esc)" onClick=${() => onClose()}><${Icon} name="close" /></button>`}</div>`
}

// Confirm asks before something happens. run does it and may throw ApiError, which
// is shown here; onDone follows. typed is a name that must be written out first.
export function Confirm({ title, children, action, busyText, danger, typed, run, onDone, onClose }) {
  const label = useId()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState('')
  const [text, setText] = useState('')
  const [missing, setMissing] = useState(false)
  const confirm = async (e) => {
    e.preventDefault()
    if (busy) return
    // The button is not disabled, so that everybody can find out what is missing.
    if (typed !== undefined && !sameText(text, typed)) return setMissing(true)
    setBusy(true)
    setError('')
    try {
      onDone(await run())
    } catch (failure) {
      setError(failure.message)
      setBusy(false)
    }
  }
  return html`<${Dialog} kind="small" label=${label} onClose=${onClose}>
    <form method="post" novalidate autocomplete="off" onSubmit=${confirm}>
      <${DialogHead} onClose=${onClose}><h2 id=${label}>${title}</h2><//>
      <div class="dialog-body stack">
        <${Notice} error=${error} />
        ${children}
        ${typed !== undefined && html`<${Field} name="confirmacao" label=${html`Para confirmar, escreva <strong class="typed">${typed}</strong>`} autofocus
          spellcheck=${false} value=${text} error=${missing && 'O que você escreveu é diferente.'} onValue=${(_, v) => { setText(v); setMissing(false) }} />`}
      </div>
      <div class="dialog-foot">
        <button type="button" class="button" autofocus=${typed === undefined} onClick=${() => onClose()}>Cancelar</button>
        <button class=${`button ${danger ? 'danger' : 'primary'}`} aria-busy=${busy}>${busy ? busyText : action}</button>
      </div>
    </form>
  <//>`
}

// sameText compares what is typed with what was asked for.
export const sameText = (text, wanted) => plain(text) === plain(wanted)

// plain forgives spaces, case and the Unicode form of what is typed.
const plain = (text) => text.trim().replace(/\s+/g, ' ').normalize('NFC').toLocaleLowerCase('pt-BR')

// Notice shows what went wrong; it is read out as soon as it appears.
export function Notice({ error }) {
  return html`<div role="alert">${error && html`<div class="notice"><${Icon} name="alert" /><span>${error}</span></div>`}</div>`
}
