import { html, useEffect, useId, useState } from './ui.js'
import { isLeaving, request } from './api.js'
import { Dialog, DialogHead } from './dialog.js'
import { PasswordFields, usePasswordForm } from './password.js'

// useMe asks who is logged in: { eu } or { error }, and retry.
export function useMe() {
  const [state, setState] = useState({})
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    request('GET', '/api/db/auth/validar')
      .then(({ data }) => setState({ eu: data.cliente }))
      .catch((error) => isLeaving(error) || setState({ error }))
  }, [turn])
  return { ...state, retry: () => setTurn((t) => t + 1) }
}

// leave ends the session on the server, then shows the login page.
export async function leave() {
  await request('POST', '/sair', { onSession: 'stay' })
  location.assign('/entrar')
}

// ChangePassword is the dialog behind the person's menu.
export function ChangePassword({ onDone, onClose }) {
  const label = useId()
  const password = usePasswordForm(onDone)
  return html`<${Dialog} kind="small" label=${label} sturdy onClose=${onClose}>
    <form ref=${password.form} method="post" novalidate onSubmit=${password.submit}>
      <${DialogHead} onClose=${onClose}><h2 id=${label}>Trocar senha</h2><p>Suas outras sessões serão encerradas.</p><//>
      <div class="dialog-body stack"><${PasswordFields} ...${password} /></div>
      <div class="dialog-foot">
        <button type="button" class="button" onClick=${() => onClose()}>Cancelar</button>
        <button class="button primary" aria-busy=${password.busy}>${password.busy ? 'Salvando…' : 'Trocar senha'}</button>
      </div>
    </form>
  <//>`
}
