import { useCallback, useEffect, useState } from '../ui.js'

const situacoes = ['todos', 'ativos', 'inativos']

// readRoute takes everything that a link can say: the open client, the search,
// the filter and the page.
export function readRoute({ pathname, search }) {
  const query = new URLSearchParams(search)
  const situacao = query.get('situacao')
  return {
    id: Number(/^\/clientes\/(\d+)$/.exec(pathname)?.[1] ?? 0),
    busca: query.get('busca') ?? '',
    situacao: situacoes.includes(situacao) ? situacao : 'todos',
    pagina: Math.max(1, Math.trunc(Number(query.get('pagina'))) || 1),
  }
}

// addressOf is the inverse; what is as usual is left out. Spaces are written as
// %20, which every program that finds links in text understands.
export function addressOf({ id, busca, situacao, pagina }) {
  const query = new URLSearchParams()
  if (busca) query.set('busca', busca)
  if (situacao !== 'todos') query.set('situacao', situacao)
  if (pagina > 1) query.set('pagina', pagina)
  const tail = query.toString().replaceAll('+', '%20')
  return (id ? `/clientes/${id}` : '/clientes') + (tail ? `?${tail}` : '')
}

// useRoute keeps the address bar and the page in step. go takes what changes
// and whether it replaces the current entry of the history.
export function useRoute() {
  const [route, setRoute] = useState(() => readRoute(location))
  useEffect(() => {
    const onPop = () => setRoute(readRoute(location))
    addEventListener('popstate', onPop)
    return () => removeEventListener('popstate', onPop)
  }, [])
  const go = useCallback((change, { replace = false } = {}) => {
    const next = { ...readRoute(location), ...change }
    const state = replace ? history.state : { inside: true }
    history[replace ? 'replaceState' : 'pushState'](state, '', addressOf(next))
    setRoute(next)
  }, [])
  return [route, go]
}
