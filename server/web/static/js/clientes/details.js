import { html, useId } from '../ui.js'
import { Icon } from '../icons.js'
import { Dialog, DialogHead, Notice } from '../dialog.js'
import { formatHora, nivelName } from '../format.js'
import { Initials } from '../initials.js'
import { Status } from './table.js'
import { useCliente } from './data.js'

// Details is the drawer with everything about one client.
export function Details({ id, turn, pode, onEdit, onToggle, onClose }) {
  const label = useId()
  const { cliente: c, error } = useCliente(id, turn)
  return html`<${Dialog} kind="drawer" label=${label} onClose=${onClose}>
    <${DialogHead} onClose=${onClose}>${c
      ? html`<${Identity} c=${c} label=${label} />`
      : html`<h2 id=${label}>${error ? 'Cliente' : 'Carregando…'}</h2>`}<//>
    <div class="dialog-body" tabindex="-1" aria-busy=${!c && !error ? 'true' : 'false'}>
      <${Notice} error=${error?.message} />
      ${c ? html`<${Facts} c=${c} />` : !error && html`<${Bones} />`}
    </div>
    ${c && html`<${Actions} c=${c} pode=${pode} onEdit=${onEdit} onToggle=${onToggle} />`}
  <//>`
}

function Identity({ c, label }) {
  return html`<div class="identity">
    <${Initials} nome=${c.nome} size="large" />
    <div><h2 id=${label}>${c.nome}</h2>
      <div class="badges"><${Status} ativo=${c.ativo} /><span class="badge level">${nivelName(c.nivel_acesso)}</span></div></div>
  </div>`
}

function Facts({ c }) {
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
  const extras = Object.entries(c.dados_extras ?? {}).map(([k, v]) => [k, typeof v === 'string' ? v : JSON.stringify(v)])
  return html`
    <${Group} title="Contato e documento" rows=${contact} />
    <${Group} title="Empresa" rows=${[['Empresa', c.empresa], ['Cargo', c.cargo]]} />
    <${Group} title="Endereço" rows=${address} />
    <${Group} title="Conta" rows=${account} />
    <${Group} title="Observações" rows=${[['', c.observacoes]]} />
    <${Group} title="Dados extras" rows=${extras} />`
}

// Group leaves out what is not known, and itself when nothing is.
function Group({ title, rows }) {
  const known = rows.filter(([, value]) => value)
  if (!known.length) return null
  if (!known[0][0]) return html`<section class="facts"><h3>${title}</h3><dl><dt class="sr">${title}</dt><dd>${known[0][1]}</dd></dl></section>`
  return html`<section class="facts"><h3>${title}</h3>
    <dl>${known.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></section>`
}

function Bones() {
  return html`<div class="stack" aria-hidden="true">${[3, 2, 4, 1, 3, 2].map((w) => html`<span class=${`bone w${w}`}></span>`)}</div>`
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
