// What a change changed, field by field.
import { html } from './ui.js'
import { formatHora, nivelName } from './format.js'
import { textOf } from './trail.js'

const names = {
  nome: 'Nome', email: 'E-mail', telefone: 'Telefone', empresa: 'Empresa', cargo: 'Cargo', endereco: 'Endereço', cidade: 'Cidade', estado: 'Estado',
  pais: 'País', cep: 'CEP', cpf_cnpj: 'CPF ou CNPJ', ativo: 'Situação', nivel_acesso: 'Nível de acesso', observacoes: 'Observações', dados_extras: 'Dados extras',
  data_cadastro: 'Cadastro', ultimo_acesso: 'Último acesso', hostname: 'Nome na rede', tipo: 'Tipo', dispositivo_id: 'Dispositivo', cliente_id: 'Cliente',
  mensagem: 'Mensagem', sala: 'Sala', nivel: 'Nível', expira_em: 'Expira', usos_maximos: 'Registros', total_dispositivos: 'Dispositivos', arquivo: 'Arquivo',
}
export const fieldName = (field) => (Object.hasOwn(names, field) ? names[field] : field)

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/

// showField is a value of a field as people read it.
export function showField(field, value) {
  if (field === 'ativo' && typeof value === 'boolean') return value ? 'Ativo' : 'Inativo'
  if (field === 'nivel_acesso' && typeof value === 'string') return nivelName(value)
  if (typeof value === 'boolean') return value ? 'sim' : 'não'
  if (typeof value === 'string' && instant.test(value)) return formatHora(value)
  return textOf(value)
}

const fieldsOf = (v) => (v && typeof v === 'object' && !Array.isArray(v) ? v : {})

// differences lists { name, was, is }: was is undefined for what was not there
// before, is for what is not there after. What stayed as it was is left out.
export function differences(antes, depois) {
  const [before, after] = [fieldsOf(antes), fieldsOf(depois)]
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return fields.map((field) => ({
    field,
    name: fieldName(field),
    was: Object.hasOwn(before, field) ? showField(field, before[field]) : undefined,
    is: Object.hasOwn(after, field) ? showField(field, after[field]) : undefined,
  })).filter(({ was, is }) => was !== is && (was || is))
}

// Differences shows them; beside(row) stands under each.
export function Differences({ rows, made, beside }) {
  return html`<dl class="difference">${rows.map((row) => html`<div key=${row.field}><dt>${row.name}</dt>
    <dd>${row.was !== undefined && html`<del><span class="sr">Antes: </span>${row.was || html`<em>vazio</em>`}</del>`}
      ${row.is !== undefined && html`<ins class=${made ? 'made' : ''}>${!made && html`<span class="sr">Depois: </span>`}${row.is || html`<em>vazio</em>`}</ins>`}
      ${beside?.(row)}</dd></div>`)}</dl>`
}
