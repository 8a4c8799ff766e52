import { html } from '../ui.js'
import { ApiError, request } from '../api.js'
import { Field } from '../fields.js'
import { FormDialog } from '../form.js'
import { levelHint, levels } from './levels.js'

const start = { nome: '', nivel: 'leitura', expira_em: '', usos_maximos: '' }
const today = () => new Date().toLocaleDateString('sv-SE') // AAAA-MM-DD in the local zone

// NewKey asks for a key to be made; onDone gets { segredo, chave }.
export function NewKey({ onDone, onClose }) {
  const save = async (values) => onDone((await request('POST', '/api/db/chaves', { body: bodyOf(values), onSession: 'stay' })).data)
  return html`<${FormDialog} title="Nova chave" subtitle="Ela é mostrada uma única vez, depois de criada." start=${start} action="Criar chave" busyText="Criando…"
    save=${save} onClose=${onClose}>
    ${({ values, errors, onValue }) => html`<div class="form-grid">
      <${Field} name="nome" label="Nome" required autofocus span="s6" maxlength="100" hint="O do programa que vai usá-la, como “painel” ou “agentes da filial”."
        value=${values.nome} error=${errors.nome} onValue=${onValue} />
      <${Field} name="nivel" label="Nível" required span="s6" options=${levels.map(([v, text]) => [v, text])} hint=${levelHint(values.nivel)}
        value=${values.nivel} error=${errors.nivel} onValue=${onValue} />
      <${Field} name="expira_em" label="Vale até o fim do dia" type="date" min=${today()} hint="Vazio: não expira."
        value=${values.expira_em} error=${errors.expira_em} onValue=${onValue} />
      ${values.nivel === 'agente' && html`<${Field} name="usos_maximos" label="Dispositivos que pode registrar" inputmode="numeric" hint="Vazio: sem limite."
        value=${values.usos_maximos} error=${errors.usos_maximos} onValue=${onValue} />`}
    </div>`}
  <//>`
}

function bodyOf({ nome, nivel, expira_em: day, usos_maximos: uses }) {
  const body = { nome, nivel }
  if (day) body.expira_em = new Date(`${day}T23:59:59`).toISOString()
  if (nivel !== 'agente' || !uses.trim()) return body
  if (!/^[1-9]\d{0,8}$/.test(uses.trim())) throw new ApiError(400, 'dados_invalidos', '', { campos: { usos_maximos: 'Escreva um número a partir de 1, ou deixe vazio.' } })
  return { ...body, usos_maximos: Number(uses) }
}
