// What the trail holds, as people read it.
import { actions } from './actions.js'

// An action that has no name is shown as it is written.
const names = Object.fromEntries(actions)

export const actionName = (acao) => (Object.hasOwn(names, acao) ? names[acao] : acao)
export const actionOptions = [['', 'Todas'], ...actions]

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
