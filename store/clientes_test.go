package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

func criar(t *testing.T, h *store.Handle, c store.Cliente) store.Cliente {
	t.Helper()
	made, err := h.Clientes.Create(t.Context(), c)
	require.NoError(t, err)
	return made
}

func campos(t *testing.T, err error) map[string]string {
	t.Helper()
	var bad *store.InvalidError
	require.True(t, errors.As(err, &bad), "%v", err)
	return bad.Campos
}

func TestCreateValidates(t *testing.T) { storetest.Each(t, createValidates) }

func createValidates(t *testing.T, e storetest.Engine) {
	t.Helper()
	h := e.New(t).As(storetest.Operator)
	ok := store.Cliente{Nome: "Ana", Email: "ana@x.com"}
	for field, edit := range map[string]func(*store.Cliente){
		"nome":         func(c *store.Cliente) { c.Nome = "  " },
		"email":        func(c *store.Cliente) { c.Email = "sem arroba" },
		"telefone":     func(c *store.Cliente) { c.Telefone = "123" },
		"cpf_cnpj":     func(c *store.Cliente) { c.CPFCNPJ = "LBNXQOB5000163" },
		"cep":          func(c *store.Cliente) { c.CEP = "1234" },
		"nivel_acesso": func(c *store.Cliente) { c.NivelAcesso = "chefe" },
		"senha":        func(c *store.Cliente) { c.Senha = "curta" },
		"empresa":      func(c *store.Cliente) { c.Empresa = strings.Repeat("á", 101) },
		"cargo":        func(c *store.Cliente) { c.Cargo = "a\x00b" },
		"cidade":       func(c *store.Cliente) { c.Cidade = "linha\nnova" },
		"estado":       func(c *store.Cliente) { c.Estado = "\xff" },
		"endereco":     func(c *store.Cliente) { c.Endereco = strings.Repeat("x", 64<<10+1) },
		"observacoes":  func(c *store.Cliente) { c.Observacoes = "a\x1bb" },
		"dados_extras": func(c *store.Cliente) { c.DadosExtras = store.Objeto("[1]") },
	} {
		c := ok
		edit(&c)
		_, err := h.Clientes.Create(t.Context(), c)
		require.Contains(t, campos(t, err), field)
		require.Len(t, campos(t, err), 1, "%s: %v", field, err)
	}
	for _, without := range []string{"nome", "email"} {
		c := store.Cliente{Nome: "Ana"}
		if without == "nome" {
			c = store.Cliente{Email: "ana@x.com"}
		}
		_, err := h.Clientes.Create(t.Context(), c)
		require.Contains(t, campos(t, err), without)
	}
	deep := ok
	deep.DadosExtras = store.Objeto(strings.Repeat(`{"a":`, 9) + "1" + strings.Repeat("}", 9))
	_, err := h.Clientes.Create(t.Context(), deep)
	require.Contains(t, campos(t, err), "dados_extras")
	p, err := h.Clientes.List(t.Context(), store.ClienteFiltro{})
	require.NoError(t, err)
	require.Zero(t, p.Total, "what was refused left nothing")
	require.EqualValues(t, 1, criar(t, h, ok).ID, "a refused creation uses no id up")
}

func TestCreateKeepsWhatWasGiven(t *testing.T) { storetest.Each(t, createKeepsWhatWasGiven) }

func createKeepsWhatWasGiven(t *testing.T, e storetest.Engine) {
	t.Helper()
	h := e.New(t).As(storetest.Operator)
	in := store.Cliente{
		Nome: " Zé d'Ávila ", Email: "ze@x.com", Telefone: "(11) 99999-9999", CPFCNPJ: "12ABC34501DE35", CEP: "24020-000",
		Endereco: "Rua A, 1\nsala 2", DadosExtras: store.Objeto(`{"plano": "ouro", "n": 12345678901234567890}`),
	}
	got := criar(t, h, in)
	require.Equal(t, "Zé d'Ávila", got.Nome)
	require.Equal(t, in.CPFCNPJ, got.CPFCNPJ)
	require.Equal(t, "Brasil", got.Pais)
	require.Equal(t, store.Usuario, got.NivelAcesso)
	again, err := h.Clientes.Get(t.Context(), got.ID)
	require.NoError(t, err)
	require.Equal(t, got, again)
	require.JSONEq(t, string(in.DadosExtras), string(again.DadosExtras))
	foreign := criar(t, h, store.Cliente{Nome: "Bob", Email: "bob@x.com", Pais: "Portugal", CEP: "1000-001"})
	require.Equal(t, "1000-001", foreign.CEP)
}

func TestEmailIdentity(t *testing.T) { storetest.Each(t, emailIdentity) }

func emailIdentity(t *testing.T, e storetest.Engine) {
	t.Helper()
	h := e.New(t).As(storetest.Operator)
	criar(t, h, store.Cliente{Nome: "José", Email: "josé@x.com"})
	for _, same := range []string{"josé@x.com", "JOSÉ@X.COM", " josé@x.com "} {
		_, err := h.Clientes.Create(t.Context(), store.Cliente{Nome: "X", Email: same})
		require.ErrorIs(t, err, store.ErrConflict, same)
	}
	criar(t, h, store.Cliente{Nome: "Jose", Email: "jose@x.com"}) // accents count
	found, err := h.Clientes.Find(t.Context(), "JOSÉ@x.com")
	require.NoError(t, err)
	require.Equal(t, "José", found.Nome)
}

// TestOldInvalidValuesDoNotBlock edits a row that another program filled badly.
func TestOldInvalidValuesDoNotBlock(t *testing.T) { storetest.Each(t, oldInvalidValuesDoNotBlock) }

func oldInvalidValuesDoNotBlock(t *testing.T, e storetest.Engine) {
	t.Helper()
	url := e.Flask(t)
	h := e.Open(t, url).As(storetest.Operator)
	db := e.Foreign(t, url)
	e.Exec(t, db, "UPDATE clientes SET cpf_cnpj = '111', telefone = ' 1 ', cep = 'x', nivel_acesso = NULL, ativo = NULL, dados_extras = 'lixo' WHERE id = 3")
	got, err := h.Clientes.Change(t.Context(), 3, "", func(c *store.Cliente) { c.Cidade = "Recife" })
	require.NoError(t, err)
	require.Equal(t, "Recife", got.Cidade)
	var cpf, fone, extras string
	var ativo *bool
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT cpf_cnpj, telefone, dados_extras, ativo FROM clientes WHERE id = 3").Scan(&cpf, &fone, &extras, &ativo))
	require.Equal(t, []string{"111", " 1 ", "lixo"}, []string{cpf, fone, extras}, "only the named field is written")
	require.Nil(t, ativo)
	_, err = h.Clientes.Change(t.Context(), 3, "", func(c *store.Cliente) { c.CPFCNPJ = "112" })
	require.Contains(t, campos(t, err), "cpf_cnpj")
}

func TestChangeDetectsConflict(t *testing.T) { storetest.Each(t, changeDetectsConflict) }

func changeDetectsConflict(t *testing.T, e storetest.Engine) {
	t.Helper()
	url := e.Fresh(t)
	h := e.Open(t, url).As(storetest.Operator)
	c := criar(t, h, store.Cliente{Nome: "Ana", Email: "ana@x.com"})
	base := c.Versao()
	// The Flask system keeps no version: its edit counts all the same.
	e.Exec(t, e.Foreign(t, url), "UPDATE clientes SET cidade = 'Natal' WHERE id = ?", c.ID)
	now, err := h.Clientes.Change(t.Context(), c.ID, base, func(c *store.Cliente) { c.Cargo = "Gerente" })
	require.ErrorIs(t, err, store.ErrConflict)
	require.Equal(t, "Natal", now.Cidade, "the current record comes with the conflict")
	got, err := h.Clientes.Change(t.Context(), c.ID, now.Versao(), func(c *store.Cliente) { c.Cargo = "Gerente" })
	require.NoError(t, err)
	require.Equal(t, "Natal", got.Cidade)
	require.NotEqual(t, now.Versao(), got.Versao())
	again, err := h.Clientes.Get(t.Context(), c.ID)
	require.NoError(t, err)
	require.Equal(t, got.Versao(), again.Versao(), "the version of what was returned is the stored one's")
}

func TestChangeLeavesTheRestAlone(t *testing.T) { storetest.Each(t, changeLeavesTheRestAlone) }

func changeLeavesTheRestAlone(t *testing.T, e storetest.Engine) {
	t.Helper()
	h := e.New(t).As(storetest.Operator)
	c := criar(t, h, store.Cliente{Nome: "Ana", Email: "ana@x.com"})
	got, err := h.Clientes.Change(t.Context(), c.ID, "", func(c *store.Cliente) {
		c.ID, c.Email, c.SenhaHash, c.Nome = 99, "outra@x.com", "x", "Ana Maria"
		c.DataCadastro = store.Hora{}
	})
	require.NoError(t, err)
	require.Equal(t, c.ID, got.ID)
	require.Equal(t, "ana@x.com", got.Email)
	require.Empty(t, got.SenhaHash)
	require.Equal(t, c.DataCadastro, got.DataCadastro)
	require.Equal(t, "Ana Maria", got.Nome)
}

// TestIdempotency retries a creation from many callers at once.
func TestIdempotency(t *testing.T) { storetest.EachDoor(t, idempotency) }

func idempotency(t *testing.T, e storetest.Engine) {
	t.Helper()
	s := e.New(t)
	h := s.As(storetest.Operator)
	var wg sync.WaitGroup
	ids := make([]int64, 20)
	for i := range ids {
		wg.Go(func() {
			c, err := h.Clientes.Create(t.Context(), store.Cliente{Nome: "Ana", Email: "ana@x.com", Senha: "senha123"}, store.WithIdempotencia("k1"))
			if err == nil {
				ids[i] = c.ID
			}
		})
	}
	wg.Wait()
	for _, id := range ids {
		require.EqualValues(t, 1, id)
	}
	_, err := h.Clientes.Create(t.Context(), store.Cliente{Nome: "Bia", Email: "ana@x.com"}, store.WithIdempotencia("k1"))
	require.ErrorIs(t, err, store.ErrIdempotency)
	other := s.As(store.Local("outro", "maquina", store.CanalCLI))
	c, err := other.Clientes.Create(t.Context(), store.Cliente{Nome: "Bia", Email: "bia@x.com"}, store.WithIdempotencia("k1"))
	require.NoError(t, err, "the key belongs to its actor")
	require.EqualValues(t, 2, c.ID)
}

func TestLastAdminStays(t *testing.T) { storetest.Each(t, lastAdminStays) }

func lastAdminStays(t *testing.T, e storetest.Engine) {
	t.Helper()
	h := e.New(t).As(storetest.Operator)
	a := criar(t, h, store.Cliente{Nome: "A", Email: "a@x.com", NivelAcesso: store.Admin})
	_, err := h.Clientes.Deactivate(t.Context(), a.ID)
	require.ErrorIs(t, err, store.ErrConflict)
	_, err = h.Clientes.Change(t.Context(), a.ID, "", func(c *store.Cliente) { c.NivelAcesso = store.Usuario })
	require.ErrorIs(t, err, store.ErrConflict)
	require.ErrorIs(t, h.Clientes.Delete(t.Context(), a.ID), store.ErrConflict)
	criar(t, h, store.Cliente{Nome: "B", Email: "b@x.com", NivelAcesso: store.Admin})
	_, err = h.Clientes.Deactivate(t.Context(), a.ID)
	require.NoError(t, err)
}

// TestDeleteTakesTheDependants checks counts before and after on the legacy data.
func TestDeleteTakesTheDependants(t *testing.T) {
	t.Parallel()
	path := storetest.Flask(t)
	h := storetest.Open(t, path).As(storetest.Operator)
	plan, err := h.Clientes.PlanDelete(t.Context(), 2)
	require.NoError(t, err)
	require.Equal(t, []int{1, 3, 0, 0}, []int{plan.Dispositivos, plan.Conexoes, plan.Mensagens, plan.Sessoes})
	require.NoError(t, h.Clientes.Delete(t.Context(), 2))
	_, err = h.Clientes.Get(t.Context(), 2)
	require.ErrorIs(t, err, store.ErrNotFound)
	db := storetest.Foreign(t, path)
	for query, want := range map[string]int{
		"SELECT count(*) FROM dispositivos": 2, "SELECT count(*) FROM conexoes": 0, "SELECT count(*) FROM mensagens_chat": 2,
		"SELECT count(*) FROM logs_auditoria": 42, "SELECT count(*) FROM logs_auditoria WHERE cliente_id = 2": 0,
	} {
		var n int
		require.NoError(t, db.QueryRowContext(t.Context(), query).Scan(&n))
		require.Equal(t, want, n, query)
	}
}

func TestReadOnly(t *testing.T) {
	t.Parallel()
	path := storetest.Flask(t)
	storetest.Open(t, path)
	s, err := store.Open(t.Context(), store.Config{URL: storetest.URL(path), SomenteLeitura: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	h := s.As(storetest.Operator)
	_, err = h.Clientes.Create(t.Context(), store.Cliente{Nome: "A", Email: "a@x.com"})
	require.ErrorIs(t, err, store.ErrReadOnly)
	p, err := h.Clientes.List(t.Context(), store.ClienteFiltro{Busca: "antonia"})
	require.NoError(t, err)
	require.Equal(t, 1, p.Total)
}

func TestOpenRefusesTheWrongSchema(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "nada.db")
	newer := filepath.Join(t.TempDir(), "novo.db")
	storetest.Open(t, newer)
	storetest.Exec(t, storetest.Foreign(t, newer), "INSERT INTO monitor_migracoes(versao, nome, aplicada_em) VALUES (999, 'x', 'x')")
	for path, want := range map[string]store.SchemaState{missing: store.SchemaMissing, storetest.Flask(t): store.SchemaForeign, newer: store.SchemaNewer} {
		_, err := store.Open(t.Context(), store.Config{URL: storetest.URL(path)})
		var bad *store.SchemaError
		require.True(t, errors.As(err, &bad), "%v", err)
		require.Equal(t, want, bad.Estado)
		require.Contains(t, err.Error(), path)
	}
	require.NoFileExists(t, missing)
}

// TestFiveProcessesMigrate opens one new database from several stores at once.
func TestFiveProcessesMigrate(t *testing.T) {
	path := storetest.Flask(t)
	var wg sync.WaitGroup
	errs := make([]error, 5)
	for i := range errs {
		wg.Go(func() {
			s, err := store.Open(t.Context(), store.Config{URL: storetest.URL(path), Create: true})
			if err == nil {
				err = s.Close()
			}
			errs[i] = err
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	p, err := storetest.Open(t, path).As(storetest.Operator).Clientes.List(t.Context(), store.ClienteFiltro{Busca: "lote"})
	require.NoError(t, err)
	require.Positive(t, p.Total)
}

func TestHoraForms(t *testing.T) {
	t.Parallel()
	var h store.Hora
	for _, text := range []string{"2026-11-23 16:53:52.626293", "2026-11-23T16:53:52.626293", "2026-11-23T13:53:52.626293-03:00"} {
		require.NoError(t, h.Scan(text))
		b, err := json.Marshal(h)
		require.NoError(t, err)
		require.Equal(t, `"2026-11-23T16:53:52.626293+00:00"`, string(b))
		v, err := h.Value()
		require.NoError(t, err)
		require.Equal(t, "2026-11-23 16:53:52.626293", v)
	}
	require.NoError(t, h.Scan("2026-11-23 16:53:52"))
	v, err := h.Value()
	require.NoError(t, err)
	require.Equal(t, "2026-11-23 16:53:52.000000", v, "six digits also for whole seconds")
	require.NoError(t, h.Scan("ontem"))
	require.True(t, h.IsZero())
}

func TestStatistics(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 1, 30, 0, 0, time.UTC) // still the 23rd in São Paulo
	path := storetest.Flask(t)
	s := storetest.Open(t, path, storetest.Now(func() time.Time { return now }))
	db := storetest.Foreign(t, path)
	storetest.Exec(t, db, "INSERT INTO mensagens_chat(mensagem, data_hora) VALUES ('ontem', '2026-11-23 02:59:59.999999'), ('hoje', '2026-11-23 03:00:00.000000')")
	e, err := s.As(storetest.Operator).Estatisticas(t.Context())
	require.NoError(t, err)
	require.Equal(t, store.Estatisticas{TotalClientes: 27, TotalDispositivos: 3, TotalConexoes: 3, MensagensHoje: 3, SessoesAtivas: 1}, e)
	id, err := s.As(storetest.Operator).Dispositivos.Register(t.Context(), store.Registro{Info: store.Objeto(`{"hostname":"n"}`)})
	require.NoError(t, err)
	e, err = s.As(storetest.Operator).Estatisticas(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, e.DispositivosOnline)
	now = now.Add(5 * time.Minute)
	d, err := s.As(storetest.Operator).Dispositivos.Get(t.Context(), id)
	require.NoError(t, err)
	require.False(t, d.Online, "five minutes are over")
}

// TestCountersFollowForeignWrites compares the kept totals with counting.
func TestCountersFollowForeignWrites(t *testing.T) { storetest.Each(t, countersFollowForeignWrites) }

func countersFollowForeignWrites(t *testing.T, e storetest.Engine) {
	t.Helper()
	url := e.Flask(t)
	h := e.Open(t, url).As(storetest.Operator)
	db := e.Foreign(t, url)
	for _, q := range []string{
		"INSERT INTO clientes(nome, email, ativo) VALUES ('a', 'a@x', TRUE), ('b', 'b@x', FALSE), ('c', 'c@x', NULL)",
		"UPDATE clientes SET ativo = NULL WHERE id = 2", "UPDATE clientes SET ativo = FALSE WHERE id IN (3, 4)", "UPDATE clientes SET ativo = TRUE", "DELETE FROM clientes WHERE email IN ('a@x', 'b@x')",
	} {
		e.Exec(t, db, q)
		for cond, ativo := range map[string]*bool{"1 = 1": nil, "ativo = TRUE": new(true), "ativo = FALSE": new(false)} {
			var want int
			require.NoError(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM clientes WHERE "+cond).Scan(&want))
			p, err := h.Clientes.List(t.Context(), store.ClienteFiltro{Ativo: ativo})
			require.NoError(t, err)
			require.Equal(t, want, p.Total, fmt.Sprintf("%s after %s", cond, q))
		}
	}
}

// TestCursorOverWholeSeconds follows cursors over dates that another program wrote
// without fractions: as text they come before the same second of ours.
func TestCursorOverWholeSeconds(t *testing.T) {
	t.Parallel()
	path := storetest.Flask(t)
	s := storetest.Open(t, path)
	db := storetest.Foreign(t, path)
	for i := range 9 {
		storetest.Exec(t, db, "INSERT INTO clientes(nome, email, ativo, data_cadastro) VALUES ('Segundo', ?, 1, '2026-01-01 00:00:00')", fmt.Sprintf("s%d@exemplo.com", i))
	}
	for _, busca := range []string{"", "segundo"} {
		f := store.ClienteFiltro{PorPagina: 4, Busca: busca}
		seen := map[int64]bool{}
		for windows := 0; ; windows++ {
			require.Less(t, windows, 20, "the end is reached")
			p, err := s.As(storetest.Operator).Clientes.List(t.Context(), f)
			require.NoError(t, err)
			for _, c := range p.Itens {
				require.False(t, seen[c.ID], "%d comes twice", c.ID)
				seen[c.ID] = true
			}
			if f.Cursor = p.Proximo; f.Cursor == "" {
				require.Len(t, seen, p.Total)
				break
			}
		}
	}
}
