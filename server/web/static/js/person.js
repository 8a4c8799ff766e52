import { html, useEffect, useRef, useState } from './ui.js'
import { Icon } from './icons.js'
import { nivelName } from './format.js'
import { Initials } from './initials.js'

// PersonMenu shows who is logged in and what they may do with their account.
export function PersonMenu({ eu, onPassword, onLeave }) {
  const [open, setOpen] = useState(false)
  const root = useRef()
  const button = useRef()
  useEffect(() => {
    if (!open) return undefined
    root.current.querySelector('[role="menuitem"]').focus()
    const outside = (e) => { if (!root.current.contains(e.target)) setOpen(false) }
    addEventListener('pointerdown', outside)
    return () => removeEventListener('pointerdown', outside)
  }, [open])

  const choose = (action) => () => {
    setOpen(false)
    button.current.focus()
    action()
  }
  const onKeyDown = (e) => {
    if (e.key === 'Escape' && open) {
      e.stopPropagation()
      setOpen(false)
      button.current.focus()
    }
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') moveInMenu(e, root.current)
  }
  const onFocusOut = (e) => { if (open && e.relatedTarget && !root.current.contains(e.relatedTarget)) setOpen(false) }

  return html`<div class="menu" ref=${root} onKeyDown=${onKeyDown} onFocusOut=${onFocusOut}>
    <button type="button" ref=${button} class="menu-button" aria-haspopup="menu" aria-expanded=${open ? 'true' : 'false'}
      title=${eu.nome} onClick=${() => setOpen(!open)}>
      <span class="sr">Menu de </span><${Initials} nome=${eu.nome} />
      <span class="who"><span class="ellipsis">${eu.nome}</span><small class="ellipsis">${nivelName(eu.nivel_acesso)}</small></span><${Icon} name="upDown" size=${16} />
    </button>
    ${open && html`<div class="menu-list">
      <div class="menu-who"><strong>${eu.nome}</strong><span class="quiet">${eu.email}</span><br /><span class="quiet">${nivelName(eu.nivel_acesso)}</span></div>
      <div role="menu" aria-label="Sua conta">
        <button type="button" role="menuitem" onClick=${choose(onPassword)}><${Icon} name="key" />Trocar senha</button>
        <button type="button" role="menuitem" onClick=${choose(onLeave)}><${Icon} name="exit" />Sair</button>
      </div>
      ${document.body.dataset.versao && html`<div class="menu-version">Monitor ${document.body.dataset.versao}</div>`}
    </div>`}
  </div>`
}

function moveInMenu(e, root) {
  const items = [...root.querySelectorAll('[role="menuitem"]')]
  if (!items.length) return
  e.preventDefault()
  e.stopPropagation()
  const step = e.key === 'ArrowDown' ? 1 : -1
  items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus()
}
