import { html, useState } from '../ui.js'
import { start, usePage } from '../app.js'
import { Confirm } from '../dialog.js'
import { useShortcuts } from '../list/keyboard.js'
import { ListPanel, NewButton, PageHead } from '../list/page.js'
import { Pager, useLastPage } from '../list/pager.js'
import { State } from '../list/states.js'
import { RowButton, Table } from '../list/table.js'
import { Search, Segmented } from '../list/toolbar.js'
import { useLive } from '../live.js'
import { leaveRecord, useRoute } from '../route.js'
import { columns } from './columns.js'
import { deactivate, POR_PAGINA, reactivate, useList } from './data.js'
import { Details } from './details.js'
import { EditCliente, NewCliente } from './form.js'
import { route as r } from './route.js'

const noun = ['cliente', 'clientes', 'os clientes', 'Nenhum cliente']
const situacoes = [['todos', 'Todos'], ['ativos', 'Ativos'], ['inativos', 'Inativos']]

function Clientes() {
  const { pode } = usePage()
  const [route, go] = useRoute(r)
  const list = useList(route)
  const rows = list.data?.clientes
  const [open, setOpen] = useState(null) // the dialog on top: { kind, … }
  const onNew = pode.create ? () => setOpen({ kind: 'new' }) : null
  useShortcuts({ onNew })
  useLive(['clientes'], () => list.reload(true))
  useLastPage(list, rows, go)
  const edit = (id) => setOpen({ kind: 'edit', id })
  return html`
    <${PageHead} title=${pode.seesAll ? 'Clientes' : 'Meu cadastro'}>${onNew && html`<${NewButton} text="Novo cliente" onClick=${onNew} />`}<//>
    ${pode.seesAll && html`<div class="toolbar">
      <${Search} route=${route} go=${go} label="Buscar clientes" placeholder="Nome, e-mail, empresa, CPF…" />
      <${Segmented} name="situacao" label="Situação" options=${situacoes} route=${route} go=${go} /></div>`}
    <${ListPanel} list=${list} rows=${rows} total=${list.data?.total} columns=${columns} noun=${noun} r=${r} route=${route} go=${go} icon="people"
      empty=${html`<${Nobody} onNew=${onNew} />`}>
      ${rows && html`<${Table} label="Clientes" columns=${columns} rows=${rows} stale=${list.slow} href=${(c) => r.address({ ...route, id: c.id })}
        rowClass=${(c) => (c.ativo ? '' : 'inactive')} onOpen=${(c) => go({ id: c.id })}
        actions=${(c) => pode.fields(c).length > 0 && html`<${RowButton} icon="pencil" label=${`Editar ${c.nome}`} title="Editar" onClick=${() => edit(c.id)} />`} />
      <${Pager} data=${list.data} shown=${rows.length} porPagina=${POR_PAGINA} onPage=${(pagina) => go({ pagina })} />`}
    <//>
    <${Dialogs} route=${route} go=${go} open=${open} setOpen=${setOpen} refresh=${() => list.reload(true)} />`
}

function Nobody({ onNew }) {
  return html`<${State} icon="people" title="Nenhum cliente ainda"
    actions=${onNew && html`<button type="button" class="button primary" onClick=${onNew}>Cadastrar o primeiro</button>`}>
    Os clientes cadastrados aparecem aqui, os mais novos primeiro.<//>`
}

function Dialogs({ route, go, open, setOpen, refresh }) {
  const { pode, toast } = usePage()
  const [turn, setTurn] = useState(0) // makes the details load again after a change
  const close = () => setOpen(null)
  const changed = (text, undo) => {
    close()
    setTurn((t) => t + 1)
    refresh()
    toast(text, undo)
  }
  const restore = (c) => reactivate(c.id).then(() => changed(`${c.nome} foi reativado.`), (error) => toast(error.message))
  const onCreated = (c) => {
    go({ ...r.cleared(), id: 0 }, { replace: true })
    changed(`${c.nome} foi cadastrado.`)
  }
  const onDeactivated = (c) => {
    if (route.id) leaveRecord(go)
    changed(`${c.nome} foi desativado.`, () => restore(c))
  }
  return html`
    ${route.id > 0 && html`<${Details} key=${route.id} id=${route.id} turn=${turn} pode=${pode} onClose=${() => leaveRecord(go)}
      onEdit=${(id) => setOpen({ kind: 'edit', id })}
      onToggle=${(c) => (c.ativo ? setOpen({ kind: 'deactivate', cliente: c }) : restore(c))} />`}
    ${open?.kind === 'new' && html`<${NewCliente} pode=${pode} onDone=${onCreated} onClose=${close} />`}
    ${open?.kind === 'edit' && html`<${EditCliente} key=${open.id} id=${open.id} pode=${pode} onDone=${(c) => changed(`O cadastro de ${c.nome} está salvo.`)} onClose=${close} />`}
    ${open?.kind === 'deactivate' && html`<${Confirm} title=${`Desativar ${open.cliente.nome}?`} action="Desativar" busyText="Desativando…" danger
      run=${() => deactivate(open.cliente.id)} onDone=${() => onDeactivated(open.cliente)} onClose=${close}>
      <p>A pessoa deixa de entrar e as sessões abertas dela terminam agora. O cadastro continua aqui e pode ser reativado quando quiser.</p><//>`}`
}

start('clientes', Clientes)
