import { html } from '../ui.js'
import { request } from '../api.js'
import { Confirm } from '../dialog.js'
import { Field } from '../fields.js'
import { FormDialog } from '../form.js'

export const nameOf = (d) => d.nome || d.hostname || `Dispositivo ${d.id}`

// change returns { dispositivo, operacao }: as it is now, and the change's number.
async function change(d, body) {
  const { data, operacao } = await request('PATCH', `/api/db/dispositivos/${d.id}`, { body, onSession: 'stay' })
  return { dispositivo: data.dispositivo, operacao }
}

export function EditDevice({ device: d, onDone, onClose }) {
  const start = { nome: d.nome ?? '', tipo: d.tipo ?? '', cliente_id: d.cliente_id ? String(d.cliente_id) : '', ativo: d.ativo === false ? 'false' : 'true' }
  const save = async (values) => {
    const changed = Object.fromEntries(Object.entries(values).filter(([name, v]) => v !== start[name]))
    if (!Object.keys(changed).length) return onClose()
    if ('cliente_id' in changed) changed.cliente_id = Number(changed.cliente_id) || 0
    if ('ativo' in changed) changed.ativo = changed.ativo === 'true'
    return onDone(await change(d, changed))
  }
  return html`<${FormDialog} kind="small" title="Editar dispositivo" subtitle=${d.hostname} start=${start} action="Salvar" save=${save} onClose=${onClose}>
    ${({ values, errors, onValue }) => html`<div class="stack">
      <${Field} name="nome" label="Nome" autofocus value=${values.nome} error=${errors.nome} onValue=${onValue} />
      <${Field} name="tipo" label="Tipo" suggestions=${['desktop', 'notebook', 'servidor']} value=${values.tipo} error=${errors.tipo} onValue=${onValue} />
      <${Field} name="cliente_id" label="Número do cliente" inputmode="numeric" hint=${d.cliente_nome ? `Agora: ${d.cliente_nome}. Vazio deixa sem dono.` : 'Vazio deixa sem dono.'}
        value=${values.cliente_id} error=${errors.cliente_id} onValue=${onValue} />
      <${Field} name="ativo" label="Situação" options=${[['true', 'Ativo'], ['false', 'Inativo']]} value=${values.ativo} error=${errors.ativo} onValue=${onValue} /></div>`}<//>`
}

export function Release({ device: d, onDone, onClose }) {
  return html`<${Confirm} title=${`Liberar ${nameOf(d)}?`} action="Liberar" busyText="Liberando…" run=${() => change(d, { liberar: true })} onDone=${onDone} onClose=${onClose}>
    <p>O Monitor esquece a chave e o segredo deste dispositivo. A próxima credencial que o registrar fica com ele.</p><//>`
}

export function Remove({ device: d, onDone, onClose }) {
  return html`<${Confirm} title="Remover dispositivo" action="Remover para sempre" busyText="Removendo…" danger typed=${nameOf(d)}
    run=${() => request('DELETE', `/api/db/dispositivos/${d.id}`, { onSession: 'stay' })} onDone=${onDone} onClose=${onClose}>
    <p>Somem <strong>${nameOf(d)}</strong> e as suas conexões. Se o agente continuar ligado, ele volta a registrar-se.</p><//>`
}
