import { html, useEffect } from '../ui.js'
import { Drawer } from '../drawer.js'
import { extraRows, Facts } from '../facts.js'
import { formatHora, nivelName } from '../format.js'
import { Icon } from '../icons.js'
import { Initials } from '../initials.js'
import { useLive } from '../live.js'
import { Status } from './columns.js'
import { useCliente } from './data.js'

// Details is the drawer with everything about one client; a new turn loads it again.
export function Details({ id, turn, pode, onEdit, onToggle, onClose }) {
  const loaded = useCliente(id)
  const c = loaded.data?.cliente
  useEffect(() => { if (turn) loaded.reload(true) }, [turn])
  useLive(['clientes'], (ids) => (!ids || ids.includes(id)) && loaded.reload(true))
  return html`<${Drawer} noun="Cliente" loaded=${loaded} record=${c} onClose=${onClose}
    head=${(label) => html`<${Identity} c=${c} label=${label} />`}
    foot=${c && html`<${Actions} c=${c} pode=${pode} onEdit=${onEdit} onToggle=${onToggle} />`}>
    ${c && html`<${About} c=${c} />`}
  <//>`
}

function Identity({ c, label }) {
  return html`<div class="identity">
    <${Initials} nome=${c.nome} size="large" />
    <div><h2 id=${label}>${c.nome}</h2>
      <div class="badges"><${Status} ativo=${c.ativo} /><span class="badge level">${nivelName(c.nivel_acesso)}</span></div></div>
  </div>`
}

function About({ c }) {
  const contact = [
    ['E-mail', c.email && html`<a href=${`mailto:${encodeURIComponent(c.email).replace('%40', '@')}`}>${c.email}</a>`],
    ['Telefone', c.telefone && html`<a class="num" href=${`tel:${c.telefone.replace(/[^\d+]/g, '')}`}>${c.telefone}</a>`],
    ['CPF/CNPJ', c.cpf_cnpj],
  ]
  const address = [['Endereço', c.endereco], ['CEP', c.cep], ['Cidade', c.cidade], ['Estado', c.estado], ['País', c.pais]]
  const account = [
    ['Cadastro', formatHora(c.data_cadastro)],
    ['Último acesso', formatHora(c.ultimo_acesso) || 'Nunca entrou'],
    ['Dispositivos', String(c.total_dispositivos ?? 0)],
    ['Número', String(c.id)],
  ]
  return html`
    <${Facts} title="Contato e documento" rows=${contact} />
    <${Facts} title="Empresa" rows=${[['Empresa', c.empresa], ['Cargo', c.cargo]]} />
    <${Facts} title="Endereço" rows=${address} />
    <${Facts} title="Conta" rows=${account} />
    <${Facts} title="Observações" rows=${[['', c.observacoes]]} />
    <${Facts} title="Dados extras" rows=${extraRows(c.dados_extras)} />`
}

function Actions({ c, pode, onEdit, onToggle }) {
  const editable = pode.fields(c).length > 0
  const toggle = pode.toggle(c)
  if (!editable && !toggle) return null
  return html`<div class="dialog-foot">
    ${toggle && html`<button type="button" class=${`button plain ${c.ativo ? 'danger-quiet' : ''}`} onClick=${() => onToggle(c)}>
      ${c.ativo ? 'Desativar' : 'Reativar'}</button>`}
    <span class="grow"></span>
    ${editable && html`<button type="button" class="button primary" onClick=${() => onEdit(c.id)}><${Icon} name="pencil" size=${16} />Editar</button>`}
  </div>`
}
