import { routeOf } from '../route.js'

export const route = routeOf('/clientes', { busca: '', situacao: ['todos', 'ativos', 'inativos'], pagina: 1 })
