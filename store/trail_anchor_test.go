package store_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// commands runs as many commands as there are names, each opening and closing.
func commands(t *testing.T, url string, names ...string) {
	t.Helper()
	for _, name := range names {
		s, err := store.Open(t.Context(), storetest.SQLite.Config(t, url))
		require.NoError(t, err)
		_, err = s.As(storetest.Operator).Clientes.Create(t.Context(), store.Cliente{Nome: name, Email: name + "@exemplo.com"})
		require.NoError(t, err)
		require.NoError(t, s.Close())
	}
}

// cutTail takes the newest n links of lane 1 away as somebody careful would: rows,
// links, seals, and the head.
func cutTail(t *testing.T, db *sql.DB, n int) {
	t.Helper()
	var last int
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT max(sequencia) FROM monitor_trilha WHERE faixa = 1").Scan(&last))
	keep := last - n
	run(t, db, "DELETE FROM logs_auditoria WHERE id IN (SELECT log_id FROM monitor_trilha WHERE faixa = 1 AND sequencia > ?)", keep)
	run(t, db, "DELETE FROM monitor_selos WHERE faixa = 1 AND sequencia > ?", keep)
	run(t, db, "DELETE FROM monitor_trilha WHERE faixa = 1 AND sequencia > ?", keep)
	run(t, db, "UPDATE monitor_faixas SET sequencia = ?1, ate = 0, mac = (SELECT mac FROM monitor_trilha WHERE faixa = 1 AND sequencia = ?1) WHERE id = 1", keep)
}

// TestTailsCutByTheCareful: a cut is a problem where the anchor knows what is gone; where
// the anchor was changed with it, the verdict says that it does not vouch for the
// chain. Each also with one command run afterwards.
func TestTailsCutByTheCareful(t *testing.T) {
	t.Parallel()
	remove := func(t *testing.T, path string, _ []string) { require.NoError(t, os.Remove(path)) }
	write := func(lines func([]string) []string) func(*testing.T, string, []string) {
		return func(t *testing.T, path string, have []string) {
			t.Helper()
			require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines(have), "")), 0o600))
		}
	}
	unsigned := func(line string) string { text, _, _ := strings.Cut(line, " ="); return text + "\n" }
	cases := map[string]struct {
		cut     int
		anchor  func(t *testing.T, path string, lines []string)
		problem bool
	}{
		"âncora como está":             {2, func(*testing.T, string, []string) {}, true},
		"âncora apagada":               {2, remove, false},
		"âncora vazia":                 {2, write(func([]string) []string { return nil }), false},
		"âncora só com linha vazia":    {2, write(func([]string) []string { return []string{"\n"} }), false},
		"âncora com zeros":             {2, write(func([]string) []string { return []string{"\x00\x00\x00\n"} }), false},
		"âncora aparada demais":        {1, write(func(l []string) []string { return l[:len(l)-2] }), false},
		"âncora aparada a uma linha":   {1, write(func(l []string) []string { return l[:1] }), false},
		"âncora sem o começo":          {1, write(func(l []string) []string { return l[3:] }), true},
		"âncora só com a última linha": {1, write(func(l []string) []string { return l[len(l)-1:] }), true},
		"linha sem assinatura":         {1, write(func(l []string) []string { return append(l[:len(l)-2], unsigned(l[len(l)-2])) }), false},
		"todas sem assinatura": {1, write(func(l []string) []string {
			for i := range l {
				l[i] = unsigned(l[i])
			}
			return l[:len(l)-1]
		}), false},
		"última linha pela metade": {1, write(func(l []string) []string { return append(l[:len(l)-2], l[len(l)-1][:40]) }), false},
		"linha de outro fim": {1, write(func(l []string) []string {
			return append(l[:len(l)-1], strings.Replace(l[len(l)-1], " 1:6:", " 1:5:", 1))
		}), true},
		"última linha trocada": {1, write(func(l []string) []string {
			return append(l[:len(l)-2], strings.Replace(l[len(l)-2], "2", "3", 1))
		}), true},
	}
	for name, c := range cases {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, comando depois: %v", name, after), func(t *testing.T) {
				t.Parallel()
				url := storetest.SQLite.URL(t)
				path := strings.TrimPrefix(url, storetest.URL("")) + ".ancora"
				commands(t, url, "a", "b", "c", "d", "e", "f")
				intact := verify(t, storetest.SQLite, url)
				require.True(t, intact.Integra, "%v", intact.Problemas)
				require.Empty(t, intact.Avisos)
				text, err := os.ReadFile(path)
				require.NoError(t, err)
				cutTail(t, storetest.SQLite.Foreign(t, url), c.cut)
				c.anchor(t, path, strings.SplitAfter(strings.TrimSpace(string(text))+"\n", "\n")[:bytes.Count(text, []byte("\n"))])
				if after {
					commands(t, url, "depois")
				}
				v := verify(t, storetest.SQLite, url)
				require.Equal(t, !c.problem, v.Integra, "%v", v.Problemas)
				if !c.problem {
					require.Contains(t, strings.Join(v.Avisos, "\n"), "âncora")
				}
				keptElsewhere(t, url, text)
			})
		}
	}
}

// keptElsewhere compares the chain with a copy of the anchor of before the cut.
func keptElsewhere(t *testing.T, url string, text []byte) {
	t.Helper()
	kept := t.TempDir() + "/ancora"
	require.NoError(t, os.WriteFile(kept, text, 0o600))
	s, err := store.Open(t.Context(), storetest.SQLite.Config(t, url))
	require.NoError(t, err)
	defer s.Close()
	v, err := s.As(storetest.Operator).Logs.VerifyAgainst(t.Context(), kept)
	require.NoError(t, err)
	require.Contains(t, strings.Join(v.Problemas, "\n"), "a âncora guardada o conhece")
}

// TestAnAnchorTakenAwayWhileWorking: also a process at work notices.
func TestAnAnchorTakenAwayWhileWorking(t *testing.T) {
	t.Parallel()
	for _, left := range []int{-1, 0, 1} { // lines; -1: no file
		url := storetest.SQLite.URL(t)
		path := strings.TrimPrefix(url, storetest.URL("")) + ".ancora"
		s, err := store.Open(t.Context(), storetest.SQLite.Config(t, url))
		require.NoError(t, err)
		for i := range 3 {
			_, err = s.As(storetest.Operator).Clientes.Create(t.Context(), storetest.Person(i))
			require.NoError(t, err)
			require.NoError(t, s.Seal(t.Context()))
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, os.Remove(path))
		if left >= 0 {
			require.NoError(t, os.WriteFile(path, []byte(strings.Join(strings.SplitAfter(string(text), "\n")[:left], "")), 0o600))
		}
		_, err = s.As(storetest.Operator).Clientes.Create(t.Context(), storetest.Person(9))
		require.NoError(t, err)
		require.NoError(t, s.Close())
		v := verify(t, storetest.SQLite, url)
		require.True(t, v.Integra, "%v", v.Problemas)
		require.Contains(t, strings.Join(v.Avisos, "\n"), "a âncora")
	}
}

// TestRowsWithoutALink: in a database that never was the Flask system's, and after the
// cut, nobody but a tamperer writes rows without a link.
func TestRowsWithoutALink(t *testing.T) { storetest.Each(t, rowsWithoutALink) }

// direct skips what a pooler before PostgreSQL adds nothing to.
func direct(t *testing.T, e storetest.Engine) {
	t.Helper()
	if e.Name == "pgbouncer" && !storetest.Complete() {
		t.Skip("only with MONITOR_ENSAIO=completo")
	}
}

func rowsWithoutALink(t *testing.T, e storetest.Engine) {
	t.Helper()
	direct(t, e)
	const planted = "INSERT INTO logs_auditoria(acao, descricao, nivel) VALUES ('login', 'Login realizado com sucesso', 'info')"
	plant := func(url, query string) store.Verificacao {
		db := e.Foreign(t, url)
		defer db.Close()
		e.Exec(t, db, query)
		return verify(t, e, url)
	}
	v := plant(chained(t, e), planted)
	require.False(t, v.Integra)
	require.Contains(t, v.Problemas[0], "nunca foi do sistema antigo")

	url := chainedIn(t, e, e.Flask(t))
	require.True(t, plant(url, planted).Integra, "both live together")
	s, err := store.Open(t.Context(), e.Config(t, url))
	require.NoError(t, err)
	_, err = s.As(storetest.Operator).Sessoes.Cut(t.Context(), nil)
	require.NoError(t, err)
	copia := storetest.Backup(t, s).Arquivo
	require.NoError(t, s.Close())
	v = verify(t, e, url)
	require.True(t, v.Integra, "%v", v.Problemas)
	require.Positive(t, v.ForaCadeia)
	v = plant(url, planted)
	require.False(t, v.Integra)
	require.Contains(t, v.Problemas[0], "já estava encerrado")
	v = plant(url, "DELETE FROM logs_auditoria WHERE id = (SELECT x.id FROM (SELECT max(id) AS id FROM logs_auditoria) x)")
	require.True(t, v.Integra, "%v", v.Problemas)
	v = plant(url, "INSERT INTO logs_auditoria(id, acao, nivel) VALUES (-5, 'login', 'info')")
	require.False(t, v.Integra, "the cut counted the rows of before")
	require.FileExists(t, copia)
}

// TestAdoptionTravels: a copy of a database that the Flask system shares is one that it
// shares, on whatever engine.
func TestAdoptionTravels(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		direct(t, e)
		for _, flask := range []bool{true, false} {
			if !flask && e.Name != "sqlite" && e.Name != "postgres" && !storetest.Complete() {
				continue
			}
			url := e.Fresh(t)
			if flask {
				url = e.Flask(t)
			}
			s := e.Open(t, url, storetest.WithKey)
			_, err := s.As(storetest.Operator).Clientes.Create(t.Context(), storetest.Person(1))
			require.NoError(t, err)
			back, at := storetest.Restored(t, e, storetest.Backup(t, s).Arquivo)
			storetest.RequireIntact(t, back)
			e.Exec(t, e.Foreign(t, at), "INSERT INTO logs_auditoria(acao, nivel) VALUES ('login', 'info')")
			v, err := back.As(storetest.Operator).Logs.Verify(t.Context())
			require.NoError(t, err)
			require.Equal(t, flask, v.Integra, "%v", v.Problemas)
		}
	})
}

// TestClientsTakenOutOfTheirRows: the Flask system takes out those that it deletes, and
// so do we; one that is still there was taken out by somebody else.
func TestClientsTakenOutOfTheirRows(t *testing.T) {
	t.Parallel()
	url := chainedIn(t, storetest.SQLite, storetest.URL(storetest.Flask(t)))
	db := storetest.SQLite.Foreign(t, url)
	avisos := func() string {
		v := verify(t, storetest.SQLite, url)
		require.True(t, v.Integra, "%v", v.Problemas)
		return strings.Join(v.Avisos, "\n")
	}
	require.Empty(t, avisos(), "one client was deleted by us")
	var id int64
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT max(cliente_id) FROM logs_auditoria WHERE acao = 'cliente_criado'").Scan(&id))
	run(t, db, "UPDATE logs_auditoria SET cliente_id = NULL WHERE cliente_id = ?", id)
	require.Contains(t, avisos(), fmt.Sprintf("que ainda existe: cliente %d", id))
	run(t, db, "DELETE FROM clientes WHERE id = ?", id)
	require.Empty(t, avisos(), "deleted by the Flask system")
	s, err := store.Open(t.Context(), storetest.SQLite.Config(t, url))
	require.NoError(t, err)
	_, err = s.As(storetest.Operator).Sessoes.Cut(t.Context(), nil)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	require.Contains(t, avisos(), "sem exclusão assinada")
}

// TestTheDatabaseIsNoAnchor: a slip of the hand must not read, and close, the file
// that SQLite holds.
func TestTheDatabaseIsNoAnchor(t *testing.T) {
	t.Parallel()
	at := storetest.SQLite.URL(t)
	s := storetest.SQLite.Open(t, at)
	_, err := s.As(storetest.Operator).Logs.VerifyAgainst(t.Context(), strings.TrimPrefix(at, storetest.URL("")))
	require.ErrorContains(t, err, "banco em uso por este programa")
}

// TestOddAnchorsKeptElsewhere compares with what people have for a copy of the anchor: one
// that vouches for nothing is refused, one with other line ends is an anchor.
func TestOddAnchorsKeptElsewhere(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite.URL(t)
	commands(t, url, "a", "b")
	text, err := os.ReadFile(strings.TrimPrefix(url, storetest.URL("")) + ".ancora")
	require.NoError(t, err)
	against := func(content string) (store.Verificacao, error) {
		path := t.TempDir() + "/fora.ancora"
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return storetest.SQLite.Open(t, url).As(storetest.Operator).Logs.VerifyAgainst(t.Context(), path)
	}
	whole := string(text)
	for name, content := range map[string]string{
		"igual": whole, "de Windows": strings.ReplaceAll(whole, "\n", "\r\n"), "sem o último fim de linha": strings.TrimSuffix(whole, "\n"),
		"com linhas vazias no fim": whole + "\n\n",
	} {
		v, err := against(content)
		require.NoError(t, err, name)
		require.True(t, v.Integra, "%s: %v", name, v.Problemas)
	}
	for name, content := range map[string]string{
		"vazia": "", "uma linha vazia": "\n", "outro texto": "# monitor\n\nLeia antes.\n", "UTF-16": "\xff\xfe2\x000\x002\x006\x00\n\x00", "uma linha pela metade": whole[:40],
	} {
		_, err := against(content)
		var c *store.CopiaError
		require.ErrorAs(t, err, &c, name)
		require.Contains(t, c.Frase, "não é uma âncora", name)
	}
	_, err = storetest.SQLite.Open(t, url).As(storetest.Operator).Logs.VerifyAgainst(t.Context(), t.TempDir())
	require.ErrorContains(t, err, "não é um arquivo comum")

	cutTail(t, storetest.SQLite.Foreign(t, url), 1)
	for _, content := range []string{strings.ReplaceAll(whole, "\n", "\r\n"), strings.TrimSuffix(whole[strings.LastIndexByte(strings.TrimSuffix(whole, "\n"), '\n')+1:], "\n")} {
		v, err := against(content)
		require.NoError(t, err)
		require.Contains(t, strings.Join(v.Problemas, "\n"), "a âncora guardada o conhece")
	}
}
