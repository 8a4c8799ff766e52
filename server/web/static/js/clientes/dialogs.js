import { html, useState } from '../ui.js'
import { usePage } from '../context.js'
import { ChangeEmail, Deactivate, Erase, SetPassword } from './account.js'
import { Export, Toggle } from './bulk.js'
import { reactivate } from './data.js'
import { Details } from './details.js'
import { EditCliente, NewCliente } from './form.js'
import { route as r } from './route.js'

// Dialogs are the drawer of the open client and the dialog on top: open is
// { kind, cliente, … }. refresh loads the list again.
export function Dialogs({ route, go, leave, open, setOpen, selection, refresh }) {
  const { viewer, may, toast } = usePage()
  const [turn, setTurn] = useState(0) // makes the details load again after a change
  const ask = (kind, cliente, more) => setOpen({ kind, cliente, ...more })
  const close = () => setOpen(null)
  const changed = (text, undo) => {
    close()
    setTurn((t) => t + 1)
    refresh()
    toast(text, undo)
  }
  const restore = (c) => reactivate(c.id).then(() => changed(`${c.nome} foi reativado.`), (error) => toast(error.message))
  const gone = (text, undo) => {
    if (route.id) leave()
    changed(text, undo)
  }
  const toggled = (rows, ativo) => {
    if (!rows.length) return refresh()
    selection.clear()
    const text = rows.length === 1 ? `${rows[0].nome} foi ${ativo ? 'ativado' : 'desativado'}.` : `${rows.length} clientes foram ${ativo ? 'ativados' : 'desativados'}.`
    return changed(text, () => ask('toggle', null, { rows, ativo: !ativo }))
  }
  const { kind, cliente: c } = open ?? {}
  const self = c && c.id === viewer.id
  return html`
    ${route.id > 0 && html`<${Details} key=${route.id} id=${route.id} turn=${turn} ask=${ask} onClose=${leave}
      onToggle=${(one) => (one.ativo ? ask('deactivate', one) : restore(one))} />`}
    ${kind === 'new' && html`<${NewCliente} may=${may} onClose=${close}
      onDone=${(made) => { go({ ...r.cleared(), ordem: '', id: 0 }, { replace: true }); changed(`${made.nome} foi cadastrado.`) }} />`}
    ${kind === 'edit' && html`<${EditCliente} key=${c.id} id=${c.id} may=${may} onDone=${(now) => changed(`O cadastro de ${now.nome} está salvo.`)} onClose=${close} />`}
    ${kind === 'deactivate' && html`<${Deactivate} cliente=${c} onDone=${() => gone(`${c.nome} foi desativado.`, () => restore(c))} onClose=${close} />`}
    ${kind === 'erase' && html`<${Erase} cliente=${c} onDone=${() => gone(`${c.nome} foi excluído para sempre.`)} onClose=${close} />`}
    ${kind === 'email' && html`<${ChangeEmail} cliente=${c} self=${self} onDone=${(now) => changed(`O e-mail de ${now.nome} agora é ${now.email}.`)} onClose=${close} />`}
    ${kind === 'senha' && html`<${SetPassword} cliente=${c} onDone=${() => changed(`${c.nome} tem uma senha nova.`)} onClose=${close} />`}
    ${kind === 'toggle' && html`<${Toggle} key=${open.ativo} rows=${open.rows} ativo=${open.ativo} sure=${open.sure} onDone=${(rows) => toggled(rows, open.ativo)} onClose=${close} />`}
    ${kind === 'export' && html`<${Export} rows=${open.rows} route=${route} onDone=${(n) => changed(n === 1 ? '1 cliente exportado.' : `${n} clientes exportados.`)} onClose=${close} />`}`
}
