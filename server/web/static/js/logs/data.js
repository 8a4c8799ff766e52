import { addressWith, useData } from '../data.js'
import { routeOf } from '../route.js'

export const base = '/api/db/logs'
export const PAGE_SIZE = 50

export const route = routeOf('/logs', { busca: '', acao: '', nivel: '', de: '', ate: '', cliente: '', cursor: '' })

// filtersOf is what the API is asked for, without the place in the list.
export const filtersOf = ({ busca, acao, nivel, de, ate, cliente }) => ({ busca, acao, nivel, de, ate, cliente_id: cliente })

export const useLogs = (r) => useData(addressWith(base, { ...filtersOf(r), cursor: r.cursor, limite: PAGE_SIZE, sem_total: r.busca !== '' }))
export const useLog = (id) => useData(`${base}/${id}`)
