import { html, render, useCallback, useEffect, useLayoutEffect, useRef, useState } from './ui.js'
import { Icon } from './icons.js'

const SHORT_MS = 5_000
const UNDO_MS = 12_000

// useToasts returns [list, show, dismiss]. show takes a sentence and, when it can be
// taken back, what to do for that. One thing at a time is offered to be taken back: the last.
export function useToasts() {
  const [list, setList] = useState([])
  const next = useRef(1)
  const show = useCallback((text, undo) => {
    setList((l) => [...l.slice(-2).map((t) => (undo ? { ...t, undo: null } : t)), { id: next.current++, text, undo }])
  }, [])
  const dismiss = useCallback((id) => setList((l) => l.filter((t) => t.id !== id)), [])
  return [list, show, dismiss]
}

// The region is always in the page, so that screen readers know it before it speaks. It is
// drawn apart from the page, since it moves: below a modal dialog nothing can be pressed, so
// that it lies in the topmost one as long as that is open.
const region = Object.assign(document.createElement('div'), { className: 'toasts', popover: 'manual', role: 'status', ariaLabel: 'Avisos' })

function place() {
  const home = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body
  if (region.parentNode !== home) home.append(region)
  // Shown again each time, to come out on top of dialogs opened meanwhile.
  region.hidePopover()
  region.showPopover()
}

export function Toasts({ list, onDismiss }) {
  useLayoutEffect(() => {
    render(list.map((toast) => html`<${Toast} key=${toast.id} toast=${toast} onDismiss=${onDismiss} />`), region)
    place()
  }, [list])
  useEffect(() => {
    addEventListener('dialogos', place)
    return () => removeEventListener('dialogos', place)
  }, [])
  return null
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
