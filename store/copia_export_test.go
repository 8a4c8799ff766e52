package store

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"io"
	"testing"
)

// TabelasCopia names the tables that a copy holds.
func TabelasCopia() (nomes []string) {
	for _, t := range tabelasCopia {
		nomes = append(nomes, t.nome)
	}
	return nomes
}

// Derivada says that a copy leaves a table out on purpose.
func Derivada(nome string) bool { return derivada(nome) }

// Reselar changes words of a copy and seals it again, as another version of the
// program would have written it.
func Reselar(t *testing.T, copia []byte, was, is string) []byte {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(copia))
	if err != nil {
		t.Fatal(err)
	}
	zip.Multistream(false)
	text, err := io.ReadAll(zip)
	if err != nil || !bytes.Contains(text, []byte(was)) {
		t.Fatalf("%v, or no %s", err, was)
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Comment = marcaCopia
	_, _ = w.Write(bytes.Replace(text, []byte(was), []byte(is), 1))
	_ = w.Close()
	sum := sha256.Sum256(b.Bytes())
	return append(b.Bytes(), finalCopia(sum[:])...)
}

// Tabelas names the tables of the database.
func (s *Store) Tabelas(t *testing.T) (nomes []string) {
	t.Helper()
	list, err := s.db.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for nome := range list {
		nomes = append(nomes, nome)
	}
	return nomes
}
