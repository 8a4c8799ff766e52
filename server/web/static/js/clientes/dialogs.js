import { html, useState } from '../ui.js'
import { Bulk } from '../bulk.js'
import { usePage } from '../context.js'
import { doneText, undoing } from '../operations.js'
import { useUndo } from '../undo.js'
import { ChangeEmail, Deactivate, Erase, SetPassword } from './account.js'
import { BulkClientes, ChangeMany } from './bulk.js'
import { reactivate } from './data.js'
import { Details } from './details.js'
import { EditCliente, NewCliente } from './form.js'
import { Import } from './import.js'
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
    if (text) toast(text, undo)
  }
  const undo = useUndo(() => changed())
  const restore = (c) => reactivate(c.id).then(({ operacao }) => changed(`${c.nome} foi reativado.`, undo(operacao)), (error) => toast(error.message))
  const gone = (text, back) => {
    if (route.id) leave()
    changed(text, back)
  }
  const many = (op) => {
    selection.clear()
    changed(doneText(op), op.reversivel && op.feitos > 0 && (() => setOpen({ kind: 'undo', id: op.id })))
  }
  const names = new Map(selection.rows.map((one) => [one.id, one.nome]))
  const { kind, cliente: c } = open ?? {}
  const self = c && c.id === viewer.id
  return html`
    ${route.id > 0 && html`<${Details} key=${route.id} id=${route.id} turn=${turn} ask=${ask} changed=${changed} onClose=${leave}
      onToggle=${(one) => (one.ativo ? ask('deactivate', one) : restore(one))} />`}
    ${kind === 'new' && html`<${NewCliente} may=${may} onClose=${close}
      onDone=${({ cliente: made, operacao }) => { go({ ...r.cleared(), ordem: '', id: 0 }, { replace: true }); changed(`${made.nome} foi cadastrado.`, undo(operacao)) }} />`}
    ${kind === 'edit' && html`<${EditCliente} key=${c.id} id=${c.id} may=${may} onDone=${({ cliente: now, operacao }) => changed(`O cadastro de ${now.nome} está salvo.`, undo(operacao))} onClose=${close} />`}
    ${kind === 'deactivate' && html`<${Deactivate} cliente=${c} onDone=${({ operacao }) => gone(`${c.nome} foi desativado.`, undo(operacao))} onClose=${close} />`}
    ${kind === 'erase' && html`<${Erase} cliente=${c} onDone=${() => gone(`${c.nome} foi excluído para sempre.`)} onClose=${close} />`}
    ${kind === 'email' && html`<${ChangeEmail} cliente=${c} self=${self} onDone=${({ cliente: now, operacao }) => changed(`O e-mail de ${now.nome} agora é ${now.email}.`, undo(operacao))} onClose=${close} />`}
    ${kind === 'senha' && html`<${SetPassword} cliente=${c} onDone=${() => changed(`${c.nome} tem uma senha nova.`)} onClose=${close} />`}
    ${kind === 'fields' && html`<${ChangeMany} target=${open.target} n=${open.n} may=${may} onNext=${(order, plan) => setOpen({ kind: 'bulk', order, plan })} onClose=${close} />`}
    ${kind === 'bulk' && html`<${BulkClientes} order=${open.order} plan=${open.plan} names=${names} onDone=${many} onClose=${close} />`}
    ${kind === 'undo' && html`<${Bulk} key=${open.id} title="Desfazer" work=${undoing(open.id)} ask=${false} onDone=${many} onClose=${close} />`}
    ${kind === 'import' && html`<${Import} refresh=${refresh} onUndo=${(id) => setOpen({ kind: 'undo', id })} onClose=${close} />`}`
}
