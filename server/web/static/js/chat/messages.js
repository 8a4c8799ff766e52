import { html, useEffect, useLayoutEffect, useRef, useState } from '../ui.js'
import { formatDia, formatHora } from '../format.js'
import { Icon } from '../icons.js'
import { Initials } from '../initials.js'

const NEAR = 80 // pixels from an end that count as being there

// Messages keeps its place: at the bottom it follows what is new, elsewhere what is
// read does not move, whether older or newer messages come.
export function Messages({ room, viewer, may, ask }) {
  const { list, more, climbing, climbError, older } = room
  const box = useRef()
  const place = useRef({ bottom: true })
  const [below, setBelow] = useState(false)
  useLayoutEffect(() => {
    const e = box.current
    const { bottom, height, first, top } = place.current
    if (bottom) e.scrollTop = e.scrollHeight
    else if (first !== undefined && list[0]?.id !== first) e.scrollTop = top + e.scrollHeight - height
    place.current = { ...place.current, height: e.scrollHeight, first: list[0]?.id, top: e.scrollTop }
    setBelow(!place.current.bottom && place.current.last !== undefined && list.at(-1)?.id !== place.current.last)
    if (place.current.bottom) place.current.last = list.at(-1)?.id
  }, [list])
  const onScroll = () => {
    const e = box.current
    if (!e) return // an event of the frame in which the room was left
    const bottom = e.scrollHeight - e.scrollTop - e.clientHeight < NEAR
    place.current = { ...place.current, bottom, top: e.scrollTop, height: e.scrollHeight, last: bottom ? list.at(-1)?.id : place.current.last }
    if (bottom) setBelow(false)
    if (e.scrollTop < NEAR && more && !climbError) older()
  }
  const toBottom = () => { box.current.scrollTop = box.current.scrollHeight }
  const byId = new Map(list.map((m) => [m.id, m]))
  return html`<div class="messages" ref=${box} onScroll=${onScroll} tabindex="0" role="log" aria-label="Mensagens">
      ${more ? html`<button type="button" class="button plain older" onClick=${older}>${climbing ? 'Carregando…' : climbError ? 'Não foi possível carregar. Tentar outra vez' : 'Carregar mais antigas'}</button>` : html`<p class="quiet older">Começo da conversa</p>`}
      ${list.map((m, i) => html`<${Message} key=${m.id} m=${m} before=${list[i - 1]} parent=${byId.get(m.resposta_para)} viewer=${viewer} may=${may} ask=${ask} />`)}
    </div>
    ${below && html`<button type="button" class="button primary newer" onClick=${toBottom}>Novas mensagens<${Icon} name="chevronDown" size=${16} /></button>`}`
}

function Message({ m, before, parent, viewer, may, ask }) {
  const mine = m.cliente_id === viewer.id
  const day = formatDia(m.data_hora)
  const newDay = day !== formatDia(before?.data_hora)
  const same = !newDay && before?.usuario === m.usuario && before?.cliente_id === m.cliente_id && !m.resposta_para
  const who = m.usuario || 'Anônimo'
  const act = (kind, icon, text) => html`<button type="button" class="icon-button" aria-label=${`${text}: mensagem de ${who}`} title=${text} onClick=${() => ask(kind, m)}><${Icon} name=${icon} size=${16} /></button>`
  return html`${newDay && html`<p class="day">${day}</p>`}
    <article class=${`message ${mine ? 'mine' : ''} ${same ? 'same' : ''}`} data-id=${m.id} aria-label=${`${who}, ${formatHora(m.data_hora)}`}>
      ${same ? html`<span class="message-gap"></span>` : html`<${Initials} nome=${who} />`}
      <div class="bubble">
        ${!same && html`<p class="message-who"><strong>${mine ? 'Você' : who}</strong> <time class="num quiet" datetime=${m.data_hora}>${formatHora(m.data_hora).slice(11)}</time></p>`}
        ${m.resposta_para && html`<blockquote>${parent ? html`<strong>${parent.usuario || 'Anônimo'}</strong> ${parent.mensagem}` : 'Em resposta a uma mensagem mais antiga'}</blockquote>`}
        <p class="message-text">${m.mensagem}${m.editada && html` <small class="quiet">(editada)</small>`}</p>
      </div>
      <div class="message-acts">${act('reply', 'reply', 'Responder')}${(mine || may.moderate) && html`${act('edit', 'pencil', 'Editar')}${act('remove', 'trash', 'Apagar')}`}</div>
    </article>`
}

// Composer writes. Enter sends, Shift+Enter begins a line. The field is free for the
// next message at once; what could not be sent comes back. drafts keeps, by room, what
// was not sent yet.
export function Composer({ sala, drafts, reply, onSend, onCancel }) {
  const [text, setText] = useState(drafts[sala] ?? '')
  const [error, setError] = useState('')
  const [busy, setBusy] = useState(false)
  const form = useRef()
  const input = useRef()
  useEffect(() => { if (reply) input.current.focus() }, [reply])
  const write = (next) => {
    drafts[sala] = next
    setText(next)
  }
  const submit = async (e) => {
    e.preventDefault()
    const typed = text.trim()
    if (busy || !typed) return
    setBusy(true)
    setError('')
    write('')
    // Only from the button: whoever went elsewhere meanwhile must not be called back.
    if (form.current.contains(document.activeElement)) input.current.focus()
    try {
      await onSend(typed)
    } catch (failure) {
      write([typed, drafts[sala]].filter(Boolean).join('\n'))
      setError(failure.campos?.mensagem ?? failure.message)
    }
    setBusy(false)
  }
  const onKeyDown = (e) => {
    if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) submit(e)
    if (e.key === 'Escape' && reply) onCancel()
  }
  return html`<form ref=${form} class="composer" data-unsaved=${Boolean(text.trim()) || busy || undefined} method="post" onSubmit=${submit}>
    ${reply && html`<p class="replying"><${Icon} name="reply" size=${16} /><span class="ellipsis">Respondendo a <strong>${reply.usuario || 'Anônimo'}</strong>: ${reply.mensagem}</span>
      <button type="button" class="icon-button" aria-label="Não responder a esta mensagem" onClick=${onCancel}><${Icon} name="close" size=${16} /></button></p>`}
    <div role="alert">${error && html`<p class="field-error">${error}</p>`}</div>
    <div class="composer-row"><textarea ref=${input} class="input" rows="1" aria-label=${`Mensagem para ${sala}`} placeholder=${`Mensagem para ${sala}`} value=${text}
        onInput=${(e) => write(e.currentTarget.value)} onKeyDown=${onKeyDown}></textarea>
      <button class="button primary" aria-label="Enviar" title="Enviar (Enter)" aria-busy=${busy}><${Icon} name="send" size=${18} /></button></div>
  </form>`
}
