// What belongs to one client: its devices, their connections, what was done to it.
import { html } from '../ui.js'
import { usePage } from '../context.js'
import { addressWith, useData } from '../data.js'
import { useLive } from '../live.js'
import { linkTo } from '../nav.js'
import { Presence } from '../presence.js'
import { actionName, actorOf } from '../trail.js'
import { Time } from '../time.js'

const SOME = 5

export function Devices({ id }) {
  const { data, error, reload } = useData(addressWith('/api/db/dispositivos', { cliente_id: id, por_pagina: 50 }))
  useLive(['dispositivos'], () => reload(true))
  const list = data?.dispositivos
  return html`<${Related} title="Dispositivos" count=${data?.total} error=${error} rows=${list} none="Nenhum dispositivo registrado." page="dispositivos" id=${id}>
    ${list?.slice(0, SOME).map((d) => html`<li key=${d.id}><span class="ellipsis"><${Presence} online=${d.online} /> ${d.nome || d.hostname || `Dispositivo ${d.id}`}</span>
      <span class="ellipsis quiet">${[d.sistema_operacional, d.versao_so].filter(Boolean).join(' ')}</span>
      <span class="quiet">${d.online ? 'agora' : html`<${Time} at=${d.ultimo_heartbeat} since />`}</span></li>`)}<//>`
}

export function Connections({ id }) {
  const { data, error, reload } = useData(addressWith('/api/db/conexoes', { cliente_id: id, por_pagina: SOME }))
  useLive(['conexoes'], () => reload(true))
  const list = data?.conexoes
  return html`<${Related} title="Conexões recentes" error=${error} rows=${list} none="Nenhuma conexão informada." page="conexoes" id=${id}>
    ${list?.slice(0, SOME).map((x) => html`<li key=${x.id}><span class="ellipsis">${x.processo || x.protocolo || 'Conexão'}</span>
      <span class="ellipsis num">${x.ip_destino}${x.porta_destino ? `:${x.porta_destino}` : ''}</span><span class="quiet"><${Time} at=${x.data_hora} since /></span></li>`)}<//>`
}

export function Audit({ id }) {
  const { data, error, reload } = useData(addressWith('/api/db/logs', { cliente_id: id, limite: 8, sem_total: true }))
  useLive(['logs'], () => reload(true))
  const list = data?.logs
  return html`<${Related} title="Auditoria" error=${error} rows=${list} none="Nada registrado sobre este cliente." page="logs" id=${id}>
    ${list?.map((l) => html`<li key=${l.id}><span class="ellipsis" title=${l.descricao}>${actionName(l.acao)}</span>
      <span class="ellipsis quiet">${actorOf(l)}</span><span class="quiet"><${Time} at=${l.data_hora} since /></span></li>`)}<//>`
}

function Related({ title, count, error, rows, none, page, id, children }) {
  const more = linkTo(usePage().may, page, { cliente: id })
  return html`<section class="related" aria-label=${title} aria-busy=${!rows && !error ? 'true' : 'false'}>
    <h3>${title}${count > 0 && html` <span class="quiet num">${count}</span>`}${more && rows?.length > 0 && html`<a href=${more}>Ver todos<span class="sr">: ${title}</span></a>`}</h3>
    ${error ? html`<p class="quiet">Não foi possível carregar: ${error.message}</p>`
      : !rows ? html`<span class="bone w3"></span>`
        : rows.length ? html`<ul>${children}</ul>` : html`<p class="quiet">${none}</p>`}</section>`
}
