import { html } from '../ui.js'
import { formatNumber } from '../format.js'
import { Icon } from '../icons.js'
import { countOf } from '../operations.js'

const count = (n, one, many) => `${formatNumber(n)} ${n === 1 ? one : many}`

// End says what came of an import.
export function End({ work }) {
  const { op, plan } = work
  const whole = !op || op.estado === 'concluida'
  return html`<div role="status" class=${`verdict ${whole ? 'good' : 'warn'}`}><${Icon} name=${whole ? 'check' : 'alert'} size=${22} />
      <div>${whole ? html`<${Whole} op=${op} plan=${plan} />` : html`<${Stopped} op=${op} />`}</div></div>
    ${op && html`<p class="quiet">Fica guardada como <a href=${`/operacoes/${op.id}`}>operação nº ${op.id}</a>.</p>`}`
}

function Whole({ op, plan }) {
  if (!op) return html`<strong>Nada mudou: outra pessoa já deixou o cadastro como o arquivo.</strong>`
  const same = plan.iguais + op.iguais
  const out = plan.conflitos + plan.recusados + op.recusados
  return html`<strong>${count(op.feitos, 'cliente foi importado', 'clientes foram importados')}</strong>
    ${op.feitos === plan.novos + plan.mudam && html`<p>${[plan.novos && count(plan.novos, 'novo', 'novos'), plan.mudam && count(plan.mudam, 'alterado', 'alterados')].filter(Boolean).join(' e ')}.</p>`}
    ${same > 0 && html`<p>${count(same, 'já estava assim', 'já estavam assim')}.</p>`}
    ${out > 0 && html`<p>${count(out, 'linha ficou de fora', 'linhas ficaram de fora')}. Baixe essas linhas: o motivo está ao lado de cada uma. Corrija e importe esse arquivo.</p>`}`
}

function Stopped({ op }) {
  const rest = 'Para terminar, importe o mesmo arquivo: o que já foi feito não muda outra vez.'
  if (op.total === undefined) return html`<strong>Não se sabe até onde ela foi</strong><p>O que já foi gravado fica, e está na operação nº ${op.id}. ${rest}</p>`
  return html`<strong>${countOf('clientes', op.feitos)} de ${formatNumber(op.total)} ${op.feitos === 1 ? 'foi importado' : 'foram importados'}</strong>
    <p>O que já foi gravado fica. ${rest}</p>`
}
