import { resolve } from './schema.js'

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

// operationsOf lists what the document describes, in the order of its paths.
export function operationsOf(doc) {
  return Object.entries(doc.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => describe(doc, path, method, item[method])))
}

function describe(doc, path, method, op) {
  const body = op.requestBody?.content?.['application/json']
  const answers = Object.entries(op.responses).map(([status, r]) => answerOf(doc, status, resolve(doc, r)))
  const it = {
    id: op.operationId, path, method: method.toUpperCase(), summary: op.summary, description: op.description ?? '', tag: op.tags?.[0] ?? 'sistema',
    parameters: op.parameters ?? [], body, answers, open: op.security?.length === 0, grants: op['x-quem-pode'] ?? {},
  }
  it.text = plain([it.method, path, it.summary, it.description, it.tag, ...it.parameters.map((p) => `${p.name} ${p.description ?? ''}`),
    ...answers.flatMap((a) => a.codes.map((c) => `${c.codigo} ${c.sentence}`))].join(' '))
  return it
}

function answerOf(doc, status, r) {
  const [kind, media] = Object.entries(r.content ?? {})[0] ?? ['', {}]
  const codes = Object.entries(media.examples ?? {}).map(([codigo, e]) => ({ codigo, sentence: e.summary }))
  return { status, description: r.description, kind, schema: media.schema, example: media.example, codes, ok: status.startsWith('2') }
}

// plain folds what a search does not distinguish.
export const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

// groupsOf keeps the operations in which every word occurs, by tag.
export function groupsOf(operations, search) {
  const terms = plain(search).split(/\s+/).filter(Boolean)
  const groups = new Map()
  for (const op of operations) {
    if (!terms.every((t) => op.text.includes(t))) continue
    groups.set(op.tag, [...(groups.get(op.tag) ?? []), op])
  }
  return [...groups].sort(([a], [b]) => (a === 'auth' ? -1 : b === 'auth' ? 1 : a.localeCompare(b, 'pt-BR')))
}

const quote = (text) => `'${text.replaceAll("'", `'\\''`)}'`

// curlOf is the call as a line for a POSIX shell.
export function curlOf(op, origin) {
  const sample = (p) => p.example ?? p.schema?.examples?.[0] ?? p.schema?.default ?? ''
  const query = new URLSearchParams(op.parameters.filter((p) => p.in === 'query' && (p.example ?? p.schema?.examples)).map((p) => [p.name, [sample(p)].flat().join(',')]))
  const path = op.parameters.filter((p) => p.in === 'path').reduce((at, p) => at.replace(`{${p.name}}`, encodeURIComponent(sample(p))), op.path)
  const lines = [`curl -s ${op.method === 'GET' ? '' : `-X ${op.method} `}${quote(origin + path + (query.size ? `?${query}` : ''))}`]
  if (op.answers.some((a) => a.kind === 'text/event-stream')) lines[0] = lines[0].replace('curl -s', 'curl -sN')
  if (!op.open) lines.push('-H "X-API-Key: $CHAVE"')
  if (op.body) lines.push("-H 'Content-Type: application/json'", `-d ${quote(JSON.stringify(op.body.example))}`)
  return lines.join(' \\\n  ')
}
