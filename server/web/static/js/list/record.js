import { html, useEffect, useId, useRef, useState } from '../ui.js'
import { isAbort, request } from '../api.js'
import { addressWith } from '../data.js'
import { Icon } from '../icons.js'

const DEBOUNCE_MS = 150

// What can be filtered by: where records are found, and how one is written.
const kinds = {
  clientes: { label: 'Cliente', one: 'cliente', text: (c) => c.nome },
  dispositivos: { label: 'Dispositivo', one: 'dispositivo', text: (d) => d.nome || d.hostname },
}

const optionOf = (kind, record) => `${kinds[kind].text(record) || '(sem nome)'} · nº ${record.id}`
const idIn = (text) => /(?:· nº |^nº ?|^)(\d+)$/.exec(text.trim())?.[1]

// RecordFilter keeps the id of a record in the address field name. One types a part
// of its name and chooses; a number alone is taken as the id.
export function RecordFilter({ name, kind, route, go }) {
  const id = useId()
  const { label, one } = kinds[kind]
  const chosen = useNamed(kind, route[name])
  const [text, setText] = useState('')
  const { found, known } = useFound(kind, text)
  const entered = useRef(false) // Enter came before the answer
  useEffect(() => setText(''), [route[name]])
  const take = (typed) => {
    const wanted = idIn(typed)
    if (wanted) go({ [name]: wanted })
  }
  const enter = () => take(known && found.length === 1 ? optionOf(kind, found[0]) : text)
  useEffect(() => {
    if (!known) return
    if (entered.current) enter()
    entered.current = false
  }, [known])
  const onInput = (e) => {
    entered.current = false
    setText(e.currentTarget.value)
    if (found.some((record) => optionOf(kind, record) === e.currentTarget.value)) take(e.currentTarget.value)
  }
  const onKeyDown = (e) => {
    if (e.key !== 'Enter') return
    e.preventDefault()
    // Enter takes the only one, too.
    entered.current = !known && !idIn(text)
    if (!entered.current) enter()
  }
  if (route[name]) {
    return html`<div class="filter set chosen"><span>${label}: <strong>${chosen}</strong></span>
      <button type="button" class="icon-button" aria-label=${`Tirar o filtro de ${one}`} title="Tirar o filtro" onClick=${() => go({ [name]: '' })}><${Icon} name="close" size=${15} /></button></div>`
  }
  return html`<div class="filter"><label for=${id}>${label}</label>
    <input id=${id} name=${name} type="text" autocomplete="off" spellcheck=${false} placeholder="nome ou nº" list=${`${id}-list`}
      value=${text} onInput=${onInput} onKeyDown=${onKeyDown} />
    <datalist id=${`${id}-list`}>${found.map((record) => html`<option key=${record.id} value=${optionOf(kind, record)} />`)}</datalist></div>`
}

// useFound are the first records that a text finds; known says that they belong to
// the text as it is now.
function useFound(kind, text) {
  const typed = text.trim()
  const [answer, setAnswer] = useState({ found: [] })
  useEffect(() => {
    if (!typed || idIn(typed)) return setAnswer({ found: [], typed })
    const control = new AbortController()
    const timer = setTimeout(() => {
      request('GET', addressWith(`/api/db/${kind}`, { busca: typed, por_pagina: 8, sem_total: true }), { signal: control.signal })
        .then(({ data }) => control.signal.aborted || setAnswer({ found: data[kind], typed }), (error) => isAbort(error) || setAnswer({ found: [], typed }))
    }, DEBOUNCE_MS)
    return () => {
      clearTimeout(timer)
      control.abort()
    }
  }, [kind, typed])
  return { found: answer.found, known: answer.typed === typed }
}

// useNamed is the name of the record with this id, its number until that is known.
function useNamed(kind, id) {
  const known = useRef({})
  const [, setTurn] = useState(0)
  useEffect(() => {
    if (!id || known.current[id]) return undefined
    const control = new AbortController()
    request('GET', `/api/db/${kind}/${encodeURIComponent(id)}`, { signal: control.signal }).then(({ data }) => {
      known.current[id] = kinds[kind].text(data[kinds[kind].one])
      setTurn((t) => t + 1)
    }, () => {})
    return () => control.abort()
  }, [kind, id])
  return known.current[id] || `nº ${id}`
}
