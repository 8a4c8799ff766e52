import { html, useState } from '../ui.js'
import { start } from '../app.js'
import { Bulk } from '../bulk.js'
import { usePage } from '../context.js'
import { addressWith, useData } from '../data.js'
import { useShortcuts } from '../list/keyboard.js'
import { ListPanel, PageHead } from '../list/page.js'
import { Pager, useLastPage } from '../list/pager.js'
import { RecordFilter } from '../list/record.js'
import { SelectionBar, useSelection } from '../list/selection.js'
import { State } from '../list/states.js'
import { RowButton, Table } from '../list/table.js'
import { ClearFilters, Filters, Search, Segmented, TextFilter } from '../list/toolbar.js'
import { useLive } from '../live.js'
import { doneText, undoing } from '../operations.js'
import { Presence } from '../presence.js'
import { routeOf, useRoute } from '../route.js'
import { Stats } from '../stats.js'
import { Time } from '../time.js'
import { useUndo } from '../undo.js'
import { BulkDevices, MoveDevices } from './bulk.js'
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
  const selection = useSelection(r.address({ ...route, id: 0, pagina: 1 }), nameOf)
  const selectable = may.manageDevices ? selection : undefined
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
    <${SelectionBar} selection=${selection} rows=${rows} total=${list.data?.total}><${SelectionActions} selection=${selection} total=${list.data?.total} route=${route} setOpen=${setOpen} /><//>
    <${ListPanel} list=${list} rows=${rows} total=${list.data?.total} columns=${columns} selection=${selectable} noun=${noun} r=${r} route=${route} go=${go} icon="device"
      empty=${html`<${State} icon="device" title="Nenhum dispositivo ainda">Os dispositivos aparecem aqui quando o agente deles se registra.<//>`}>
      ${rows && html`<${Table} label="Dispositivos" columns=${columns} rows=${rows} stale=${list.slow} href=${(d) => r.address({ ...route, id: d.id })}
        selection=${selectable} rowClass=${(d) => (d.ativo === false ? 'inactive' : '')} onOpen=${(d) => go({ id: d.id })}
        actions=${(d) => may.manageDevices && html`<${RowButton} icon="pencil" label=${`Editar ${nameOf(d)}`} title="Editar" onClick=${() => setOpen({ kind: 'edit', device: d })} />`} />
      <${Pager} data=${list.data} shown=${rows.length} pageSize=${PAGE_SIZE} onPage=${(pagina) => go({ pagina })} />`}
    <//>
    <${Dialogs} route=${route} leave=${leave} open=${open} setOpen=${setOpen} selection=${selection} refresh=${() => list.reload(true)} />`
}

// filterOf is what the route asks for, as an operation is told it.
function filterOf({ busca, presenca, tipo, sistema, cliente }) {
  const given = Object.entries({ busca, tipo, sistema }).filter(([, v]) => v)
  if (presenca !== 'todos') given.push(['online', presenca === 'online'])
  if (cliente) given.push(['cliente_id', Number(cliente)])
  return Object.fromEntries(given)
}

function SelectionActions({ selection, total, route, setOpen }) {
  const { whole, rows } = selection
  const target = (some) => (whole ? { filtro: filterOf(route) } : { ids: some.map((d) => d.id) })
  const ask = (acao, some) => setOpen({ kind: 'bulk', order: { ...target(some), acao } })
  const on = rows.filter((d) => d.ativo === false)
  const off = rows.filter((d) => d.ativo !== false)
  return html`
    <button type="button" class="button" onClick=${() => setOpen({ kind: 'move', target: target(rows), n: whole ? total : rows.length })}>Mudar de cliente</button>
    ${(whole || on.length > 0) && html`<button type="button" class="button" onClick=${() => ask('reativar', on)}>Ativar</button>`}
    ${(whole || off.length > 0) && html`<button type="button" class="button danger-quiet" onClick=${() => ask('desativar', off)}>Desativar</button>`}
    <button type="button" class="button danger-quiet" onClick=${() => ask('remover', rows)}>Remover</button>`
}

function Dialogs({ route, leave, open, setOpen, selection, refresh }) {
  const { toast } = usePage()
  const [turn, setTurn] = useState(0)
  const close = () => setOpen(null)
  const changed = (text, back) => {
    close()
    setTurn((t) => t + 1)
    refresh()
    if (text) toast(text, back)
  }
  const undo = useUndo(() => changed())
  const many = (op) => {
    selection.clear()
    changed(doneText(op), op.reversivel && op.feitos > 0 && (() => setOpen({ kind: 'undo', id: op.id })))
  }
  const names = new Map(selection.rows.map((one) => [one.id, nameOf(one)]))
  const gone = (text) => {
    if (route.id) leave()
    changed(text)
  }
  const { kind, device } = open ?? {}
  return html`
    ${route.id > 0 && html`<${Details} key=${route.id} id=${route.id} turn=${turn} ask=${(k, d) => setOpen({ kind: k, device: d })} onClose=${leave} />`}
    ${kind === 'edit' && html`<${EditDevice} device=${device} onDone=${({ dispositivo, operacao }) => changed(`${nameOf(dispositivo)} está salvo.`, undo(operacao))} onClose=${close} />`}
    ${kind === 'release' && html`<${Release} device=${device} onDone=${() => changed(`${nameOf(device)} foi liberado para outra chave.`)} onClose=${close} />`}
    ${kind === 'remove' && html`<${Remove} device=${device} onClose=${close} onDone=${() => gone(`${nameOf(device)} foi removido.`)} />`}
    ${kind === 'move' && html`<${MoveDevices} target=${open.target} n=${open.n} onNext=${(order, plan) => setOpen({ kind: 'bulk', order, plan })} onClose=${close} />`}
    ${kind === 'bulk' && html`<${BulkDevices} order=${open.order} plan=${open.plan} names=${names} onDone=${many} onClose=${close} />`}
    ${kind === 'undo' && html`<${Bulk} key=${open.id} title="Desfazer" work=${undoing(open.id)} ask=${false} onDone=${many} onClose=${close} />`}`
}

start('dispositivos', Dispositivos)
