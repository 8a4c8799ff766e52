import { html, useEffect } from '../ui.js'
import { usePage } from '../context.js'
import { Drawer } from '../drawer.js'
import { extraRows, Facts } from '../facts.js'
import { formatHora, nivelName } from '../format.js'
import { Icon } from '../icons.js'
import { Initials } from '../initials.js'
import { useLive } from '../live.js'
import { Menu } from '../menu.js'
import { Status } from './columns.js'
import { useCliente } from './data.js'
import { History } from './history.js'
import { Audit, Connections, Devices } from './related.js'

// Details is the drawer with everything about one client; a new turn loads it
// again. ask(kind, cliente) opens the dialog of that name; changed(text, undo) tells of what is
// done here.
export function Details({ id, turn, ask, changed, onToggle, onClose }) {
  const { may } = usePage()
  const loaded = useCliente(id)
  const c = loaded.data?.cliente
  useEffect(() => { if (turn) loaded.reload(true) }, [turn])
  useLive(['clientes'], (ids) => (!ids || ids.includes(id)) && loaded.reload(true))
  return html`<${Drawer} noun="Cliente" loaded=${loaded} record=${c} onClose=${onClose}
    head=${(label) => html`<${Identity} c=${c} label=${label} />`}
    foot=${c && html`<${Actions} c=${c} may=${may} ask=${ask} onToggle=${onToggle} />`}>
    ${c && html`<${About} c=${c} />
      <${Devices} id=${c.id} /><${Connections} id=${c.id} />${may.seesAll && html`<${History} c=${c} etag=${loaded.etag} turn=${turn} changed=${changed} /><${Audit} id=${c.id} />`}`}
  <//>`
}

function Identity({ c, label }) {
  return html`<div class="identity">
    <${Initials} nome=${c.nome} size="large" />
    <div><h2 id=${label}>${c.nome}</h2>
      <div class="badges"><${Status} ativo=${c.ativo} /><span class="badge level">${nivelName(c.nivel_acesso ?? 'usuario')}</span></div></div>
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

function Actions({ c, may, ask, onToggle }) {
  const more = [
    may.setEmail(c) && { icon: 'mail', text: 'Trocar e-mail', onClick: () => ask('email', c) },
    may.setSenha(c) && { icon: 'key', text: 'Definir senha', onClick: () => ask('senha', c) },
    { icon: 'print', text: 'Imprimir ficha', onClick: () => print() },
    may.erase(c) && { icon: 'trash', text: 'Excluir definitivamente…', danger: true, onClick: () => ask('erase', c) },
  ]
  return html`<div class="dialog-foot">
    ${may.toggle(c) && html`<button type="button" class=${`button plain ${c.ativo ? 'danger-quiet' : ''}`} onClick=${() => onToggle(c)}>
      ${c.ativo ? 'Desativar' : 'Reativar'}</button>`}
    <span class="grow"></span>
    <${Menu} label=${`Mais ações para ${c.nome}`} title="Mais ações" kind="button" items=${more} button=${html`<${Icon} name="more" size=${16} />Mais`} />
    ${may.fields(c).length > 0 && html`<button type="button" class="button primary" onClick=${() => ask('edit', c)}><${Icon} name="pencil" size=${16} />Editar</button>`}
  </div>`
}
