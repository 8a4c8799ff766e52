import { html, useEffect, useId, useRef, useState } from '../ui.js'
import { Icon } from '../icons.js'

const DEBOUNCE_MS = 150

// Search follows the address field "busca" (or name). The address changes 150 ms
// after the last key; one entry of the history stands for one search, however long.
export function Search({ route, go, label, placeholder, name = 'busca' }) {
  const value = route[name]
  const [text, setText] = useState(value)
  const timer = useRef()
  const sent = useRef(value)
  const input = useRef()
  useEffect(() => {
    // The address changed by itself (back, a link): follow it.
    if (value !== sent.current) setText(value)
    sent.current = value
  }, [value])
  useEffect(() => () => clearTimeout(timer.current), [])

  const send = (typed) => {
    clearTimeout(timer.current)
    if (typed.trim() === sent.current) return
    const replace = Boolean(sent.current) && Boolean(typed.trim())
    sent.current = typed.trim()
    go({ [name]: sent.current }, { replace })
  }
  const onInput = (e) => {
    const typed = e.currentTarget.value
    setText(typed)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => send(typed), DEBOUNCE_MS)
  }
  const clear = () => {
    setText('')
    send('')
    input.current.focus()
  }
  const onKeyDown = (e) => {
    if (e.key === 'Enter') send(text)
    if (e.key === 'Escape' && text) clear()
    if (['Enter', 'Escape'].includes(e.key)) e.preventDefault()
  }

  return html`<div class="search" role="search">
    <${Icon} name="search" size=${16} />
    <input ref=${input} id="busca" class="input" type="search" aria-label=${label} aria-keyshortcuts="/"
      placeholder=${placeholder} autocomplete="off" spellcheck=${false} enterkeyhint="search"
      value=${text} onInput=${onInput} onKeyDown=${onKeyDown} />
    ${text
      ? html`<button type="button" class="icon-button" aria-label="Limpar busca" onClick=${clear}><${Icon} name="close" size=${16} /></button>`
      : html`<kbd aria-hidden="true">/</kbd>`}
  </div>`
}

// Segmented is a choice of few: options are [value, text].
export function Segmented({ name, label, options, route, go }) {
  return html`<fieldset class="segmented"><legend class="sr">${label}</legend>
    ${options.map(([value, text]) => html`<label key=${value}><input type="radio" name=${name} value=${value}
      checked=${route[name] === value} onChange=${() => go({ [name]: value })} />${text}</label>`)}
  </fieldset>`
}

// Choice is a choice of many: options are [value, text]; the first is "all".
export function Choice({ name, label, options, route, go }) {
  const id = useId()
  const known = options.some(([value]) => value === route[name]) ? options : [...options, [route[name], route[name]]]
  return html`<div class=${`filter ${route[name] ? 'set' : ''}`}><label for=${id}>${label}</label>
    <select id=${id} name=${`filtro-${name}`} onChange=${(e) => go({ [name]: e.currentTarget.value })}>
      ${known.map(([value, text]) => html`<option key=${value} value=${value} selected=${value === route[name]}>${text}</option>`)}</select></div>`
}

// TextFilter is a filter that is typed; it counts on Enter or when it is left. Left
// untouched it says nothing: it may still show what the address held a moment ago.
export function TextFilter({ name, label, route, go, type = 'text', suggestions, ...rest }) {
  const id = useId()
  const [text, setText] = useState(route[name])
  useEffect(() => setText(route[name]), [route[name]])
  const touched = useRef(false)
  const send = (value) => {
    touched.current = false
    if (value.trim() !== route[name]) go({ [name]: value.trim() })
  }
  const onKeyDown = (e) => {
    if (e.key !== 'Enter') return
    e.preventDefault()
    send(e.currentTarget.value)
  }
  const onInput = (e) => {
    const typed = e.currentTarget.value
    touched.current = true
    setText(typed)
    // While a year is typed it is 0002 first: no day to ask for.
    if (type === 'date' ? !typed || typed >= '1900' : suggestions?.includes(typed)) send(typed)
  }
  return html`<div class=${`filter ${route[name] ? 'set' : ''}`}><label for=${id}>${label}</label>
    <input ...${rest} id=${id} name=${`filtro-${name}`} type=${type} value=${text} autocomplete="off" list=${suggestions ? `${id}-list` : undefined}
      onInput=${onInput} onKeyDown=${onKeyDown} onBlur=${(e) => touched.current && send(e.currentTarget.value)} />
    ${suggestions && html`<datalist id=${`${id}-list`}>${suggestions.map((s) => html`<option key=${s} value=${s} />`)}</datalist>`}</div>`
}

// Filters folds what would push the list off a phone's screen behind a button; on
// wider ones all of it is in sight. narrowed opens it at first.
export function Filters({ narrowed, children }) {
  const id = useId()
  const [open, setOpen] = useState(narrowed)
  return html`<button type="button" class="button only-phone" aria-expanded=${open ? 'true' : 'false'} aria-controls=${id} onClick=${() => setOpen(!open)}>
      <${Icon} name="filter" size=${16} />Filtros</button>
    <div id=${id} class="filters" data-open=${open ? 'true' : 'false'}>${children}</div>`
}

// ClearFilters is offered as soon as a filter is set.
export function ClearFilters({ r, route, go }) {
  if (!r.narrowed(route)) return null
  return html`<button type="button" class="button plain" onClick=${() => go(r.cleared())}><${Icon} name="close" size=${15} />Limpar filtros</button>`
}
