import { useCallback, useRef } from '../ui.js'
import { newKey, request } from '../api.js'
import { addressWith, useData } from '../data.js'

export const PAGE_SIZE = 20
const base = '/api/db/clientes'

// useList loads the window that the route names.
export const useList = (route) => useData(addressWith(base, { ...questionOf(route), pagina: route.pagina, por_pagina: PAGE_SIZE }))

function questionOf({ busca, situacao, nivel, cidade, empresa, ordem }) {
  return { busca, ativo: { ativos: 'true', inativos: 'false' }[situacao], nivel, cidade, empresa, ordem }
}

// filterOf is what the route asks for, as an operation is told it.
export function filterOf({ busca, situacao, nivel, cidade, empresa }) {
  const given = Object.entries({ busca, nivel, cidade, empresa }).filter(([, v]) => v)
  if (situacao !== 'todos') given.push(['ativo', situacao === 'ativos'])
  return Object.fromEntries(given)
}

// exportAddress is the file of all that the route asks for.
export const exportAddress = (route, formato, para) => addressWith(`${base}/exportar`, { formato, para, ...questionOf(route) })

export const templateAddress = `${base}/modelo?formato=xlsx`

export const useCliente = (id) => useData(`${base}/${id}`)

// getCliente returns { cliente, etag }; etag is the version seen, for saving.
export async function getCliente(id) {
  const { data, etag } = await request('GET', `${base}/${id}`)
  return { cliente: data.cliente, etag }
}

// What changes a client returns { cliente, operacao }: as it is now, and the change's number.
const changed = ({ data, operacao }) => ({ cliente: data.cliente, operacao })

// saveChanges sends only what changed, and only if nobody changed the client
// since etag.
export async function saveChanges(id, changes, etag) {
  const headers = etag ? { 'If-Match': etag } : {}
  return changed(await request('PATCH', `${base}/${id}`, { body: changes, headers, onSession: 'stay' }))
}

export const deactivate = (id) => request('DELETE', `${base}/${id}`, { onSession: 'stay' })
export const reactivate = (id) => request('PATCH', `${base}/${id}`, { body: { ativo: true }, onSession: 'stay' })

export const erase = (id) => request('DELETE', `${base}/${id}?hard=true`, { onSession: 'stay' })
export const setSenha = (id, senha) => request('PATCH', `${base}/${id}`, { body: { senha }, onSession: 'stay' })

export async function setEmail(id, values) {
  return changed(await request('POST', `${base}/${id}/email`, { body: values, onSession: 'stay' }))
}

// useCreate returns a function that creates a client. Sending the same content
// again, after an answer was lost on the way, does not create a second one.
export function useCreate() {
  const last = useRef({})
  return useCallback(async (values) => {
    const content = JSON.stringify(values)
    if (last.current.content !== content) last.current = { content, key: newKey() }
    return changed(await request('POST', base, { body: values, headers: { 'Idempotency-Key': last.current.key }, onSession: 'stay' }))
  }, [])
}
