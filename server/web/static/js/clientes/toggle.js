import { html, useState } from '../ui.js'
import { Confirm } from '../dialog.js'
import { deactivate } from './data.js'

// ConfirmDeactivate explains what it means before it happens.
export function ConfirmDeactivate({ cliente, onDone, onClose }) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState('')
  const confirm = async () => {
    setBusy(true)
    setError('')
    try {
      await deactivate(cliente.id)
      onDone(cliente)
    } catch (failure) {
      setError(failure.message)
      setBusy(false)
    }
  }
  return html`<${Confirm} title=${`Desativar ${cliente.nome}?`} action=${busy ? 'Desativando…' : 'Desativar'} danger busy=${busy} error=${error}
    onConfirm=${confirm} onClose=${onClose}>
    <p>A pessoa deixa de entrar e as sessões abertas dela terminam agora. O cadastro continua aqui e pode ser reativado quando quiser.</p>
  <//>`
}
