import { html, useEffect, useId, useState } from '../ui.js'
import { ApiError, follow, isAbort } from '../api.js'
import { Dialog, DialogHead, Notice } from '../dialog.js'
import { formatNumber } from '../format.js'
import { Icon } from '../icons.js'

// A long trail is read whole: about two seconds for 100,000 rows.
const PATIENCE_MS = 10 * 60_000

// Verify has the server check the chain and says in words what it found.
export function Verify({ onClose }) {
  const label = useId()
  const [state, setState] = useState({})
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    const control = new AbortController()
    setState({ elos: 0 })
    const onLine = ({ elos, verificacao }) => setState(verificacao ? { found: verificacao } : { elos })
    follow('POST', '/api/db/logs/verificar', onLine, { signal: control.signal, patience: PATIENCE_MS })
      // Something on the way may end the answer in good order before its last line.
      .then(() => setState((s) => (s.found ? s : { error: new ApiError(0, 'interrompida', 'A verificação foi interrompida. Tente outra vez.') })))
      .catch((error) => isAbort(error) || setState({ error }))
    return () => control.abort()
  }, [turn])
  const { found, error, elos } = state
  return html`<${Dialog} kind="small" label=${label} onClose=${onClose}>
    <${DialogHead} onClose=${onClose}><h2 id=${label}>Verificar trilha</h2><//>
    <div class="dialog-body stack" aria-busy=${!found && !error ? 'true' : 'false'}>
      <${Notice} error=${error?.message} />
      ${!found && !error && html`<div class="checking"><div class="progress"></div>
        <p role="status">Conferindo cada registro com a assinatura dele e com a do anterior…</p>
        ${elos > 1 && html`<p class="quiet num">${formatNumber(elos)} conferidos até agora</p>`}</div>`}
      ${found && html`<${Result} v=${found} />`}
    </div>
    <div class="dialog-foot">
      ${(found || error) && html`<button type="button" class="button" onClick=${() => setTurn(turn + 1)}>Verificar de novo</button>`}
      <button type="button" class="button primary" onClick=${onClose}>${found || error ? 'Fechar' : 'Cancelar'}</button></div>
  <//>`
}

const count = (n, one, many) => `${formatNumber(n)} ${n === 1 ? one : many}`

// What each verdict is called; a key that is not on the server is no tampering.
const classes = { integra: 'good', outra_chave: 'warn', adulterada: 'bad' }
const verdicts = { integra: 'A trilha está íntegra', outra_chave: 'Uma parte foi assinada com outra chave', adulterada: 'A trilha foi alterada' }

function Result({ v }) {
  return html`<div role="status" class=${`verdict ${classes[v.veredito] ?? 'bad'}`}><${Icon} name=${v.integra ? 'shield' : 'alert'} size=${22} />
      <div><strong>${verdicts[v.veredito] ?? verdicts.adulterada}</strong>
        <p>${count(v.elos - v.sem_chave, 'registro assinado conferido', 'registros assinados conferidos')}.</p>
        ${v.sem_chave > 0 && html`<p>${count(v.sem_chave, 'não pôde ser conferido: a chave dele', 'não puderam ser conferidos: a chave deles')} não está no servidor. Isso, por si só, não é adulteração.</p>`}</div></div>
    ${v.problemas.length > 0 && html`<section><h3>O que não confere</h3><ul class="findings">${v.problemas.map((text, i) => html`<li key=${i}>${text}</li>`)}</ul>
      <p class="quiet">Guarde uma cópia do banco e do arquivo de âncora antes de qualquer outra coisa.</p></section>`}
    ${v.fora_cadeia > 0 && html`<p class="quiet">${count(v.fora_cadeia, 'registro foi escrito', 'registros foram escritos')} pelo sistema antigo ou por outro programa, sem assinatura: não há como conferi-los.</p>`}
    ${v.avisos.length > 0 && html`<section><h3>O que não pôde ser conferido</h3><ul class="findings">${v.avisos.map((text, i) => html`<li key=${i}>${text}</li>`)}</ul></section>`}`
}
