import { html } from '../ui.js'
import { cityOf } from '../format.js'
import { Initials } from '../initials.js'
import { Day } from '../time.js'

export const columns = [
  { key: 'nome', name: 'Nome e e-mail', cell: (c) => c.nome, under: (c) => c.email, before: (c) => html`<${Initials} nome=${c.nome} />` },
  { key: 'empresa', name: 'Empresa', cell: (c) => c.empresa },
  { key: 'tel', name: 'Telefone', kind: 'num', cell: (c) => c.telefone },
  { key: 'cidade', name: 'Cidade / UF', cell: cityOf },
  { key: 'sit', name: 'Situação', cell: (c) => html`<${Status} ativo=${c.ativo} />` },
  { key: 'data', name: 'Cadastro', cell: (c) => c.data_cadastro && html`<${Day} at=${c.data_cadastro} />` },
]

export function Status({ ativo }) {
  return html`<span class=${`badge ${ativo ? 'on' : ''}`}>${ativo ? 'Ativo' : 'Inativo'}</span>`
}
