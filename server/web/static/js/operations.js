// Many changes at once, and taking changes back: what the server is asked, and how it is told.
import { newKey, request } from './api.js'
import { formatNumber } from './format.js'

const base = '/api/db/operacoes'
const at = (id, what = '') => `${base}/${id}${what}`

async function ask(path, body, headers) {
  const { data } = await request('POST', path, { body, headers, onSession: 'stay' })
  return data
}

// planOf says what an operation would do, without doing it.
export const planOf = async (order) => (await ask(`${base}/simular`, order)).plano

// A work is what a Bulk goes through: plan says beforehand what would happen, begin makes the
// operation and does a first part of it.

// ordered is a new operation; a plan that somebody has already is not asked for again. Where
// the answer is lost, beginning once more does not make a second one.
export function ordered(order, plan) {
  const key = newKey()
  return {
    plan: (again) => (plan && !again ? Promise.resolve(plan) : planOf(order)),
    begin: async ({ total }) => (await ask(base, { ...order, esperados: total }, { 'Idempotency-Key': `${key}-${total}` })).operacao,
  }
}

// undoing takes operation id back.
export const undoing = (id) => ({
  plan: async () => (await ask(at(id, '/desfazer/simular'))).plano,
  begin: () => undoOnce(id),
})

// resuming goes on with an operation that was begun before.
export const resuming = (id) => ({ begin: () => goOn(id) })

export const goOn = async (id) => (await ask(at(id, '/continuar'))).operacao
export const giveUp = async (id) => (await ask(at(id, '/encerrar'))).operacao

const undoKeys = new Map() // of those whose answer did not come

// undoOnce takes id back; asked again where the answer was lost, it does so once.
export async function undoOnce(id) {
  if (!undoKeys.has(id)) undoKeys.set(id, newKey())
  const { operacao } = await ask(at(id, '/desfazer'), undefined, { 'Idempotency-Key': undoKeys.get(id) })
  undoKeys.delete(id)
  return operacao
}

// refusedOf are the targets that were left out, the first hundred.
export async function refusedOf(id) {
  const { data } = await request('GET', `${at(id, '/itens')}?situacao=recusado&por_pagina=100&sem_total=true`, { onSession: 'stay' })
  return data.itens
}

export const isOpen = (op) => op.estado === 'em_andamento' || op.estado === 'interrompida'
export const doneIn = (op) => op.feitos + op.iguais + op.recusados

const nouns = { clientes: ['cliente', 'clientes'], dispositivos: ['dispositivo', 'dispositivos'], sessoes: ['sessão', 'sessões'], chaves: ['chave', 'chaves'] }
const verbs = { alterar: 'Alterar', desativar: 'Desativar', reativar: 'Ativar', remover: 'Remover', encerrar: 'Encerrar', revogar: 'Revogar', desfazer: 'Desfazer em', importar: 'Importar' }
const done = { alterar: 'alterado', desativar: 'desativado', reativar: 'ativado', remover: 'removido', encerrar: 'encerrado', revogar: 'revogado', importar: 'importado' }

// countOf is "1.471 clientes".
export const countOf = (recurso, n) => `${formatNumber(n)} ${(nouns[recurso] ?? ['registro', 'registros'])[n === 1 ? 0 : 1]}`

// titleOf names an operation: "Alterar 1.471 clientes".
export const titleOf = ({ acao, recurso, total }) => `${erases(acao, recurso) ? 'Excluir' : verbs[acao] ?? acao} ${countOf(recurso, total)}`

// erases says that the pages have another word for it: people are not removed as things are.
const erases = (acao, recurso) => acao === 'remover' && recurso === 'clientes'

// doneText says what became of it: "3 clientes foram desativados.".
export function doneText({ acao, recurso, feitos: n }) {
  if (acao === 'desfazer') return `Desfeito em ${countOf(recurso, n)}.`
  const word = erases(acao, recurso) ? 'excluído' : done[acao] ?? 'mudado'
  const ending = recurso === 'sessoes' || recurso === 'chaves' ? `${word.slice(0, -1)}a` : word
  return `${countOf(recurso, n)} ${n === 1 ? 'foi' : 'foram'} ${ending}${n === 1 ? '' : 's'}.`
}

const states = { em_andamento: 'Em andamento', interrompida: 'Interrompida', concluida: 'Concluída', encerrada: 'Encerrada' }
export const stateName = (estado) => states[estado] ?? estado
