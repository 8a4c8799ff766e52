import { html, useState } from '../ui.js'
import { start } from '../app.js'
import { usePage } from '../context.js'
import { Icon } from '../icons.js'
import { useShortcuts } from '../list/keyboard.js'
import { ListPanel, NewButton, PageHead } from '../list/page.js'
import { Pager, useLastPage } from '../list/pager.js'
import { SelectionBar, useSelection } from '../list/selection.js'
import { State } from '../list/states.js'
import { RowButton, Table } from '../list/table.js'
import { Choice, ClearFilters, Filters, Search, Segmented, TextFilter } from '../list/toolbar.js'
import { useLive } from '../live.js'
import { useRoute } from '../route.js'
import { Stats } from '../stats.js'
import { columns } from './columns.js'
import { filterOf, PAGE_SIZE, useList } from './data.js'
import { Dialogs } from './dialogs.js'
import { Export } from './export.js'
import { levels, orders, route as r } from './route.js'

const noun = ['cliente', 'clientes', 'os clientes', 'Nenhum cliente']
const situations = [['todos', 'Todos'], ['ativos', 'Ativos'], ['inativos', 'Inativos']]
const numbers = [['clientes_ativos', 'Acessos em 30 min'], ['total_clientes', 'Clientes'], ['dispositivos_online', 'Dispositivos online', 'total_dispositivos'], ['sessoes_ativas', 'Sessões abertas']]

function Clientes() {
  const { may } = usePage()
  const [route, go, leave] = useRoute(r)
  const list = useList(route)
  const rows = list.data?.clientes
  const [open, setOpen] = useState(null) // the dialog on top: { kind, cliente, … }
  const selection = useSelection(r.address({ ...route, id: 0, pagina: 1, ordem: '' }), (c) => c.nome)
  const onNew = may.create ? () => setOpen({ kind: 'new' }) : null
  useShortcuts({ onNew })
  useLive(['clientes'], () => list.reload(true))
  useLastPage(list, rows, go)
  return html`
    <${PageHead} title=${may.seesAll ? 'Clientes' : 'Meu cadastro'}>
      ${may.create && html`<button type="button" class="button" onClick=${() => setOpen({ kind: 'import' })}><${Icon} name="upload" size=${16} />Importar</button>`}
      ${may.seesAll && html`<${Export} route=${route} text="Exportar" />`}
      ${onNew && html`<${NewButton} text="Novo cliente" onClick=${onNew} />`}<//>
    ${may.seesAll && html`<${Stats} shown=${numbers} /><${Tools} route=${route} go=${go} />`}
    <${SelectionBar} selection=${selection} rows=${rows} total=${list.data?.total}><${SelectionActions} selection=${selection} total=${list.data?.total} route=${route} may=${may} setOpen=${setOpen} /><//>
    <${ListPanel} list=${list} rows=${rows} total=${list.data?.total} columns=${columns} selection=${may.seesAll ? selection : undefined} noun=${noun} r=${r} route=${route} go=${go} icon="people"
      empty=${html`<${Nobody} onNew=${onNew} />`}>
      ${rows && html`<${Table} label="Clientes" columns=${columns} rows=${rows} stale=${list.slow} href=${(c) => r.address({ ...route, id: c.id })}
        ordem=${route.ordem || '-cadastro'} onSort=${may.seesAll && ((ordem) => go({ ordem: ordem === '-cadastro' ? '' : ordem }))} selection=${may.seesAll ? selection : undefined}
        rowClass=${(c) => (c.ativo ? '' : 'inactive')} onOpen=${(c) => go({ id: c.id })}
        actions=${(c) => may.fields(c).length > 0 && html`<${RowButton} icon="pencil" label=${`Editar ${c.nome}`} title="Editar" onClick=${() => setOpen({ kind: 'edit', cliente: c })} />`} />
      <${Pager} data=${list.data} shown=${rows.length} pageSize=${PAGE_SIZE} onPage=${(pagina) => go({ pagina })} />`}
    <//>
    <${Dialogs} route=${route} go=${go} leave=${leave} open=${open} setOpen=${setOpen} selection=${selection} refresh=${() => list.reload(true)} />`
}

function Tools({ route, go }) {
  return html`<div class="toolbar">
    <${Search} route=${route} go=${go} label="Buscar clientes" placeholder="Nome, e-mail, empresa, CPF…" />
    <${Segmented} name="situacao" label="Situação" options=${situations} route=${route} go=${go} />
    <${Filters} narrowed=${Boolean(route.nivel || route.cidade || route.empresa)}>
    <${Choice} name="nivel" label="Nível" options=${levels} route=${route} go=${go} />
    <${TextFilter} name="cidade" label="Cidade" route=${route} go=${go} placeholder="todas" />
    <${TextFilter} name="empresa" label="Empresa" route=${route} go=${go} placeholder="todas" />
    <div class="only-cards"><${Choice} name="ordem" label="Ordem" options=${orders} route=${route} go=${go} /></div><//>
    <${ClearFilters} r=${r} route=${route} go=${go} /></div>`
}

// SelectionActions offers what somebody may do to what is chosen; of single records only to
// those with whom it would come to something.
function SelectionActions({ selection, total, route, may, setOpen }) {
  const { whole, rows } = selection
  const able = rows.filter(may.toggle)
  const target = (some) => (whole ? { filtro: filterOf(route) } : { ids: some.map((c) => c.id) })
  const ask = (acao, some) => setOpen({ kind: 'bulk', order: { ...target(some), acao } })
  const on = able.filter((c) => !c.ativo)
  const off = able.filter((c) => c.ativo)
  const changed = rows.filter((c) => may.fields(c).length > 0)
  const erased = rows.filter(may.erase)
  return html`
    ${(whole || changed.length > 0) && html`<button type="button" class="button" onClick=${() => setOpen({ kind: 'fields', target: target(changed), n: whole ? total : changed.length })}>Mudar campos</button>`}
    ${(whole || on.length > 0) && html`<button type="button" class="button" onClick=${() => ask('reativar', on)}>Ativar</button>`}
    ${(whole || off.length > 0) && html`<button type="button" class="button danger-quiet" onClick=${() => ask('desativar', off)}>Desativar</button>`}
    ${may.eraseMany && (whole || erased.length > 0) && html`<button type="button" class="button danger-quiet" onClick=${() => ask('remover', erased)}>Excluir</button>`}
    ${whole && html`<${Export} route=${route} text="Exportar seleção" />`}`
}

function Nobody({ onNew }) {
  return html`<${State} icon="people" title="Nenhum cliente ainda"
    actions=${onNew && html`<button type="button" class="button primary" onClick=${onNew}>Cadastrar o primeiro</button>`}>
    Os clientes cadastrados aparecem aqui, os mais novos primeiro.<//>`
}

start('clientes', Clientes)
