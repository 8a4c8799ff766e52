// The only module that touches the vendored libraries. Text that goes through
// html becomes text nodes and attribute values, never markup.
import { createContext, h, render } from '../vendor/preact.mjs'
import htm from '../vendor/htm.mjs'

export { createContext, render }
export { useCallback, useContext, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from '../vendor/hooks.mjs'
export const html = htm.bind(h)

// mount draws a component into the page shell.
export const mount = (component) => render(html`<${component} />`, document.getElementById('app'))
