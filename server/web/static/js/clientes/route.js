import { routeOf } from '../route.js'

export const levels = [['', 'Todos'], ['usuario', 'Usuário'], ['moderador', 'Moderador'], ['admin', 'Administrador']]
export const orders = [['', 'Mais novos'], ['cadastro', 'Mais antigos'], ['nome', 'Nome, A–Z'], ['-nome', 'Nome, Z–A'], ['empresa', 'Empresa, A–Z'], ['-empresa', 'Empresa, Z–A'],
  ['cidade', 'Cidade, A–Z'], ['-cidade', 'Cidade, Z–A'], ['-acesso', 'Último acesso'], ['acesso', 'Sem acesso há mais tempo']]

export const route = routeOf('/clientes', {
  busca: '', situacao: ['todos', 'ativos', 'inativos'], nivel: levels.map(([v]) => v), cidade: '', empresa: '', ordem: orders.map(([v]) => v), pagina: 1,
})
