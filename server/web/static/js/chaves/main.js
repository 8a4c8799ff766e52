import { html, useState } from '../ui.js'
import { request } from '../api.js'
import { start } from '../app.js'
import { usePage } from '../context.js'
import { addressWith, useData } from '../data.js'
import { Confirm } from '../dialog.js'
import { formatNumber } from '../format.js'
import { useShortcuts } from '../list/keyboard.js'
import { ListPanel, NewButton, PageHead } from '../list/page.js'
import { CursorPager } from '../list/pager.js'
import { State } from '../list/states.js'
import { RowButton, Table } from '../list/table.js'
import { useLive } from '../live.js'
import { routeOf, useRoute } from '../route.js'
import { Day, Time } from '../time.js'
import { NewKey } from './form.js'
import { levelName } from './levels.js'
import { Secret } from './secret.js'

const base = '/api/db/chaves'
const noun = ['chave', 'chaves', 'as chaves', 'Nenhuma chave']
const r = routeOf('/chaves', { cursor: '' })

const isPast = (at) => at && new Date(at) <= new Date()
const isOver = (k) => k.revogada_em || isPast(k.expira_em)

const columns = [
  { key: 'chave', name: 'Nome', cell: (k) => k.nome, under: (k) => `${k.inicio}…` },
  { key: 'nivel', name: 'Nível', cell: (k) => html`<span class="badge level">${levelName(k.nivel)}</span>` },
  { key: 'situacao', name: 'Situação', cell: (k) => html`<${Situation} chave=${k} />` },
  { key: 'uso', name: 'Último uso', cell: (k) => (k.ultimo_uso ? html`<${Time} at=${k.ultimo_uso} since />` : 'Nunca') },
  { key: 'usos', name: 'Registros', kind: 'num', cell: usesOf },
  { key: 'expira', name: 'Expira', cell: (k) => (k.expira_em ? html`<${Time} at=${k.expira_em} />` : 'Não expira') },
  { key: 'criada', name: 'Criada', cell: (k) => k.criada_em && html`<${Day} at=${k.criada_em} />`, text: (k) => `por ${k.criada_por}` },
]

function Situation({ chave: k }) {
  if (k.revogada_em) return html`<span class="badge">Revogada</span>`
  if (isPast(k.expira_em)) return html`<span class="badge">Expirada</span>`
  return html`<span class="badge on">Vale</span>`
}

// usesOf counts the devices that an agent's key has registered.
function usesOf(k) {
  if (k.nivel !== 'agente') return ''
  return k.usos_maximos ? `${formatNumber(k.usos)} de ${formatNumber(k.usos_maximos)}` : formatNumber(k.usos)
}

function Chaves() {
  const { toast } = usePage()
  const [route, go] = useRoute(r)
  const list = useData(addressWith(base, { cursor: route.cursor, por_pagina: 50 }))
  const rows = list.data?.chaves
  const [open, setOpen] = useState(null) // { kind, … }
  const close = () => setOpen(null)
  const onNew = () => setOpen({ kind: 'new' })
  useShortcuts({ onNew })
  useLive(['chaves'], () => list.reload(true))
  const text = rows?.length > 0 && `${formatNumber(list.data.total ?? rows.length)} no total`
  const made = (answer) => {
    setOpen({ kind: 'secret', ...answer })
    list.reload(true)
  }
  const revoked = (k) => {
    close()
    list.reload(true)
    toast(`A chave ${k.nome} foi revogada.`)
  }
  return html`
    <${PageHead} title="Chaves de API" note="Para programas e agentes. Cada um deve ter a sua, para que se possa revogar uma sem parar as outras.">
      <${NewButton} text="Nova chave" onClick=${onNew} /><//>
    <${ListPanel} list=${list} rows=${rows} total=${list.data?.total ?? undefined} columns=${columns} noun=${noun} r=${r} route=${route} go=${go} icon="key"
      empty=${html`<${State} icon="key" title="Nenhuma chave ainda" actions=${html`<button type="button" class="button primary" onClick=${onNew}>Criar a primeira</button>`}>
        Crie uma chave para cada programa que fala com a API e uma para os agentes dos dispositivos.<//>`}>
      ${rows && html`<${Table} label="Chaves de API" columns=${columns} rows=${rows} stale=${list.slow} rowClass=${(k) => (isOver(k) ? 'inactive' : '')}
        actions=${(k) => !k.revogada_em && html`<${RowButton} icon="block" label=${`Revogar ${k.nome}`} title="Revogar" onClick=${() => setOpen({ kind: 'revoke', chave: k })} />`} />
      <${CursorPager} data=${list.data} text=${text} onCursor=${(cursor) => go({ cursor })} />`}
    <//>
    ${open?.kind === 'new' && html`<${NewKey} onDone=${made} onClose=${close} />`}
    ${open?.kind === 'secret' && html`<${Secret} segredo=${open.segredo} chave=${open.chave} onClose=${close} />`}
    ${open?.kind === 'revoke' && html`<${Confirm} title=${`Revogar ${open.chave.nome}?`} action="Revogar" busyText="Revogando…" danger
      run=${() => request('DELETE', `${base}/${open.chave.id}`, { onSession: 'stay' })} onDone=${() => revoked(open.chave)} onClose=${close}>
      <p>Quem usa esta chave é recusado a partir de agora, e não há como voltar: seria preciso criar outra.
        ${open.chave.ultimo_uso ? html` Último uso: <${Time} at=${open.chave.ultimo_uso} />.` : ' Ela nunca foi usada.'}</p><//>`}`
}

start('chaves', Chaves)
