package tui

import (
	"net/netip"
	"strconv"
	"strings"

	"example.com/monitor/store/say"
)

// address is an address with its port and, where it is known, the service.
func address(ip string, port *int64) string {
	text := ip
	if addr, err := netip.ParseAddr(strings.TrimSpace(ip)); err == nil {
		text = addr.Unmap().String()
		if addr.Unmap().Is6() && port != nil {
			text = "[" + text + "]"
		}
	}
	if port == nil {
		return text
	}
	text += ":" + strconv.FormatInt(*port, 10)
	if name := services[*port]; name != "" {
		text += " " + name
	}
	return text
}

// services are ports that people know by name.
var services = map[int64]string{
	21: "ftp", 22: "ssh", 25: "smtp", 53: "dns", 80: "http", 110: "pop3", 123: "ntp", 143: "imap", 389: "ldap", 443: "https", 445: "smb",
	465: "smtps", 587: "smtp", 636: "ldaps", 993: "imaps", 995: "pop3s", 1433: "sqlserver", 1521: "oracle", 3050: "firebird",
	3306: "mysql", 3389: "rdp", 5432: "postgres", 5900: "vnc", 6379: "redis", 8080: "http", 8443: "https", 27017: "mongodb",
}

// where says what kind of address ip is, "" for one on the internet.
func where(ip string) string {
	addr, err := netip.ParseAddr(strings.TrimSpace(ip))
	switch {
	case err != nil:
		return ""
	case addr.Unmap().IsLoopback():
		return "a própria máquina"
	case addr.Unmap().IsPrivate(), addr.Unmap().IsLinkLocalUnicast():
		return "rede local"
	case addr.IsUnspecified():
		return "qualquer endereço"
	default:
		return ""
	}
}

// states are those of TCP, as systems spell them.
var states = map[string]string{
	"ESTABLISHED": "aberta", "LISTEN": "escuta", "TIME_WAIT": "encerrando", "CLOSE_WAIT": "encerrando", "FIN_WAIT1": "encerrando", "FIN_WAIT2": "encerrando",
	"LAST_ACK": "encerrando", "CLOSING": "encerrando", "CLOSE": "fechada", "CLOSED": "fechada", "SYN_SENT": "abrindo", "SYN_RECV": "abrindo", "NONE": "–",
}

func stateName(status string) string {
	if name, ok := states[strings.ToUpper(status)]; ok {
		return name
	}
	return status
}

func openState(status string) bool {
	return strings.EqualFold(status, "ESTABLISHED") || strings.EqualFold(status, "LISTEN")
}

// bytesText is an amount of data for people, "" when it is unknown.
func bytesText(n *int64) string {
	if n == nil {
		return ""
	}
	return say.Bytes(*n)
}
