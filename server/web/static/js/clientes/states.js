import { html } from '../ui.js'
import { Icon } from '../icons.js'

// State fills the place of the table when there is nothing to show in it.
function State({ icon, title, bad, role, children, actions }) {
  return html`<div class=${`state ${bad ? 'bad' : ''}`} role=${role}>
    <span class="state-icon"><${Icon} name=${icon} size=${26} /></span>
    <h2>${title}</h2>
    <p>${children}</p>
    ${actions && html`<div class="actions">${actions}</div>`}
  </div>`
}

export function EmptyTable({ onNew }) {
  return html`<${State} icon="people" title="Nenhum cliente ainda"
    actions=${onNew && html`<button type="button" class="button primary" onClick=${onNew}><${Icon} name="plus" size=${16} />Cadastrar o primeiro</button>`}>
    Os clientes cadastrados aparecem aqui, os mais novos primeiro.<//>`
}

export function EmptySearch({ busca, situacao, go }) {
  const filtered = situacao !== 'todos'
  const title = busca ? `Nada encontrado para “${busca}”` : `Nenhum cliente entre os ${situacao}`
  return html`<${State} icon="search" title=${title} actions=${html`
    ${filtered && html`<button type="button" class="button" onClick=${() => go({ situacao: 'todos', pagina: 1 })}>Procurar entre todos</button>`}
    ${busca && html`<button type="button" class="button" onClick=${() => go({ busca: '', pagina: 1 })}>Limpar busca</button>`}`}>
    ${busca ? 'Cada palavra precisa aparecer no nome, e-mail, empresa, telefone ou CPF/CNPJ. Acentos e maiúsculas não importam.' : 'Mude o filtro para ver os demais.'}<//>`
}

export function Failed({ error, onRetry }) {
  const offline = error.codigo === 'sem_conexao'
  return html`<${State} icon=${offline ? 'offline' : 'alert'} bad role="alert"
    title=${offline ? 'Sem conexão com o servidor' : 'Não foi possível carregar os clientes'}
    actions=${html`<button type="button" class="button" onClick=${onRetry}>Tentar novamente</button>`}>
    ${offline ? 'Verifique a rede. A lista volta sozinha quando a conexão voltar.' : error.message}<//>`
}
