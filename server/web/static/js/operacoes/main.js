import { html, useState } from '../ui.js'
import { start } from '../app.js'
import { Bulk } from '../bulk.js'
import { usePage } from '../context.js'
import { addressWith, useData } from '../data.js'
import { fieldName } from '../difference.js'
import { formatNumber } from '../format.js'
import { useShortcuts } from '../list/keyboard.js'
import { ListPanel, PageHead } from '../list/page.js'
import { CursorPager } from '../list/pager.js'
import { Table } from '../list/table.js'
import { useLive } from '../live.js'
import { doneIn, doneText, giveUp, resuming, titleOf, undoing } from '../operations.js'
import { routeOf, useRoute } from '../route.js'
import { Time } from '../time.js'
import { actorOf } from '../trail.js'
import { Details, State } from './details.js'

const noun = ['operação', 'operações', 'as operações', 'Nenhuma operação']
const r = routeOf('/operacoes', { cursor: '' })

const columns = [
  { key: 'oque', name: 'Operação', cell: titleOf, under: (o) => (o.desfaz ? `Desfaz a nº ${o.desfaz}` : Object.keys(o.campos ?? {}).map(fieldName).join(', ') || `Nº ${o.id}`) },
  { key: 'estado', name: 'Estado', cell: (o) => html`<${State} op=${o} />` },
  { key: 'feito', name: 'Feito', kind: 'num', cell: (o) => `${formatNumber(doneIn(o))} de ${formatNumber(o.total)}` },
  { key: 'fora', name: 'De fora', kind: 'num', cell: (o) => (o.recusados ? formatNumber(o.recusados) : '') },
  { key: 'quem', name: 'Quem', cell: actorOf },
  { key: 'quando', name: 'Quando', cell: (o) => o.iniciada_em && html`<${Time} at=${o.iniciada_em} />` },
]

function Operacoes() {
  const { toast } = usePage()
  const [route, go, leave] = useRoute(r)
  const list = useData(addressWith('/api/db/operacoes', { cursor: route.cursor, por_pagina: 50 }))
  const rows = list.data?.operacoes
  const [open, setOpen] = useState(null) // { kind, op }
  const [turn, setTurn] = useState(0)
  useShortcuts()
  useLive(['logs'], () => !route.cursor && list.reload(true))
  const close = () => setOpen(null)
  const changed = () => {
    setTurn((t) => t + 1)
    list.reload(true)
  }
  const done = (op) => {
    changed()
    toast(doneText(op))
  }
  const stop = (op) => giveUp(op.id).then(() => {
    changed()
    toast('A operação foi encerrada. O que não foi feito fica como estava.')
  }, (error) => toast(error.message))
  const ask = (kind, op) => (kind === 'stop' ? stop(op) : setOpen({ kind, op }))
  const total = list.data?.total
  const text = rows?.length > 0 && `${formatNumber(total)} ${total === 1 ? noun[0] : noun[1]}`
  const { kind, op } = open ?? {}
  return html`
    <${PageHead} title="Operações" note="O que foi feito de uma vez a muitos registros. O que parou no meio continua daqui, e quase tudo se desfaz." />
    <${ListPanel} list=${list} rows=${rows} total=${total} columns=${columns} noun=${noun} r=${r} route=${route} go=${go} icon="undo">
      ${rows && html`<${Table} label="Operações" columns=${columns} rows=${rows} stale=${list.slow} href=${(o) => r.address({ ...route, id: o.id })} onOpen=${(o) => go({ id: o.id })} />
      <${CursorPager} data=${list.data} text=${text} onCursor=${(cursor) => go({ cursor })} />`}
    <//>
    ${route.id > 0 && html`<${Details} key=${route.id} id=${route.id} turn=${turn} ask=${ask} onClose=${leave} />`}
    ${kind === 'resume' && html`<${Bulk} title=${titleOf(op)} work=${resuming(op.id)} onDone=${done} onClose=${close} />`}
    ${kind === 'undo' && html`<${Bulk} title="Desfazer" work=${undoing(op.id)} action=${({ mudam }) => `Desfazer em ${formatNumber(mudam)}`} onDone=${done} onClose=${close} />`}`
}

start('operacoes', Operacoes)
