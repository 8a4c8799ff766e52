package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// casa is one computer that reaches a database: it has a folder of its own.
func casa(t *testing.T, e storetest.Engine, url string, opts ...storetest.Option) func() (*store.Store, *store.Handle) {
	t.Helper()
	folder := t.TempDir()
	return func() (*store.Store, *store.Handle) {
		s, err := store.Open(t.Context(), e.Config(t, url, append(opts, func(c *store.Config) { c.Pasta = folder })...))
		require.NoError(t, err)
		return s, s.As(storetest.Operator)
	}
}

func cria(t *testing.T, h *store.Handle, nome string) error {
	t.Helper()
	_, err := h.Clientes.Create(t.Context(), store.Cliente{Nome: nome, Email: nome + "@exemplo.com"})
	return err
}

// TestASecondComputer has only the database's URL: it reads, says that it cannot check
// the trail, and writes nothing until the key is brought.
func TestASecondComputer(t *testing.T) { storetest.Servers(t, aSecondComputer) }

func aSecondComputer(t *testing.T, e storetest.Engine) {
	t.Helper()
	url := e.URL(t)
	first, second := casa(t, e, url), casa(t, e, url)
	a, ha := first()
	require.NoError(t, cria(t, ha, "ana"))
	b, hb := second()
	page, err := hb.Clientes.List(t.Context(), store.ClienteFiltro{})
	require.NoError(t, err)
	require.Equal(t, 1, page.Total)
	for range 2 { // not even when asked again
		err = cria(t, hb, "bia")
		require.ErrorIs(t, err, store.ErrChaveAuditoria)
		host, _ := os.Hostname()
		var missing *store.ChaveError
		require.ErrorAs(t, err, &missing)
		require.Contains(t, missing.Remedio, host+":")
		require.Contains(t, missing.Remedio, "monitor auditoria chave trazer")
		require.ErrorIs(t, b.CheckKey(t.Context()), store.ErrChaveAuditoria)
	}
	v, err := hb.Logs.Verify(t.Context())
	require.NoError(t, err)
	require.Equal(t, store.VereditoOutraChave, v.Veredito)
	require.False(t, v.Integra)
	require.Empty(t, v.Problemas)
	require.Equal(t, v.Elos, v.SemChave)

	chave, id, err := ha.Auditoria.ShowKey(t.Context())
	require.NoError(t, err)
	_, _, err = hb.Auditoria.BringKey(t.Context(), strings.Repeat("11", 32))
	require.ErrorIs(t, err, store.ErrChaveAuditoria, "any other key")
	brought, assina, err := hb.Auditoria.BringKey(t.Context(), chave)
	require.NoError(t, err)
	require.True(t, assina)
	require.Equal(t, id, brought)
	require.NoError(t, cria(t, hb, "bia"))
	require.NoError(t, b.Close())
	require.NoError(t, cria(t, ha, "caio"))
	v, err = ha.Logs.Verify(t.Context())
	require.NoError(t, err)
	require.Equal(t, store.VereditoIntegra, v.Veredito, "%v", v.Problemas)
	require.Equal(t, []string{id}, v.Chaves)
	require.NoError(t, a.Close())
}

// TestAForeignKeyIsRefused: also one from the configuration, which is what the advice of
// before was.
func TestAForeignKeyIsRefused(t *testing.T) {
	t.Parallel()
	storetest.Servers(t, func(t *testing.T, e storetest.Engine) {
		direct(t, e)
		url := e.URL(t)
		a, ha := casa(t, e, url)()
		require.NoError(t, cria(t, ha, "ana"))
		other := func(c *store.Config) { c.ChaveAuditoria = strings.Repeat("22", 32) }
		b, hb := casa(t, e, url, other)()
		require.ErrorIs(t, cria(t, hb, "bia"), store.ErrChaveAuditoria)
		u, err := b.AuditKey(t.Context())
		require.NoError(t, err)
		require.False(t, u.Assina)
		require.NotEmpty(t, u.Onde)
		require.NoError(t, b.Close())
		storetest.RequireIntact(t, a)
		require.NoError(t, a.Close())
	})
}

// TestTwoComputersBeginATrail: the one that is first keeps it.
func TestTwoComputersBeginATrail(t *testing.T) {
	t.Parallel()
	storetest.Servers(t, func(t *testing.T, e storetest.Engine) {
		direct(t, e)
		url := e.URL(t)
		a, ha := casa(t, e, url)()
		b, hb := casa(t, e, url)()
		require.NoError(t, a.CheckKey(t.Context())) // both have made a key of their own
		require.NoError(t, b.CheckKey(t.Context()))
		require.NoError(t, cria(t, ha, "ana"))
		require.ErrorIs(t, cria(t, hb, "bia"), store.ErrChaveAuditoria)
		storetest.RequireIntact(t, a)
		require.NoError(t, b.Close())
		require.NoError(t, a.Close())
	})
}

// TestChangingTheKey: both keys verify, the old one is refused from then on, and the
// succession is signed by both.
func TestChangingTheKey(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	open := func() (*store.Store, *store.Handle) {
		s, err := store.Open(t.Context(), storetest.SQLite.Config(t, storetest.URL(path)))
		require.NoError(t, err)
		return s, s.As(storetest.Operator)
	}
	s, h := open()
	require.NoError(t, cria(t, h, "ana"))
	other, ho := open()
	require.NoError(t, cria(t, ho, "bia"))
	_, _, err := h.Auditoria.ChangeKey(t.Context())
	require.ErrorIs(t, err, store.ErrConflict, "another process writes")
	require.NoError(t, other.Close())
	before, err := os.ReadFile(path + ".auditoria")
	require.NoError(t, err)
	de, para, err := h.Auditoria.ChangeKey(t.Context())
	require.NoError(t, err)
	require.NotEqual(t, de, para)
	require.NoError(t, cria(t, h, "caio"))
	info, err := os.Stat(path + ".auditoria")
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.NoError(t, s.Close())
	v := verify(t, storetest.SQLite, storetest.URL(path))
	require.True(t, v.Integra, "%v", v.Problemas)
	require.Empty(t, v.Avisos)
	require.Equal(t, []string{de, para}, v.Chaves)

	ring, err := os.ReadFile(path + ".auditoria")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path+".auditoria", before, 0o600))
	s, h = open()
	require.ErrorIs(t, cria(t, h, "davi"), store.ErrChaveAuditoria, "the old one alone")
	v, err = h.Logs.Verify(t.Context())
	require.NoError(t, err)
	require.Equal(t, store.VereditoOutraChave, v.Veredito, "%v", v.Problemas)
	newest := strings.Fields(string(ring))[0]
	id, assina, err := h.Auditoria.BringKey(t.Context(), newest)
	require.NoError(t, err)
	require.Equal(t, para, id)
	require.True(t, assina)
	require.NoError(t, cria(t, h, "davi"))
	require.NoError(t, s.Close())
	v = verify(t, storetest.SQLite, storetest.URL(path))
	require.True(t, v.Integra, "%v", v.Problemas)
	require.Empty(t, v.Avisos)
}

// TestALabelHidesNoChange: a link whose row was changed is not taken for one of another
// key because somebody wrote so on it, wherever it stands.
func TestALabelHidesNoChange(t *testing.T) {
	t.Parallel()
	for name, where := range map[string]string{
		"in the middle": "sequencia = 3", "the last one": "sequencia = (SELECT max(sequencia) FROM monitor_trilha)", "the first one": "sequencia = 1", "all from one on": "sequencia >= 3",
	} {
		for _, form := range []int{1, 2} {
			if name == "the first one" && form == 1 {
				continue // as a chain of before would look: told, not judged
			}
			t.Run(fmt.Sprintf("%s, form %d", name, form), func(t *testing.T) {
				t.Parallel()
				url := storetest.SQLite.URL(t)
				commands(t, url, "a", "b", "c", "d", "e", "f")
				db := storetest.SQLite.Foreign(t, url)
				storetest.Exec(t, db, "UPDATE logs_auditoria SET descricao = 'nada' WHERE id IN (SELECT log_id FROM monitor_trilha WHERE "+where+")")
				storetest.Exec(t, db, fmt.Sprintf("UPDATE monitor_trilha SET chave = 'ffffffffffffffff', versao = %d WHERE %s", form, where))
				v := verify(t, storetest.SQLite, url)
				require.Equal(t, store.VereditoAdulterada, v.Veredito, "%v", v.Avisos)
				require.Contains(t, strings.Join(v.Problemas, "\n"), "sem que uma troca assinada o anuncie")
			})
		}
	}
}

// TestKeysThatWereChangedElsewhere: whichever of the keys are at hand, a signed change
// is no tampering.
func TestKeysThatWereChangedElsewhere(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	url := storetest.URL(path)
	change := func() {
		commands(t, url, fmt.Sprintf("a%d", time.Now().UnixNano()))
		s, err := store.Open(t.Context(), storetest.SQLite.Config(t, url))
		require.NoError(t, err)
		_, _, err = s.As(storetest.Operator).Auditoria.ChangeKey(t.Context())
		require.NoError(t, err)
		require.NoError(t, s.Close())
	}
	change()
	change()
	commands(t, url, "fim")
	ring, err := os.ReadFile(path + ".auditoria")
	require.NoError(t, err)
	keys := strings.Fields(string(ring))
	require.Len(t, keys, 3)
	for have := range 7 { // all but all three
		var some []string
		for i, k := range keys {
			if have&(1<<i) != 0 {
				some = append(some, k)
			}
		}
		require.NoError(t, os.WriteFile(path+".auditoria", []byte(strings.Join(some, "\n")), 0o600))
		v := verify(t, storetest.SQLite, url)
		require.Equal(t, store.VereditoOutraChave, v.Veredito, "keys %03b: %v", have, v.Problemas)
	}
}

// TestOnlyTheOperatorHandlesTheKey: no credential does.
func TestOnlyTheOperatorHandlesTheKey(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	require.NoError(t, cria(t, s.As(storetest.Operator), "ana"))
	chave, _, err := s.As(storetest.Operator).Chaves.Create(t.Context(), store.ChaveNova{Nome: "k", Nivel: store.Admin})
	require.NoError(t, err)
	admin, err := s.Authenticate(t.Context(), store.Credencial{Chave: chave}, store.Origem{})
	require.NoError(t, err)
	for _, who := range []store.Actor{admin, store.Stranger(store.Origem{})} {
		_, _, err = s.As(who).Auditoria.ShowKey(t.Context())
		require.ErrorIs(t, err, store.ErrForbidden)
		_, _, err = s.As(who).Auditoria.BringKey(t.Context(), storetest.AuditKey)
		require.ErrorIs(t, err, store.ErrForbidden)
		_, _, err = s.As(who).Auditoria.ChangeKey(t.Context())
		require.ErrorIs(t, err, store.ErrForbidden)
		_, err = s.As(who).Logs.VerifyAgainst(t.Context(), "x")
		require.ErrorIs(t, err, store.ErrForbidden)
	}
}

// TestWhoIsAFieldOfEveryEntry: also of a refused login which address was typed.
func TestWhoIsAFieldOfEveryEntry(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	from := store.Origem{Canal: store.CanalAPI, IP: "203.0.113.9"}
	_, _, err := s.As(store.Stranger(from)).Sessoes.Login(t.Context(), "ninguem@exemplo.com", "errada")
	require.Error(t, err)
	require.NoError(t, cria(t, s.As(storetest.Operator), "ana"))
	page, err := s.As(storetest.Operator).Logs.List(t.Context(), store.LogFiltro{})
	require.NoError(t, err)
	require.Equal(t, store.Autoria{Ator: "local: teste@maquina", Canal: store.CanalCLI}, page.Itens[0].Autoria())
	require.Equal(t, store.Autoria{Ator: "desconhecido", Canal: store.CanalAPI, IP: "203.0.113.9", EmailInformado: "ninguem@exemplo.com"}, page.Itens[1].Autoria())
	doc, err := page.Itens[1].MarshalJSON()
	require.NoError(t, err)
	require.Contains(t, string(doc), `"ip_address":null`)
	require.Contains(t, string(doc), `"ator":"desconhecido","canal":"api","ip":"203.0.113.9","email_informado":"ninguem@exemplo.com"}`)
	old := store.Log{IPAddress: "198.51.100.7", Dados: store.Objeto(`{"ator":5,"depois":[1]}`)}
	require.Equal(t, store.Autoria{IP: "198.51.100.7"}, old.Autoria())
}
