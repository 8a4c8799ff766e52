import { html } from '../ui.js'
import { start } from '../app.js'
import { usePage } from '../context.js'
import { addressWith, useData } from '../data.js'
import { formatBytes, formatNumber } from '../format.js'
import { useShortcuts } from '../list/keyboard.js'
import { ListPanel, PageHead } from '../list/page.js'
import { CursorPager } from '../list/pager.js'
import { RecordFilter } from '../list/record.js'
import { State } from '../list/states.js'
import { Table } from '../list/table.js'
import { ClearFilters, Filters, TextFilter } from '../list/toolbar.js'
import { useLive } from '../live.js'
import { routeOf, useRoute } from '../route.js'
import { Time } from '../time.js'
import { endpoint, portName, spanOf, statusName } from './words.js'

const noun = ['conexão', 'conexões', 'as conexões', 'Nenhuma conexão']
const r = routeOf('/conexoes', { dispositivo: '', cliente: '', de: '', ate: '', cursor: '' })

const columns = [
  { key: 'destino', name: 'Destino', cell: (c) => endpoint(c.ip_destino, c.porta_destino), under: (c) => portName(c.porta_destino) },
  { key: 'origem', name: 'Origem', kind: 'num', cell: (c) => endpoint(c.ip_origem, c.porta_origem) },
  { key: 'processo', name: 'Programa', cell: (c) => [c.processo, c.pid && `pid ${c.pid}`].filter(Boolean).join(' · ') },
  { key: 'maquina', name: 'Dispositivo', cell: (c) => c.dispositivo_nome ?? (c.dispositivo_id && `nº ${c.dispositivo_id}`) },
  { key: 'estado', name: 'Estado', cell: (c) => [c.protocolo, statusName(c.status)].filter(Boolean).join(' · '), text: (c) => c.status },
  { key: 'volume', name: 'Tráfego', kind: 'num', cell: volumeOf, text: (c) => [spanOf(c.duracao_segundos), volumeOf(c)].filter(Boolean).join(' · ') },
  { key: 'quando', name: 'Vista em', cell: (c) => c.data_hora && html`<${Time} at=${c.data_hora} />` },
]

// volumeOf is empty where the device did not count: many report zero then.
function volumeOf({ bytes_enviados: out, bytes_recebidos: back }) {
  if (!out && !back) return ''
  return [typeof out === 'number' && `↑ ${formatBytes(out)}`, typeof back === 'number' && `↓ ${formatBytes(back)}`].filter(Boolean).join('  ')
}

function Conexoes() {
  const { may } = usePage()
  const [route, go] = useRoute(r)
  const query = { dispositivo_id: route.dispositivo, cliente_id: route.cliente, de: route.de, ate: route.ate, cursor: route.cursor, por_pagina: 50 }
  const list = useData(addressWith('/api/db/conexoes', query))
  const rows = list.data?.conexoes
  useShortcuts()
  // Deep in the list nothing moves under the reader's eyes.
  useLive(['conexoes'], () => !route.cursor && list.reload(true))
  const total = list.data?.total
  const text = rows?.length > 0 && `${formatNumber(total ?? rows.length)} ${total === 1 ? noun[0] : noun[1]}`
  return html`
    <${PageHead} title="Conexões" note="O que os dispositivos veem da rede, do mais recente ao mais antigo." />
    <div class="toolbar">
      <${Filters} narrowed=${r.narrowed(route)}>
        <${RecordFilter} name="dispositivo" kind="dispositivos" route=${route} go=${go} />
        ${may.seesAll && html`<${RecordFilter} name="cliente" kind="clientes" route=${route} go=${go} />`}
        <span class="days"><${TextFilter} name="de" label="De" type="date" max=${route.ate || undefined} route=${route} go=${go} />
          <${TextFilter} name="ate" label="Até" type="date" min=${route.de || undefined} route=${route} go=${go} /></span>
      <//>
      <${ClearFilters} r=${r} route=${route} go=${go} />
    </div>
    <${ListPanel} list=${list} rows=${rows} total=${total ?? undefined} columns=${columns} noun=${noun} r=${r} route=${route} go=${go} icon="link"
      empty=${html`<${State} icon="link" title="Nenhuma conexão ainda">As conexões aparecem aqui quando os agentes dos dispositivos as informam.<//>`}>
      ${rows && html`<${Table} label="Conexões de rede" columns=${columns} rows=${rows} stale=${list.slow} />
      <${CursorPager} data=${list.data} text=${text} onCursor=${(cursor) => go({ cursor })} />`}
    <//>`
}

start('conexoes', Conexoes)
