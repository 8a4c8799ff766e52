import { html, useEffect, useLayoutEffect, useRef, useState } from './ui.js'
import { Icon } from './icons.js'

// Menu is a button that unfolds actions: items are { icon, text, onClick, danger },
// { icon, text, href } for a file, or nothing. button draws what is in the button; head and foot stand around the
// items.
export function Menu({ label, title, kind = '', button, items, head, foot }) {
  const [open, setOpen] = useState(false)
  const root = useRef()
  const toggle = useRef()
  // A layout effect, so that no key comes before the first entry has the focus.
  useLayoutEffect(() => { if (open) root.current.querySelector('[role="menuitem"]').focus() }, [open])
  useEffect(() => {
    if (!open) return undefined
    const outside = (e) => { if (!root.current.contains(e.target)) setOpen(false) }
    addEventListener('pointerdown', outside)
    return () => removeEventListener('pointerdown', outside)
  }, [open])

  const close = () => {
    setOpen(false)
    toggle.current.focus()
  }
  const onKeyDown = (e) => {
    if (e.key === 'Escape' && open) {
      e.stopPropagation()
      e.preventDefault()
      close()
    }
    if (open && (e.key === 'ArrowDown' || e.key === 'ArrowUp')) move(e, root.current)
  }
  const onFocusOut = (e) => { if (open && e.relatedTarget && !root.current.contains(e.relatedTarget)) setOpen(false) }

  return html`<div class="menu" ref=${root} onKeyDown=${onKeyDown} onFocusOut=${onFocusOut}>
    <button type="button" ref=${toggle} class=${kind} aria-haspopup="menu" aria-expanded=${open ? 'true' : 'false'}
      title=${title} onClick=${() => setOpen(!open)}>${button}</button>
    ${open && html`<div class="menu-list">${head}
      <div role="menu" aria-label=${label}>${items.filter(Boolean).map((item) => html`<${Item} key=${item.text} close=${close} ...${item} />`)}</div>${foot}</div>`}
  </div>`
}

function Item({ icon, text, href, onClick, danger, close }) {
  if (href) return html`<a role="menuitem" href=${href} download onClick=${() => setTimeout(close)}><${Icon} name=${icon} />${text}</a>`
  return html`<button type="button" role="menuitem" class=${danger ? 'danger-quiet' : ''} onClick=${() => { close(); onClick() }}><${Icon} name=${icon} />${text}</button>`
}

function move(e, root) {
  const items = [...root.querySelectorAll('[role="menuitem"]')]
  e.preventDefault()
  e.stopPropagation()
  const step = e.key === 'ArrowDown' ? 1 : -1
  items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus()
}
