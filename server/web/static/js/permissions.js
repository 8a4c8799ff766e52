// What to offer to whom. The store decides; this only spares people a refusal.

const ownFields = ['telefone', 'endereco', 'cidade', 'estado', 'cep']
const allFields = [
  'nome', 'cpf_cnpj', 'telefone', 'empresa', 'cargo', 'cep', 'endereco', 'cidade', 'estado', 'pais', 'observacoes',
]

const isSelf = (viewer, c) => viewer.id === c.id
const isUsuario = (c) => (c.nivel_acesso ?? 'usuario') === 'usuario'

// permissionsOf takes the logged-in person.
export function permissionsOf(viewer) {
  const admin = viewer.nivel_acesso === 'admin'
  const moderador = viewer.nivel_acesso === 'moderador'
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
      if (moderador) return isUsuario(c) || isSelf(viewer, c) ? allFields : []
      return isSelf(viewer, c) ? ownFields : []
    },
    // Nobody is offered to lock themselves out.
    toggle: (c) => !isSelf(viewer, c) && (admin || (moderador && isUsuario(c))),
    eraseMany: admin,
    erase: (c) => admin && !isSelf(viewer, c),
    setSenha: (c) => admin && !isSelf(viewer, c),
    setEmail: (c) => admin || isSelf(viewer, c),
    isSelf: (c) => isSelf(viewer, c),
    manageDevices: admin || moderador,
    moderate: admin || moderador,
  }
}
