import { html, useEffect, useId, useLayoutEffect, useRef, useState } from '../ui.js'
import { loginAddress } from '../api.js'
import { sentence } from '../bulk.js'
import { Dialog, DialogHead, Notice } from '../dialog.js'
import { download } from '../download.js'
import { formatBytes, formatNumber } from '../format.js'
import { Icon } from '../icons.js'
import { countOf } from '../operations.js'
import { templateAddress } from './data.js'
import { End } from './import_end.js'
import { Columns, Counts, Rows } from './import_preview.js'
import { MAX_BYTES, useImport } from './importing.js'

const kinds = '.xlsx,.xls,.csv,.tsv,.txt,.ndjson,.jsonl,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

// Import takes a file of clients, shows what it would change and changes that. refresh is called
// when something has changed, onUndo with the number of what is to be taken back.
export function Import({ refresh, onUndo, onClose }) {
  const label = useId()
  const work = useImport()
  const { file, plan, busy, over } = work
  const step = over ? 'end' : busy === 'running' ? 'running' : work.columns ? 'preview' : 'choose'
  const running = step === 'running'
  const [turn, setTurn] = useState(0)
  const above = useDrop(!running && work.take)
  const body = useRef()
  useStay(running)
  useEffect(() => { if (over) refresh() }, [over])
  // The button that led here is gone, and the focus with it.
  useLayoutEffect(() => { if (!body.current.closest('dialog').contains(document.activeElement)) body.current.focus() }, [step, turn])
  // What runs is ended by its button alone: closed in spite of that, the dialog comes again.
  const close = (why) => {
    if (!running) onClose()
    else if (why === 'forced') setTurn(turn + 1)
  }
  const heading = { choose: 'Importar clientes', preview: 'Importar clientes', running: `Importando ${countOf('clientes', changesOf(plan))}`, end: work.op?.estado === 'concluida' || !work.op ? 'Importação concluída' : 'A importação parou' }[step]
  const parts = { choose: Choose, preview: Look, running: Run, end: End }
  return html`<${Dialog} key=${turn} kind="preview" label=${label} sturdy onClose=${close}>
    <${DialogHead} onClose=${running ? null : close}><h2 id=${label}>${heading}</h2>${file && html`<p>${aboutFile(file, plan)}</p>`}<//>
    <div ref=${body} class=${`dialog-body stack import ${above ? 'above' : ''}`} tabindex="0" role="group" aria-label=${heading} data-unsaved=${running || undefined}
      aria-busy=${busy ? 'true' : 'false'} onKeyDown=${(e) => running && e.key === 'Escape' && e.preventDefault()}>
      <${Notice} error=${work.error && explain(work.error)} />
      <${parts[step]} work=${work} />
    </div>
    <div class="dialog-foot"><${Foot} step=${step} work=${work} onUndo=${onUndo} onClose=${onClose} /></div>
  <//>`
}

const changesOf = (plan) => (plan ? plan.novos + plan.mudam : 0)

const aboutFile = ({ name }, plan) => [name, plan?.planilha && `planilha “${plan.planilha}”`, plan && (plan.total === 1 ? '1 linha' : `${formatNumber(plan.total)} linhas`)].filter(Boolean).join(' · ')

function explain(error) {
  if (error.status !== 401) return sentence(error)
  return html`Sua sessão terminou. <a href=${loginAddress()} target="_blank" rel="noopener">Entre novamente em outra aba</a> e tente outra vez.`
}

function Choose({ work }) {
  if (work.busy) return html`<${Reading} work=${work} />`
  return html`<label class="drop"><${Icon} name="upload" size=${28} /><strong>Solte aqui a planilha ou <span class="like-link">escolha um arquivo</span></strong>
      <span class="quiet">Excel (.xlsx) ou CSV, até ${formatBytes(MAX_BYTES)}</span>
      <input type="file" accept=${kinds} autofocus onChange=${(e) => e.currentTarget.files.length && work.take(e.currentTarget.files)} /></label>
    <p class="quiet">Cada linha é um cliente, e o e-mail, o CPF/CNPJ ou o ID diz quem é. Antes de mudar qualquer coisa, você vê o que vai mudar.</p>`
}

function Reading({ work }) {
  return html`<div class="checking"><div class="progress"></div><p role="status">Lendo ${work.file.name}…</p>
    <p class="quiet num">${work.rows > 0 ? `${formatNumber(work.rows)} linhas lidas até agora` : html`${'\u00a0'}`}</p></div>`
}

function Look({ work }) {
  return html`<div class="checking slim">${work.busy && html`<div class="progress"></div>`}<p class="sr" role="status">${work.busy ? 'Lendo de novo…' : ''}</p></div>
    ${work.plan && html`<${Counts} work=${work} />`}
    <${Columns} key="columns" work=${work} />
    ${work.plan && html`<${Rows} plan=${work.plan} />`}`
}

function Run({ work }) {
  const { progress, rows } = work
  return html`<progress max=${progress?.total ?? 1} value=${progress?.done ?? 0} aria-label="Importando"></progress>
    <p role="status">${progress ? 'Gravando…' : 'Conferindo o arquivo mais uma vez…'}</p>
    <p class="quiet num">${progress ? `${formatNumber(progress.done)} de ${formatNumber(progress.total)}` : rows > 0 ? `${formatNumber(rows)} linhas lidas` : '\u00a0'}</p>`
}

function Foot({ step, work, onUndo, onClose }) {
  const { plan, busy, error, op, file } = work
  const n = changesOf(plan)
  const rejects = work.rejects && html`<button type="button" class="button" onClick=${() => saveRejects(file, plan, work.rejects)}><${Icon} name="download" size=${16} />Baixar as linhas que ficaram de fora</button>`
  const other = (text) => html`<button type="button" class="button plain" onClick=${work.restart}>${text}</button>`
  if (step === 'running') return html`<button type="button" class="button" onClick=${work.stop}>Cancelar</button>`
  if (step === 'choose') {
    return html`<a class="button plain" href=${templateAddress} download>Baixar o modelo</a><span class="grow"></span>
      <button type="button" class="button" onClick=${onClose}>Cancelar</button>
      ${error && file?.body && !busy && html`<button type="button" class="button primary" onClick=${work.again}>Tentar outra vez</button>`}`
  }
  if (step === 'preview') {
    return html`${other('Escolher outro arquivo')}<span class="grow"></span>
      ${plan && n === 0 && rejects}
      <button type="button" class="button" onClick=${onClose}>${plan && n === 0 ? 'Fechar' : 'Cancelar'}</button>
      ${n > 0 && html`<button type="button" class="button primary" disabled=${Boolean(busy)} onClick=${work.run}>Importar ${countOf('clientes', n)}</button>`}`
  }
  return html`${other('Importar outro arquivo')}<span class="grow"></span>${rejects}
    ${op?.pode_desfazer && html`<button type="button" class="button" onClick=${() => onUndo(op.id)}>Desfazer</button>`}
    <button type="button" class="button primary" onClick=${onClose}>Fechar</button>`
}

// saveRejects writes the rows that were left out beside the file that they come from.
function saveRejects({ name }, { formato }, rejects) {
  const dot = name.lastIndexOf('.')
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, `.${formato}`]
  download(`${stem}-rejeitados${extension}`, [Uint8Array.from(atob(rejects), (c) => c.charCodeAt(0))], 'application/octet-stream')
}

// useDrop gives take what is dropped anywhere in the window, which else would leave the page
// for the file; it returns whether a file is held above it.
function useDrop(take) {
  const [above, setAbove] = useState(false)
  const now = useRef()
  now.current = take
  useEffect(() => {
    const onOver = (e) => {
      if (!e.dataTransfer.types.includes('Files')) return
      e.preventDefault()
      e.dataTransfer.dropEffect = now.current ? 'copy' : 'none'
      setAbove(Boolean(now.current))
    }
    const onLeave = (e) => { if (!e.relatedTarget) setAbove(false) }
    const onDrop = (e) => {
      e.preventDefault()
      setAbove(false)
      if (e.dataTransfer.files.length) now.current && now.current(e.dataTransfer.files)
    }
    const all = [['dragover', onOver], ['dragleave', onLeave], ['drop', onDrop]]
    for (const [name, on] of all) addEventListener(name, on)
    return () => { for (const [name, on] of all) removeEventListener(name, on) }
  }, [])
  return above
}

// useStay has the browser ask before the page is left.
function useStay(wanted) {
  useEffect(() => {
    if (!wanted) return undefined
    const ask = (e) => e.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [wanted])
}
