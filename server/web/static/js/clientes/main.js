import { html, mount, useEffect, useMemo, useState } from '../ui.js'
import { ChangePassword, leave, useMe } from '../account.js'
import { formatNumber } from '../format.js'
import { Icon } from '../icons.js'
import { permissionsOf } from '../permissions.js'
import { Toasts, useToasts } from '../toasts.js'
import { Topbar } from '../topbar.js'
import { reactivate, useList } from './data.js'
import { Details } from './details.js'
import { EditCliente, NewCliente } from './form.js'
import { useShortcuts } from './keyboard.js'
import { Pager } from './pager.js'
import { useRoute } from './route.js'
import { EmptySearch, EmptyTable, Failed } from './states.js'
import { Skeleton, Table } from './table.js'
import { ConfirmDeactivate } from './toggle.js'
import { Toolbar } from './toolbar.js'

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
  }, [])
  return offline
}

function ClientesPage() {
  const me = useMe()
  const [route, go] = useRoute()
  const list = useList(route)
  const [open, setOpen] = useState(null) // the dialog on top: { kind, … }
  const [turn, setTurn] = useState(0)
  const [toasts, toast, dismiss] = useToasts()
  const refresh = () => {
    list.reload()
    setTurn((t) => t + 1)
  }
  const offline = useOffline(() => {
    refresh()
    if (!me.eu) me.retry()
  })
  const pode = useMemo(() => me.eu && permissionsOf(me.eu), [me.eu])
  const onNew = pode?.create ? () => setOpen({ kind: 'new' }) : null
  useShortcuts({ onNew })
  useLastPage(list, go)

  const page = { me, pode, route, go, list, open, setOpen, turn, refresh, toast, onNew }
  return html`
    <${Topbar} eu=${me.eu} offline=${offline} onPassword=${() => setOpen({ kind: 'password' })}
      onLeave=${() => leave().catch((error) => toast(error.message))} />
    <main class="page">
      ${me.error ? html`<div class="panel"><${Failed} error=${me.error} onRetry=${me.retry} /></div>` : pode && html`<${Content} ...${page} />`}
    </main>
    ${pode && html`<${Dialogs} ...${page} />`}
    <${Toasts} list=${toasts} onDismiss=${dismiss} />`
}

// useLastPage goes to the last page when a link names one that is no more.
function useLastPage({ data, loading }, go) {
  useEffect(() => {
    if (!loading && data?.total > 0 && !data.clientes.length) go({ pagina: data.paginas }, { replace: true })
  }, [data, loading])
}

function Content({ pode, route, go, list, setOpen, onNew }) {
  const { data, error } = list
  const announce = error || list.loading || !data ? '' : countText(data.total)
  return html`
    <div class="page-head"><h1>${pode.seesAll ? 'Clientes' : 'Meu cadastro'}</h1>
      ${onNew && html`<button type="button" class="button primary new-button" aria-keyshortcuts="n" onClick=${onNew}>
        <${Icon} name="plus" size=${16} />Novo cliente<kbd aria-hidden="true">N</kbd></button>`}</div>
    ${pode.seesAll && html`<${Toolbar} route=${route} go=${go} />`}
    <p class="sr" role="status">${announce}</p>
    <section class=${`panel ${data?.clientes.length && !error ? 'has-rows' : ''}`} aria-label="Lista de clientes">
      ${list.slow && data && html`<div class="progress"></div>`}
      <${Results} list=${list} pode=${pode} route=${route} go=${go} setOpen=${setOpen} onNew=${onNew} />
    </section>`
}

function countText(total) {
  if (total === 0) return 'Nenhum cliente encontrado'
  return total === 1 ? '1 cliente encontrado' : `${formatNumber(total)} clientes encontrados`
}

function Results({ list, pode, route, go, setOpen, onNew }) {
  const { data, error, slow, asked } = list
  if (error) return html`<${Failed} error=${error} onRetry=${list.reload} />`
  if (!data) return slow ? html`<${Skeleton} />` : html`<div class="state"></div>`
  if (!data.clientes.length && (asked.busca || asked.situacao !== 'todos')) return html`<${EmptySearch} ...${asked} go=${go} />`
  if (!data.clientes.length) return html`<${EmptyTable} onNew=${onNew} />`
  return html`<${Table} clientes=${data.clientes} route=${route} stale=${slow} canEdit=${(c) => pode.fields(c).length > 0}
      onOpen=${(id) => go({ id })} onEdit=${(id) => setOpen({ kind: 'edit', id })} />
    <${Pager} data=${data} onPage=${(pagina) => { go({ pagina }); scrollTo({ top: 0 }) }} />`
}

function Dialogs({ pode, route, go, open, setOpen, turn, refresh, toast }) {
  const close = () => setOpen(null)
  // Back, when the drawer was opened from this list; a shared link has no such entry.
  const closeDetails = () => (history.state?.inside ? history.back() : go({ id: 0 }, { replace: true }))
  const onCreated = (c) => {
    close()
    go({ id: 0, busca: '', situacao: 'todos', pagina: 1 }, { replace: true })
    refresh()
    toast(`${c.nome} foi cadastrado.`)
  }
  const onSaved = (c) => {
    close()
    refresh()
    toast(`O cadastro de ${c.nome} está salvo.`)
  }
  const restore = async (c) => {
    try {
      await reactivate(c.id)
      toast(`${c.nome} foi reativado.`)
    } catch (error) {
      toast(error.message)
    }
    refresh()
  }
  const onDeactivated = (c) => {
    close()
    if (route.id) closeDetails()
    refresh()
    toast(`${c.nome} foi desativado.`, () => restore(c))
  }
  return html`
    ${route.id > 0 && html`<${Details} key=${route.id} id=${route.id} turn=${turn} pode=${pode} onClose=${closeDetails}
      onEdit=${(id) => setOpen({ kind: 'edit', id })}
      onToggle=${(c) => (c.ativo ? setOpen({ kind: 'deactivate', cliente: c }) : restore(c))} />`}
    ${open?.kind === 'new' && html`<${NewCliente} pode=${pode} onDone=${onCreated} onClose=${close} />`}
    ${open?.kind === 'edit' && html`<${EditCliente} key=${open.id} id=${open.id} pode=${pode} onDone=${onSaved} onClose=${close} />`}
    ${open?.kind === 'deactivate' && html`<${ConfirmDeactivate} cliente=${open.cliente} onDone=${onDeactivated} onClose=${close} />`}
    ${open?.kind === 'password' && html`<${ChangePassword} onClose=${close} onDone=${() => { close(); toast('Sua senha foi trocada.') }} />`}`
}

mount(ClientesPage)
