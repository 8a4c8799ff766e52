// Who changed a client, when, from where and what; each change can be taken back, and each value
// that was there before be restored.
import { html, useEffect, useState } from '../ui.js'
import { usePage } from '../context.js'
import { addressWith, useData } from '../data.js'
import { differences, Differences, fieldName, showField } from '../difference.js'
import { useLive } from '../live.js'
import { undoOnce } from '../operations.js'
import { Time } from '../time.js'
import { actionName, actorOf, channelName, textOf } from '../trail.js'
import { useUndo } from '../undo.js'
import { saveChanges } from './data.js'
import { valueOf } from './record.js'

const SOME = 8
const MOST = 100

// History stands in the details of client c, of the version etag. changed follows what is done.
export function History({ c, etag, turn, changed }) {
  const { may, toast } = usePage()
  const [shown, setShown] = useState(SOME)
  const [busy, setBusy] = useState(0) // the change that something is done about
  const { data, error, reload } = useData(addressWith(`/api/db/clientes/${c.id}/historico`, { por_pagina: shown }))
  useLive(['clientes', 'logs'], () => reload(true))
  useEffect(() => { if (turn) reload(true) }, [turn])
  const undoOf = useUndo(() => changed())
  const rows = data?.historico
  const act = async (v, what) => {
    if (busy) return
    setBusy(v.id)
    try {
      await what()
    } catch (failure) {
      toast(failure.message)
    }
    setBusy(0)
  }
  const undo = (v) => act(v, async () => {
    const { id } = await undoOnce(v.id)
    changed('A mudança foi desfeita.', undoOf(id))
  })
  const restore = (v, { campo, antes }) => act(v, async () => {
    const { operacao } = await saveChanges(c.id, { [campo]: antes }, etag)
    changed(`${fieldName(campo)}: voltou a valer ${antes ? `“${showField(campo, antes)}”` : 'o vazio'}.`, undoOf(operacao))
  })
  // What is so now needs no restoring, and not everything is restored by editing.
  const restorable = ({ campo, antes }) => may.fields(c).includes(campo) && (antes ?? '') !== valueOf(c, campo)
  return html`<section class="related history" aria-label="Histórico" aria-busy=${!rows && !error ? 'true' : 'false'}>
    <h3>Histórico${data?.total > 0 && html` <span class="quiet num">${data.total}</span>`}</h3>
    ${error ? html`<p class="quiet">Não foi possível carregar: ${error.message}</p>`
      : !rows ? html`<span class="bone w3"></span>`
        : !rows.length ? html`<p class="quiet">Nenhuma mudança registrada.</p>`
          : html`<ul>${rows.map((v) => html`<li key=${v.id}><${Change} v=${v} busy=${busy === v.id} restorable=${restorable} onUndo=${() => undo(v)} onRestore=${(f) => restore(v, f)} /></li>`)}</ul>`}
    ${data?.tem_proxima && shown < MOST && html`<button type="button" class="button plain" onClick=${() => setShown(Math.min(MOST, shown + 20))}>Mostrar mais</button>`}
  </section>`
}

function Change({ v, busy, restorable, onUndo, onRestore }) {
  const rows = differences(sideOf(v, 'antes'), sideOf(v, 'depois'))
  const byName = Object.fromEntries(v.campos.map((f) => [f.campo, f]))
  const made = v.acao === 'cliente_criado'
  const beside = ({ field, name }) => !made && restorable(byName[field]) && html`<button type="button" class="button" aria-label=${`Restaurar este valor: ${name}`} aria-busy=${busy ? 'true' : 'false'}
    onClick=${() => onRestore(byName[field])}>Restaurar este valor</button>`
  const from = [channelName(textOf(v.canal)), textOf(v.ip)].filter(Boolean).join(' · ')
  return html`<details><summary><span><strong>${v.desfaz ? 'Mudança desfeita' : actionName(v.acao)}</strong> <span class="quiet">${[actorOf(v), made ? '' : rows.map((row) => row.name).join(', ')].filter(Boolean).join(' · ')}</span></span>
      <span class="quiet"><${Time} at=${v.data_hora} since /></span></summary>
    <div class="stack">
      ${from && html`<p class="quiet">De onde: ${from}${v.operacao && html` · parte da operação <a href=${`/operacoes/${v.operacao}`}>nº ${v.operacao}</a>`}</p>`}
      ${rows.length > 0 && html`<${Differences} rows=${rows} made=${made} beside=${beside} />`}
      ${v.reversivel ? html`<p><button type="button" class="button" aria-busy=${busy ? 'true' : 'false'} onClick=${onUndo}>Desfazer esta mudança</button></p>`
        : v.motivo && html`<p class="quiet">${v.motivo}.</p>`}
    </div></details>`
}

const sideOf = (v, side) => Object.fromEntries(v.campos.filter((f) => f[side] !== null).map((f) => [f.campo, f[side]]))
