import { addressWith, useData } from '../data.js'
import { routeOf } from '../route.js'

export const base = '/api/db/logs'
export const POR_PAGINA = 50

export const route = routeOf('/logs', { busca: '', acao: '', nivel: '', de: '', ate: '', cliente: '', cursor: '' })

// filtersOf is what the API is asked for, without the place in the list.
export const filtersOf = ({ busca, acao, nivel, de, ate, cliente }) => ({ busca, acao, nivel, de, ate, cliente_id: cliente })

export const useLogs = (r) => useData(addressWith(base, { ...filtersOf(r), cursor: r.cursor, limite: POR_PAGINA, sem_total: r.busca !== '' }))
export const useLog = (id) => useData(`${base}/${id}`)
