// What happens to the account of a client: address, password, the end of it.
import { html } from '../ui.js'
import { Confirm } from '../dialog.js'
import { Field, PasswordField } from '../fields.js'
import { FormDialog } from '../form.js'
import { deactivate, erase, setEmail, setSenha } from './data.js'

export function ChangeEmail({ cliente: c, self, onDone, onClose }) {
  const start = self ? { email: c.email ?? '', senha_atual: '' } : { email: c.email ?? '' }
  return html`<${FormDialog} kind="small" title="Trocar e-mail" subtitle=${c.nome} start=${start} action="Trocar e-mail"
    save=${async (values) => onDone(await setEmail(c.id, values))} onClose=${onClose}>
    ${({ values, errors, onValue }) => html`<div class="stack">
      <${Field} name="email" label="Novo e-mail" type="email" inputmode="email" autocapitalize="off" spellcheck=${false} autofocus required
        hint="É com ele que a pessoa entra." value=${values.email} error=${errors.email} onValue=${onValue} />
      ${self && html`<${PasswordField} name="senha_atual" label="Sua senha atual" required autocomplete="current-password"
        value=${values.senha_atual} error=${errors.senha_atual} onValue=${onValue} />`}</div>`}<//>`
}

export function SetPassword({ cliente: c, onDone, onClose }) {
  return html`<${FormDialog} kind="small" title="Definir senha" subtitle=${c.nome} start=${{ senha: '' }} action="Definir senha"
    save=${async ({ senha }) => { await setSenha(c.id, senha); onDone() }} onClose=${onClose}>
    ${({ values, errors, onValue }) => html`<div class="stack"><${PasswordField} name="senha" label="Nova senha" required autofocus autocomplete="new-password"
      hint="As sessões abertas desta pessoa terminam. Diga a senha a ela por um caminho seguro." value=${values.senha} error=${errors.senha} onValue=${onValue} /></div>`}<//>`
}

export function Deactivate({ cliente: c, onDone, onClose }) {
  return html`<${Confirm} title=${`Desativar ${c.nome}?`} action="Desativar" busyText="Desativando…" danger run=${() => deactivate(c.id)} onDone=${onDone} onClose=${onClose}>
    <p>A pessoa deixa de entrar e as sessões abertas dela terminam agora. O cadastro continua aqui e pode ser reativado quando quiser.</p><//>`
}

export function Erase({ cliente: c, onDone, onClose }) {
  return html`<${Confirm} title="Excluir definitivamente" action="Excluir para sempre" busyText="Excluindo…" danger typed=${c.nome}
    run=${() => erase(c.id)} onDone=${onDone} onClose=${onClose}>
    <p>Somem o cadastro, os dispositivos, as conexões, as mensagens e as sessões de <strong>${c.nome}</strong>. Isto não pode ser desfeito; a auditoria guarda que aconteceu.</p>
    <p class="quiet">Para só impedir a entrada, use Desativar.</p><//>`
}
