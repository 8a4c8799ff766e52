// The pages, in the order of the navigation, and who is offered them. Whoever
// follows a link to another one is told so; the store refuses the data anyway.
export const pages = [
  { id: 'painel', href: '/painel', name: () => 'Painel', icon: 'panel', offered: (may) => may.seesAll },
  { id: 'clientes', href: '/clientes', name: (may) => (may.seesAll ? 'Clientes' : 'Meu cadastro'), icon: 'people', offered: () => true },
  { id: 'dispositivos', href: '/dispositivos', name: () => 'Dispositivos', icon: 'device', offered: () => true },
  { id: 'conexoes', href: '/conexoes', name: () => 'Conexões', icon: 'link', offered: () => true },
  { id: 'chat', href: '/chat', name: () => 'Chat', icon: 'chat', offered: () => true },
  { id: 'logs', href: '/logs', name: () => 'Auditoria', icon: 'trail', offered: (may) => may.seesTrail },
  { id: 'operacoes', href: '/operacoes', name: () => 'Operações', icon: 'undo', offered: (may) => may.seesTrail },
  { id: 'sessoes', href: '/sessoes', name: () => 'Sessões', icon: 'session', offered: () => true },
  { id: 'chaves', href: '/chaves', name: () => 'Chaves de API', icon: 'key', offered: (may) => may.keys },
  { id: 'docs', href: '/docs', name: () => 'Documentação', icon: 'info', offered: () => true },
]

export const pagesFor = (may) => pages.filter((p) => p.offered(may))

// homeOf is where the brand leads.
export const homeOf = (may) => pagesFor(may)[0].href

// linkTo is a link to the list of another page, null where that is not offered.
export const linkTo = (may, id, query) => {
  const page = pagesFor(may).find((p) => p.id === id)
  return page ? `${page.href}?${new URLSearchParams(query)}` : null
}
