package settings

import (
	"net/netip"
	"strconv"
	"strings"

	"example.com/monitor/cmd/term"
	"example.com/monitor/server"
)

// Proxies reads networks and single addresses, separated by commas.
func Proxies(value string) ([]netip.Prefix, string) {
	var found []netip.Prefix
	for item := range strings.SplitSeq(value, ",") {
		item = strings.TrimSpace(item)
		if item == "" {
			continue
		}
		network, err := netip.ParsePrefix(item)
		if err != nil {
			addr, err := netip.ParseAddr(item)
			if err != nil || addr.Zone() != "" {
				return nil, item
			}
			network = netip.PrefixFrom(addr, addr.BitLen())
		}
		found = append(found, network.Masked())
	}
	return found, ""
}

func checkProxies(name, value string) error {
	found, wrong := Proxies(value)
	if wrong != "" {
		return term.UsageError(
			"separe redes e endereços com vírgulas, por exemplo: 127.0.0.1,10.0.0.0/8",
			"rede inválida em %s: %q",
			name,
			wrong,
		)
	}
	for _, network := range found {
		if network.Bits() == 0 {
			return term.UsageError(
				"diga só os endereços dos seus proxies, por exemplo 127.0.0.1",
				"%s não pode confiar em todos: qualquer um diria o endereço que quisesse",
				name,
			)
		}
	}
	return nil
}

func checkLimit(name, value string) error {
	if n, err := strconv.Atoi(value); err != nil || n < 0 || n > 1_000_000 {
		return term.UsageError("é um número de requisições por segundo; 0 tira o limite", "limite inválido em %s: %q", name, value)
	}
	return nil
}

// Limits are how often callers may call.
func (c *Config) Limits() server.Limits {
	return server.Limits{Credencial: c.v.GetInt("limites.credencial"), Endereco: c.v.GetInt("limites.endereco")}
}
