import { html } from '../ui.js'
import { differences, Differences } from '../difference.js'
import { Drawer } from '../drawer.js'
import { extraRows, Facts } from '../facts.js'
import { formatHora } from '../format.js'
import { Time } from '../time.js'
import { actionName, actorKind, actorOf, channelName, textOf } from '../trail.js'
import { useLog } from './data.js'
import { Level } from './level.js'

const known = ['ator', 'canal', 'ip', 'antes', 'depois', 'versao', 'operacao', 'desfaz']

// Details is the drawer with one row of the trail and what it changed.
export function Details({ id, onClose }) {
  const loaded = useLog(id)
  const l = loaded.data?.log
  return html`<${Drawer} noun="Registro" loaded=${loaded} record=${l} onClose=${onClose}
    head=${(label) => html`<h2 id=${label}>${l.descricao || actionName(l.acao)}</h2><p><${Time} at=${l.data_hora} /></p>`}>
    ${l && html`<${About} l=${l} />`}
  <//>`
}

function About({ l }) {
  const dados = l.dados ?? {}
  const rest = Object.fromEntries(Object.entries(dados).filter(([key]) => !known.includes(key)))
  return html`
    <${Difference} antes=${dados.antes} depois=${dados.depois} />
    <${Facts} title="Quem e de onde" rows=${[
      ['Quem', actorOf(l)], ['Credencial', actorKind(l)], ['Por onde', channelName(textOf(l.canal))],
      ['E-mail informado', textOf(l.email_informado)], ['Endereço', textOf(l.ip)], ['Programa', l.user_agent],
    ]} />
    <${Facts} title="Registro" rows=${[
      ['Ação', html`${actionName(l.acao)} <code>${l.acao}</code>`], ['Nível', l.nivel && html`<${Level} nivel=${l.nivel} />`], ['Quando', formatHora(l.data_hora)],
      ['Cliente', l.cliente_id && html`<a href=${`/clientes/${l.cliente_id}`}>Abrir o cadastro nº ${l.cliente_id}</a>`], ['Número', String(l.id)],
      ['Parte de', operationLink(dados.operacao)], ['Desfaz', operationLink(dados.desfaz)],
    ]} />
    <${Facts} title="Outros dados" rows=${extraRows(rest)} />`
}

const operationLink = (id) => id > 0 && html`<a href=${`/operacoes/${id}`}>Operação nº ${id}</a>`

function Difference({ antes, depois }) {
  const rows = differences(antes, depois)
  if (!rows.length) return null
  const made = !antes
  return html`<section class="facts"><h3>${made ? 'Valores' : 'O que mudou'}</h3><${Differences} rows=${rows} made=${made} /></section>`
}
