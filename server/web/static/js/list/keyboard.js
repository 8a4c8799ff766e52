import { useEffect, useRef } from '../ui.js'
import { moveRow } from './table.js'

const typing = (target) => target.closest('input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable]')

// useShortcuts is the keyboard of a list: / searches, arrows, Home and End move
// between rows, n makes a new record. Enter and Esc belong to links and dialogs.
export function useShortcuts({ onNew } = {}) {
  const make = useRef(onNew)
  make.current = onNew
  useEffect(() => {
    const onKeyDown = (e) => {
      if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || document.querySelector('dialog[open]')) return
      if (act(e, make.current)) e.preventDefault()
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [])
}

// act says whether the key was used.
function act(e, onNew) {
  if (e.key === 'ArrowDown' && e.target.id === 'busca') return moveRow(1)
  if (typing(e.target)) return false
  if (e.key === '/') return focusSearch()
  if (e.key === 'n' && onNew) {
    onNew()
    return true
  }
  return !e.target.closest('.segmented, .menu') && moveByKey(e.key, e.target)
}

function moveByKey(key, target) {
  const inside = Boolean(target.closest('.grid'))
  if (key === 'ArrowDown') return moveRow(1)
  if (key === 'ArrowUp') return moveRow(-1)
  if (inside && key === 'Home') return moveRow(-Infinity)
  return inside && key === 'End' && moveRow(Infinity)
}

function focusSearch() {
  const search = document.getElementById('busca')
  search?.focus()
  search?.select()
  return Boolean(search)
}
