import { html, useId, useState } from '../ui.js'
import { Dialog, DialogHead, Notice } from '../dialog.js'
import { Field, PasswordField } from '../fields.js'
import { FormDialog } from '../form.js'
import { Conflict } from './conflict.js'
import { getCliente, saveChanges, useCliente, useCreate } from './data.js'
import { changesOf, fieldInfo, levelOptions, sections, valuesOf } from './record.js'

const newFields = sections.flatMap((s) => s.fields)
const blank = { nivel_acesso: 'usuario', pais: 'Brasil' }
const allLevels = ['usuario', 'moderador', 'admin']

// NewCliente creates; onDone gets { cliente, operacao }.
export function NewCliente({ may, onDone, onClose }) {
  const create = useCreate()
  const [start] = useState(() => valuesOf(blank, newFields))
  const save = async (values) => {
    const given = Object.entries(values).filter(([, v]) => v !== '')
    onDone(await create(Object.fromEntries(given)))
  }
  return html`<${FormDialog} title="Novo cliente" start=${start} action="Cadastrar" save=${save} onClose=${onClose}>
    ${(form) => html`<${Sections} ...${form} fields=${newFields} levels=${may.newLevels} />`}<//>`
}

// EditCliente loads the newest version first, so that the form and the version
// that it will be compared with belong together.
export function EditCliente({ id, may, onDone, onClose }) {
  const loaded = useCliente(id)
  if (!loaded.data) return html`<${Waiting} error=${loaded.error} onClose=${onClose} />`
  return html`<${EditForm} cliente=${loaded.data.cliente} etag=${loaded.etag} may=${may} onDone=${onDone} onClose=${onClose} />`
}

function Waiting({ error, onClose }) {
  const label = useId()
  return html`<${Dialog} kind="small" label=${label} onClose=${onClose}>
    <${DialogHead} onClose=${onClose}><h2 id=${label}>${error ? 'Não foi possível abrir' : 'Carregando…'}</h2><//>
    <div class="dialog-body">${error ? html`<${Notice} error=${error.message} />` : html`<span class="bone w3"></span>`}</div>
  <//>`
}

function EditForm({ cliente, etag, may, onDone, onClose }) {
  const [conflict, setConflict] = useState(null)
  const fields = may.fields(cliente)
  const [start] = useState(() => valuesOf(cliente, fields))
  const send = async (changes, version) => {
    if (!Object.keys(changes).length) return onClose()
    try {
      onDone(await saveChanges(cliente.id, changes, version))
    } catch (error) {
      if (error.codigo !== 'conflito') throw error
      const now = await getCliente(cliente.id)
      setConflict({ changes, theirs: now.cliente, etag: now.etag })
    }
    return undefined
  }
  return html`<${FormDialog} title="Editar cliente" subtitle=${cliente.email} start=${start} action="Salvar"
      save=${(values) => send(changesOf(values, cliente), etag)} onClose=${onClose}>
      ${(form) => html`<${Sections} ...${form} fields=${fields} levels=${allLevels} />`}<//>
    ${conflict && html`<${Conflict} base=${cliente} ...${conflict} save=${send} onDrop=${() => onDone({ cliente: conflict.theirs })}
      onClose=${() => setConflict(null)} />`}`
}

function Sections({ fields, ...form }) {
  return sections.map((s) => html`<${Section} key=${s.title} section=${s} fields=${fields} ...${form} />`)
}

function Section({ section, fields, levels, values, errors, onValue }) {
  const shown = section.fields.filter((f) => fields.includes(f) && (f !== 'nivel_acesso' || levels.length > 1))
  if (!shown.length) return null
  return html`<fieldset class="form-section"><legend>${section.title}</legend>
    <div class="form-grid">${shown.map((f) => html`<${FormField} key=${f} field=${f} levels=${levels}
      value=${values[f]} error=${errors[f]} onValue=${onValue} />`)}</div>
  </fieldset>`
}

function FormField({ field, value, error, levels, onValue }) {
  const { name, ...info } = fieldInfo[field]
  if (field === 'senha') {
    return html`<${PasswordField} name="senha" label=${name} autocomplete="new-password" span="s6" value=${value} error=${error}
      hint="Opcional: sem senha, a pessoa não consegue entrar." onValue=${onValue} />`
  }
  const options = field === 'nivel_acesso' ? levelOptions(levels, value) : undefined
  return html`<${Field} name=${field} label=${name} value=${value} error=${error} options=${options} autofocus=${field === 'nome'}
    onValue=${onValue} ...${info} />`
}
