// What an import goes through, from the file to what came of it.
import { useEffect, useRef, useState } from '../ui.js'
import { ApiError, follow, isAbort } from '../api.js'
import { formatBytes } from '../format.js'
import { giveUp } from '../operations.js'

export const MAX_BYTES = 24 << 20 // as much as the server takes
const PATIENCE_MS = 60 * 60_000
const BUSY_MS = [400, 800, 1600] // between tries while the server reads another file

// Of a column of the file: it is not imported.
export const NOTHING = '-'

const blank = { file: null, choices: new Map(), overwrite: false, plan: null, columns: null, rejects: '', error: null, busy: '', rows: 0, progress: null, op: null, over: false }

// useImport is { file, plan, columns, error, busy, … } and what can be done: busy is 'reading' or
// 'running'; columns are what the file has, also where there is no plan because nobody has said
// yet what they are; over says that op, where there was anything to do, is at its end.
export function useImport() {
  const [state, setState] = useState(blank)
  const update = (change) => setState((s) => ({ ...s, ...change }))
  const control = useRef(new AbortController())
  const remembered = useRef(new Map()) // what columns of earlier files were said to be
  useEffect(() => () => control.current.abort(), [])
  const begin = () => {
    control.current.abort()
    control.current = new AbortController()
    return control.current.signal
  }

  // look reads the file. What was said of columns of an earlier file holds for a fresh one, too.
  const look = async (order, fresh) => {
    const signal = begin()
    update({ ...order, busy: 'reading', rows: 0, error: null })
    try {
      const found = await plan(order, signal, (line) => update({ rows: line.lidas }))
      const known = fresh ? knownOf(remembered.current, found.columns) : new Map()
      if (known.size) await look({ ...order, choices: known })
      else update({ ...found, busy: '' })
    } catch (error) {
      if (!signal.aborted) update({ error, plan: null, columns: null, rejects: '', busy: '' })
    }
  }
  // take reads the file into memory, so that what is imported is what was looked at.
  const take = async (files) => {
    const signal = begin()
    try {
      const file = judge(files)
      update({ ...blank, file: { name: file.name }, busy: 'reading' })
      const bytes = await file.arrayBuffer().catch(() => { throw unreadable(file.name) })
      if (!signal.aborted) await look({ file: { name: file.name, body: new Blob([bytes]) }, choices: new Map(), overwrite: false }, true)
    } catch (error) {
      if (!signal.aborted) setState({ ...blank, error })
    }
  }
  const run = async () => {
    const { file, choices, overwrite } = state
    const order = { file, choices, overwrite }
    const signal = begin()
    let number = 0
    const onLine = ({ operacao, feitas, total }) => {
      if (!operacao) return
      number = operacao
      update({ progress: { done: feitas ?? 0, total } })
    }
    update({ busy: 'running', error: null, progress: null })
    try {
      const { op, ...end } = await ask('', order, signal, onLine)
      update({ ...end, op, busy: '', over: true })
    } catch (error) {
      if (!number) return isAbort(error) ? look(order) : update({ error, busy: '' })
      // What was done stays; nobody goes on with it.
      const op = await giveUp(number).catch(() => ({ id: number }))
      update({ op, busy: '', over: true, error: isAbort(error) ? null : error })
    }
    return undefined
  }
  const { file, choices, overwrite } = state
  return {
    ...state, take, run,
    again: () => look({ file, choices, overwrite }, !choices.size),
    choose: (header, campo) => {
      const next = chosen(choices, header, campo)
      remembered.current = new Map([...remembered.current, ...next])
      look({ file, overwrite, choices: next })
    },
    setOverwrite: (yes) => look({ file, choices, overwrite: yes }),
    stop: () => control.current.abort(),
    restart: () => {
      begin()
      setState(blank)
    },
  }
}

// chosen adds a choice; one field is one column, but for CPF and CNPJ.
function chosen(choices, header, campo) {
  const others = [...choices].filter(([, taken]) => taken !== campo || campo === NOTHING || campo === 'cpf_cnpj')
  return new Map([...others, [header, campo]])
}

function judge([file, ...others]) {
  if (others.length) throw new ApiError(0, '', 'Escolha um arquivo de cada vez.')
  if (file.size > MAX_BYTES) throw new ApiError(0, '', `“${file.name}” tem ${formatBytes(file.size)} e o máximo é ${formatBytes(MAX_BYTES)}. Divida a planilha em duas e importe uma de cada vez.`)
  return file
}

const unreadable = (name) => new ApiError(0, '', `Não foi possível ler “${name}”. Se ele está aberto em outro programa, feche-o lá; se é uma pasta, escolha o arquivo dentro dela.`)

const knownOf = (choices, columns) => new Map([...choices].filter(([header]) => columns.some((c) => c.cabecalho === header)))

// plan is what the file would do, or what its columns are and what keeps it from being more.
async function plan(order, signal, onLine) {
  try {
    const { plan: found, rejects } = await ask('/simular', order, signal, onLine)
    return { plan: found, columns: found.colunas, rejects, error: null }
  } catch (error) {
    if (!error.columns) throw error
    return { plan: null, columns: error.columns, rejects: '', error }
  }
}

// ask sends the file; while the server reads another one, it tries again for a moment.
async function ask(path, order, signal, onLine) {
  for (const wait of [...BUSY_MS, 0]) {
    try {
      return await send(path, order, signal, onLine)
    } catch (error) {
      if (error.codigo !== 'importacao_em_curso' || !wait) throw error
    }
    await new Promise((done) => setTimeout(done, wait))
  }
  return undefined
}

async function send(path, { file, choices, overwrite }, signal, onLine) {
  const query = new URLSearchParams({ nome: file.name })
  for (const [header, campo] of choices) query.append('coluna', `${header}=${campo}`)
  if (overwrite) query.set('sobrescrever', 'true')
  let end
  await follow('POST', `/api/db/clientes/importar${path}?${query}`, (line) => {
    if ('success' in line) end = line
    else onLine(line)
  }, { body: file.body, signal, patience: PATIENCE_MS })
  // Something on the way may end the answer in good order before its last line.
  if (!end) throw new ApiError(0, 'interrompida', 'A resposta do servidor foi interrompida. Tente outra vez.')
  if (!end.success) throw Object.assign(new ApiError(400, end.codigo, end.error, end), { columns: end.colunas })
  return { plan: end.plano, op: end.operacao ?? null, rejects: end.rejeitados ?? '' }
}
