// The editable columns of a client as people know them, in the order of the form.
import { nivelName } from '../format.js'
import { maskCEP, maskDocumento, maskTelefone } from '../masks.js'

const ufs = ['AC', 'AL', 'AM', 'AP', 'BA', 'CE', 'DF', 'ES', 'GO', 'MA', 'MG', 'MS', 'MT', 'PA', 'PB', 'PE', 'PI', 'PR', 'RJ', 'RN', 'RO', 'RR', 'RS', 'SC', 'SE', 'SP', 'TO']

export const sections = [
  { title: 'Pessoa', fields: ['nome', 'email', 'cpf_cnpj', 'telefone', 'nivel_acesso'] },
  { title: 'Empresa', fields: ['empresa', 'cargo'] },
  { title: 'Endereço', fields: ['cep', 'endereco', 'cidade', 'estado', 'pais'] },
  { title: 'Outros', fields: ['senha', 'observacoes'] },
]

// fieldInfo describes each control; name is its label everywhere.
export const fieldInfo = {
  nome: { name: 'Nome', required: true, autocomplete: 'off' },
  email: { name: 'E-mail', required: true, type: 'email', inputmode: 'email', autocapitalize: 'off', spellcheck: false },
  cpf_cnpj: { name: 'CPF ou CNPJ', span: 's2', mask: maskDocumento, spellcheck: false, autocapitalize: 'characters' },
  telefone: { name: 'Telefone', span: 's2', mask: maskTelefone, inputmode: 'tel' },
  nivel_acesso: { name: 'Nível de acesso', span: 's2' },
  empresa: { name: 'Empresa' },
  cargo: { name: 'Cargo' },
  cep: { name: 'CEP', span: 's2', mask: maskCEP, inputmode: 'numeric' },
  endereco: { name: 'Endereço', span: 's4', multiline: true, rows: 2 },
  cidade: { name: 'Cidade', span: 's2' },
  estado: { name: 'Estado', span: 's2', suggestions: ufs },
  pais: { name: 'País', span: 's2' },
  senha: { name: 'Senha' },
  observacoes: { name: 'Observações', span: 's6', multiline: true },
}

export const valueOf = (c, field) => c?.[field] ?? ''

// showValue is a value as text for people.
export const showValue = (c, field) => (field === 'nivel_acesso' ? nivelName(valueOf(c, field)) : valueOf(c, field))

// levelOptions keeps a level that this page does not know.
export function levelOptions(levels, current) {
  const all = levels.includes(current) || !current ? levels : [...levels, current]
  return all.map((nivel) => [nivel, nivelName(nivel)])
}

// valuesOf is what the form starts with.
export const valuesOf = (c, fields) => Object.fromEntries(fields.map((f) => [f, valueOf(c, f)]))

// changesOf are the fields whose value differs from c.
export function changesOf(values, c) {
  return Object.fromEntries(Object.entries(values).filter(([f, v]) => v !== valueOf(c, f)))
}
