// The pages, in the order of the navigation, and who is offered them. Whoever
// follows a link to another one is told so; the store refuses the data anyway.
export const pages = [
  { id: 'painel', href: '/painel', name: () => 'Painel', icon: 'panel', offered: (pode) => pode.seesAll },
  { id: 'clientes', href: '/clientes', name: (pode) => (pode.seesAll ? 'Clientes' : 'Meu cadastro'), icon: 'people', offered: () => true },
  { id: 'dispositivos', href: '/dispositivos', name: () => 'Dispositivos', icon: 'device', offered: () => true },
  { id: 'conexoes', href: '/conexoes', name: () => 'Conexões', icon: 'link', offered: () => true },
  { id: 'chat', href: '/chat', name: () => 'Chat', icon: 'chat', offered: () => true },
  { id: 'logs', href: '/logs', name: () => 'Auditoria', icon: 'trail', offered: (pode) => pode.seesTrail },
  { id: 'sessoes', href: '/sessoes', name: () => 'Sessões', icon: 'session', offered: () => true },
  { id: 'chaves', href: '/chaves', name: () => 'Chaves de API', icon: 'key', offered: (pode) => pode.keys },
  { id: 'docs', href: '/docs', name: () => 'Documentação', icon: 'info', offered: () => true },
]

export const pagesFor = (pode) => pages.filter((p) => p.offered(pode))

// homeOf is where the brand leads.
export const homeOf = (pode) => pagesFor(pode)[0].href

// linkTo is a link to the list of another page, null where that is not offered.
export const linkTo = (pode, id, query) => {
  const page = pagesFor(pode).find((p) => p.id === id)
  return page ? `${page.href}?${new URLSearchParams(query)}` : null
}
