// The state of what keeps the system safe: copies, the trail, the change-over, and
// the devices that fell silent.
import { html } from '../ui.js'
import { useData } from '../data.js'
import { formatBytes, formatDesde, formatHora, formatNumber } from '../format.js'
import { Icon } from '../icons.js'
import { useLive } from '../live.js'
import { Time } from '../time.js'

const OLD_COPY_MS = 36 * 3_600_000

export function Health() {
  const { data, error, reload } = useData('/api/db/resumo')
  useLive(['estatisticas'], () => reload(true))
  const s = data?.resumo
  if (error) return html`<div class="panel card" role="alert"><p class="quiet">Não foi possível carregar o resumo: ${error.message}</p></div>`
  if (!s) return html`<div class="panel card" aria-busy="true"><span class="bone w3"></span></div>`
  return html`<div class="cards">
    <${Copy} copia=${s.copia} /><${Trail} auditoria=${s.auditoria} /><${Change} mudanca=${s.mudanca} /></div>
    <${Silent} d=${s.dispositivos} />`
}

function Card({ icon, title, kind, state, children }) {
  return html`<section class=${`panel card ${kind}`} aria-label=${title}><h2><${Icon} name=${icon} />${title}</h2><p class="card-state">${state}</p><p class="quiet">${children}</p></section>`
}

function Copy({ copia }) {
  if (!copia.feita_em) {
    return html`<${Card} icon="download" title="Cópia de segurança" kind="warn" state="Nenhuma cópia">Este banco ainda não tem cópia conhecida. Faça uma com <code>monitor backup</code>.<//>`
  }
  const old = Date.now() - new Date(copia.feita_em).getTime() > OLD_COPY_MS
  return html`<${Card} icon="download" title="Cópia de segurança" kind=${old ? 'warn' : 'good'} state=${`Feita ${formatDesde(copia.feita_em)}`}>
    ${formatHora(copia.feita_em)}${copia.bytes !== null && `, ${formatBytes(copia.bytes)}`}<//>`
}

function Trail({ auditoria: a }) {
  const what = `${formatNumber(a.registros)} registros desde ontem.`
  if (a.integra === null) return html`<${Card} icon="shield" title="Trilha de auditoria" kind="" state="Ainda não verificada">${what} Verifique-a em Auditoria.<//>`
  if (!a.integra) return html`<${Card} icon="shield" title="Trilha de auditoria" kind="bad" state=${`${formatNumber(a.problemas)} problemas`}>Verificada em ${formatHora(a.verificada_em)}. Veja quais em Auditoria.<//>`
  return html`<${Card} icon="shield" title="Trilha de auditoria" kind="good" state="Íntegra">Verificada ${formatDesde(a.verificada_em)}. ${what}<//>`
}

function Change({ mudanca: m }) {
  if (m.encerrado) return html`<${Card} icon="check" title="Sistema antigo" kind="good" state="Encerrado">Em ${formatHora(m.encerrado)}.<//>`
  const callers = m.chamadores > 0 ? `${formatNumber(m.chamadores)} ainda chamam sem credencial, o último ${formatDesde(m.ultima_chamada)}.` : 'Ninguém chamou sem credencial.'
  const sessions = m.ultima_sessao_antiga ? ` Última sessão dele ${formatDesde(m.ultima_sessao_antiga)}.` : ''
  return html`<${Card} icon="undo" title="Sistema antigo" kind=${m.chamadores > 0 ? 'warn' : ''} state="Em convivência">${callers}${sessions}<//>`
}

function Silent({ d }) {
  const list = d.lista_calados ?? []
  if (!list.length) return null
  return html`<section class="panel card" aria-label="Dispositivos que se calaram">
    <h2><${Icon} name="device" />Deixaram de dar sinal desde ontem <span class="quiet num">${formatNumber(d.calados)}</span></h2>
    <ul class="silent">${list.slice(0, 8).map((one) => html`<li key=${one.id}><a class="ellipsis" href=${`/dispositivos/${one.id}`}>${one.nome || `Dispositivo ${one.id}`}</a>
      <span class="ellipsis quiet">${one.cliente_nome}</span><span class="quiet"><${Time} at=${one.desde} since /></span></li>`)}</ul></section>`
}
