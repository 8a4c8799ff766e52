import { html, useId } from './ui.js'
import { Dialog, DialogHead, Notice } from './dialog.js'
import { Bones } from './facts.js'

// Drawer shows one record beside its list. loaded comes from useData; head and
// children are drawn once record is there. noun stands in the title until then.
export function Drawer({ noun, loaded, record, head, foot, onClose, children }) {
  const label = useId()
  const { error } = loaded
  return html`<${Dialog} kind="drawer" label=${label} onClose=${onClose}>
    <${DialogHead} onClose=${onClose}>${record ? head(label) : html`<h2 id=${label}>${error ? noun : 'Carregando…'}</h2>`}<//>
    <div class="dialog-body" tabindex="0" role="group" aria-labelledby=${label} aria-busy=${!record && !error ? 'true' : 'false'}>
      <${Notice} error=${error?.message} />
      ${record ? children : !error && html`<${Bones} />`}
    </div>
    ${record && foot}
  <//>`
}
