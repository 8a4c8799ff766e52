import { html, useEffect } from '../ui.js'
import { addressWith, useData } from '../data.js'
import { fieldName, showField } from '../difference.js'
import { Drawer } from '../drawer.js'
import { Facts } from '../facts.js'
import { formatHora, formatNumber } from '../format.js'
import { useLive } from '../live.js'
import { isOpen, stateName, titleOf } from '../operations.js'
import { actionName, actorKind, actorOf } from '../trail.js'

// State stands out where somebody has to do something.
export function State({ op }) {
  const kind = { concluida: 'on', interrompida: 'warn' }[op.estado] ?? ''
  return html`<span class=${`badge ${kind}`}>${stateName(op.estado)}</span>`
}

// Details is the drawer with one operation, also a change of a single record; ask(kind, op) does
// something about it.
export function Details({ id, turn, ask, onClose }) {
  const loaded = useData(`/api/db/operacoes/${id}`)
  const op = loaded.data?.operacao
  useEffect(() => { if (turn) loaded.reload(true) }, [turn])
  useLive(['logs'], () => loaded.reload(true))
  return html`<${Drawer} noun="Operação" loaded=${loaded} record=${op} onClose=${onClose}
    head=${(label) => html`<h2 id=${label}>${nameOf(op)}</h2><div class="badges"><${State} op=${op} /></div>`}
    foot=${op && html`<${Actions} op=${op} ask=${ask} />`}>
    ${op && html`<${About} op=${op} />${op.recusados > 0 && html`<${Refused} op=${op} turn=${turn} />`}`}
  <//>`
}

const nameOf = (op) => (op.acao.includes('_') ? actionName(op.acao) : titleOf(op))

function About({ op }) {
  const link = (id) => id && html`<a href=${`/operacoes/${id}`}>Operação nº ${id}</a>`
  return html`
    <${Facts} title="Andamento" rows=${[['Escolhidos', formatNumber(op.total)], ['Mudaram', formatNumber(op.feitos)], ['Já estavam assim', op.iguais > 0 && formatNumber(op.iguais)],
      ['Ficaram de fora', op.recusados > 0 && formatNumber(op.recusados)], ['Faltam', isOpen(op) && formatNumber(op.total - op.feitos - op.iguais - op.recusados)]]} />
    <${Facts} title="Valores" rows=${Object.entries(op.campos ?? {}).map(([f, v]) => [fieldName(f), showField(f, v) || html`<em>vazio</em>`])} />
    <${Facts} title="Operação" rows=${[['Quem', actorOf(op)], ['Credencial', actorKind(op)], ['Quando', formatHora(op.iniciada_em)], ['Número', String(op.id)],
      ['Desfaz', link(op.desfaz)], ['Desfeita por', link(op.desfeita_por)], ['Desfazer', !op.reversivel && `Não: ${op.motivo}`]]} />`
}

function Refused({ op, turn }) {
  const { data, error, reload } = useData(addressWith(`/api/db/operacoes/${op.id}/itens`, { situacao: 'recusado', por_pagina: 100 }))
  useEffect(() => { if (turn) reload(true) }, [turn])
  return html`<section class="facts" aria-busy=${!data && !error ? 'true' : 'false'}><h3>Ficaram de fora</h3>
    ${error ? html`<p class="quiet">Não foi possível carregar: ${error.message}</p>`
      : html`<ul class="failures whole">${data?.itens.map((i) => html`<li key=${i.alvo}><strong>${i.nome || `nº ${i.alvo}`}</strong> ${i.motivo}</li>`)}</ul>`}
    ${data?.tem_proxima && html`<p class="quiet">E outros: são ${formatNumber(data.total)}.</p>`}</section>`
}

function Actions({ op, ask }) {
  const { pode_continuar: goes, pode_encerrar: ends, pode_desfazer: back } = op
  if (!goes && !ends && !back) return null
  return html`<div class="dialog-foot">
    ${ends && html`<button type="button" class="button plain danger-quiet" onClick=${() => ask('stop', op)}>Encerrar</button>`}
    <span class="grow"></span>
    ${back && html`<button type="button" class="button" onClick=${() => ask('undo', op)}>Desfazer</button>`}
    ${goes && html`<button type="button" class="button primary" onClick=${() => ask('resume', op)}>Continuar</button>`}</div>`
}
