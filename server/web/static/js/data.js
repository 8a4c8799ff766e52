// Reading from the server for as long as a component shows it.
import { useCallback, useEffect, useState } from './ui.js'
import { isAbort, isLeaving, request } from './api.js'

const SLOW_MS = 150

// useData loads an address (null: nothing) and again when it changes. A newer
// question aborts the older one, whose answer is dropped even if it is already on
// its way. data stays while the next is loading, and asked is its address; slow
// turns true when that takes long enough to be noticed. reload(true) is quiet: a
// failure then leaves what is shown, unless it says that the record is no more.
export function useData(address) {
  const [state, setState] = useState({ loading: true })
  const [turn, setTurn] = useState({ n: 0 })
  useEffect(() => {
    if (address === null) return undefined
    const control = new AbortController()
    const update = (change) => !control.signal.aborted && setState((s) => ({ ...s, ...change }))
    const quiet = turn.quiet && state.asked === address
    if (!quiet) update({ loading: true, slow: false })
    const timer = setTimeout(() => quiet || update({ slow: true }), SLOW_MS)
    request('GET', address, { signal: control.signal })
      .then(({ data, etag }) => update({ loading: false, slow: false, error: null, data, etag, asked: address }))
      .catch((error) => isAbort(error) || isLeaving(error) || (quiet && error.status !== 404) || update({ loading: false, slow: false, error, data: undefined }))
      .finally(() => clearTimeout(timer))
    return () => {
      clearTimeout(timer)
      control.abort()
    }
  }, [address, turn])
  const reload = useCallback((quiet = false) => setTurn((t) => ({ n: t.n + 1, quiet })), [])
  return { ...state, reload }
}

// addressWith writes a path with its query; empty values are left out.
export function addressWith(path, query) {
  const given = Object.entries(query).filter(([, v]) => v !== '' && v !== undefined && v !== null && v !== false)
  return given.length ? `${path}?${new URLSearchParams(given)}` : path
}
