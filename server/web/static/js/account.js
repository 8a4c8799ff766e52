import { html, useCallback, useEffect, useId, useState } from './ui.js'
import { goingAway, isLeaving, passwordAddress, request } from './api.js'
import { Dialog, DialogHead } from './dialog.js'
import { useDoubt } from './live.js'
import { PasswordFields, usePasswordForm } from './password.js'

// What this tab knew of its person at the last page, so that the next one is drawn
// at once; the server is asked every time.
const KEPT = 'eu'

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT)) ?? undefined
  } catch {
    return undefined
  }
}

function keep({ id, nome, email, nivel_acesso }) {
  const viewer = { id, nome, email, nivel_acesso }
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(viewer))
  } catch {
    // A browser that keeps nothing draws the next page a little later.
  }
  return viewer
}

// useMe asks who is logged in, and again when that may have changed: { viewer } or
// { error }, and retry. ended says that the session is over but something typed
// keeps the page here.
export function useMe() {
  const [state, setState] = useState(() => ({ viewer: kept() }))
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    request('GET', '/api/db/auth/validar')
      .then(({ data }) => (data.trocar_senha ? location.assign(passwordAddress()) : setState(({ viewer }) => ({ viewer: same(viewer, keep(data.cliente)), ended: false }))))
      .catch((error) => isLeaving(error) || setState(({ viewer }) => (viewer ? { viewer } : { error })))
  }, [turn])
  const retry = useCallback(() => setTurn((t) => t + 1), [])
  useDoubt(retry)
  useEffect(() => {
    const end = () => setState((s) => ({ ...s, ended: true }))
    addEventListener('sessao-terminou', end)
    return () => removeEventListener('sessao-terminou', end)
  }, [])
  return { ...state, retry }
}

// same keeps the object that the page was drawn with while nothing changed.
const same = (before, now) => (JSON.stringify(before) === JSON.stringify(now) ? before : now)

// forget is for the login page: whoever comes next is somebody else.
export const forget = () => sessionStorage.removeItem(KEPT)

// leave ends the session on the server, then shows the login page.
export async function leave() {
  // The stream of the page ends with the session, perhaps before the answer is here.
  goingAway(true)
  try {
    await request('POST', '/sair', { onSession: 'stay' })
  } catch (error) {
    goingAway(false)
    throw error
  }
  forget()
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
