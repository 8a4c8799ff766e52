package backup_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/backup"
	"example.com/monitor/store/storetest"
)

// withPeople is a database with enough in it that a copy has a middle.
func withPeople(t *testing.T, e storetest.Engine) *store.Store {
	t.Helper()
	url := e.URL(t)
	s := e.Open(t, url, storetest.WithKey)
	db := e.Foreign(t, url)
	for i := range 300 {
		e.Exec(t, db, "INSERT INTO clientes(nome, email, observacoes) VALUES (?, ?, ?)",
			"Marcador", fmt.Sprintf("m%d@exemplo.com", i), strings.Repeat("observação ", 20))
	}
	return s
}

// engines of the two forms of a copy.
func bothForms(t *testing.T, fn func(t *testing.T, e storetest.Engine)) {
	t.Helper()
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) { fn(t, storetest.Installed(t, name)) })
	}
}

func TestDamagedCopiesAreRefused(t *testing.T) {
	bothForms(t, func(t *testing.T, e storetest.Engine) {
		good, err := os.ReadFile(storetest.Backup(t, withPeople(t, e)).Arquivo)
		require.NoError(t, err)
		cases := map[string]struct {
			change func([]byte) []byte
			says   string
		}{
			"cortada no meio": {func(b []byte) []byte { return b[:len(b)/2] }, "incompleta"},
			"sem o fim":       {func(b []byte) []byte { return b[:len(b)-1] }, "incompleta"},
			"vazia":           {func([]byte) []byte { return nil }, "vazio"},
			"outro arquivo":   {func([]byte) []byte { return []byte("PK\x03\x04 isto não é uma cópia") }, "não é uma cópia"},
			"outro gzip":      {func([]byte) []byte { return zipped(t, "olá") }, "não é uma cópia"},
			"byte trocado":    {flipped, "danificada"},
		}
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				requireRefused(t, e, c.change(slices.Clone(good)), c.says)
			})
		}
		path := filepath.Join(t.TempDir(), "boa")
		require.NoError(t, os.WriteFile(path, good, 0o600))
		_, err = backup.VerifyCopy(t.Context(), path, backup.CopyOptions{})
		require.NoError(t, err)
	})
}

// flipped changes one letter of somebody's name, or of the compressed content.
func flipped(b []byte) []byte {
	at := bytes.LastIndex(b, []byte("Marcador"))
	if at < 0 {
		at = len(b) / 2
	}
	b[at] ^= 1
	return b
}

func zipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.WriteString(w, text)
	require.NoError(t, errors.Join(err, w.Close()))
	return b.Bytes()
}

// requireRefused says that neither verifying nor restoring takes the file, and
// that nothing is left at the target.
func requireRefused(t *testing.T, e storetest.Engine, content []byte, says string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "copia")
	require.NoError(t, os.WriteFile(path, content, 0o600))
	var c *backup.CopiaError
	_, err := backup.VerifyCopy(t.Context(), path, backup.CopyOptions{})
	require.ErrorAs(t, err, &c)
	require.Contains(t, c.Error(), says)
	require.Contains(t, c.Error(), path)
	require.NotEmpty(t, c.Remedio)

	cfg := e.Config(t, e.URL(t), storetest.WithKey)
	_, err = store.Restore(t.Context(), cfg, storetest.Operator, path, backup.RestoreOptions{})
	require.ErrorAs(t, err, &c)
	var schema *store.SchemaError
	cfg.Create = false
	_, err = store.Open(t.Context(), cfg)
	require.ErrorAs(t, err, &schema)
	require.Equal(t, store.SchemaMissing, schema.Estado)
}

// TestEveryByteOfACopyCounts changes each byte of a small copy in turn.
func TestEveryByteOfACopyCounts(t *testing.T) {
	t.Parallel()
	good, err := os.ReadFile(storetest.Backup(t, storetest.Installed(t, "postgres").New(t, storetest.WithKey)).Arquivo)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "copia")
	for i := range good {
		bad := slices.Clone(good)
		bad[i] ^= 1 << (i % 8)
		require.NoError(t, os.WriteFile(path, bad, 0o600))
		_, err := backup.VerifyCopy(t.Context(), path, backup.CopyOptions{})
		var c *backup.CopiaError
		require.ErrorAs(t, err, &c, "byte %d", i)
	}
}

func TestNewerCopiesAreRefused(t *testing.T) {
	t.Parallel()
	e := storetest.Installed(t, "postgres")
	s := e.New(t, storetest.WithKey)
	neutral, err := os.ReadFile(storetest.Backup(t, s).Arquivo)
	require.NoError(t, err)
	requireRefused(t, e, backup.Reseal(t, neutral, `"versao":1`, `"versao":9`), "mais nova")
	requireRefused(t, e, backup.Reseal(t, neutral, `"esquema":`, `"esquema":9`), "mais nova")

	lite := storetest.Backup(t, storetest.New(t, storetest.WithKey)).Arquivo
	storetest.Exec(t, storetest.Foreign(t, lite), "INSERT INTO monitor_migracoes(versao, nome, aplicada_em) VALUES (999, 'x', 'x')")
	_, err = backup.VerifyCopy(t.Context(), lite, backup.CopyOptions{})
	require.ErrorContains(t, err, "mais nova")
}

func TestNothingIsOverwritten(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "clientes.db")
	s := storetest.Open(t, path)
	h := s.As(storetest.Operator)
	copia := filepath.Join(t.TempDir(), "copia.sqlite")
	_, err := h.Backup(t.Context(), copia, backup.CopyOptions{})
	require.NoError(t, err)
	info, err := os.Stat(copia)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	before, err := os.ReadFile(copia)
	require.NoError(t, err)

	_, err = h.Backup(t.Context(), copia, backup.CopyOptions{})
	require.ErrorIs(t, err, store.ErrConflict)
	after, err := os.ReadFile(copia)
	require.NoError(t, err)
	require.Equal(t, before, after)
	_, err = h.Backup(t.Context(), copia, backup.CopyOptions{Overwrite: true})
	require.NoError(t, err)
	requireAlone(t, copia)

	for _, own := range []string{path, path + ".auditoria"} {
		_, err = h.Backup(t.Context(), own, backup.CopyOptions{Overwrite: true})
		require.ErrorIs(t, err, store.ErrConflict, own)
	}
	require.NoError(t, s.Ping(t.Context()))
}

// requireAlone says that nothing unfinished lies beside a file.
func requireAlone(t *testing.T, path string) {
	t.Helper()
	list, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	for _, f := range list {
		require.Equal(t, filepath.Base(path), f.Name())
	}
}

// TestAnInterruptedBackupLeavesNothing ends each phase in turn.
func TestAnInterruptedBackupLeavesNothing(t *testing.T) {
	bothForms(t, func(t *testing.T, e storetest.Engine) {
		s := withPeople(t, e)
		for _, fase := range []string{"Copiando", "Conferindo"} {
			dir := t.TempDir()
			ctx, cancel := context.WithCancel(t.Context())
			seen := false
			_, err := s.As(
				storetest.Operator,
			).Backup(
				ctx,
				filepath.Join(dir, "copia"),
				backup.CopyOptions{Progresso: func(stage string, _, _ int64) {
					if stage == fase {
						seen = true
						cancel()
					}
				}},
			)
			cancel()
			if !seen && e.Name == "sqlite" {
				continue // too short for its progress to be told
			}
			require.True(t, seen)
			require.Error(t, err, fase)
			list, err := os.ReadDir(dir)
			require.NoError(t, err)
			require.Empty(t, list)
		}
	})
}

func TestOnlyAnEmptyDatabaseIsRestoredInto(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		copia := storetest.Backup(t, withPeople(t, e)).Arquivo
		url := e.URL(t)
		full, err := store.Open(t.Context(), e.Config(t, url, storetest.WithKey))
		require.NoError(t, err)
		_, err = full.As(storetest.Operator).Clientes.Create(t.Context(), store.Cliente{Nome: "Ana", Email: "ana@exemplo.com"})
		require.NoError(t, err)
		require.NoError(t, full.Close())
		_, err = store.Restore(t.Context(), e.Config(t, url, storetest.WithKey), storetest.Operator, copia, backup.RestoreOptions{})
		require.ErrorIs(t, err, store.ErrConflict)
		require.Equal(t, map[string]bool{"ana@exemplo.com": true}, emailsIn(t, e, url))
	})
}

// TestARestoreThatFailsChangesNothing gives PostgreSQL a row that it cannot hold.
func TestARestoreThatFailsChangesNothing(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"postgres", "mariadb"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := storetest.Installed(t, name)
			lite := storetest.SQLite
			url := lite.URL(t)
			s := lite.Open(t, url, storetest.WithKey)
			db := lite.Foreign(t, url)
			storetest.Exec(t, db, "INSERT INTO clientes(nome, email) VALUES ('Ana', 'ana@exemplo.com')")
			storetest.Exec(t, db, "INSERT INTO dispositivos(id, nome, tipo) VALUES (9, 'x', ?)", strings.Repeat("longo", 100))
			at := e.URL(t)
			_, err := store.Restore(
				t.Context(),
				e.Config(t, at, storetest.WithKey),
				storetest.Operator,
				storetest.Backup(t, s).Arquivo,
				backup.RestoreOptions{},
			)
			var c *backup.CopiaError
			require.ErrorAs(t, err, &c)
			require.Contains(t, c.Error(), "1 valor da cópia não cabe no banco de destino; nada foi gravado")
			require.Len(t, c.Valores, 1)
			require.Contains(t, c.Valores[0].String(), "dispositivos, id 9, coluna tipo: tem 500 caracteres, e cabem 50")
			requireNoTables(t, e, at)

			storetest.Exec(t, db, "UPDATE dispositivos SET tipo = 'curto'")
			_, err = store.Restore(
				t.Context(),
				e.Config(t, at, storetest.WithKey),
				storetest.Operator,
				storetest.Backup(t, s).Arquivo,
				backup.RestoreOptions{},
			)
			require.NoError(t, err, "what failed is no obstacle")
		})
	}
}

func TestTheReplacedFileIsKept(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "clientes.db")
	s, err := store.Open(t.Context(), store.Config{URL: storetest.URL(path), Create: true})
	require.NoError(t, err)
	_, err = s.As(storetest.Operator).Clientes.Create(t.Context(), store.Cliente{Nome: "Ana", Email: "ana@exemplo.com"})
	require.NoError(t, err)
	copia := storetest.Backup(t, s).Arquivo
	_, err = s.As(storetest.Operator).Clientes.Create(t.Context(), store.Cliente{Nome: "Bia", Email: "bia@exemplo.com"})
	require.NoError(t, err)
	cfg := s.Config()
	restore := func(o backup.RestoreOptions) (backup.Restauracao, error) {
		return store.Restore(t.Context(), cfg, storetest.Operator, copia, o)
	}
	_, err = restore(backup.RestoreOptions{})
	require.ErrorIs(t, err, store.ErrConflict)
	_, err = restore(backup.RestoreOptions{Replace: true})
	require.ErrorIs(t, err, store.ErrUnavailable, "the store is open")
	require.ErrorContains(t, err, "aberto em outro programa")
	require.NoError(t, s.Ping(t.Context()))

	require.NoError(t, s.Close())
	res, err := restore(backup.RestoreOptions{Replace: true})
	require.NoError(t, err)
	require.Len(t, emailsIn(t, storetest.SQLite, storetest.URL(res.Anterior)), 2)
	require.Len(t, emailsIn(t, storetest.SQLite, storetest.URL(path)), 1)
	back := storetest.Open(t, path)
	storetest.RequireIntact(t, back)
	v, err := back.As(storetest.Operator).Logs.Verify(t.Context())
	require.NoError(t, err)
	require.Empty(t, v.Avisos, "an anchor is there")
	require.Equal(t, 2, v.Faixas, "the restored database writes its own lane")
	list, err := back.As(storetest.Operator).Logs.List(t.Context(), store.LogFiltro{Acao: "restauracao"})
	require.NoError(t, err)
	require.Len(t, list.Itens, 1)
	require.Contains(t, string(list.Itens[0].Dados), `"fins":"1:2:`)
}

func TestACorruptFileGivesWay(t *testing.T) {
	t.Parallel()
	copia := storetest.Backup(t, storetest.New(t, storetest.WithKey)).Arquivo
	path := filepath.Join(t.TempDir(), "clientes.db")
	require.NoError(t, os.WriteFile(path, []byte(strings.Repeat("lixo", 4096)), 0o600))
	res, err := store.Restore(
		t.Context(),
		store.Config{URL: storetest.URL(path), ChaveAuditoria: storetest.AuditKey},
		storetest.Operator,
		copia,
		backup.RestoreOptions{Replace: true},
	)
	require.NoError(t, err)
	require.FileExists(t, res.Anterior)
	storetest.RequireIntact(t, storetest.Open(t, path, storetest.WithKey))
}

func TestTheKeyMustBeAtHand(t *testing.T) {
	t.Parallel()
	copia := storetest.Backup(t, storetest.New(t, storetest.WithKey)).Arquivo
	restore := func(path, chave string, nova bool) (backup.Restauracao, error) {
		return store.Restore(
			t.Context(),
			store.Config{URL: storetest.URL(path), ChaveAuditoria: chave},
			storetest.Operator,
			copia,
			backup.RestoreOptions{ChaveNova: nova},
		)
	}
	path := filepath.Join(t.TempDir(), "a.db")
	_, err := restore(path, "", false)
	require.ErrorContains(t, err, "falta a chave de auditoria")
	require.NoFileExists(t, path)
	require.NoFileExists(t, path+".auditoria")
	_, err = restore(path, strings.Repeat("11", 32), false)
	require.ErrorContains(t, err, "foi assinada com a chave")
	require.NoFileExists(t, path)
	res, err := restore(path, "", true)
	require.NoError(t, err)
	require.NotEmpty(t, res.Avisos)
	require.FileExists(t, path+".auditoria")
	_, err = storetest.Open(
		t,
		path,
	).As(
		storetest.Operator,
	).Clientes.Create(
		t.Context(),
		store.Cliente{Nome: "Ana", Email: "ana@exemplo.com"},
	)
	require.NoError(t, err)
}

func TestOnlyAdminsCopy(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	h := s.As(store.Stranger(store.Origem{}))
	path := filepath.Join(t.TempDir(), "copia")
	_, err := h.Backup(t.Context(), path, backup.CopyOptions{})
	require.ErrorIs(t, err, store.ErrUnauthenticated)
	_, err = store.Restore(t.Context(), s.Config(), store.Stranger(store.Origem{}), path, backup.RestoreOptions{})
	require.ErrorIs(t, err, store.ErrUnauthenticated)
	_, err = store.BackupBefore(t.Context(), s.Config(), store.Stranger(store.Origem{}), path, backup.CopyOptions{})
	require.ErrorIs(t, err, store.ErrUnauthenticated)
	chave, _, err := s.As(storetest.Operator).Chaves.Create(t.Context(), store.ChaveNova{Nome: "painel", Nivel: store.Leitura})
	require.NoError(t, err)
	reader, err := s.Authenticate(t.Context(), store.Credencial{Chave: chave}, store.Origem{})
	require.NoError(t, err)
	_, err = s.As(reader).Backup(t.Context(), path, backup.CopyOptions{})
	require.ErrorIs(t, err, store.ErrForbidden)
	require.NoFileExists(t, path)
}

// TestNoTableIsForgotten fails when a migration adds a table: say in
// tableSpecs that a copy holds it, or in derivedTables why not.
func TestNoTableIsForgotten(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := e.New(t, storetest.WithKey)
		c := storetest.Backup(t, s)
		for _, name := range backup.CopiedTables() {
			require.Contains(t, c.Tabelas, name)
		}
		for _, name := range tablesOf(t, s) {
			require.True(t, backup.DerivedTable(name) || slices.Contains(backup.CopiedTables(), name), name)
		}
	})
}

// TestOddValuesOfSQLiteComeBack has values that are not of their column's type.
func TestOddValuesOfSQLiteComeBack(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite.URL(t)
	s := storetest.SQLite.Open(t, url, storetest.WithKey)
	db := storetest.SQLite.Foreign(t, url)
	for i, v := range []any{int64(5), 1.5, []byte{0, 1, 255}, "\xff\xfe não é UTF-8", "texto", []byte{}, nil} {
		storetest.Exec(
			t,
			db,
			"INSERT INTO clientes(id, nome, email, observacoes, ultimo_acesso, data_cadastro) VALUES (?, 'Ana', ?, ?, ?, ?)",
			10+i,
			fmt.Sprintf("o%d@exemplo.com", i),
			v,
			v,
			v,
		)
	}
	odd := func(url string) []string {
		return contents(
			t,
			storetest.SQLite.Foreign(t, url),
			"(SELECT id, +observacoes, typeof(observacoes), hex(observacoes), +ultimo_acesso, typeof(ultimo_acesso), +data_cadastro, typeof(data_cadastro) FROM clientes)",
		)
	}
	want := odd(url)
	require.Len(t, want, 7)
	_, at := storetest.Restored(t, storetest.SQLite, storetest.Backup(t, s).Arquivo)
	require.Equal(t, want, odd(at))
}

// TestTheFlaskDatabaseIsCopied takes the copy that adoption begins with, and
// restores it into a database of ours.
func TestTheFlaskDatabaseIsCopied(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		url := e.Flask(t)
		path := filepath.Join(t.TempDir(), "copia")
		c, err := store.BackupBefore(t.Context(), e.Config(t, url, storetest.WithKey), storetest.Operator, path, backup.CopyOptions{})
		require.NoError(t, err)
		require.Positive(t, c.Tabelas["clientes"])
		require.Zero(t, c.Esquema)
		back, at := storetest.Restored(t, e, path)
		require.Equal(t, emailsIn(t, e, url), emailsIn(t, e, at))
		page, err := back.As(storetest.Operator).Clientes.List(t.Context(), store.ClienteFiltro{})
		require.NoError(t, err)
		require.EqualValues(t, c.Tabelas["clientes"], page.Total)
	})
}

// TestColumnsOfOthersAreKept has a column that somebody added.
func TestColumnsOfOthersAreKept(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		url := e.URL(t)
		s := e.Open(t, url, storetest.WithKey)
		db := e.Foreign(t, url)
		e.Exec(t, db, "ALTER TABLE clientes ADD COLUMN apelido VARCHAR(30)")
		e.Exec(t, db, "INSERT INTO clientes(nome, email, apelido) VALUES ('Ana', 'ana@exemplo.com', 'Aninha')")
		_, at := storetest.Restored(t, e, storetest.Backup(t, s).Arquivo)
		require.Contains(t, contents(t, e.Foreign(t, at), "(SELECT apelido FROM clientes) AS x")[0], "Aninha")
	})
}
