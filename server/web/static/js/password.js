import { html, useLayoutEffect, useRef, useState } from './ui.js'
import { request } from './api.js'
import { focusFirstError, PasswordField } from './fields.js'
import { Notice } from './dialog.js'

const empty = { senha_atual: '', senha_nova: '', repetida: '' }

// usePasswordForm is the change of one's own password, shared by the forced
// change after login and the person's menu. done runs after success.
export function usePasswordForm(done, known = '') {
  const [values, setValues] = useState({ ...empty, senha_atual: known })
  const [errors, setErrors] = useState({})
  const [failure, setFailure] = useState('')
  const [busy, setBusy] = useState(false)
  const form = useRef()
  const onValue = (name, value) => {
    setValues((v) => ({ ...v, [name]: value }))
    setErrors((e) => ({ ...e, [name]: undefined }))
  }
  useLayoutEffect(() => focusFirstError(form.current), [errors.attempt])

  const submit = async (e) => {
    e.preventDefault()
    if (busy) return
    if (values.senha_nova !== values.repetida) {
      return setErrors({ repetida: 'As duas senhas novas não são iguais.', attempt: {} })
    }
    setBusy(true)
    setFailure('')
    try {
      const { senha_atual, senha_nova } = values
      await request('POST', '/api/db/auth/senha', { body: { senha_atual, senha_nova }, onSession: 'stay' })
      done()
    } catch (error) {
      const campos = campoNames(error.campos)
      setErrors({ ...campos, attempt: {} })
      if (!Object.keys(campos).length) setFailure(error.message)
      setBusy(false)
    }
  }
  return { values, errors, failure, busy, form, onValue, submit, known }
}

// campoNames puts what the store says of the column senha beside the new password.
function campoNames({ senha, ...rest }) {
  return senha ? { ...rest, senha_nova: senha } : rest
}

export function PasswordFields({ values, errors, failure, onValue, known }) {
  return html`<${Notice} error=${failure} />
    ${!known && html`<${PasswordField} name="senha_atual" label="Senha atual" required autofocus autocomplete="current-password"
      value=${values.senha_atual} error=${errors.senha_atual} onValue=${onValue} />`}
    ${known && errors.senha_atual && html`<${Notice} error=${errors.senha_atual} />`}
    <${PasswordField} name="senha_nova" label="Nova senha" required autofocus=${Boolean(known)} autocomplete="new-password"
      hint="Uma frase longa é mais forte e mais fácil de lembrar."
      value=${values.senha_nova} error=${errors.senha_nova} onValue=${onValue} />
    <${PasswordField} name="repetida" label="Repita a nova senha" required autocomplete="new-password"
      value=${values.repetida} error=${errors.repetida} onValue=${onValue} />`
}
