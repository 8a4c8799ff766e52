// Reading from the server for as long as a component shows it.
import { useCallback, useEffect, useRef, useState } from './ui.js'
import { isAbort, isLeaving, request } from './api.js'

const SLOW_MS = 150

// useData loads an address (null: nothing) and again when it changes. A newer
// question aborts the older one, whose answer is dropped even if it is already on
// its way. data stays while the next is loading, and asked is its address; slow
// turns true when that takes long enough to be noticed. reload(true) is quiet: a
// failure then leaves what is shown, unless it says that the record is no more. It
// follows the question that is on its way instead of ending it, so that changes
// which come faster than answers do not keep the page from ever showing one.
export function useData(address) {
  const [state, setState] = useState({ loading: true })
  const [turn, setTurn] = useState({ n: 0 })
  const running = useRef(null)
  const reload = useCallback((quiet = false) => {
    if (quiet && running.current) running.current.again = true
    else setTurn((t) => ({ n: t.n + 1, quiet }))
  }, [])
  useEffect(() => {
    if (address === null) return undefined
    const control = new AbortController()
    const mine = { again: false }
    running.current = mine
    const update = (change) => !control.signal.aborted && setState((s) => ({ ...s, ...change }))
    const quiet = turn.quiet && state.asked === address
    if (!quiet) update({ loading: true, slow: false })
    const timer = setTimeout(() => quiet || update({ slow: true }), SLOW_MS)
    const end = () => {
      clearTimeout(timer)
      if (running.current === mine) running.current = null
    }
    request('GET', address, { signal: control.signal })
      .then(({ data, etag }) => update({ loading: false, slow: false, error: null, data, etag, asked: address }))
      .catch((error) => isAbort(error) || isLeaving(error) || (quiet && error.status !== 404) || update({ loading: false, slow: false, error, data: undefined }))
      .finally(() => {
        end()
        if (mine.again && !control.signal.aborted) reload(true)
      })
    return () => {
      end()
      control.abort()
    }
  }, [address, turn])
  useReturn(state.error?.codigo === 'sem_conexao', reload)
  return { ...state, reload }
}

// useReturn asks again as soon as the network is back.
function useReturn(cut, reload) {
  useEffect(() => {
    if (!cut) return undefined
    const back = () => reload()
    addEventListener('online', back)
    return () => removeEventListener('online', back)
  }, [cut])
}

// addressWith writes a path with its query; empty values are left out.
export function addressWith(path, query) {
  const given = Object.entries(query).filter(([, v]) => v !== '' && v !== undefined && v !== null && v !== false)
  return given.length ? `${path}?${new URLSearchParams(given)}` : path
}
