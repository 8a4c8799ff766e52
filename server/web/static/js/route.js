// The state of a page lives in its address, so that reload, back and a shared
// link show the same.
import { useCallback, useEffect, useState } from './ui.js'

// routeOf describes the address of a page. A field is '' (free text), a list (one
// of these, the first is usual) or 1 (a number from 1). id is the record that is
// open: path/7.
//
//   const route = routeOf('/clientes', { busca: '', situacao: ['todos', 'ativos'], pagina: 1 })
export function routeOf(path, fields) {
  const names = Object.keys(fields)
  const usual = (name) => (Array.isArray(fields[name]) ? fields[name][0] : fields[name])
  const read = ({ pathname, search }) => {
    const query = new URLSearchParams(search)
    const id = pathname.startsWith(`${path}/`) ? Number(/^\d+$/.exec(pathname.slice(path.length + 1)) ?? 0) : 0
    return { id, ...Object.fromEntries(names.map((name) => [name, readField(fields[name], query.get(name))])) }
  }
  // What is as usual is left out. Spaces are written as %20, which every program
  // that finds links in text understands.
  const address = (route) => {
    const query = new URLSearchParams()
    for (const name of names) if (route[name] !== usual(name)) query.set(name, route[name])
    const tail = query.toString().replaceAll('+', '%20')
    return (route.id ? `${path}/${route.id}` : path) + (tail ? `?${tail}` : '')
  }
  // narrowed says that a filter is set, so that an empty list is no empty table.
  const narrowed = (route) => names.some((name) => !places.includes(name) && name !== 'ordem' && route[name] !== usual(name))
  const cleared = () => Object.fromEntries(names.filter((n) => n !== 'ordem').map((name) => [name, usual(name)]))
  return { read, address, narrowed, cleared }
}

// places are where in the list one is: any other change begins at its top.
const places = ['pagina', 'cursor', 'de_tras']

function readField(kind, text) {
  if (Array.isArray(kind)) return kind.includes(text) ? text : kind[0]
  if (kind === 1) return Math.max(1, Math.trunc(Number(text)) || 1)
  return text ?? kind
}

// returning is true from history.back() until the address has changed: what is
// written to the history in between would be left again.
let returning = false
addEventListener('popstate', () => { returning = false })

// useRoute returns [route, go, leave]. go takes what changes; replace keeps the entry
// of the history instead of adding one. leave closes the open record: back, when it
// was opened from this list; a shared link has no such entry.
export function useRoute(r) {
  const [route, setRoute] = useState(() => r.read(location))
  useEffect(() => {
    const onPop = () => setRoute(r.read(location))
    addEventListener('popstate', onPop)
    return () => removeEventListener('popstate', onPop)
  }, [])
  const go = useCallback((change, how = {}) => {
    if (returning) return addEventListener('popstate', () => go(change, how), { once: true })
    const { replace = false } = how
    const next = { ...r.read(location), ...toTop(r, change), ...change }
    const state = replace ? history.state : { inside: true }
    history[replace ? 'replaceState' : 'pushState'](state, '', r.address(next))
    return setRoute(next)
  }, [])
  const leave = useCallback(() => {
    if (returning) return undefined
    if (!history.state?.inside) return go({ id: 0 }, { replace: true })
    // At once, though going back takes a moment: a second Esc must not go back twice,
    // and a record that was just removed must not be asked for.
    setRoute((now) => ({ ...now, id: 0 }))
    returning = true
    return history.back()
  }, [])
  return [route, go, leave]
}

function toTop(r, change) {
  const moves = Object.keys(change).some((name) => name !== 'id' && !places.includes(name))
  if (!moves) return {}
  const usual = r.cleared()
  return Object.fromEntries(places.filter((p) => p in usual).map((p) => [p, usual[p]]))
}
