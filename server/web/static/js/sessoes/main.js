import { html, useState } from '../ui.js'
import { describeAgent } from '../agent.js'
import { loginAddress, request } from '../api.js'
import { start } from '../app.js'
import { usePage } from '../context.js'
import { addressWith, useData } from '../data.js'
import { Confirm } from '../dialog.js'
import { formatNumber } from '../format.js'
import { Initials } from '../initials.js'
import { useShortcuts } from '../list/keyboard.js'
import { ListPanel, PageHead } from '../list/page.js'
import { CursorPager } from '../list/pager.js'
import { RowButton, Table } from '../list/table.js'
import { Segmented } from '../list/toolbar.js'
import { useLive } from '../live.js'
import { RecordFilter } from '../list/record.js'
import { routeOf, useRoute } from '../route.js'
import { Time } from '../time.js'

const base = '/api/db/sessoes'
const noun = ['sessão aberta', 'sessões abertas', 'as sessões', 'Nenhuma sessão aberta']
const r = routeOf('/sessoes', { de: ['todas', 'minhas'], cliente: '', cursor: '' })

const columns = [
  { key: 'pessoa', name: 'Pessoa', cell: (s) => s.cliente_nome ?? 'Pessoa removida', text: (s) => s.cliente_nome,
    before: (s) => html`<${Initials} nome=${s.cliente_nome} />`, under: (s) => (s.atual ? 'Esta sessão, onde você está' : `Sessão nº ${s.id}`) },
  { key: 'aparelho', name: 'Aparelho', cell: (s) => describeAgent(s.user_agent), text: (s) => s.user_agent },
  { key: 'endereco', name: 'Endereço', kind: 'num', cell: (s) => s.ip_address },
  { key: 'uso', name: 'Último uso', cell: (s) => s.ultima_atividade && html`<${Time} at=${s.ultima_atividade} since />` },
  { key: 'entrou', name: 'Entrou', cell: (s) => s.data_inicio && html`<${Time} at=${s.data_inicio} />` },
  { key: 'termina', name: 'Termina', cell: (s) => s.data_expiracao && html`<${Time} at=${s.data_expiracao} />` },
]

function Sessoes() {
  const { viewer, may } = usePage()
  const [route, go] = useRoute(r)
  const whose = route.de === 'minhas' ? viewer.id : route.cliente
  const list = useData(addressWith(base, { cliente_id: may.seesSessions ? whose : '', cursor: route.cursor, por_pagina: 50 }))
  const rows = list.data?.sessoes
  const [ending, setEnding] = useState(null)
  useShortcuts()
  useLive(['sessoes'], () => list.reload(true))
  const text = rows?.length > 0 && (list.data.total ? `${formatNumber(list.data.total)} no total` : `${formatNumber(rows.length)} nesta parte`)
  return html`
    <${PageHead} title=${may.seesSessions ? 'Sessões' : 'Suas sessões'} note="Quem está dentro agora, e de onde. Encerrar uma sessão vale na hora." />
    ${may.seesSessions && html`<div class="toolbar">
      <${Segmented} name="de" label="De quem" options=${[['todas', 'Todas'], ['minhas', 'Minhas']]} route=${route} go=${go} />
      ${route.de === 'todas' && html`<${RecordFilter} name="cliente" kind="clientes" route=${route} go=${go} />`}</div>`}
    <${ListPanel} list=${list} rows=${rows} total=${list.data?.total ?? undefined} columns=${columns} noun=${noun} r=${r} route=${route} go=${go} icon="session">
      ${rows && html`<${Table} label="Sessões abertas" columns=${columns} rows=${rows} stale=${list.slow} rowClass=${(s) => (s.atual ? 'current' : '')}
        actions=${(s) => html`<${RowButton} icon="exit" label=${`Encerrar a sessão de ${s.cliente_nome ?? 'pessoa removida'}, nº ${s.id}`} title="Encerrar" onClick=${() => setEnding(s)} />`} />
      <${CursorPager} data=${list.data} text=${text} onCursor=${(cursor) => go({ cursor })} />`}
    <//>
    ${ending && html`<${End} sessao=${ending} onClose=${() => setEnding(null)} onDone=${() => { setEnding(null); list.reload(true) }} />`}`
}

function End({ sessao: s, onDone, onClose }) {
  const { toast } = usePage()
  const device = describeAgent(s.user_agent)
  const run = () => request('DELETE', `${base}/${s.id}`, { onSession: 'stay' })
  const done = () => {
    if (s.atual) return location.assign(loginAddress())
    toast(`A sessão de ${s.cliente_nome ?? 'pessoa removida'} foi encerrada.`)
    return onDone()
  }
  return html`<${Confirm} title=${s.atual ? 'Encerrar esta sessão?' : `Encerrar a sessão de ${s.cliente_nome ?? 'pessoa removida'}?`}
    action="Encerrar" busyText="Encerrando…" danger run=${run} onDone=${done} onClose=${onClose}>
    <p>${s.atual ? 'É a sessão em que você está: você sai agora e precisa entrar de novo.'
      : html`Quem estiver usando${device && html` <strong>${device}</strong>`}${s.ip_address && ` em ${s.ip_address}`} sai agora e precisa entrar de novo. A senha não muda.`}</p><//>`
}

start('sessoes', Sessoes)
