import { html, useEffect, useRef, useState } from './ui.js'
import { loginAddress } from './api.js'
import { usePage } from './context.js'
import { Icon } from './icons.js'
import { useLiveState } from './live.js'
import { homeOf, pagesFor } from './nav.js'
import { PersonMenu } from './person.js'

const brand = new URL('../icons/monitor.svg', import.meta.url).pathname

// Bar frames every page behind the login: a column beside it, a line above it on
// a phone, where the links unfold.
export function Bar({ here, offline, ended, onPassword, onLeave }) {
  const { viewer, may } = usePage()
  const [open, setOpen] = useState(false)
  const toggle = useRef()
  useEffect(() => {
    if (!open) return undefined
    const outside = (e) => { if (!e.target.closest('.bar')) setOpen(false) }
    addEventListener('pointerdown', outside)
    return () => removeEventListener('pointerdown', outside)
  }, [open])
  const onKeyDown = (e) => {
    if (e.key !== 'Escape' || !open) return
    setOpen(false)
    toggle.current.focus()
  }
  return html`<a class="skip" href="#conteudo">Pular para o conteúdo</a>
  <header class="bar" onKeyDown=${onKeyDown}>
    <button type="button" ref=${toggle} class="icon-button bar-toggle" aria-label="Páginas" aria-expanded=${open ? 'true' : 'false'}
      aria-controls="paginas" onClick=${() => setOpen(!open)}><${Icon} name=${open ? 'close' : 'menu'} size=${22} /></button>
    <a class="brand" href=${may ? homeOf(may) : '/'} title="Monitor"><img src=${brand} alt="" width="28" height="28" /><span>Monitor</span></a>
    <nav id="paginas" class=${open ? 'open' : ''} aria-label="Páginas">
      ${may && pagesFor(may).map((p) => html`<a key=${p.id} href=${p.href} title=${p.name(may)} aria-current=${p === here ? 'page' : undefined}>
        <${Icon} name=${p.icon} size=${19} /><span>${p.name(may)}</span></a>`)}
    </nav>
    <div class="bar-end">
      <${LiveState} offline=${offline} />
      ${viewer && html`<${PersonMenu} viewer=${viewer} onPassword=${onPassword} onLeave=${onLeave} />`}
    </div>
  </header>
  <div class="banner" role="status">${ended && html`<p class="offline"><${Icon} name="alert" size=${16} /><span>Sua sessão terminou. O que você digitou continua aqui: <a href=${loginAddress()} target="_blank" rel="noopener">entre em outra aba</a> e volte a esta.</span></p>`}
    ${offline && html`<p class="offline"><${Icon} name="offline" size=${16} />Sem conexão. O que está na tela pode ter mudado.</p>`}</div>`
}

const states = {
  live: ['on', 'Ao vivo', 'O que muda aparece aqui sozinho'],
  polling: ['slow', 'A cada 15 s', 'O servidor não envia avisos agora: a página pergunta a cada 15 segundos'],
  waiting: ['off', 'Reconectando', 'Tentando falar com o servidor outra vez'],
}

// LiveState says how fresh the page is; nothing where nothing is live.
function LiveState({ offline }) {
  const state = useLiveState()
  const [kind, text, title] = states[offline && state ? 'waiting' : state] ?? []
  return kind && html`<span class=${`live ${kind}`} title=${title}><span class="dot"></span><span>${text}</span></span>`
}
