import { html } from '../ui.js'
import { Icon } from '../icons.js'
import { Menu } from '../menu.js'
import { exportAddress } from './data.js'

// Export downloads all that the filters find, in the order of the list: plain links, so that
// the browser writes the file while it comes.
export function Export({ route, text }) {
  const items = [
    { text: 'Excel (.xlsx)', href: exportAddress(route, 'xlsx') },
    { text: 'CSV para Excel', href: exportAddress(route, 'csv') },
    { text: 'CSV para programas', href: exportAddress(route, 'csv', 'programas') },
  ]
  return html`<${Menu} label=${text} kind="button" items=${items.map((item) => ({ icon: 'download', ...item }))}
    button=${html`<${Icon} name="download" size=${16} />${text}<${Icon} name="chevronDown" size=${14} />`} />`
}
