// What is done to many clients at once.
import { html, useState } from '../ui.js'
import { ApiError } from '../api.js'
import { BulkOrder } from '../bulk.js'
import { Field } from '../fields.js'
import { FormDialog } from '../form.js'
import { countOf, planOf } from '../operations.js'
import { fieldInfo, levelOptions } from './record.js'

const count = (n) => countOf('clientes', n)

const kinds = {
  alterar: { title: 'Mudar campos', action: (n) => `Mudar ${count(n)}` },
  reativar: { title: 'Ativar clientes', action: (n) => `Ativar ${count(n)}` },
  desativar: { title: 'Desativar clientes', action: (n) => `Desativar ${count(n)}`, danger: true, sure: 'Estas pessoas deixam de entrar e as sessões abertas delas terminam agora. Os cadastros continuam aqui.' },
  remover: {
    title: 'Excluir definitivamente', action: (n) => `Excluir ${count(n)} para sempre`, danger: true, typed: ({ mudam }) => `excluir ${count(mudam)}`,
    sure: 'Somem os cadastros, os dispositivos, as conexões, as mensagens e as sessões destas pessoas. A auditoria guarda que aconteceu. Para só impedir a entrada, use Desativar.',
  },
}

export const BulkClientes = (given) => html`<${BulkOrder} recurso="clientes" kinds=${kinds} ...${given} />`

const shared = ['empresa', 'cargo', 'cidade', 'estado', 'pais', 'nivel_acesso']
const noField = new ApiError(0, '', 'Preencha ao menos um campo, ou escolha um para esvaziar.')

// ChangeMany asks which columns of many clients get which value; onNext gets the order and
// what it would do.
export function ChangeMany({ target, n, may, onNext, onClose }) {
  const fields = shared.filter((f) => f !== 'nivel_acesso' || may.newLevels.length > 1)
  const [start] = useState(() => Object.fromEntries([...fields, 'empty'].map((f) => [f, ''])))
  const save = async ({ empty, ...values }) => {
    const campos = Object.fromEntries(Object.entries(values).filter(([, v]) => v.trim()))
    if (empty) campos[empty] = null
    if (!Object.keys(campos).length) throw noField
    const order = { ...target, acao: 'alterar', campos }
    onNext(order, await planOf({ recurso: 'clientes', ...order }))
  }
  const emptied = fields.filter((f) => f !== 'nivel_acesso')
  return html`<${FormDialog} title="Mudar campos" subtitle=${`De ${count(n)}. O que ficar vazio não muda.`} start=${start} action="Conferir o que muda" busyText="Conferindo…" save=${save} onClose=${onClose}>
    ${({ values, errors, onValue }) => html`<div class="form-grid">${fields.map((f, i) => html`<${SharedField} key=${f} field=${f} first=${i === 0} levels=${may.newLevels} value=${values[f]} error=${errors[f]} onValue=${onValue} />`)}
      <${Field} name="empty" label="Esvaziar um campo" span="s6" value=${values.empty} options=${[['', 'Nenhum'], ...emptied.map((f) => [f, fieldInfo[f].name])]} onValue=${onValue} /></div>`}<//>`
}

function SharedField({ field, first, levels, value, error, onValue }) {
  const { name, suggestions } = fieldInfo[field]
  const options = field === 'nivel_acesso' ? [['', 'Não muda'], ...levelOptions(levels, '')] : undefined
  return html`<${Field} name=${field} label=${name} value=${value} error=${error} options=${options} suggestions=${suggestions} autofocus=${first} onValue=${onValue} />`
}
