import { html, useState } from '../ui.js'
import { start } from '../app.js'
import { addressWith } from '../data.js'
import { Icon } from '../icons.js'
import { formatNumber } from '../format.js'
import { useShortcuts } from '../list/keyboard.js'
import { ListPanel, PageHead } from '../list/page.js'
import { CursorPager } from '../list/pager.js'
import { RecordFilter } from '../list/record.js'
import { Table } from '../list/table.js'
import { Choice, ClearFilters, Filters, Search, TextFilter } from '../list/toolbar.js'
import { useLive } from '../live.js'
import { useRoute } from '../route.js'
import { Time } from '../time.js'
import { actionName, actionOptions, actorKind, actorOf, channelName, levelOptions, textOf } from '../trail.js'
import { base, filtersOf, route as r, useLogs } from './data.js'
import { Details } from './details.js'
import { Level } from './level.js'
import { Verify } from './verify.js'

const noun = ['registro', 'registros', 'a trilha', 'Nenhum registro']

const columns = [
  { key: 'oque', name: 'O que aconteceu', cell: (l) => l.descricao || actionName(l.acao), under: (l) => actionName(l.acao) },
  { key: 'quem', name: 'Quem', cell: actorOf, under: (l) => textOf(l.email_informado), text: (l) => [actorOf(l), actorKind(l)].filter(Boolean).join(' · ') },
  { key: 'onde', name: 'De onde', cell: (l) => [channelName(textOf(l.canal)), textOf(l.ip)].filter(Boolean).join(' · ') },
  { key: 'nivel', name: 'Nível', cell: (l) => l.nivel && html`<${Level} nivel=${l.nivel} />` },
  { key: 'quando', name: 'Quando', cell: (l) => l.data_hora && html`<${Time} at=${l.data_hora} />` },
]

function Logs() {
  const [route, go, leave] = useRoute(r)
  const list = useLogs(route)
  const rows = list.data?.logs
  const [verifying, setVerifying] = useState(false)
  useShortcuts()
  // Deep in the list nothing moves under the reader's eyes.
  useLive(['logs'], () => !route.cursor && list.reload(true))
  const total = list.data?.total
  const text = rows?.length > 0 && (total ? `${formatNumber(total)} ${total === 1 ? noun[0] : noun[1]}` : `${formatNumber(rows.length)} nesta parte`)
  return html`
    <${PageHead} title="Auditoria" note="Tudo o que foi feito, por quem e quando. O que está aqui não se altera em silêncio.">
      <div class="head-actions">
        <${Export} route=${route} />
        <button type="button" class="button" onClick=${() => setVerifying(true)}><${Icon} name="shield" size=${16} />Verificar trilha</button></div><//>
    <div class="toolbar">
      <${Search} route=${route} go=${go} label="Buscar na trilha" placeholder="Pessoa, valor, endereço…" />
      <${Filters} narrowed=${r.narrowed({ ...route, busca: '' })}>
        <${Choice} name="acao" label="Ação" options=${actionOptions} route=${route} go=${go} />
        <${Choice} name="nivel" label="Nível" options=${levelOptions} route=${route} go=${go} />
        <${RecordFilter} name="cliente" kind="clientes" route=${route} go=${go} />
        <span class="days"><${TextFilter} name="de" label="De" type="date" max=${route.ate || undefined} route=${route} go=${go} />
          <${TextFilter} name="ate" label="Até" type="date" min=${route.de || undefined} route=${route} go=${go} /></span>
      <//>
      <${ClearFilters} r=${r} route=${route} go=${go} />
    </div>
    <${ListPanel} list=${list} rows=${rows} total=${total ?? undefined} columns=${columns} noun=${noun} r=${r} route=${route} go=${go} icon="trail">
      ${rows && html`<${Table} label="Trilha de auditoria" columns=${columns} rows=${rows} stale=${list.slow} href=${(l) => r.address({ ...route, id: l.id })}
        onOpen=${(l) => go({ id: l.id })} />
      <${CursorPager} data=${list.data} text=${text} onCursor=${(cursor) => go({ cursor })} />`}
    <//>
    ${route.id > 0 && html`<${Details} key=${route.id} id=${route.id} onClose=${leave} />`}
    ${verifying && html`<${Verify} onClose=${() => setVerifying(false)} />`}`
}

// Export downloads what the filters leave: a plain link, so that the browser writes
// the file while it comes.
function Export({ route }) {
  const href = (formato) => addressWith(`${base}/exportar`, { formato, ...filtersOf(route) })
  return html`<span class="button-pair" role="group" aria-label="Exportar o que está filtrado">
    <a class="button" href=${href('csv')} download title="Abre no Excel"><${Icon} name="download" size=${16} />Exportar CSV</a>
    <a class="button" href=${href('ndjson')} download title="Uma linha de JSON por registro" aria-label="Exportar linhas de JSON">JSON</a></span>`
}

start('logs', Logs)
