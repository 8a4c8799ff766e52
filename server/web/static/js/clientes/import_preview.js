// What a file is understood to be and what it would change.
import { html, useState } from '../ui.js'
import { Reasons } from '../bulk.js'
import { differences, Differences } from '../difference.js'
import { Field } from '../fields.js'
import { formatNumber } from '../format.js'
import { fieldInfo } from './record.js'
import { NOTHING } from './importing.js'

const fields = ['nome', 'email', 'cpf_cnpj', 'telefone', 'empresa', 'cargo', 'cep', 'endereco', 'cidade', 'estado', 'pais', 'observacoes']
export const options = [[NOTHING, 'Não importar'], ...fields.map((f) => [f, fieldInfo[f].name]), ['ativo', 'Situação (ativo: sim ou não)'], ['id', 'ID (número do cliente)']]

// shown are the kinds of rows that change something, or would.
const shown = [['novo', 'novos', 'Novos'], ['muda', 'mudam', 'Mudam'], ['conflito', 'conflitos', 'Em conflito']]

// Counts are how many rows do what, and why some are left out.
export function Counts({ work }) {
  const { plan, overwrite } = work
  const { novos, mudam, iguais, conflitos, recusados, motivos } = plan
  return html`
    <dl class="counts import-counts">
      <div class="main"><dt>Novos</dt><dd>${formatNumber(novos)}</dd></div>
      <div class="main"><dt>Mudam</dt><dd>${formatNumber(mudam)}</dd></div>
      <div><dt>Já estão assim</dt><dd>${formatNumber(iguais)}</dd></div>
      ${conflitos > 0 && html`<div><dt>Em conflito</dt><dd>${formatNumber(conflitos)}</dd></div>`}
      <div><dt>Recusados</dt><dd>${formatNumber(recusados)}</dd></div></dl>
    <p class="sr" role="status">${spoken(plan)}</p>
    ${novos + mudam === 0 && html`<p><strong>Nada muda.</strong> ${nothing(plan)}</p>`}
    ${(conflitos > 0 || overwrite) && html`<label class="check-line"><input type="checkbox" checked=${overwrite} onChange=${(e) => work.setOverwrite(e.currentTarget.checked)} />
      <span>Usar os valores do arquivo também onde alguém mudou depois da última importação</span></label>`}
    <${Reasons} motivos=${motivos} />`
}

// Rows are the first of each kind.
export function Rows({ plan }) {
  const rows = shown.map(([kind, count, title]) => ({ kind, title, n: plan[count], list: plan.linhas.filter((l) => l.situacao === kind) })).filter(({ list }) => list.length)
  return html`${rows.map(({ kind, title, n, list }) => html`<section key=${kind}><h3>${title}${n > list.length && html`: <span class="quiet">os primeiros ${formatNumber(list.length)} de ${formatNumber(n)}</span>`}</h3>
      <ul class="samples">${list.map((l) => html`<${Row} key=${l.linha} line=${l} made=${kind === 'novo'} />`)}</ul></section>`)}
    ${plan.novos + plan.mudam > 0 && html`<p class="quiet">Depois dá para desfazer: volta o que ninguém mudar até lá.</p>`}`
}

function spoken({ novos, mudam, iguais, conflitos, recusados }) {
  return `Novos: ${novos}; mudam: ${mudam}; já estão assim: ${iguais}; em conflito: ${conflitos}; recusados: ${recusados}.`
}

function nothing({ total, iguais }) {
  if (total === 0) return 'O arquivo não tem nenhuma linha além dos títulos.'
  return iguais === total ? 'Tudo o que está no arquivo já está no cadastro.' : 'O que não está igual ao cadastro fica de fora, pelos motivos abaixo.'
}

// fresh are the values of a new client that the file brings: the name stands above them, and
// what everybody gets is no news.
const fresh = ({ depois }) => Object.fromEntries([...fields.slice(1), 'ativo'].filter((f) => f in depois && depois[f] !== true).map((f) => [f, depois[f]]))

function Row({ line, made }) {
  return html`<li><strong>${line.nome}</strong> <small class="quiet">linha ${formatNumber(line.linha)}</small>
    ${line.motivo && html`<p class="quiet">${line.motivo}</p>`}<${Differences} rows=${differences(line.antes, made ? fresh(line) : line.depois)} made=${made} /></li>`
}

// Columns are those of the file, each with what it is to us. They stay open while somebody is
// at them, though all is understood by then.
export function Columns({ work }) {
  const { columns, choices } = work
  const [open] = useState(() => columns.some((c) => !c.campo))
  const left = columns.filter((c) => !c.campo).length
  const text = left === 0 ? 'todas foram entendidas' : left === 1 ? '1 fica de fora' : `${formatNumber(left)} ficam de fora`
  return html`<details class="columns" open=${open}><summary><h3>Colunas do arquivo</h3> <span class="quiet">${text}</span></summary>
    <div class="form-grid">${columns.map((c, i) => html`<${Field} key=${i} name=${`coluna-${i}`} label=${c.cabecalho} options=${options} hint=${c.motivo && sentenceOf(c.motivo)}
      value=${choices.get(c.cabecalho) ?? (c.campo || NOTHING)} onValue=${(_, campo) => work.choose(c.cabecalho, campo)} />`)}</div></details>`
}

const sentenceOf = (text) => `${text[0].toLocaleUpperCase('pt-BR')}${text.slice(1)}.`
