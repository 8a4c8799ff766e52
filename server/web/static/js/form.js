import { html, useId, useLayoutEffect, useRef, useState } from './ui.js'
import { loginAddress } from './api.js'
import { Dialog, DialogHead, Notice } from './dialog.js'
import { focusFirstError } from './fields.js'

// FormDialog asks for values. start is what the fields hold at first; save gets the
// values and may throw ApiError, whose campos stand beside their fields. children
// is a function of { values, errors, onValue }. Leaving with something typed asks
// first.
export function FormDialog({ kind, title, subtitle, start, action, busyText = 'Salvando…', save, onClose, children }) {
  const label = useId()
  const form = useRef()
  const [values, setValues] = useState(start)
  const [errors, setErrors] = useState({})
  const [failure, setFailure] = useState(null)
  const [busy, setBusy] = useState(false)
  const [leaving, setLeaving] = useState(false)
  const dirty = Object.keys(start).some((name) => values[name] !== start[name])
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
      const campos = campoErrors(error, start)
      setErrors({ ...campos, attempt: {} })
      setFailure(Object.keys(campos).length ? null : explain(error))
    }
    setBusy(false)
  }

  return html`<${Dialog} kind=${kind} label=${label} sturdy onClose=${close}>
    <form ref=${form} data-unsaved=${dirty || undefined} method="post" novalidate autocomplete="off" onSubmit=${submit}>
      <${DialogHead} onClose=${close}><h2 id=${label}>${title}</h2>${subtitle && html`<p>${subtitle}</p>`}<//>
      <div class="dialog-body">
        <${Notice} error=${failure} />
        ${children({ values, errors, onValue })}
      </div>
      <${FormFoot} action=${busy ? busyText : action} busy=${busy} leaving=${leaving} onStay=${() => setLeaving(false)} onClose=${close} />
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
    <button class="button primary" aria-busy=${busy}>${action}</button></div>`
}

// campoErrors are the messages that have a field to stand beside.
function campoErrors(error, fields) {
  const campos = error.codigo === 'email_em_uso' ? { email: error.message } : error.campos ?? {}
  return Object.fromEntries(Object.entries(campos).filter(([f]) => f in fields))
}

function explain(error) {
  if (error.status !== 401) return error.message
  return html`Sua sessão terminou, mas o que você digitou continua aqui. <a href=${loginAddress()} target="_blank" rel="noopener">Entre
    novamente em outra aba</a> e salve outra vez.`
}
