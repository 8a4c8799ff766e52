import { html } from './ui.js'

// Outlines on a 24 × 24 grid.
const paths = {
  search: ['M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Z', 'm20 20-4-4'],
  plus: ['M12 5v14', 'M5 12h14'],
  close: ['M6 6l12 12', 'M18 6 6 18'],
  pencil: ['M4 20h4L19 9a2.8 2.8 0 0 0-4-4L4 16v4Z', 'm13.5 6.5 4 4'],
  eye: ['M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z', 'M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z'],
  eyeOff: ['M4 4l16 16', 'M9.9 5.8A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.500a16 16 0 0 1-2.7 3.4', 'M6.5 7.400A15.5 15.5 0 0 0 2.5 12S6 18.5 12 18.500c1.6 0 3-.4 4.2-1.1', 'M10 10a3 3 0 0 0 4 4'],
  alert: ['M12 8v5', 'M12 16.500v.01', 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z'],
  info: ['M12 11v5', 'M12 8v.01', 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z'],
  offline: ['M4 4l16 16', 'M8.5 15.500a5 5 0 0 1 5.5-1', 'M5 12a10 10 0 0 1 4.5-2.6', 'M2 8.500a15 15 0 0 1 4-2.7', 'M10.5 4.700A15 15 0 0 1 22 8.5', 'M15.5 9.900A10 10 0 0 1 19 12', 'M12 19v.01'],
  people: ['M9 11.500a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Z', 'M2.5 20c0-3.5 3-5.5 6.5-5.500s6.5 2 6.5 5.5', 'M16 4.800a3.5 3.5 0 0 1 0 6.4', 'M18 14.900c2.2.7 3.5 2.5 3.5 5.1'],
  chevronDown: ['m6 9 6 6 6-6'],
  chevronLeft: ['m14.5 6-6 6 6 6'],
  chevronRight: ['m9.5 6 6 6-6 6'],
  first: ['m17.5 6-6 6 6 6', 'M7 6v12'],
  last: ['m6.5 6 6 6-6 6', 'M17 6v12'],
  key: ['M8 19a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9Z', 'm11.3 11.3 8.2-8.3', 'm16 6.5 3 3'],
  exit: ['M14 4H6a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h8', 'M10 12h11', 'm17 8 4 4-4 4'],
}

// Icon is decoration: the control around it carries the name.
export function Icon({ name, size = 18 }) {
  return html`<svg width=${size} height=${size} viewBox="0 0 24 24" fill="none" stroke="currentColor"
    stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
    ${paths[name].map((d) => html`<path d=${d} />`)}</svg>`
}
