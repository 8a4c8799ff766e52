package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"testing"
)

// TabelasCopia names the tables that a copy holds.
func TabelasCopia() (names []string) {
	for _, t := range tabelasCopia {
		names = append(names, t.nome)
	}
	return names
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
func (s *Store) Tabelas(t *testing.T) (names []string) {
	t.Helper()
	list, err := s.db.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for nome := range list {
		names = append(names, nome)
	}
	return names
}

// LinhasDaCopia are the values in a copy, by table, id and column.
func LinhasDaCopia(t *testing.T, path string) map[string]string {
	t.Helper()
	c, err := VerifyCopy(t.Context(), path, CopiaOpcoes{})
	if err != nil {
		t.Fatal(err)
	}
	r := &restauracao{res: Restauracao{Copia: c}}
	out := linhas{m: map[string]string{}}
	if err := r.rows(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	return out.m
}

// linhas is a destino that keeps everything.
type linhas struct {
	m map[string]string
	t *tabelaCopiada
}

func (l *linhas) begin(_ context.Context, t *tabelaCopiada) error {
	l.t = t
	return nil
}

func (l *linhas) row(_ context.Context, values []any, _ []byte) error {
	if l.t.Colunas[0] != "id" {
		return nil
	}
	for i, c := range l.t.Colunas {
		l.m[fmt.Sprintf("%s/%v/%s", l.t.Nome, values[0], c)] = string(appendValue(nil, values[i]))
	}
	return nil
}

func (l *linhas) end(context.Context, *tabelaCopiada, *soma) error { return nil }

// Reassinar changes words of a signed copy and sums it anew, with its old signature.
func Reassinar(t *testing.T, copia []byte, was, is string) []byte {
	t.Helper()
	at := int64(len(copia)) - tamanhoFinal - tamanhoAssinatura
	body := Reselar(t, copia, was, is)
	body = append(body[:int64(len(body))-tamanhoFinal], copia[at:at+tamanhoAssinatura]...)
	sum := sha256.Sum256(body)
	return append(body, finalCopia(sum[:])...)
}
