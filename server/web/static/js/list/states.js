import { html } from '../ui.js'
import { Icon } from '../icons.js'

// State fills the place of a list when there is nothing to show in it.
export function State({ icon, title, bad, role, children, actions }) {
  return html`<div class=${`state ${bad ? 'bad' : ''}`} role=${role}>
    <span class="state-icon"><${Icon} name=${icon} size=${26} /></span>
    <h2>${title}</h2>
    <p>${children}</p>
    ${actions && html`<div class="actions">${actions}</div>`}
  </div>`
}

// EmptyFiltered says that nothing fits what was asked for, and leads out of it.
export function EmptyFiltered({ busca, nothing, onClear, children }) {
  return html`<${State} icon="search" title=${busca ? `Nada encontrado para “${busca}”` : nothing}
    actions=${html`<button type="button" class="button" onClick=${onClear}>Limpar filtros</button>`}>
    ${children ?? (busca ? 'Acentos e maiúsculas não importam, mas cada palavra precisa aparecer.' : 'Mude os filtros para ver os demais.')}<//>`
}

// Failed says what could not be loaded (what: "os clientes").
export function Failed({ error, what, onRetry }) {
  const offline = error.codigo === 'sem_conexao'
  return html`<${State} icon=${offline ? 'offline' : 'alert'} bad role="alert"
    title=${offline ? 'Sem conexão com o servidor' : `Não foi possível carregar ${what}`}
    actions=${html`<button type="button" class="button" onClick=${onRetry}>Tentar novamente</button>`}>
    ${offline ? 'Verifique a rede. A página volta sozinha quando a conexão voltar.' : error.message}<//>`
}
