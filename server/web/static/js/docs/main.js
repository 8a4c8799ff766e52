import { html, useEffect, useMemo, useRef, useState } from '../ui.js'
import { start } from '../app.js'
import { useData } from '../data.js'
import { Icon } from '../icons.js'
import { PageHead } from '../list/page.js'
import { Failed, State } from '../list/states.js'
import { Operation } from './operation.js'
import { groupsOf, operationsOf } from './operations.js'

const SPEC = '/api/db/openapi.json'

function Docs() {
  const spec = useData(SPEC)
  const operations = useMemo(() => spec.data && operationsOf(spec.data), [spec.data])
  return html`<${PageHead} title="Documentação da API" note="Cada rota, o que ela pede e o que responde.">
      <a class="button" href=${SPEC} download="openapi.json"><${Icon} name="download" size=${16} />openapi.json</a><//>
    ${spec.error && html`<div class="panel"><${Failed} error=${spec.error} what="a documentação" onRetry=${() => spec.reload()} /></div>`}
    ${operations && html`<${Routes} doc=${spec.data} operations=${operations} />`}`
}

function Routes({ doc, operations }) {
  const [search, setSearch] = useState('')
  const [open, setOpen] = useOpen(() => setSearch(''))
  const field = useRef()
  useSlash(field)
  const groups = groupsOf(operations, search)
  const shown = groups.reduce((n, [, ops]) => n + ops.length, 0)
  return html`<div class="docs">
    <div class="docs-side">
      <div class="search"><${Icon} name="search" /><input ref=${field} class="input" type="search" aria-label="Buscar na documentação" placeholder="Rota ou código…"
        value=${search} onInput=${(e) => setSearch(e.target.value)} /><kbd>/</kbd></div>
      <p class="quiet" role="status">${shown === 1 ? '1 rota' : `${shown} rotas`}</p>
      <nav aria-label="Assuntos"><ul>${groups.map(([tag, ops]) => html`<li key=${tag}><a href=${`#assunto-${tag}`}>${tag} <span class="quiet">${ops.length}</span></a></li>`)}</ul></nav>
    </div>
    <div class="docs-main">
      ${!search.trim() && html`<${Begin} />`}
      ${shown === 0 && html`<div class="panel"><${State} icon="search" title="Nada com essas palavras">Procure por uma parte do caminho, um campo ou um código de erro.<//></div>`}
      ${groups.map(([tag, ops]) => html`<section key=${tag} aria-labelledby=${`assunto-${tag}`}><h2 id=${`assunto-${tag}`} tabindex="-1">${tag}</h2>
        ${ops.map((op) => html`<${Operation} key=${op.id} doc=${doc} op=${op} open=${open.has(op.id)} onToggle=${setOpen} />`)}</section>`)}
    </div></div>`
}

function Begin() {
  return html`<section class="panel docs-begin" aria-label="Antes de começar">
    <p>Toda resposta é JSON e traz <code>success</code>. As de falha trazem também <code>error</code>, uma frase para pessoas, <code>codigo</code>, estável, para programas, e <code>request_id</code>. As datas vêm em UTC, no formato RFC 3339.</p>
    <p>Apresente-se de um destes modos: <code>X-API-Key: …</code>, com uma chave feita em <a href="/chaves">Chaves de API</a> ou com <code>monitor chaves create</code>; ou <code>Authorization: Bearer …</code>, com o token de <a href="#post-auth-login">auth/login</a> ou o segredo de um dispositivo.</p>
    <p>Nos exemplos, <code>$CHAVE</code> é a sua chave: <code>export CHAVE=mon_…</code></p>
  </section>`
}

// useOpen keeps which operations are unfolded; the one that the address names is.
// showAll brings it back when a search hides it.
function useOpen(showAll) {
  const [open, setOpen] = useState(() => new Set([location.hash.slice(1)]))
  const set = (id, on) => setOpen((before) => {
    if (before.has(id) === on) return before
    const after = new Set(before)
    if (on) after.add(id)
    else after.delete(id)
    return after
  })
  useEffect(() => {
    const named = () => document.getElementById(location.hash.slice(1))
    // Whoever has moved on with the keyboard meanwhile is not pulled back.
    const show = () => {
      const at = document.activeElement
      requestAnimationFrame(() => document.activeElement === at && named()?.scrollIntoView())
    }
    const go = () => {
      if (location.hash && !named()) showAll()
      set(location.hash.slice(1), true)
      show()
    }
    show()
    addEventListener('hashchange', go)
    return () => removeEventListener('hashchange', go)
  }, [])
  return [open, set]
}

// useSlash brings the reader to the search.
function useSlash(field) {
  useEffect(() => {
    const key = (e) => {
      if (e.key !== '/' || e.ctrlKey || e.metaKey || e.altKey || /^(input|textarea|select)$/i.test(e.target.tagName)) return
      e.preventDefault()
      field.current.focus()
    }
    addEventListener('keydown', key)
    return () => removeEventListener('keydown', key)
  }, [])
}

start('docs', Docs)
