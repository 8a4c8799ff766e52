import { html, useEffect, useId, useRef, useState } from './ui.js'
import { Dialog, DialogHead, Notice, sameText } from './dialog.js'
import { differences, Differences } from './difference.js'
import { Bones } from './facts.js'
import { Field } from './fields.js'
import { formatNumber } from './format.js'
import { countOf, doneIn, doneText, giveUp, goOn, isOpen, ordered, refusedOf, titleOf, undoing } from './operations.js'

// Bulk shows what an operation would do, does it and tells what became of it, with all that was
// left out. work comes from operations.js. With ask={false} it begins at once. danger and typed
// (what must be written out) are for what does not come back; sure says what it means. names are
// those of chosen records by id, for one that is gone by then. onDone gets the operation, once
// it has done something.
export function Bulk({ title, work: first, names, action, sure, danger, typed, ask = true, onDone, onClose }) {
  const label = useId()
  const [work, setWork] = useState({ ...first, asking: ask && Boolean(first.plan) })
  const run = useRun(work)
  const { plan, op, error, busy } = run
  const close = () => {
    run.stop()
    if (op && doneIn(op)) onDone(op)
    onClose()
  }
  // What went well needs nobody to close it.
  useEffect(() => { if (op?.estado === 'concluida' && !op.recusados && !error) close() }, [op])
  useEffect(() => { if (!work.asking) run.begin() }, [work])
  const heading = op ? titleOf(op) : plan ? `${titleOf(plan)}?` : title
  return html`<${Dialog} kind=${plan && !op ? 'preview' : 'small'} label=${label} sturdy onClose=${close}>
    <${DialogHead} onClose=${close}><h2 id=${label}>${heading}</h2><//>
    ${op || !work.asking
      ? html`<${Work} run=${run} names=${names} onClose=${close} onUndo=${() => setWork({ ...undoing(op.id), asking: false })} />`
      : html`<${Preview} plan=${plan} error=${error} busy=${busy} sure=${sure} danger=${danger} typed=${typed} action=${action}
          onAgain=${() => run.look(true)} onBegin=${run.begin} onClose=${close} />`}
  <//>`
}

// BulkOrder does order.acao to the records that order.ids or order.filtro name; kinds says of
// each action how it is told. plan is what somebody has looked at already.
export function BulkOrder({ recurso, kinds, order, plan, ...rest }) {
  const [work] = useState(() => ordered({ recurso, ...order }, plan))
  const { title, action, sure, danger, typed } = kinds[order.acao]
  return html`<${Bulk} title=${title} work=${work} action=${({ mudam }) => action(mudam)} sure=${sure} danger=${danger} typed=${typed} ...${rest} />`
}

// useRun goes through a work: { plan, op, error, busy, going } and what can be done with it.
function useRun(work) {
  const [state, setState] = useState({})
  const going = useRef(null) // the work that is gone on with
  const update = (change) => setState((s) => ({ ...s, ...change }))
  const look = async (again) => {
    update({ error: null, plan: undefined, busy: false })
    try {
      update({ plan: await work.plan(again) })
    } catch (error) {
      update({ error })
    }
  }
  const from = async (begin) => {
    const mine = {}
    going.current = mine
    update({ error: null, busy: true, going: true })
    try {
      let op = await begin()
      update({ op })
      while (isOpen(op) && going.current === mine) update({ op: op = await goOn(op.id) })
    } catch (error) {
      update({ error, ...(error.atual?.id && { op: error.atual }) })
    }
    update({ busy: false, going: false })
  }
  useEffect(() => {
    if (work.asking) look(false)
    return () => { going.current = null }
  }, [work])
  const act = (what) => from(() => what(state.op.id))
  return {
    ...state, look,
    begin: () => from(() => work.begin(state.plan)),
    stop: () => { going.current = null },
    goOn: () => act(goOn),
    giveUp: () => act(giveUp),
  }
}

function Preview({ plan, error, busy, sure, danger, typed, action, onAgain, onBegin, onClose }) {
  const [text, setText] = useState('')
  const [missing, setMissing] = useState(false)
  const begin = (e) => {
    e.preventDefault()
    if (busy) return
    if (typed && !sameText(text, typed(plan))) return setMissing(true)
    onBegin()
  }
  const able = plan?.mudam > 0
  return html`<form method="post" novalidate autocomplete="off" onSubmit=${begin}>
    <div class="dialog-body stack" tabindex="0" role="group" aria-label="O que vai acontecer" aria-busy=${!plan && !error ? 'true' : 'false'}>
      <${Notice} error=${error && sentence(error)} />
      ${plan ? html`<${Plan} plan=${plan} sure=${sure} />` : !error && html`<p class="quiet" role="status">Conferindo o que mudaria…</p><${Bones} />`}
      ${able && typed && html`<${Field} name="confirmacao" label=${html`Para confirmar, escreva <strong class="typed">${typed(plan)}</strong>`} autofocus spellcheck=${false}
        value=${text} error=${missing && 'O que você escreveu é diferente.'} onValue=${(_, v) => { setText(v); setMissing(false) }} />`}
    </div>
    <div class="dialog-foot">
      <button type="button" class="button" autofocus onClick=${onClose}>${plan && !able ? 'Fechar' : 'Cancelar'}</button>
      ${error && html`<button type="button" class="button" onClick=${onAgain}>Conferir de novo</button>`}
      ${able && !error && html`<button class=${`button ${danger ? 'danger' : 'primary'}`} aria-busy=${busy ? 'true' : 'false'}>${action(plan)}</button>`}
    </div></form>`
}

// sentence also tells of refused values, which have no field here to stand beside.
export const sentence = (error) => Object.values(error.campos ?? {})[0] ?? error.message

function Plan({ plan, sure }) {
  const { recurso, total, mudam, iguais, recusados, motivos, amostra } = plan
  const shown = amostra.map((one) => ({ ...one, rows: differences(one.antes, one.depois) })).filter(({ rows }) => rows.length)
  return html`
    <dl class="counts">
      <div><dt>Escolhidos</dt><dd>${formatNumber(total)}</dd></div>
      <div class="main"><dt>Mudam</dt><dd>${formatNumber(mudam)}</dd></div>
      <div><dt>Já estão assim</dt><dd>${formatNumber(iguais)}</dd></div>
      <div><dt>Ficam de fora</dt><dd>${formatNumber(recusados)}</dd></div></dl>
    <p class="sr" role="status">${`De ${countOf(recurso, total)}, ${formatNumber(mudam)} mudam, ${formatNumber(iguais)} já estão assim e ${formatNumber(recusados)} ficam de fora.`}</p>
    ${sure && mudam > 0 && html`<p>${sure}</p>`}
    <${Reasons} motivos=${motivos} />
    ${shown.length > 0 && html`<section><h3>${mudam > shown.length ? `Os primeiros ${formatNumber(shown.length)}` : 'O que muda'}</h3>
      <ul class="samples">${shown.map((one) => html`<li key=${one.id}><strong>${one.nome}</strong><${Differences} rows=${one.rows} /></li>`)}</ul></section>`}
    ${mudam > 0 && html`<p class="quiet">${plan.reversivel ? 'Depois dá para desfazer: volta o que ninguém mudar até lá.' : `${plan.motivo}.`}</p>`}`
}

// Reasons are why some are left out, each with a few of them.
export function Reasons({ motivos, children }) {
  if (!motivos.length) return null
  return html`<section><h3>Por que ficam de fora</h3><ul class="reasons">${motivos.map((m) => html`<li key=${m.frase}><strong>${formatNumber(m.quantos)}</strong> ${m.frase}
    <small>${m.exemplos.join(', ')}${m.quantos > m.exemplos.length && ' …'}</small></li>`)}</ul>${children}</section>`
}

function Work({ run, names, onUndo, onClose }) {
  const { op, error, going } = run
  const refused = useRefused(op, going)
  const over = op && !isOpen(op)
  return html`<div class="dialog-body stack">
      <${Notice} error=${error && sentence(error)} />
      ${(op || going) && html`<progress max=${op?.total ?? 1} value=${op ? doneIn(op) : 0} aria-label=${op ? titleOf(op) : 'Começando'}></progress>
        <p role="status">${op ? progressText(op, going) : 'Começando…'}</p>`}
      ${over && html`<p>${doneText(op)}${op.iguais > 0 && ` ${formatNumber(op.iguais)} já ${op.iguais === 1 ? 'estava' : 'estavam'} assim.`}</p>`}
      ${refused?.length > 0 && html`<section><h3>${op.recusados === 1 ? '1 ficou de fora' : `${formatNumber(op.recusados)} ficaram de fora`}</h3>
        <ul class="failures" tabindex="0" aria-label="O que ficou de fora">${refused.map((i) => html`<li key=${i.alvo}><strong>${i.nome || names?.get(i.alvo) || `nº ${i.alvo}`}</strong> ${i.motivo}</li>`)}</ul></section>`}
    </div>
    <div class="dialog-foot">
      ${!going && op && !over && html`<button type="button" class="button plain danger-quiet" onClick=${run.giveUp}>Desistir do resto</button>`}
      <span class="grow"></span>
      ${over && op.reversivel && op.feitos > 0 && op.acao !== 'desfazer' && html`<button type="button" class="button" onClick=${onUndo}>Desfazer</button>`}
      ${!going && !over && (op || error) && html`<button type="button" class="button primary" onClick=${op ? run.goOn : run.begin}>${op ? 'Continuar' : 'Tentar outra vez'}</button>`}
      <button type="button" class="button" autofocus onClick=${going ? run.stop : onClose}>${going ? 'Parar' : 'Fechar'}</button>
    </div>`
}

function progressText(op, going) {
  const far = `${formatNumber(doneIn(op))} de ${formatNumber(op.total)}`
  if (going) return `Fazendo… ${far}`
  return isOpen(op) ? `Parada em ${far}.` : op.estado === 'encerrada' ? `Encerrada em ${far}.` : `Concluída: ${far}.`
}

// useRefused are the targets that were left out, once nothing more is being done.
function useRefused(op, going) {
  const [items, setItems] = useState(null)
  const wanted = op && !going && op.recusados > 0 ? op.id : 0
  useEffect(() => {
    let here = true
    setItems(null)
    if (wanted) refusedOf(wanted).then((got) => here && setItems(got), () => {})
    return () => { here = false }
  }, [wanted, op?.recusados])
  return items
}
