import { useCallback, useRef } from '../ui.js'
import { newKey, request } from '../api.js'
import { addressWith, useData } from '../data.js'

export const POR_PAGINA = 20
const base = '/api/db/clientes'

// useList loads the window that the route names.
export function useList({ busca, situacao, pagina }) {
  const ativo = { ativos: true, inativos: 'false' }[situacao]
  return useData(addressWith(base, { pagina, por_pagina: POR_PAGINA, busca, ativo }))
}

export const useCliente = (id) => useData(`${base}/${id}`)

// getCliente returns { cliente, etag }; etag is the version seen, for saving.
export async function getCliente(id) {
  const { data, etag } = await request('GET', `${base}/${id}`)
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
