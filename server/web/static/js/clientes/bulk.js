// What is done to many clients at once.
import { html, useEffect, useId, useRef, useState } from '../ui.js'
import { ApiError } from '../api.js'
import { BulkOrder } from '../bulk.js'
import { download, toCSV } from '../csv.js'
import { Dialog, DialogHead, Notice } from '../dialog.js'
import { Field } from '../fields.js'
import { FormDialog } from '../form.js'
import { formatNumber } from '../format.js'
import { countOf, planOf } from '../operations.js'
import { csvColumns } from './columns.js'
import { everyone } from './data.js'
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

// Export writes what is chosen or, without a choice, everything that the route asks for.
export function Export({ rows, route, onDone, onClose }) {
  const label = useId()
  const [state, setState] = useState({ n: 0 })
  const control = useRef(new AbortController())
  useEffect(() => {
    exportAll(rows, route, control.current.signal, (n, total) => setState({ n, total })).then(onDone, (error) => control.current.signal.aborted || setState({ error }))
    return () => control.current.abort()
  }, [])
  return html`<${Dialog} kind="small" label=${label} sturdy onClose=${onClose}>
    <${DialogHead} onClose=${onClose}><h2 id=${label}>Exportar clientes</h2><//>
    <div class="dialog-body stack"><${Notice} error=${state.error?.message} />
      ${!state.error && html`<progress max=${state.total ?? 1} value=${state.n} aria-label="Exportando"></progress>
        <p role="status">${state.total ? `${formatNumber(state.n)} de ${formatNumber(state.total)}` : 'Começando…'}</p>`}</div>
    <div class="dialog-foot"><button type="button" class="button" autofocus onClick=${onClose}>${state.error ? 'Fechar' : 'Parar'}</button></div>
  <//>`
}

async function exportAll(rows, route, signal, onPart) {
  const all = rows.length ? rows : await everyone(route, signal, onPart)
  signal.throwIfAborted()
  download(`clientes-${new Date().toLocaleDateString('sv-SE')}.csv`, toCSV(csvColumns, all))
  return all.length
}
