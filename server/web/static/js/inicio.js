// The address / leads everybody to the first page that they are offered.
import { html, mount, useEffect } from './ui.js'
import { useMe } from './account.js'
import { Failed } from './list/states.js'
import { homeOf } from './nav.js'
import { permissionsOf } from './permissions.js'

function Inicio() {
  const { eu, error, retry } = useMe()
  useEffect(() => { if (eu) location.replace(homeOf(permissionsOf(eu))) }, [eu])
  return error && html`<main class="page"><h1 class="sr">Monitor</h1><div class="panel"><${Failed} error=${error} what="a página" onRetry=${retry} /></div></main>`
}

mount(Inicio)
