package store_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// TestRefusedDatabaseIsLeftAlone opens databases that are not ours: not a byte
// of them changes, not even the journal mode in the header.
func TestRefusedDatabaseIsLeftAlone(t *testing.T) {
	t.Parallel()
	alien := filepath.Join(t.TempDir(), "outro.db")
	require.NoError(t, os.WriteFile(alien, nil, 0o600))
	storetest.Exec(t, storetest.Foreign(t, alien), "CREATE TABLE receitas(nome TEXT)")
	empty := filepath.Join(t.TempDir(), "vazio.db")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	for path, create := range map[string]bool{storetest.Flask(t): false, alien: true, empty: false} {
		before, err := os.ReadFile(path)
		require.NoError(t, err)
		_, err = store.Open(t.Context(), store.Config{URL: storetest.URL(path), Create: create})
		var bad *store.SchemaError
		require.ErrorAs(t, err, &bad, path)
		after, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, before, after, path)
	}
	_, err := store.Open(t.Context(), store.Config{URL: storetest.URL(alien), Create: true})
	require.ErrorContains(t, err, "outro programa")
	state, err := store.Diagnose(t.Context(), store.Config{URL: storetest.URL(alien)}, func(store.Fase) {})
	require.Error(t, err)
	require.Equal(t, store.SchemaAlien, state)
}

// TestErrorsNameTheFile: the path often comes from a file of settings, so the
// error has to say it.
func TestErrorsNameTheFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := filepath.Join(dir, "texto.db")
	require.NoError(t, os.WriteFile(text, []byte("isto não é um banco de dados, é um texto comprido o bastante para ter um cabeçalho inteiro, com mais de cem bytes"), 0o600))
	for _, path := range []string{dir, text} {
		_, err := store.Open(t.Context(), store.Config{URL: storetest.URL(path)})
		require.ErrorIs(t, err, store.ErrUnavailable)
		require.ErrorContains(t, err, path)
		var u *store.UnavailableError
		require.ErrorAs(t, err, &u)
		require.NotEmpty(t, u.Remedio)
	}
}

const envLeitor = "MONITOR_TESTE_LEITOR"

// fileReader is what a user without write permission sees; it prints the outcome.
func fileReader(path string) {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Config{URL: storetest.URL(path)})
	if err != nil {
		fmt.Println("open:", err)
		return
	}
	p, err := s.As(storetest.Operator).Clientes.List(ctx, store.ClienteFiltro{})
	fmt.Println("list:", p.Total, err)
	_, err = s.As(storetest.Operator).Clientes.Create(ctx, store.Cliente{Nome: "A", Email: "a@x.com"})
	fmt.Println("create:", err)
	fmt.Println("writable:", s.Writable())
	_, err = store.Diagnose(ctx, store.Config{URL: storetest.URL(path)}, func(store.Fase) {})
	fmt.Println("diagnose:", err)
}

// TestFileThatOnlyPermitsReading runs as somebody else, since root may write
// anything: lists work, changes say why they do not.
func TestFileThatOnlyPermitsReading(t *testing.T) {
	t.Run("pasta também fechada", func(t *testing.T) { readAsNobody(t, "DELETE", 0o555) })
	t.Run("pasta aberta", func(t *testing.T) { readAsNobody(t, "WAL", 0o777) })
}

func readAsNobody(t *testing.T, journal string, folder os.FileMode) {
	t.Helper()
	dir, err := os.MkdirTemp("", "leitura")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	path := filepath.Join(dir, "clientes.db")
	s, err := store.Open(t.Context(), store.Config{URL: storetest.URL(path), Create: true})
	require.NoError(t, err)
	criar(t, s.As(storetest.Operator), store.Cliente{Nome: "Ana", Email: "ana@x.com"})
	require.NoError(t, s.Close())
	// In a folder where it may make no files SQLite reads no WAL database.
	db := storetest.Foreign(t, path)
	storetest.Exec(t, db, "PRAGMA journal_mode = "+journal)
	require.NoError(t, db.Close())
	require.NoError(t, os.Chmod(path, 0o444))
	require.NoError(t, os.Chmod(dir, folder))
	t.Cleanup(func() { _ = os.Chmod(dir, 0o755) })
	bin := filepath.Join(t.TempDir(), "teste")
	self, err := os.ReadFile(os.Args[0])
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(bin, self, 0o755))
	for d := filepath.Dir(bin); d != os.TempDir() && d != "/"; d = filepath.Dir(d) {
		require.NoError(t, os.Chmod(d, 0o755))
	}
	cmd := exec.CommandContext(t.Context(), bin)
	cmd.Env = append(os.Environ(), envLeitor+"="+path)
	asNobody(cmd)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	const why = "banco de dados indisponível: "
	require.Equal(t, "list: 1 <nil>\ncreate: "+why+path+": o arquivo só permite leitura\nwritable: "+why+path+": o arquivo só permite leitura\n"+
		"diagnose: "+why+"o arquivo só permite leitura\n", string(out))
}
