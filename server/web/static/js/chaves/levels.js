// The levels of keys, the least powerful first, and what each is for.
export const levels = [
  ['leitura', 'Leitura', 'Vê clientes, dispositivos, conexões, chat e estatísticas; não muda nada.'],
  ['agente', 'Agente', 'Registra dispositivos, dá o sinal de vida e informa as conexões deles.'],
  ['admin', 'Administrador', 'Pode tudo. Só para programas em que se confia como em um administrador.'],
]

export const levelName = (nivel) => levels.find(([value]) => value === nivel)?.[1] ?? nivel
export const levelHint = (nivel) => levels.find(([value]) => value === nivel)?.[2] ?? ''
