import { useCallback, useEffect, useRef, useState } from '../ui.js'
import { isAbort, isLeaving, newKey, request } from '../api.js'

const POR_PAGINA = 20
const SLOW_MS = 150
const base = '/api/db/clientes'

// useList loads the window that the route names. A newer question aborts the
// older one, whose answer is dropped even if it is already on its way. data
// stays while the next is loading; slow turns true when that takes long enough
// to be noticed.
export function useList({ busca, situacao, pagina }) {
  const [state, setState] = useState({ loading: true })
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    const control = new AbortController()
    const update = (change) => !control.signal.aborted && setState((s) => ({ ...s, ...change }))
    update({ loading: true, slow: false })
    const timer = setTimeout(() => update({ slow: true }), SLOW_MS)
    request('GET', listAddress({ busca, situacao, pagina }), { signal: control.signal })
      .then(({ data }) => update({ loading: false, slow: false, error: null, data, asked: { busca, situacao, pagina } }))
      .catch((error) => isAbort(error) || isLeaving(error) || update({ loading: false, slow: false, error }))
      .finally(() => clearTimeout(timer))
    return () => {
      clearTimeout(timer)
      control.abort()
    }
  }, [busca, situacao, pagina, turn])
  const reload = useCallback(() => setTurn((t) => t + 1), [])
  return { ...state, reload }
}

function listAddress({ busca, situacao, pagina }) {
  const query = new URLSearchParams({ pagina, por_pagina: POR_PAGINA })
  if (busca) query.set('busca', busca)
  if (situacao !== 'todos') query.set('ativo', situacao === 'ativos')
  return `${base}?${query}`
}

// useCliente loads one client; turn makes it load again.
export function useCliente(id, turn) {
  const [state, setState] = useState({})
  useEffect(() => {
    const control = new AbortController()
    setState((s) => (s.cliente?.id === id ? s : {}))
    getCliente(id, control.signal)
      .then((found) => setState(found))
      .catch((error) => isAbort(error) || isLeaving(error) || setState({ error }))
    return () => control.abort()
  }, [id, turn])
  return state
}

// getCliente returns { cliente, etag }; etag is the version seen, for saving.
export async function getCliente(id, signal) {
  const { data, etag } = await request('GET', `${base}/${id}`, { signal })
  return { cliente: data.cliente, etag }
}

// saveChanges sends only what changed, and only if nobody changed the client
// since etag.
export async function saveChanges(id, changes, etag) {
  const headers = etag ? { 'If-Match': etag } : {}
  const { data } = await request('PATCH', `${base}/${id}`, { body: changes, headers, onSession: 'stay' })
  return data.cliente
}

export const deactivate = (id) => request('DELETE', `${base}/${id}`, { onSession: 'stay' })
export const reactivate = (id) => request('PATCH', `${base}/${id}`, { body: { ativo: true }, onSession: 'stay' })

// useCreate returns a function that creates a client. Sending the same content
// again, after an answer was lost on the way, does not create a second one.
export function useCreate() {
  const last = useRef({})
  return useCallback(async (novo) => {
    const content = JSON.stringify(novo)
    if (last.current.content !== content) last.current = { content, key: newKey() }
    const { data } = await request('POST', base, { body: novo, headers: { 'Idempotency-Key': last.current.key }, onSession: 'stay' })
    return data.cliente
  }, [])
}
