// One way to the server, one kind of error out of it.

const TIMEOUT_MS = 20_000

// ApiError carries a sentence for people. status is 0 when no answer came;
// campos maps column names to sentences; retryAfter is after how many seconds another try
// makes sense, 0 for at once; atual is the record as it is now, where the answer has one.
export class ApiError extends Error {
  constructor(status, codigo, sentence, body = {}, retryAfter = 0) {
    super(sentence)
    this.status = status
    this.codigo = codigo
    this.campos = body.campos ?? {}
    this.atual = body.atual
    this.retryAfter = retryAfter
  }
}

// request sends JSON and returns { data, etag, operacao }; operacao is the number by which the
// change is taken back. It throws ApiError, or the
// AbortError of the caller's own signal. Unless onSession is 'stay', a missing
// session leads to the login page and back here afterwards. patience is for what
// takes long by its nature.
export async function request(method, path, { body, headers = {}, signal, onSession = 'leave', patience = TIMEOUT_MS } = {}) {
  const answer = await send(method, path, body, headers, signal, patience)
  const data = await readJSON(answer, signal)
  if (answer.ok && data?.success !== false) return { data, etag: answer.headers.get('ETag'), operacao: answer.headers.get('X-Operacao') }
  const error = errorOf(answer, data)
  if (onSession === 'leave') leaveIfNeeded(error)
  throw error
}

async function send(method, path, body, headers, signal, patience) {
  const options = { method, headers: { Accept: 'application/json', ...headers }, credentials: 'same-origin', cache: 'no-store' }
  if (body !== undefined) {
    const file = body instanceof Blob
    options.body = file ? body : JSON.stringify(body)
    options.headers['Content-Type'] = file ? 'application/octet-stream' : 'application/json'
  }
  const timeout = AbortSignal.timeout(patience)
  options.signal = signal ? AbortSignal.any([signal, timeout]) : timeout
  try {
    return await fetch(path, options)
  } catch (cause) {
    throw translate(cause, signal)
  }
}

// follow asks for an answer of many lines of JSON and gives onLine each as it comes; body may
// be a file, which is sent as it is. An answer that breaks off throws, as request does.
export async function follow(method, path, onLine, { body, signal, patience }) {
  const answer = await send(method, path, body, { Accept: 'application/x-ndjson' }, signal, patience)
  if (!answer.ok) throw errorOf(answer, await readJSON(answer, signal))
  let rest = ''
  try {
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
    for (let got = await reader.read(); !got.done; got = await reader.read()) {
      const lines = (rest + got.value).split('\n')
      rest = lines.pop()
      for (const line of lines) onLine(JSON.parse(line))
    }
  } catch (cause) {
    throw translate(cause, signal)
  }
}

async function readJSON(answer, signal) {
  try {
    return JSON.parse(await answer.text())
  } catch (cause) {
    if (cause instanceof SyntaxError) return null
    throw translate(cause, signal)
  }
}

function translate(cause, signal) {
  if (signal?.aborted) return cause
  if (cause.name === 'TimeoutError') return new ApiError(0, 'demora', 'O servidor demorou demais para responder. Tente outra vez.')
  return new ApiError(0, 'sem_conexao', 'Não foi possível falar com o servidor. Verifique a conexão e tente outra vez.')
}

function errorOf(answer, data) {
  const sentence = data?.error || `O servidor deu uma resposta inesperada (código ${answer.status}).`
  return new ApiError(answer.status, data?.codigo ?? '', sentence, data ?? {}, Number(answer.headers.get('Retry-After')) || 0)
}

let going = false

// goingAway says that the person is logging out: what fails from now on must not
// lead back here after the next login. false takes that back.
export function goingAway(yes) {
  going = yes
}

export const isGoingAway = () => going

// leaveIfNeeded goes to the login page when only that can help. Where something typed
// would be lost by it (data-unsaved), the page stays and says so: see useMe.
function leaveIfNeeded(error) {
  if (going || !isLeaving(error)) return
  if (document.querySelector('[data-unsaved]')) dispatchEvent(new Event('sessao-terminou'))
  else location.assign(error.status === 401 ? loginAddress() : passwordAddress())
}

export function loginAddress() {
  return `/entrar?voltar=${encodeURIComponent(location.pathname + location.search)}`
}

// passwordAddress is where a person goes who must change the password first.
export const passwordAddress = () => `${loginAddress()}&trocar=1`

// isLeaving says that only the login page can help, so nothing else need be shown.
export const isLeaving = (error) => error.status === 401 || error.codigo === 'trocar_senha'
export const isAbort = (error) => error.name === 'AbortError'

// newKey makes an Idempotency-Key. crypto.randomUUID would be absent on plain
// HTTP in a local network.
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('')
}
