package record

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
)

// Values lists the columns in which c differs from was, for the audit trail. A
// password shows only that it is there.
func (c *Cliente) Values(was *Cliente) map[string]any {
	out := map[string]any{}
	for _, f := range ClienteFields {
		if v := *f.Ref(c); v != *f.Ref(was) {
			out[f.Column] = Text(v)
		}
	}
	if c.Email != was.Email {
		out["email"] = c.Email
	}
	if BoolText(c.Ativo) != BoolText(was.Ativo) {
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

// BoolText is "" where nothing is known.
func BoolText(b *bool) string {
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
	for _, f := range ClienteFields {
		fmt.Fprintf(h, "%q", *f.Ref(c))
	}
	fmt.Fprintf(h, "%d %q %s %q", c.ID, c.Email, BoolText(c.Ativo), string(c.DadosExtras))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Only gives the earlier values of the columns in changed.
func (c *Cliente) Only(changed map[string]any, now *Cliente) map[string]any {
	if len(changed) == 0 {
		return nil
	}
	return c.Values(now)
}

// Column is what stands in a column that people edit, as the audit trail writes it.
func (c *Cliente) Column(name string) (value any, known bool) {
	for _, f := range ClienteFields {
		if f.Column == name {
			return Text(*f.Ref(c)), true
		}
	}
	switch name {
	case "email":
		return c.Email, true
	case "ativo":
		return c.Ativo, true
	case "dados_extras":
		return c.DadosExtras, true
	default:
		return nil, false
	}
}
