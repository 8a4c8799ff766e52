package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
)

// values lists the columns in which c differs from was, for the audit trail. A
// password shows only that it is there.
func (c *Cliente) values(was *Cliente) map[string]any {
	out := map[string]any{}
	for _, f := range camposCliente {
		if v := *f.ref(c); v != *f.ref(was) {
			out[f.nome] = jsonText(v)
		}
	}
	if c.Email != was.Email {
		out["email"] = c.Email
	}
	if boolText(c.Ativo) != boolText(was.Ativo) {
		out["ativo"] = c.Ativo
	}
	if string(c.DadosExtras) != string(was.DadosExtras) {
		out["dados_extras"] = c.DadosExtras
	}
	if c.SenhaHash != was.SenhaHash {
		out["senha"] = "••••"
	}
	return out
}

func boolText(b *bool) string {
	if b == nil {
		return ""
	}
	return strconv.FormatBool(*b)
}

// Versao is the version of a client as a caller saw it: a hash over the editable
// columns, so that an edit by any program shows, also by one that keeps no
// version.
func (c *Cliente) Versao() string {
	h := sha256.New()
	for _, f := range camposCliente {
		fmt.Fprintf(h, "%q", *f.ref(c))
	}
	fmt.Fprintf(h, "%d %q %s %q", c.ID, c.Email, boolText(c.Ativo), string(c.DadosExtras))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func (c *Cliente) action(was *Cliente) string {
	if was.EstaAtivo() && !c.EstaAtivo() {
		return actClienteDeactivated
	}
	return actClienteChanged
}

func (c *Cliente) verb(was *Cliente) string {
	if c.action(was) == actClienteDeactivated {
		return "desativado"
	}
	return "atualizado"
}

// only gives the earlier values of the columns in changed.
func (c *Cliente) only(changed map[string]any, now *Cliente) map[string]any {
	if len(changed) == 0 {
		return nil
	}
	return c.values(now)
}
