import { html, useId, useState } from '../ui.js'
import { Dialog, DialogHead, Notice } from '../dialog.js'
import { fieldInfo, showValue, valueOf } from './record.js'

// Conflict shows, field by field, what this person wrote and what somebody else
// saved meanwhile. Only fields that both changed ask for a decision; what the
// other one changed alone is kept and named.
export function Conflict({ base, changes, theirs, etag, save, onDrop, onClose }) {
  const label = useId()
  const [chosen, setChosen] = useState({})
  const [failure, setFailure] = useState('')
  const [busy, setBusy] = useState(false)
  const disputed = Object.keys(changes).filter((f) => changes[f] !== valueOf(theirs, f) && valueOf(theirs, f) !== valueOf(base, f))
  const others = changedByOthers(base, changes, theirs)
  const alone = Object.keys(changes).filter((f) => !disputed.includes(f) && changes[f] !== valueOf(theirs, f))

  const submit = async (e) => {
    e.preventDefault()
    if (busy) return
    setBusy(true)
    setFailure('')
    try {
      await save(wanted(changes, theirs, chosen), etag)
    } catch (error) {
      setFailure(error.message)
    }
    setBusy(false)
  }
  const choose = (field, who) => setChosen((c) => ({ ...c, [field]: who }))

  return html`<${Dialog} kind="wide" label=${label} sturdy onClose=${onClose}>
    <form method="post" onSubmit=${submit}>
      <${DialogHead} onClose=${onClose}><h2 id=${label}>Alguém salvou antes de você</h2>
        <p>${disputed.length ? 'Escolha qual valor vale em cada campo.' : 'As mudanças não se cruzam: as duas podem valer.'}</p><//>
      <div class="dialog-body">
        <${Notice} error=${failure} />
        ${disputed.length > 0 && html`<table class="versions"><thead><tr>
            <th scope="col">Campo</th><th scope="col">A sua versão</th><th scope="col">A versão salva</th></tr></thead>
          <tbody>${disputed.map((f) => html`<${Dispute} key=${f} first=${f === disputed[0]} field=${f} mine=${{ [f]: changes[f] }} theirs=${theirs}
            chosen=${chosen[f] ?? 'mine'} onChoose=${choose} />`)}</tbody></table>`}
        ${alone.length > 0 && html`<p class="also">Só você alterou, e será salvo: ${alone.map((f) => fieldInfo[f].name).join(', ')}.</p>`}
        ${others.length > 0 && html`<p class="also">Só a outra pessoa alterou, e será mantido: ${others.join(', ')}.</p>`}
      </div>
      <div class="dialog-foot">
        <button type="button" class="button plain danger-quiet" onClick=${onDrop}>Descartar as minhas</button>
        <span class="grow"></span>
        <button type="button" class="button" onClick=${() => onClose()}>Voltar ao formulário</button>
        <button class="button primary" aria-busy=${busy}>${busy ? 'Salvando…' : 'Salvar escolhas'}</button>
      </div>
    </form>
  <//>`
}

// wanted keeps of my changes what I still want and what is not there already.
function wanted(changes, theirs, chosen) {
  return Object.fromEntries(Object.entries(changes).filter(([f, v]) => chosen[f] !== 'theirs' && v !== valueOf(theirs, f)))
}

function changedByOthers(base, changes, theirs) {
  const fields = Object.keys(fieldInfo).filter((f) => !(f in changes) && valueOf(theirs, f) !== valueOf(base, f))
  const names = fields.map((f) => `${fieldInfo[f].name} (${showValue(theirs, f) || 'vazio'})`)
  return theirs.ativo === base.ativo ? names : [...names, `Situação (${theirs.ativo ? 'ativo' : 'inativo'})`]
}

function Dispute({ first, field, mine, theirs, chosen, onChoose }) {
  const { name } = fieldInfo[field]
  const cell = (who, heading, c) => html`<td data-label=${heading}><label class="choice">
    <input type="radio" name=${`conflito-${field}`} value=${who} checked=${chosen === who} autofocus=${first && who === 'mine'} aria-label=${`${name}, ${heading.toLowerCase()}: ${showValue(c, field) || 'vazio'}`}
      onChange=${() => onChoose(field, who)} />
    ${showValue(c, field) ? html`<span>${showValue(c, field)}</span>` : html`<span class="none">vazio</span>`}</label></td>`
  return html`<tr><th scope="row">${name}</th>${cell('mine', 'A sua versão', mine)}${cell('theirs', 'A versão salva', theirs)}</tr>`
}
