import { html, useId, useRef, useState } from '../ui.js'
import { Dialog } from '../dialog.js'
import { Icon } from '../icons.js'

// Secret shows a new key, which nobody can see again. It closes by its button only,
// so that a slip does not lose the key.
export function Secret({ segredo, chave, onClose }) {
  const label = useId()
  const field = useRef()
  const [said, setSaid] = useState('')
  const copy = async () => {
    field.current.select()
    try {
      await navigator.clipboard.writeText(segredo)
      setSaid('Copiada.')
    } catch {
      // Plain HTTP in a local network has no clipboard for pages.
      setSaid('A chave está selecionada: copie com Ctrl+C.')
    }
  }
  return html`<${Dialog} kind="small" label=${label} sturdy onClose=${(why) => why === 'forced' && onClose()}>
    <div class="dialog-head"><div><h2 id=${label}>Chave ${chave.nome} criada</h2></div></div>
    <div class="dialog-body stack">
      <p class="warning"><${Icon} name="alert" /><span>Copie a chave agora: ela não será mostrada de novo.</span></p>
      <div class="with-button"><input ref=${field} class="input secret" readonly aria-label="Chave de API" value=${segredo} onFocus=${(e) => e.currentTarget.select()} />
        <button type="button" class="icon-button" aria-label="Copiar a chave" title="Copiar" onClick=${copy}><${Icon} name="copy" /></button></div>
      <p class="quiet" role="status">${said || 'Envie-a no cabeçalho X-API-Key.'}</p>
    </div>
    <div class="dialog-foot"><button type="button" class="button" onClick=${copy}><${Icon} name="copy" size=${16} />Copiar</button>
      <button type="button" class="button primary" onClick=${onClose}>Guardei a chave</button></div>
  <//>`
}
