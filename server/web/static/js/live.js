// One event stream per page. It is closed while the page is hidden, comes back by
// itself, and where the server has none the page asks every 15 seconds instead.
import { useEffect, useRef, useState } from './ui.js'
import { isGoingAway, request } from './api.js'

const POLL_MS = 15_000
const RETRY_MS = 60_000
const LATE_MS = 500 // a stream that took longer to open may have missed something
const CALM_MS = 300 // changes that come together are one reload
const TELEMETRY_MS = 3_000 // and signs of life, which never end, are one now and then

const subscribers = new Set() // { recursos, tell }
const watchers = new Set() // of the state
const doubters = new Set() // who must ask again which person this is
let source = null
let state = '' // '', live, polling, waiting
let planned = 0
let polling = 0
let retrying = 0
let seen = false // whether this page was connected before
let begun = 0 // when the stream was asked for

// useLive calls onChange after something of recursos changed: with the ids known
// to be touched, or with null where all may have changed.
export function useLive(recursos, onChange) {
  const newest = useRef(onChange)
  newest.current = onChange
  useEffect(() => {
    const one = calm(recursos, (ids) => newest.current(ids))
    subscribers.add(one)
    plan()
    return () => {
      one.stop()
      subscribers.delete(one)
      plan()
    }
  }, [recursos.join()])
}

// useLiveState is '' where nothing is live, else live, polling or waiting.
export function useLiveState() {
  const [now, setNow] = useState(state)
  useEffect(() => {
    watchers.add(setNow)
    setNow(state)
    return () => watchers.delete(setNow)
  }, [])
  return now
}

// useDoubt calls ask when the session may have become another one, or changed what
// it may: after the page was hidden, and when the server ended the stream.
export function useDoubt(ask) {
  useEffect(() => {
    doubters.add(ask)
    return () => doubters.delete(ask)
  }, [ask])
}

function calm(recursos, onChange) {
  let timer = 0
  let last = 0
  let ids = new Set()
  const fire = () => {
    timer = 0
    last = Date.now()
    const touched = ids && [...ids]
    ids = new Set()
    onChange(touched)
  }
  return {
    recursos,
    tell(id) {
      if (id === null || id === undefined) ids = null
      else ids?.add(id)
      timer ||= setTimeout(fire, Math.max(CALM_MS, ids ? 0 : last + TELEMETRY_MS - Date.now()))
    },
    stop: () => clearTimeout(timer),
  }
}

function become(next) {
  state = next
  for (const watch of watchers) watch(next)
}

// plan opens the stream anew after all components of a drawing have subscribed.
function plan() {
  clearTimeout(planned)
  planned = setTimeout(open, 0)
}

function close() {
  source?.close()
  source = null
  clearInterval(polling)
  clearTimeout(retrying)
}

function open() {
  const recursos = [...new Set([...subscribers].flatMap((s) => s.recursos))].sort()
  if (source && source.recursos === recursos.join()) return
  close()
  if (!recursos.length) return become('')
  if (document.hidden || !navigator.onLine) return become('waiting')
  source = new EventSource(`/api/db/eventos?recursos=${recursos.join()}`)
  source.recursos = recursos.join()
  source.onopen = onOpen
  source.onerror = onError
  source.addEventListener('mudanca', onChange)
  source.addEventListener('recomecar', tellAll)
  source.addEventListener('fim', onEnd)
  begun = Date.now()
  polling = setInterval(poll, POLL_MS)
  return undefined
}

// onOpen reloads after a pause: what changed meanwhile may not be told again.
function onOpen() {
  clearInterval(polling)
  if (seen || Date.now() - begun > LATE_MS) tellAll()
  seen = true
  become('live')
}

// poll stands in until the stream is open: also where something on the way holds it
// back and no error ever comes.
function poll() {
  if (state !== 'waiting') become('polling')
  tellAll()
}

// onError: while CONNECTING the browser tries again by itself; CLOSED is final, as
// for a server without streams or a session that is over.
function onError() {
  if (source?.readyState !== EventSource.CLOSED) {
    // The server may stay away: ask now and then, too.
    clearInterval(polling)
    polling = setInterval(poll, POLL_MS)
    return become('waiting')
  }
  source = null
  become('polling')
  if (seen) tellAll()
  clearTimeout(retrying)
  retrying = setTimeout(open, RETRY_MS)
  return undefined
}

function onChange(e) {
  const { recurso, id } = JSON.parse(e.data)
  for (const s of subscribers) if (s.recursos.includes(recurso)) s.tell(id)
}

function tellAll() {
  for (const s of subscribers) s.tell(null)
}

// onEnd: the session is over, or may something else now. Asking for it leads to the
// login page where only that can help.
function onEnd() {
  close()
  if (isGoingAway()) return
  become('waiting')
  request('GET', '/api/db/auth/validar').then(onReturn, () => { retrying = setTimeout(open, RETRY_MS) })
}

function onReturn() {
  seen = false
  for (const ask of doubters) ask()
  if (subscribers.size) tellAll()
  open()
}

function onAway() {
  close()
  if (subscribers.size) become('waiting')
}

document.addEventListener('visibilitychange', () => (document.hidden ? onAway() : onReturn()))
addEventListener('offline', onAway)
addEventListener('online', onReturn)
// A page kept for the back button must not hold a connection.
addEventListener('pagehide', close)
addEventListener('pageshow', (e) => e.persisted && onReturn())
