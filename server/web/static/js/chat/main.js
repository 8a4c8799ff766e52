import { html, useEffect, useRef, useState } from '../ui.js'
import { start } from '../app.js'
import { usePage } from '../context.js'
import { useData } from '../data.js'
import { Confirm } from '../dialog.js'
import { Field } from '../fields.js'
import { FormDialog } from '../form.js'
import { formatNumber } from '../format.js'
import { Icon } from '../icons.js'
import { PageHead } from '../list/page.js'
import { Failed, State } from '../list/states.js'
import { useLive } from '../live.js'
import { routeOf, useRoute } from '../route.js'
import { edit, remove, send, useMessages } from './data.js'
import { Composer, Messages } from './messages.js'

const r = routeOf('/chat', { sala: 'geral' })

function Chat() {
  const { viewer, may, toast } = usePage()
  const [route, go] = useRoute(r)
  const room = useMessages(route.sala)
  const [open, setOpen] = useState(null) // { kind, m }
  const [reply, setReply] = useState(null)
  const drafts = useRef({})
  useEffect(() => setReply(null), [route.sala])
  const ask = (kind, m) => (kind === 'reply' ? setReply(m) : setOpen({ kind, m }))
  const onSend = async (mensagem) => {
    await send({ mensagem, sala: route.sala, ...(reply && { resposta_para: reply.id }) })
    setReply((now) => (now === reply ? null : now))
    room.reload()
  }
  const done = (text) => {
    setOpen(null)
    room.reload()
    toast(text)
  }
  return html`
    <${PageHead} title="Chat"><button type="button" class="button" onClick=${() => setOpen({ kind: 'room' })}><${Icon} name="plus" size=${16} />Nova sala</button><//>
    <div class="chat">
      <${Rooms} here=${route.sala} go=${go} />
      <section class="panel talk" aria-label=${`Sala ${route.sala}`} aria-busy=${room.loading ? 'true' : 'false'}>
        <h2 class="talk-head ellipsis"># ${route.sala}</h2>
        ${room.error ? html`<${Failed} error=${room.error} what="as mensagens" onRetry=${room.reload} />`
          : !room.list ? html`<div class="messages"><span class="bone w3"></span></div>`
            : room.list.length ? html`<${Messages} key=${route.sala} room=${room} viewer=${viewer} may=${may} ask=${ask} />`
              : html`<${State} icon="chat" title="Ninguém escreveu aqui ainda">A primeira mensagem abre a conversa.<//>`}
        <${Composer} key=${route.sala} sala=${route.sala} drafts=${drafts.current} reply=${reply} onSend=${onSend} onCancel=${() => setReply(null)} />
      </section>
    </div>
    ${open?.kind === 'edit' && html`<${Edit} m=${open.m} onDone=${() => done('Mensagem alterada.')} onClose=${() => setOpen(null)} />`}
    ${open?.kind === 'remove' && html`<${Confirm} title="Apagar a mensagem?" action="Apagar" busyText="Apagando…" danger run=${() => remove(open.m.id)}
      onDone=${() => done('Mensagem apagada.')} onClose=${() => setOpen(null)}><p>Ela some para todos. Isto não pode ser desfeito.</p><blockquote class="ellipsis">${open.m.mensagem}</blockquote><//>`}
    ${open?.kind === 'room' && html`<${NewRoom} onDone=${(sala) => { setOpen(null); go({ sala }) }} onClose=${() => setOpen(null)} />`}`
}

function Rooms({ here, go }) {
  const { data, reload } = useData('/api/db/chat/salas')
  useLive(['chat'], () => reload(true))
  const known = data?.salas ?? []
  const names = known.some((s) => s.sala === here) ? known : [{ sala: here, mensagens: 0 }, ...known]
  const enter = (sala) => (e) => {
    if (e.ctrlKey || e.metaKey || e.shiftKey) return
    e.preventDefault()
    go({ sala })
  }
  return html`<nav class="rooms" aria-label="Salas">${names.map((s) => html`<a key=${s.sala} href=${r.address({ sala: s.sala })} aria-current=${s.sala === here ? 'page' : undefined}
    onClick=${enter(s.sala)}><span class="ellipsis"># ${s.sala}</span><span class="quiet num">${formatNumber(s.mensagens)}</span></a>`)}</nav>`
}

function Edit({ m, onDone, onClose }) {
  return html`<${FormDialog} kind="small" title="Editar mensagem" start=${{ mensagem: m.mensagem }} action="Salvar"
    save=${async ({ mensagem }) => { await edit(m.id, mensagem); onDone() }} onClose=${onClose}>
    ${({ values, errors, onValue }) => html`<${Field} name="mensagem" label="Mensagem" multiline rows="4" autofocus value=${values.mensagem} error=${errors.mensagem} onValue=${onValue} />`}<//>`
}

function NewRoom({ onDone, onClose }) {
  return html`<${FormDialog} kind="small" title="Nova sala" start=${{ sala: '' }} action="Abrir sala" save=${async ({ sala }) => onDone(sala.trim().slice(0, 50) || 'geral')} onClose=${onClose}>
    ${({ values, errors, onValue }) => html`<${Field} name="sala" label="Nome da sala" maxlength="50" autofocus hint="Ela passa a existir com a primeira mensagem." value=${values.sala} error=${errors.sala} onValue=${onValue} />`}<//>`
}

start('chat', Chat)
