import { html, useState } from '../ui.js'
import { usePage } from '../context.js'
import { Icon } from '../icons.js'
import { curlOf } from './operations.js'
import { fieldsOf, noteWith, typeOf } from './schema.js'

const callers = { ninguem: 'Sem credencial', usuario: 'Usuário', moderador: 'Moderador', admin: 'Administrador', chave_leitura: 'Chave de leitura', chave_agente: 'Chave de agente', dispositivo: 'Dispositivo' }
const reach = { all: 'tudo', own: 'só o que é seu', '–': 'não' }
const places = { query: 'endereço', path: 'caminho', header: 'cabeçalho' }

// Operation is one route: its line, and what unfolds below.
export function Operation({ doc, op, open, onToggle }) {
  return html`<details class="op" id=${op.id} open=${open} onToggle=${(e) => onToggle(op.id, e.currentTarget.open)}>
    <summary><span class=${`method ${op.method.toLowerCase()}`}>${op.method}</span> <code>${op.path}</code> <span class="op-summary">${op.summary}</span></summary>
    ${open && html`<div class="op-body">
      ${op.description && html`<${Prose} text=${op.description} />`}
      <${Callers} grants=${op.grants} />
      <${Section} title="Exemplo"><${Code} text=${curlOf(op, location.origin)} name=${`o exemplo de ${op.method} ${op.path}`} /><//>
      ${op.parameters.length > 0 && html`<${Section} title="Parâmetros"><${Fields} rows=${op.parameters.map((p) => ({ name: p.name, type: `${typeOf(doc, p.schema)}, no ${places[p.in]}`, note: noteOf(p), required: p.required }))} /><//>`}
      ${op.body && html`<${Section} title="Corpo"><${Fields} rows=${fieldsOf(doc, op.body.schema)} /><//>`}
      <${Section} title="Respostas">${op.answers.map((a) => html`<${Answer} key=${a.status} doc=${doc} answer=${a} op=${op} />`)}<//>
    </div>`}
  </details>`
}

const noteOf = (p) => noteWith(p.description, p.schema?.default)

function Section({ title, children }) {
  return html`<section class="op-part"><h3>${title}</h3>${children}</section>`
}

// Prose shows the little Markdown that descriptions have: paragraphs, lists, code.
function Prose({ text }) {
  const inline = (line) => line.split('`').map((part, i) => (i % 2 ? html`<code>${part}</code>` : part))
  return html`<div class="op-prose">${text.split('\n\n').map((block) => (block.startsWith('- ')
    ? html`<ul>${block.split('\n').map((line) => html`<li>${inline(line.slice(2))}</li>`)}</ul>`
    : html`<p>${inline(block)}</p>`))}</div>`
}

function Callers({ grants }) {
  return html`<${Section} title="Quem pode"><ul class="callers">
    ${Object.entries(callers).filter(([key]) => grants[key]).map(([key, name]) => html`<li class=${grants[key] === '–' ? 'no' : ''}><span>${name}</span> <strong>${reach[grants[key]]}</strong></li>`)}
  </ul><//>`
}

function Fields({ rows }) {
  if (rows.length === 0) return html`<p class="quiet">Um objeto livre.</p>`
  return html`<dl class="fields">${rows.map((f) => html`<div key=${f.name}><dt><code>${f.name}</code>${f.required && html` <span class="needed">sempre</span>`}</dt>
    <dd><span class="quiet">${f.type}</span>${f.note && html`<br />${f.note}`}</dd></div>`)}</dl>`
}

// Answer is a status: a success with its fields and an example, a failure with its codes.
function Answer({ doc, answer: a, op }) {
  if (!a.ok) {
    return html`<div class="answer"><h4><span class="status bad">${a.status}</span> ${a.description}</h4>
      <ul class="codes">${a.codes.map((c) => html`<li key=${c.codigo}><code>${c.codigo}</code> ${c.sentence}</li>`)}</ul></div>`
  }
  const text = typeof a.example === 'string' ? a.example : JSON.stringify(a.example, null, 2)
  return html`<div class="answer"><h4><span class="status good">${a.status}</span> ${a.description}</h4>
    <${Code} text=${text} name=${`a resposta de ${op.method} ${op.path}`} />
    ${a.kind === 'application/json' && html`<details class="more"><summary>Campos</summary><${Fields} rows=${fieldsOf(doc, a.schema)} /></details>`}</div>`
}

// Code can be copied. It scrolls by keyboard, too.
function Code({ text, name }) {
  const { toast } = usePage()
  const [done, setDone] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setDone(true)
    } catch {
      // Plain HTTP in a local network has no clipboard for pages.
      toast('O navegador não deixou copiar. Selecione o texto e copie-o.')
    }
  }
  return html`<div class="code"><pre tabindex="0" role="region" aria-label=${name}><code>${text}</code></pre>
    <button type="button" class="icon-button" aria-label=${`Copiar ${name}`} title="Copiar" onClick=${copy}><${Icon} name=${done ? 'check' : 'copy'} size=${16} /></button></div>`
}
