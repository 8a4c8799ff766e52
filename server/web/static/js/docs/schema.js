// What a reader needs of a JSON Schema: its fields, flat, with their place.

const DEPTH = 4

// resolve follows a reference within the document.
export function resolve(doc, schema) {
  const ref = schema?.$ref
  return ref?.startsWith('#/') ? ref.slice(2).split('/').reduce((at, part) => at?.[part], doc) : schema
}

// fieldsOf lists { name, type, note, required } of an object and of what it holds.
export function fieldsOf(doc, schema, before = '', depth = 0) {
  const s = resolve(doc, schema)
  if (depth > DEPTH || !s) return []
  if (s.items) return fieldsOf(doc, s.items, `${before}[]`, depth + 1)
  return Object.entries(s.properties ?? {}).flatMap(([key, value]) => {
    const name = before ? `${before}.${key}` : key
    const own = { name, type: typeOf(doc, value), note: noteOf(resolve(doc, value), value), required: s.required?.includes(key) ?? false }
    return [own, ...fieldsOf(doc, value, name, depth + 1)]
  })
}

const words = { string: 'texto', integer: 'inteiro', number: 'número', boolean: 'true ou false', object: 'objeto', array: 'lista', null: 'null' }

export function typeOf(doc, schema) {
  const s = resolve(doc, schema) ?? {}
  if (s.enum) return s.enum.map((v) => JSON.stringify(v)).join(' · ')
  if (s.format === 'date-time') return [s.type].flat().includes('null') ? 'data e hora, ou null' : 'data e hora'
  return [s.type].flat().filter(Boolean).map((t) => words[t] ?? t).join(' ou ') || 'qualquer valor'
}

const noteOf = (s, outer) => noteWith(outer.description ?? s?.description, s?.default)

// noteWith ends a description as a sentence before it goes on with the default.
export function noteWith(text, usual) {
  if (usual === undefined) return text ?? ''
  const sentence = !text || /[.!?:]$/.test(text) ? text : `${text}.`
  return [sentence, `Sem ele vale ${JSON.stringify(usual)}.`].filter(Boolean).join(' ')
}
