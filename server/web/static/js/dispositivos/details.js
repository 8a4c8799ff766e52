import { html, useEffect } from '../ui.js'
import { usePage } from '../context.js'
import { addressWith, useData } from '../data.js'
import { Drawer } from '../drawer.js'
import { Facts } from '../facts.js'
import { formatHora } from '../format.js'
import { Icon } from '../icons.js'
import { useLive } from '../live.js'
import { Menu } from '../menu.js'
import { linkTo } from '../nav.js'
import { Presence } from '../presence.js'
import { Time } from '../time.js'
import { nameOf } from './form.js'

const SOME = 8

// Details is the drawer with everything about one device.
export function Details({ id, turn, ask, onClose }) {
  const { may } = usePage()
  const loaded = useData(`/api/db/dispositivos/${id}`)
  const d = loaded.data?.dispositivo
  useEffect(() => { if (turn) loaded.reload(true) }, [turn])
  useLive(['dispositivos'], (ids) => (!ids || ids.includes(id)) && loaded.reload(true))
  return html`<${Drawer} noun="Dispositivo" loaded=${loaded} record=${d} onClose=${onClose}
    head=${(label) => html`<h2 id=${label}>${nameOf(d)}</h2><div class="badges"><span class=${`badge ${d.online ? 'on' : ''}`}>${d.online ? 'Online' : 'Offline'}</span>
      ${d.ativo === false && html`<span class="badge">Inativo</span>`}</div>`}
    foot=${d && may.manageDevices && html`<${Actions} d=${d} ask=${ask} />`}>
    ${d && html`<${About} d=${d} may=${may} /><${Connections} id=${id} may=${may} /><${Extra} info=${d.info_extra} />`}
  <//>`
}

function About({ d, may }) {
  const owner = d.cliente_nome && (may.seesAll ? html`<a href=${`/clientes/${d.cliente_id}`}>${d.cliente_nome}</a>` : d.cliente_nome)
  return html`
    <${Facts} title="Presença" rows=${[['Agora', html`<${Presence} online=${d.online} text />`], ['Último sinal', d.ultimo_heartbeat && html`<${Time} at=${d.ultimo_heartbeat} since />`],
      ['Registrado em', formatHora(d.data_registro)], ['Cliente', owner]]} />
    <${Facts} title="Máquina" rows=${[['Tipo', d.tipo], ['Sistema', [d.sistema_operacional, d.versao_so].filter(Boolean).join(' ')], ['Processador', d.processador],
      ['Memória', d.memoria_total], ['Disco', d.disco_total], ['Virtual', d.is_virtual && (d.virtual_type || 'Sim')]]} />
    <${Facts} title="Rede" rows=${[['Nome na rede', d.hostname], ['Endereço local', d.ip_local], ['Endereço público', d.ip_publico], ['MAC', d.mac_address], ['Número', String(d.id)]]} />`
}

function Connections({ id, may }) {
  const { data, error, reload } = useData(addressWith('/api/db/conexoes', { dispositivo_id: id, por_pagina: SOME, sem_total: true }))
  useLive(['conexoes'], () => reload(true))
  const rows = data?.conexoes
  const more = linkTo(may, 'conexoes', { dispositivo: id })
  return html`<section class="related" aria-label="Conexões recentes" aria-busy=${!rows && !error ? 'true' : 'false'}>
    <h3>Conexões recentes${more && rows?.length > 0 && html`<a href=${more}>Ver todas<span class="sr">: conexões</span></a>`}</h3>
    ${error ? html`<p class="quiet">Não foi possível carregar: ${error.message}</p>` : !rows ? html`<span class="bone w3"></span>`
      : !rows.length ? html`<p class="quiet">Nenhuma conexão informada.</p>`
        : html`<ul>${rows.slice(0, SOME).map((x) => html`<li key=${x.id}><span class="ellipsis">${x.processo || x.protocolo || 'Conexão'}</span>
          <span class="ellipsis num">${x.ip_destino}${x.porta_destino ? `:${x.porta_destino}` : ''}</span><span class="quiet"><${Time} at=${x.data_hora} since /></span></li>`)}</ul>`}</section>`
}

// Extra is all that the device told of itself, as it told it.
function Extra({ info }) {
  if (!info || !Object.keys(info).length) return null
  return html`<details class="extra"><summary>Tudo o que o dispositivo informou</summary><pre tabindex="0">${JSON.stringify(info, null, 2)}</pre></details>`
}

function Actions({ d, ask }) {
  const more = [
    { icon: 'key', text: 'Liberar para outra chave', onClick: () => ask('release', d) },
    { icon: 'trash', text: 'Remover…', danger: true, onClick: () => ask('remove', d) },
  ]
  return html`<div class="dialog-foot"><span class="grow"></span>
    <${Menu} label=${`Mais ações para ${nameOf(d)}`} title="Mais ações" kind="button" items=${more} button=${html`<${Icon} name="more" size=${16} />Mais`} />
    <button type="button" class="button primary" onClick=${() => ask('edit', d)}><${Icon} name="pencil" size=${16} />Editar</button></div>`
}
