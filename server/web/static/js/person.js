import { html } from './ui.js'
import { Icon } from './icons.js'
import { nivelName } from './format.js'
import { Initials } from './initials.js'
import { Menu } from './menu.js'

// PersonMenu shows who is logged in and what they may do with their account.
export function PersonMenu({ viewer, onPassword, onLeave }) {
  const { versao } = document.body.dataset
  return html`<${Menu} label="Sua conta" title=${viewer.nome} kind="menu-button"
    button=${html`<span class="sr">Menu de </span><${Initials} nome=${viewer.nome} />
      <span class="who"><span class="ellipsis">${viewer.nome}</span><small class="ellipsis">${nivelName(viewer.nivel_acesso)}</small></span><${Icon} name="upDown" size=${16} />`}
    head=${html`<div class="menu-who"><strong>${viewer.nome}</strong><span class="quiet">${viewer.email}</span><br /><span class="quiet">${nivelName(viewer.nivel_acesso)}</span></div>`}
    foot=${versao && html`<div class="menu-version">Monitor ${versao}</div>`}
    items=${[{ icon: 'key', text: 'Trocar senha', onClick: onPassword }, { icon: 'exit', text: 'Sair', onClick: onLeave }]} />`
}
