import { html, useLayoutEffect, useId, useRef, useState } from '../ui.js'
import { loginAddress } from '../api.js'
import { Dialog, DialogHead, Notice } from '../dialog.js'
import { Field, focusFirstError, PasswordField } from '../fields.js'
import { Conflict } from './conflict.js'
import { getCliente, saveChanges, useCliente, useCreate } from './data.js'
import { changesOf, fieldInfo, levelOptions, sections, valuesOf } from './record.js'

const newFields = ['nome', 'email', 'cpf_cnpj', 'telefone', 'nivel_acesso', 'empresa', 'cargo', 'cep', 'endereco', 'cidade', 'estado', 'pais', 'senha', 'observacoes']
const blank = { nivel_acesso: 'usuario', pais: 'Brasil' }
const allLevels = ['usuario', 'moderador', 'admin']

// NewCliente creates; onDone gets the new client.
export function NewCliente({ pode, onDone, onClose }) {
  const create = useCreate()
  const save = async (values) => {
    const given = Object.entries(values).filter(([, v]) => v !== '')
    onDone(await create(Object.fromEntries(given)))
  }
  return html`<${Form} title="Novo cliente" start=${blank} fields=${newFields} levels=${pode.newLevels}
    action="Cadastrar" save=${save} onClose=${onClose} />`
}

// EditCliente loads the newest version first, so that the form and the version
// that it will be compared with belong together.
export function EditCliente({ id, pode, onDone, onClose }) {
  const loaded = useCliente(id, 0)
  if (!loaded.cliente) return html`<${Waiting} error=${loaded.error} onClose=${onClose} />`
  return html`<${EditForm} loaded=${loaded} pode=${pode} onDone=${onDone} onClose=${onClose} />`
}

function Waiting({ error, onClose }) {
  const label = useId()
  return html`<${Dialog} kind="small" label=${label} onClose=${onClose}>
    <${DialogHead} onClose=${onClose}><h2 id=${label}>${error ? 'Não foi possível abrir' : 'Carregando…'}</h2><//>
    <div class="dialog-body">${error ? html`<${Notice} error=${error.message} />` : html`<span class="bone w3"></span>`}</div>
  <//>`
}

function EditForm({ loaded, pode, onDone, onClose }) {
  const { cliente } = loaded
  const [conflict, setConflict] = useState(null)
  const fields = pode.fields(cliente)
  const send = async (changes, etag) => {
    if (!Object.keys(changes).length) return onClose()
    try {
      onDone(await saveChanges(cliente.id, changes, etag))
    } catch (error) {
      if (error.codigo !== 'conflito') throw error
      const now = await getCliente(cliente.id)
      setConflict({ changes, theirs: now.cliente, etag: now.etag })
    }
    return undefined
  }
  const save = (values) => send(changesOf(values, cliente), loaded.etag)
  return html`<${Form} title="Editar cliente" subtitle=${cliente.email} start=${cliente} fields=${fields} levels=${allLevels}
      action="Salvar" save=${save} onClose=${onClose} />
    ${conflict && html`<${Conflict} base=${cliente} ...${conflict} save=${send} onDrop=${() => onDone(conflict.theirs)}
      onClose=${() => setConflict(null)} />`}`
}

// Form is the dialog of both. save gets the values and may throw ApiError.
function Form({ title, subtitle, start, fields, levels, action, save, onClose }) {
  const label = useId()
  const form = useRef()
  const [values, setValues] = useState(() => valuesOf(start, fields))
  const [errors, setErrors] = useState({})
  const [failure, setFailure] = useState(null)
  const [busy, setBusy] = useState(false)
  const [leaving, setLeaving] = useState(false)
  const dirty = Object.keys(changesOf(values, start)).length > 0
  useLayoutEffect(() => focusFirstError(form.current), [errors.attempt])

  const onValue = (name, value) => {
    setValues((v) => ({ ...v, [name]: value }))
    setErrors((e) => ({ ...e, [name]: undefined }))
    setLeaving(false)
  }
  const close = (why) => (dirty && !leaving && why !== 'forced' ? setLeaving(true) : onClose())
  const submit = async (e) => {
    e.preventDefault()
    if (busy) return
    setBusy(true)
    setFailure(null)
    try {
      await save(values)
    } catch (error) {
      const campos = campoErrors(error, fields)
      setErrors({ ...campos, attempt: {} })
      setFailure(Object.keys(campos).length ? null : explain(error))
    }
    setBusy(false)
  }

  return html`<${Dialog} label=${label} sturdy onClose=${close}>
    <form ref=${form} method="post" novalidate autocomplete="off" onSubmit=${submit}>
      <${DialogHead} onClose=${close}><h2 id=${label}>${title}</h2>${subtitle && html`<p>${subtitle}</p>`}<//>
      <div class="dialog-body">
        <${Notice} error=${failure} />
        ${sections.map((s) => html`<${Section} key=${s.title} section=${s} fields=${fields} levels=${levels}
          values=${values} errors=${errors} onValue=${onValue} />`)}
      </div>
      <${FormFoot} action=${action} busy=${busy} leaving=${leaving} onStay=${() => setLeaving(false)} onClose=${close} />
    </form>
  <//>`
}

function FormFoot({ action, busy, leaving, onStay, onClose }) {
  if (leaving) {
    return html`<div class="dialog-foot" role="alert"><span class="grow">Descartar o que você digitou?</span>
      <button type="button" class="button" autofocus onClick=${onStay}>Continuar editando</button>
      <button type="button" class="button danger" onClick=${() => onClose('forced')}>Descartar</button></div>`
  }
  return html`<div class="dialog-foot">
    <button type="button" class="button" onClick=${() => onClose()}>Cancelar</button>
    <button class="button primary" aria-busy=${busy}>${busy ? 'Salvando…' : action}</button></div>`
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

// campoErrors are the messages that have a field to stand beside.
function campoErrors(error, fields) {
  const campos = error.codigo === 'email_em_uso' ? { email: error.message } : error.campos ?? {}
  return Object.fromEntries(Object.entries(campos).filter(([f]) => fields.includes(f)))
}

function explain(error) {
  if (error.status !== 401) return error.message
  return html`Sua sessão terminou, mas o que você digitou continua aqui. <a href=${loginAddress()} target="_blank" rel="noopener">Entre
    novamente em outra aba</a> e salve outra vez.`
}
