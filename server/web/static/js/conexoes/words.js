// Connections in words.

// endpoint is 203.0.113.7:443, with brackets around an IPv6 address.
export function endpoint(ip, porta) {
  const host = ip?.includes(':') ? `[${ip}]` : ip ?? ''
  return typeof porta === 'number' ? `${host}:${porta}` : host
}

const ports = {
  20: 'FTP', 21: 'FTP', 22: 'SSH', 23: 'Telnet', 25: 'e-mail (SMTP)', 53: 'DNS', 80: 'página web (HTTP)', 110: 'e-mail (POP3)', 123: 'hora certa (NTP)',
  143: 'e-mail (IMAP)', 389: 'LDAP', 443: 'página web (HTTPS)', 445: 'arquivos do Windows (SMB)', 465: 'e-mail (SMTP)', 587: 'e-mail (SMTP)', 636: 'LDAP',
  993: 'e-mail (IMAP)', 995: 'e-mail (POP3)', 1433: 'SQL Server', 1521: 'Oracle', 1883: 'MQTT', 3306: 'MySQL', 3389: 'área de trabalho remota (RDP)',
  5222: 'mensagens (XMPP)', 5432: 'PostgreSQL', 5900: 'tela remota (VNC)', 6379: 'Redis', 8080: 'página web (HTTP)', 8443: 'página web (HTTPS)', 9100: 'impressora', 27017: 'MongoDB',
}

// portName is what usually answers at a port.
export const portName = (porta) => ports[porta] ?? ''

const statuses = {
  ESTABLISHED: 'aberta', LISTEN: 'à espera', CLOSE_WAIT: 'fechando', TIME_WAIT: 'fechando', FIN_WAIT1: 'fechando', FIN_WAIT2: 'fechando', LAST_ACK: 'fechando',
  CLOSING: 'fechando', CLOSE: 'fechada', CLOSED: 'fechada', SYN_SENT: 'abrindo', SYN_RECV: 'abrindo', NONE: '',
}
export const statusName = (status) => (Object.hasOwn(statuses, status ?? '') ? statuses[status] : status)

// spanOf is a duration in seconds as people say it.
export function spanOf(seconds) {
  if (typeof seconds !== 'number' || seconds < 0) return ''
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  return `${Math.floor(seconds / 3600)} h ${String(Math.floor((seconds % 3600) / 60)).padStart(2, '0')} min`
}
