import { html, mount, useEffect, useMemo, useState } from './ui.js'
import { ChangePassword, leave, useMe } from './account.js'
import { Bar } from './bar.js'
import { PageContext } from './context.js'
import { homeOf, pages } from './nav.js'
import { permissionsOf } from './permissions.js'
import { keepSight } from './sight.js'
import { Failed, State } from './list/states.js'
import { Toasts, useToasts } from './toasts.js'

// start draws the frame of the page with this id (see nav.js) and, as soon as it
// is known who is there, Page in it.
export function start(id, Page) {
  keepSight(document.getElementById('app'))
  mount(() => html`<${App} here=${pages.find((p) => p.id === id)} Page=${Page} />`)
}

function App({ here, Page }) {
  const me = useMe()
  const [toasts, toast, dismiss] = useToasts()
  const [changing, setChanging] = useState(false)
  const offline = useOffline(() => me.viewer || me.retry())
  const may = useMemo(() => me.viewer && permissionsOf(me.viewer), [me.viewer])
  const page = useMemo(() => ({ viewer: me.viewer, may, toast }), [me.viewer, may])
  const onLeave = () => leave().catch((error) => toast(error.message))
  const close = () => setChanging(false)
  return html`<${PageContext.Provider} value=${page}>
    <${Bar} here=${here} offline=${offline} ended=${me.ended} onPassword=${() => setChanging(true)} onLeave=${onLeave} />
    <main class="page" id="conteudo" tabindex="-1">
      ${me.error && html`<div class="panel"><${Failed} error=${me.error} what="a página" onRetry=${me.retry} /></div>`}
      ${may && (here.offered(may) ? html`<${Page} key=${me.viewer.id} />` : html`<${NotForYou} may=${may} />`)}
    </main>
    ${changing && html`<${ChangePassword} onClose=${close} onDone=${() => { close(); toast('Sua senha foi trocada.') }} />`}
    <${Toasts} list=${toasts} onDismiss=${dismiss} />
  <//>`
}

function NotForYou({ may }) {
  return html`<h1 class="sr">Sem acesso</h1><div class="panel"><${State} icon="key" title="Esta página não está no seu nível de acesso"
    actions=${html`<a class="button primary" href=${homeOf(may)}>Ir para o início</a>`}>
    Se você precisa dela, peça a um administrador que mude o seu nível.<//></div>`
}

// useOffline follows what the browser knows of the network.
function useOffline(onReturn) {
  const [offline, setOffline] = useState(!navigator.onLine)
  useEffect(() => {
    const away = () => setOffline(true)
    const back = () => {
      setOffline(false)
      onReturn()
    }
    addEventListener('offline', away)
    addEventListener('online', back)
    return () => {
      removeEventListener('offline', away)
      removeEventListener('online', back)
    }
  })
  return offline
}
