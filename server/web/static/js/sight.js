// What has the keyboard's focus stays in sight: rows that others push into a list, or
// a part that arrives late, would move it out of the window under somebody's fingers.
// Whoever scrolls away from it is left alone.
let kept = null

const inSight = ({ bottom, top, left, right }) => bottom > 0 && top < innerHeight && right > 0 && left < innerWidth

// The browser scrolls to what gets the focus after telling of it.
addEventListener('focusin', (e) => { kept = e.target })
// Captured, since scrolling boxes do not pass it on.
addEventListener('scroll', () => {
  if (kept && !inSight(kept.getBoundingClientRect())) kept = null
}, { capture: true, passive: true })

// keepSight looks after what changes below root. A click is no use of the keyboard.
export function keepSight(root) {
  new MutationObserver(() => {
    if (!kept || kept !== document.activeElement || !kept.matches(':focus-visible')) return
    const box = kept.getBoundingClientRect()
    if (box.width > 0 && !inSight(box)) kept.scrollIntoView({ block: 'nearest' })
  }).observe(root, { childList: true, subtree: true })
}
