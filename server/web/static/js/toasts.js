import { html, useCallback, useEffect, useLayoutEffect, useRef, useState } from './ui.js'
import { Icon } from './icons.js'

const SHORT_MS = 5_000
const UNDO_MS = 12_000

// useToasts returns [list, show, dismiss]. show takes a sentence and, when it can be
// taken back, what to do for that.
export function useToasts() {
  const [list, setList] = useState([])
  const next = useRef(1)
  const show = useCallback((text, undo) => {
    setList((l) => [...l.slice(-2), { id: next.current++, text, undo }])
  }, [])
  const dismiss = useCallback((id) => setList((l) => l.filter((t) => t.id !== id)), [])
  return [list, show, dismiss]
}

// Toasts is always in the page, so that screen readers know the region before
// it speaks.
export function Toasts({ list, onDismiss }) {
  const ref = useRef()
  useLayoutEffect(() => {
    // Shown again each time, to come out on top of dialogs opened meanwhile.
    ref.current.hidePopover()
    ref.current.showPopover()
  }, [list])
  return html`<div class="toasts" ref=${ref} popover="manual" role="status" aria-label="Avisos">
    ${list.map((toast) => html`<${Toast} key=${toast.id} toast=${toast} onDismiss=${onDismiss} />`)}
  </div>`
}

function Toast({ toast, onDismiss }) {
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (held) return undefined
    const timer = setTimeout(() => onDismiss(toast.id), toast.undo ? UNDO_MS : SHORT_MS)
    return () => clearTimeout(timer)
  }, [held])
  const hold = () => setHeld(true)
  const release = () => setHeld(false)
  const undo = () => {
    onDismiss(toast.id)
    toast.undo()
  }
  return html`<div class="toast" onPointerEnter=${hold} onPointerLeave=${release} onFocusIn=${hold} onFocusOut=${release}>
    <p>${toast.text}</p>
    ${toast.undo && html`<button type="button" class="undo" onClick=${undo}>Desfazer</button>`}
    <button type="button" aria-label="Dispensar aviso" onClick=${() => onDismiss(toast.id)}><${Icon} name="close" size=${16} /></button>
  </div>`
}
