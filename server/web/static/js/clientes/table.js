import { html } from '../ui.js'
import { Icon } from '../icons.js'
import { cityOf, formatHora } from '../format.js'
import { Initials } from '../initials.js'
import { addressOf } from './route.js'

const columns = [
  ['c-nome', 'Nome'], ['c-email', 'E-mail'], ['c-empresa', 'Empresa'], ['c-tel', 'Telefone'],
  ['c-cidade', 'Cidade / UF'], ['c-sit', 'Situação'], ['c-data', 'Cadastro'],
]

// The roles are spelled out because cards on a phone are made by CSS display,
// which makes browsers forget that this is a table.
function Frame({ stale, busy, children }) {
  return html`<table class=${`grid ${stale ? 'stale' : ''}`} role="table" aria-label="Clientes" aria-busy=${busy ? 'true' : 'false'}>
    <thead role="rowgroup"><tr role="row">
      ${columns.map(([key, text]) => html`<th role="columnheader" scope="col" class=${key}>${text}</th>`)}
      <th role="columnheader" scope="col" class="c-acao"><span class="sr">Ações</span></th>
    </tr></thead>
    <tbody role="rowgroup">${children}</tbody>
  </table>`
}

// Table shows one window of clients. Each row holds a true link, so that a new
// tab, the keyboard and screen readers work as everywhere.
export function Table({ clientes, route, stale, canEdit, onOpen, onEdit }) {
  return html`<${Frame} stale=${stale} busy=${stale}>
    ${clientes.map((c) => html`<${Row} key=${c.id} c=${c} href=${addressOf({ ...route, id: c.id })}
      editable=${canEdit(c)} onOpen=${onOpen} onEdit=${onEdit} />`)}
  <//>`
}

function Row({ c, href, editable, onOpen, onEdit }) {
  const open = (e) => {
    if (e.ctrlKey || e.metaKey || e.shiftKey || e.button > 0 || e.target.closest('button')) return
    if (String(getSelection())) return
    e.preventDefault()
    onOpen(c.id)
  }
  return html`<tr role="row" class=${c.ativo ? '' : 'inactive'} data-id=${c.id} onClick=${open}>
    <td role="cell" class="c-nome"><div class="person">
      <${Initials} nome=${c.nome} />
      <a class="ellipsis" href=${href} title=${c.nome}>${c.nome}</a></div></td>
    <${Cell} key="email" kind="c-email" label="E-mail" text=${c.email} />
    <${Cell} key="empresa" kind="c-empresa" label="Empresa" text=${c.empresa} />
    <${Cell} key="telefone" kind="c-tel num" label="Telefone" text=${c.telefone} />
    <${Cell} key="cidade" kind="c-cidade" label="Cidade" text=${cityOf(c)} />
    <td role="cell" class="c-sit" data-label="Situação"><${Status} ativo=${c.ativo} /></td>
    <${Cell} key="data" kind="c-data num" label="Cadastro" text=${formatHora(c.data_cadastro)} />
    <td role="cell" class="c-acao">${editable && html`<button type="button" class="icon-button" title="Editar"
      aria-label=${`Editar ${c.nome}`} onClick=${() => onEdit(c.id)}><${Icon} name="pencil" size=${16} /></button>`}</td>
  </tr>`
}

function Cell({ kind, label, text }) {
  return html`<td role="cell" class=${`${kind} ${text ? '' : 'empty'}`} data-label=${label}>
    <div class="ellipsis" title=${text || undefined}>${text || html`<span class="quiet">—</span>`}</div></td>`
}

export function Status({ ativo }) {
  return html`<span class=${`badge ${ativo ? 'on' : ''}`}>${ativo ? 'Ativo' : 'Inativo'}</span>`
}

// Skeleton has the shape of the table that is on its way.
export function Skeleton() {
  return html`<${Frame} busy>
    ${Array.from({ length: 8 }, (_, i) => html`<tr role="row" class="skeleton" key=${i} aria-hidden="true">
      ${columns.map(([key], j) => html`<td class=${key}><span class=${`bone w${1 + ((i + j * 2) % 4)}`}></span></td>`)}
      <td class="c-acao"></td></tr>`)}
  <//>`
}

// moveRow moves the focus between rows: by step, or to an end with Infinity.
export function moveRow(step) {
  const links = [...document.querySelectorAll('.grid .person a')]
  if (!links.length) return false
  const here = links.findIndex((a) => a.closest('tr').contains(document.activeElement))
  const wanted = here < 0 && Number.isFinite(step) ? (step > 0 ? 0 : links.length - 1) : here + step
  links[Math.min(Math.max(wanted, 0), links.length - 1)].focus()
  return true
}
