// What is done to many devices at once.
import { html } from '../ui.js'
import { ApiError } from '../api.js'
import { BulkOrder } from '../bulk.js'
import { Field } from '../fields.js'
import { FormDialog } from '../form.js'
import { countOf, planOf } from '../operations.js'

const count = (n) => countOf('dispositivos', n)

const kinds = {
  alterar: { title: 'Mudar dispositivos', action: (n) => `Mudar ${count(n)}` },
  reativar: { title: 'Ativar dispositivos', action: (n) => `Ativar ${count(n)}` },
  desativar: { title: 'Desativar dispositivos', action: (n) => `Desativar ${count(n)}`, danger: true, sure: 'O que estes computadores enviarem deixa de ser aceito até que sejam ativados.' },
  remover: {
    title: 'Remover dispositivos', action: (n) => `Remover ${count(n)} para sempre`, danger: true, typed: ({ mudam }) => `remover ${count(mudam)}`,
    sure: 'Somem os dispositivos e as suas conexões. Se o agente de um deles continuar ligado, ele volta a registrar-se.',
  },
}

export const BulkDevices = (given) => html`<${BulkOrder} recurso="dispositivos" kinds=${kinds} ...${given} />`

const noNumber = new ApiError(0, '', 'Escreva o número do cliente, ou 0 para deixar sem dono.')

// MoveDevices asks whose they are to be; onNext gets the order and what it would do.
export function MoveDevices({ target, n, onNext, onClose }) {
  const save = async ({ cliente_id: typed }) => {
    if (!/^\d+$/.test(typed.trim())) throw noNumber
    const order = { ...target, acao: 'alterar', campos: { cliente_id: Number(typed) } }
    onNext(order, await planOf({ recurso: 'dispositivos', ...order }))
  }
  return html`<${FormDialog} kind="small" title="Mudar de cliente" subtitle=${count(n)} start=${{ cliente_id: '' }} action="Conferir o que muda" busyText="Conferindo…" save=${save} onClose=${onClose}>
    ${({ values, errors, onValue }) => html`<div class="stack"><${Field} name="cliente_id" label="Número do cliente" inputmode="numeric" autofocus required
      hint="Está na ficha do cliente. 0 deixa sem dono." value=${values.cliente_id} error=${errors.cliente_id} onValue=${onValue} /></div>`}<//>`
}
