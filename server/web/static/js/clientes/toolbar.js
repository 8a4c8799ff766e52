import { html, useEffect, useRef, useState } from '../ui.js'
import { Icon } from '../icons.js'

const DEBOUNCE_MS = 150
const situacoes = [['todos', 'Todos'], ['ativos', 'Ativos'], ['inativos', 'Inativos']]

// Toolbar holds the search field and the filter. The route changes 150 ms after
// the last key; one entry of the history stands for one search, however long.
export function Toolbar({ route, go }) {
  return html`<div class="toolbar">
    <${Search} busca=${route.busca} onSearch=${(busca) => go({ busca, pagina: 1 }, { replace: Boolean(route.busca) && Boolean(busca) })} />
    <fieldset class="segmented"><legend class="sr">Situação</legend>
      ${situacoes.map(([value, text]) => html`<label><input type="radio" name="situacao" value=${value}
        checked=${route.situacao === value} onChange=${() => go({ situacao: value, pagina: 1 })} />${text}</label>`)}
    </fieldset>
  </div>`
}

function Search({ busca, onSearch }) {
  const [text, setText] = useState(busca)
  const timer = useRef()
  const sent = useRef(busca)
  const input = useRef()
  useEffect(() => {
    // The address changed by itself (back, a link): follow it.
    if (busca !== sent.current) setText(busca)
    sent.current = busca
  }, [busca])
  useEffect(() => () => clearTimeout(timer.current), [])

  const send = (value) => {
    clearTimeout(timer.current)
    if (value.trim() === sent.current) return
    sent.current = value.trim()
    onSearch(sent.current)
  }
  const onInput = (e) => {
    const { value } = e.currentTarget
    setText(value)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => send(value), DEBOUNCE_MS)
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
    <input ref=${input} id="busca" class="input" type="search" aria-label="Buscar clientes" aria-keyshortcuts="/"
      placeholder="Nome, e-mail, empresa, CPF…" autocomplete="off" spellcheck=${false} enterkeyhint="search"
      value=${text} onInput=${onInput} onKeyDown=${onKeyDown} />
    ${text
      ? html`<button type="button" class="icon-button" aria-label="Limpar busca" onClick=${clear}><${Icon} name="close" size=${16} /></button>`
      : html`<kbd aria-hidden="true">/</kbd>`}
  </div>`
}
