import { html } from '../ui.js'
import { start } from '../app.js'
import { addressWith, useData } from '../data.js'
import { PageHead } from '../list/page.js'
import { Failed } from '../list/states.js'
import { Segmented } from '../list/toolbar.js'
import { useLive } from '../live.js'
import { routeOf, useRoute } from '../route.js'
import { Stats } from '../stats.js'
import { Chart } from './chart.js'
import { Health } from './health.js'

const periods = [['24h', '24 horas'], ['7d', '7 dias'], ['30d', '30 dias']]
const r = routeOf('/painel', { periodo: periods.map(([v]) => v) })
const numbers = [
  ['dispositivos_online', 'Dispositivos online', 'total_dispositivos'], ['total_clientes', 'Clientes'], ['clientes_ativos', 'Acessos em 30 min'],
  ['sessoes_ativas', 'Sessões abertas'], ['mensagens_hoje', 'Mensagens hoje'], ['total_conexoes', 'Conexões guardadas'],
]

function Painel() {
  const [route, go] = useRoute(r)
  const { data: serie, error, reload } = useData(addressWith('/api/db/estatisticas/serie', { periodo: route.periodo }))
  useLive(['estatisticas'], () => reload(true))
  const per = serie?.passo === 'dia' ? 'por dia' : 'por hora'
  return html`
    <${PageHead} title="Painel"><${Segmented} name="periodo" label="Período" options=${periods} route=${route} go=${go} /><//>
    <${Stats} shown=${numbers} />
    <${Health} />
    ${error ? html`<div class="panel"><${Failed} error=${error} what="os gráficos" onRetry=${() => reload()} /></div>` : html`<div class="charts">
      <${Chart} title="Dispositivos online" serie=${serie} lines=${[['dispositivos_online', 'Dispositivos online', true]]} />
      <${Chart} title=${`Conexões ${per}`} serie=${serie} lines=${[['conexoes', 'Conexões']]} bars />
      <${Chart} title=${`Mensagens ${per}`} serie=${serie} lines=${[['mensagens', 'Mensagens']]} bars />
      <${Chart} title=${`Entradas ${per}`} serie=${serie} lines=${[['logins', 'Entradas'], ['logins_recusados', 'Recusadas']]} /></div>`}`
}

start('painel', Painel)
