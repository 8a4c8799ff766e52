import { routeOf } from '../route.js'

export const niveis = [['', 'Todos'], ['usuario', 'Usuário'], ['moderador', 'Moderador'], ['admin', 'Administrador']]
export const ordens = [['', 'Mais novos'], ['cadastro', 'Mais antigos'], ['nome', 'Nome, A–Z'], ['-nome', 'Nome, Z–A'], ['empresa', 'Empresa, A–Z'], ['-empresa', 'Empresa, Z–A'],
  ['cidade', 'Cidade, A–Z'], ['-cidade', 'Cidade, Z–A'], ['-acesso', 'Último acesso'], ['acesso', 'Sem acesso há mais tempo']]

export const route = routeOf('/clientes', {
  busca: '', situacao: ['todos', 'ativos', 'inativos'], nivel: niveis.map(([v]) => v), cidade: '', empresa: '', ordem: ordens.map(([v]) => v), pagina: 1,
})
