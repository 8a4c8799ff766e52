// Actions of the trail as people read them, in groups for the filter. An action
// that is not here is shown as it is written.
const groups = [
  ['login', 'Entrada'], ['login_falhou', 'Entrada recusada'], ['logout', 'Saída'], ['sessao_revogada', 'Sessão encerrada'],
  ['cliente_criado', 'Cliente criado'], ['cliente_atualizado', 'Cliente alterado'], ['cliente_desativado', 'Cliente desativado'],
  ['cliente_deletado', 'Cliente excluído'], ['senha_alterada', 'Senha alterada'], ['email_alterado', 'E-mail alterado'],
  ['dispositivo_registrado', 'Dispositivo registrado'], ['dispositivo_alterado', 'Dispositivo alterado'], ['dispositivo_removido', 'Dispositivo removido'],
  ['dispositivo_vinculado', 'Dispositivo vinculado'], ['dispositivo_atribuido', 'Dispositivo atribuído'],
  ['mensagem_enviada', 'Mensagem enviada'], ['mensagem_editada', 'Mensagem editada'], ['mensagem_apagada', 'Mensagem apagada'],
  ['chave_criada', 'Chave criada'], ['chave_revogada', 'Chave revogada'], ['acesso_recusado', 'Acesso recusado'],
  ['tentativas_esquecidas', 'Bloqueio desfeito'],
  ['logs_exportados', 'Trilha exportada'], ['backup', 'Cópia de segurança'], ['restauracao', 'Restauração'],
  ['chave_auditoria_trocada', 'Chave da trilha trocada'], ['chave_auditoria_assumida', 'Chave da trilha em uso'],
  ['chave_auditoria_mostrada', 'Chave da trilha mostrada'], ['chave_auditoria_trazida', 'Chave da trilha trazida'],
  ['sistema_antigo_encerrado', 'Sistema antigo encerrado'], ['monitor_retirado', 'Monitor retirado do banco'],
]
const names = Object.fromEntries(groups)

export const actionName = (acao) => (Object.hasOwn(names, acao) ? names[acao] : acao)
export const actionOptions = [['', 'Todas'], ...groups]

const levelNames = { info: 'Informação', warning: 'Aviso', error: 'Erro', critical: 'Grave' }
export const levelName = (nivel) => (Object.hasOwn(levelNames, nivel) ? levelNames[nivel] : nivel)
export const levelOptions = [['', 'Todos'], ...Object.entries(levelNames)]

const channels = { cli: 'linha de comando', tui: 'console', api: 'API', web: 'página' }
export const channelName = (canal) => (Object.hasOwn(channels, canal) ? channels[canal] : canal)

// actorOf is who did it: the trail writes "pessoa:7 Ana Souza".
export const actorOf = (log) => textOf(log.ator).replace(/^(pessoa|chave|dispositivo):\d+ /, '')
const kinds = { pessoa: 'pessoa', chave: 'chave de API', dispositivo: 'dispositivo' }
export function actorKind(log) {
  const [, kind, id] = /^(pessoa|chave|dispositivo):(\d+) /.exec(textOf(log.ator)) ?? []
  return kind ? `${kinds[kind]} nº ${id}` : ''
}

export const textOf = (v) => (typeof v === 'string' ? v : v === undefined || v === null ? '' : JSON.stringify(v))
