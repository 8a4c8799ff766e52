import { useCallback, useEffect, useRef, useState } from '../ui.js'
import { isAbort, isLeaving, request } from '../api.js'
import { addressWith } from '../data.js'
import { useLive } from '../live.js'

const PART = 50
const base = '/api/db/chat/mensagens'

// useMessages holds a room from its newest part upwards: list is oldest first, and
// older() puts the part before it on top. Answers for a room that was left, and
// older ones that come late, are dropped.
export function useMessages(sala) {
  const [state, setState] = useState({})
  const room = useRef(sala)
  room.current = sala
  const asked = useRef(0)
  const shown = useRef(0)
  const newest = useCallback(async (signal) => {
    const turn = ++asked.current
    try {
      const { data } = await request('GET', addressWith(base, { sala, limite: PART }), { signal })
      if (room.current !== sala || turn < shown.current) return
      shown.current = turn
      setState((s) => ({ ...withNewest(s.sala === sala ? s : {}, data.mensagens), sala }))
    } catch (error) {
      if (isAbort(error) || isLeaving(error) || room.current !== sala) return
      setState((s) => (s.list && s.sala === sala ? s : { sala, error }))
    }
  }, [sala])
  useEffect(() => {
    const control = new AbortController()
    newest(control.signal)
    return () => control.abort()
  }, [sala])
  useLive(['chat'], () => newest())
  const own = state.sala === sala ? state : { loading: true }
  const older = async () => {
    if (!own.more || own.climbing) return
    const first = own.list[0].id
    const update = (change) => setState((s) => (s.sala === sala && s.list?.[0]?.id === first ? { ...s, ...change(s) } : s))
    update(() => ({ climbing: true, climbError: null }))
    try {
      const { data } = await request('GET', addressWith(base, { sala, limite: PART, antes_de: first }))
      update((s) => ({ climbing: false, list: [...data.mensagens, ...s.list], more: data.mensagens.length === PART }))
    } catch (error) {
      if (!isLeaving(error)) update(() => ({ climbing: false, climbError: error }))
    }
  }
  return { ...own, older, reload: () => newest() }
}

// withNewest puts the newest part over what is there: it also drops what was
// deleted meanwhile.
function withNewest({ list = [], more }, part) {
  const from = part[0]?.id ?? Infinity
  const kept = list.filter((m) => m.id < from)
  // A gap between what was loaded and this part would hide messages: begin anew.
  const whole = list.some((m) => m.id >= from) || part.length < PART
  const before = whole && part.length === PART ? kept : []
  return { list: [...before, ...part], more: before.length ? more : part.length === PART }
}

export const send = (body) => request('POST', base, { body, onSession: 'stay' })
export const edit = (id, mensagem) => request('PATCH', `${base}/${id}`, { body: { mensagem }, onSession: 'stay' })
export const remove = (id) => request('DELETE', `${base}/${id}`, { onSession: 'stay' })
