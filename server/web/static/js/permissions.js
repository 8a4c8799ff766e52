// What to offer to whom. The store decides; this only spares people a refusal.

const ownFields = ['telefone', 'endereco', 'cidade', 'estado', 'cep']
const allFields = [
  'nome', 'cpf_cnpj', 'telefone', 'empresa', 'cargo', 'cep', 'endereco', 'cidade', 'estado', 'pais', 'observacoes',
]

const isSelf = (eu, c) => eu.id === c.id
const isUsuario = (c) => (c.nivel_acesso ?? 'usuario') === 'usuario'

// permissionsOf takes the logged-in person.
export function permissionsOf(eu) {
  const admin = eu.nivel_acesso === 'admin'
  const moderador = eu.nivel_acesso === 'moderador'
  return {
    seesAll: admin || moderador,
    seesTrail: admin || moderador,
    seesSessions: admin,
    keys: admin,
    create: admin || moderador,
    newLevels: admin ? ['usuario', 'moderador', 'admin'] : ['usuario'],
    // fields lists what may be edited of c; empty means that it may not be edited.
    fields(c) {
      if (admin) return [...allFields, 'nivel_acesso']
      if (moderador) return isUsuario(c) || isSelf(eu, c) ? allFields : []
      return isSelf(eu, c) ? ownFields : []
    },
    // Nobody is offered to lock themselves out.
    toggle: (c) => !isSelf(eu, c) && (admin || (moderador && isUsuario(c))),
    erase: (c) => admin && !isSelf(eu, c),
    setSenha: (c) => admin && !isSelf(eu, c),
    setEmail: (c) => admin || isSelf(eu, c),
    isSelf: (c) => isSelf(eu, c),
    manageDevices: admin || moderador,
    moderate: admin || moderador,
  }
}
