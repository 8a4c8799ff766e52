import { html, useState } from '../ui.js'
import { start } from '../app.js'
import { usePage } from '../context.js'
import { addressWith, useData } from '../data.js'
import { useShortcuts } from '../list/keyboard.js'
import { ListPanel, PageHead } from '../list/page.js'
import { Pager, useLastPage } from '../list/pager.js'
import { RecordFilter } from '../list/record.js'
import { State } from '../list/states.js'
import { RowButton, Table } from '../list/table.js'
import { ClearFilters, Filters, Search, Segmented, TextFilter } from '../list/toolbar.js'
import { useLive } from '../live.js'
import { Presence } from '../presence.js'
import { routeOf, useRoute } from '../route.js'
import { Stats } from '../stats.js'
import { Time } from '../time.js'
import { Details } from './details.js'
import { EditDevice, nameOf, Release, Remove } from './form.js'

const PAGE_SIZE = 50
const noun = ['dispositivo', 'dispositivos', 'os dispositivos', 'Nenhum dispositivo']
const presences = [['todos', 'Todos'], ['online', 'Online'], ['offline', 'Offline']]
const types = ['desktop', 'notebook', 'servidor', 'celular', 'tablet']
const r = routeOf('/dispositivos', { busca: '', presenca: ['todos', 'online', 'offline'], tipo: '', sistema: '', cliente: '', pagina: 1 })
const columns = [
  { key: 'nome', name: 'Dispositivo', cell: nameOf, before: (d) => html`<${Presence} online=${d.online} />`, under: (d) => [d.hostname !== d.nome && d.hostname, d.ip_local].filter(Boolean).join(' · ') },
  { key: 'cliente', name: 'Cliente', cell: (d) => d.cliente_nome },
  { key: 'sistema', name: 'Sistema', cell: (d) => [d.sistema_operacional, d.versao_so].filter(Boolean).join(' ') },
  { key: 'tipo', name: 'Tipo', cell: (d) => d.tipo },
  { key: 'sinal', name: 'Último sinal', cell: (d) => (d.online ? html`<span class="badge on">Online</span>` : d.ultimo_heartbeat && html`<${Time} at=${d.ultimo_heartbeat} since />`) },
]

function Dispositivos() {
  const { may } = usePage()
  const [route, go, leave] = useRoute(r)
  const online = { online: 'true', offline: 'false' }[route.presenca]
  const list = useData(addressWith('/api/db/dispositivos', {
    busca: route.busca, online, tipo: route.tipo, sistema: route.sistema, cliente_id: route.cliente, pagina: route.pagina, por_pagina: PAGE_SIZE,
  }))
  const rows = list.data?.dispositivos
  const [open, setOpen] = useState(null)
  useShortcuts()
  useLive(['dispositivos'], () => list.reload(true))
  useLastPage(list, rows, go)
  return html`
    <${PageHead} title=${may.seesAll ? 'Dispositivos' : 'Meus dispositivos'} />
    ${may.seesAll && html`<${Stats} shown=${[['dispositivos_online', 'Online agora', 'total_dispositivos'], ['total_conexoes', 'Conexões guardadas']]} />`}
    <div class="toolbar">
      <${Search} route=${route} go=${go} label="Buscar dispositivos" placeholder="Nome, endereço, sistema…" />
      <${Segmented} name="presenca" label="Presença" options=${presences} route=${route} go=${go} />
      <${Filters} narrowed=${Boolean(route.tipo || route.sistema || route.cliente)}>
        <${TextFilter} name="tipo" label="Tipo" route=${route} go=${go} placeholder="todos" suggestions=${types} />
        <${TextFilter} name="sistema" label="Sistema" route=${route} go=${go} placeholder="todos" />
        ${may.seesAll && html`<${RecordFilter} name="cliente" kind="clientes" route=${route} go=${go} />`}
      <//>
      <${ClearFilters} r=${r} route=${route} go=${go} />
    </div>
    <${ListPanel} list=${list} rows=${rows} total=${list.data?.total} columns=${columns} noun=${noun} r=${r} route=${route} go=${go} icon="device"
      empty=${html`<${State} icon="device" title="Nenhum dispositivo ainda">Os dispositivos aparecem aqui quando o agente deles se registra.<//>`}>
      ${rows && html`<${Table} label="Dispositivos" columns=${columns} rows=${rows} stale=${list.slow} href=${(d) => r.address({ ...route, id: d.id })}
        onOpen=${(d) => go({ id: d.id })}
        actions=${(d) => may.manageDevices && html`<${RowButton} icon="pencil" label=${`Editar ${nameOf(d)}`} title="Editar" onClick=${() => setOpen({ kind: 'edit', device: d })} />`} />
      <${Pager} data=${list.data} shown=${rows.length} pageSize=${PAGE_SIZE} onPage=${(pagina) => go({ pagina })} />`}
    <//>
    <${Dialogs} route=${route} leave=${leave} open=${open} setOpen=${setOpen} refresh=${() => list.reload(true)} />`
}

function Dialogs({ route, leave, open, setOpen, refresh }) {
  const { toast } = usePage()
  const [turn, setTurn] = useState(0)
  const close = () => setOpen(null)
  const changed = (text) => {
    close()
    setTurn((t) => t + 1)
    refresh()
    toast(text)
  }
  const gone = (text) => {
    if (route.id) leave()
    changed(text)
  }
  const { kind, device } = open ?? {}
  return html`
    ${route.id > 0 && html`<${Details} key=${route.id} id=${route.id} turn=${turn} ask=${(k, d) => setOpen({ kind: k, device: d })} onClose=${leave} />`}
    ${kind === 'edit' && html`<${EditDevice} device=${device} onDone=${(d) => changed(`${nameOf(d)} está salvo.`)} onClose=${close} />`}
    ${kind === 'release' && html`<${Release} device=${device} onDone=${() => changed(`${nameOf(device)} foi liberado para outra chave.`)} onClose=${close} />`}
    ${kind === 'remove' && html`<${Remove} device=${device} onClose=${close} onDone=${() => gone(`${nameOf(device)} foi removido.`)} />`}`
}

start('dispositivos', Dispositivos)
