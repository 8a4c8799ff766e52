import { html } from '../ui.js'
import { cityOf, formatHora, nivelName } from '../format.js'
import { Initials } from '../initials.js'
import { Day } from '../time.js'

export const columns = [
  { key: 'nome', name: 'Nome e e-mail', sort: 'nome', cell: (c) => c.nome, under: (c) => c.email, before: (c) => html`<${Initials} nome=${c.nome} />` },
  { key: 'empresa', name: 'Empresa', sort: 'empresa', cell: (c) => c.empresa },
  { key: 'tel', name: 'Telefone', kind: 'num', cell: (c) => c.telefone },
  { key: 'cidade', name: 'Cidade / UF', sort: 'cidade', cell: cityOf },
  { key: 'sit', name: 'Situação', cell: (c) => html`<${Status} ativo=${c.ativo} /> <${Level} nivel=${c.nivel_acesso} />`, text: (c) => `${statusText(c)}, ${nivelName(c.nivel_acesso ?? 'usuario')}` },
  { key: 'data', name: 'Cadastro', sort: 'cadastro', cell: (c) => c.data_cadastro && html`<${Day} at=${c.data_cadastro} />`, text: (c) => formatHora(c.data_cadastro) },
]

const statusText = (c) => (c.ativo ? 'Ativo' : 'Inativo')

export function Status({ ativo }) {
  return html`<span class=${`badge ${ativo ? 'on' : ''}`}>${ativo ? 'Ativo' : 'Inativo'}</span>`
}

// Level stands out only where it is more than usual.
function Level({ nivel }) {
  if (!nivel || nivel === 'usuario') return null
  return html`<span class="badge level">${{ admin: 'Admin', moderador: 'Moderador' }[nivel] ?? nivel}</span>`
}
