package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// FuzzBusca compares what a search finds on SQLite, by its index, with a search by hand.
func FuzzBusca(f *testing.F) {
	ctx := context.Background()
	path := filepath.Join(f.TempDir(), "clientes.db")
	h := storetest.Open(f, path).As(storetest.Operator)
	people := []store.Cliente{
		{Nome: "João da Silva", Empresa: "Ação & Cia", Telefone: "(11) 98888-7777", CPFCNPJ: "529.982.247-25"},
		{Nome: "Conceição", Empresa: `50% "OFF"`},
		{Nome: "a_b* AND (c)"},
		{Nome: "Zoë ß ﬁ", Empresa: "12.ABC.345/01DE-35", CPFCNPJ: "12.ABC.345/01DE-35"},
		{Nome: "NEAR/2 -x ^y", Empresa: "\u00a0\u2003"},
		{Nome: "李 雷"},
	}
	docs := map[int64]string{}
	for i, p := range people {
		p.Email = fmt.Sprintf("p%d@x.com", i)
		c, err := h.Clientes.Create(ctx, p)
		require.NoError(f, err)
		docs[c.ID] = store.Documento(c.Nome, c.Email, c.Empresa, c.Telefone, c.CPFCNPJ)
	}
	for _, s := range []string{"joao", "JOA\u0303O silva", `"`, "*", "a_b*", "AND OR NOT", "NEAR(", "98888-7777", "52998224725", "50%", "ﬁ", "\x00", "' OR 1=1", "{", "李", "12abc34501de35"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, busca string) {
		p, err := h.Clientes.List(ctx, store.ClienteFiltro{Busca: busca, PorPagina: 100})
		var bad *store.InvalidError
		if errors.As(err, &bad) {
			return
		}
		require.NoError(t, err)
		want := []int64{}
		for id, doc := range docs {
			if store.Acha(busca, doc) {
				want = append(want, id)
			}
		}
		slices.Sort(want)
		got := ids(p)
		slices.Sort(got)
		require.Equal(t, want, slices.Clone(got), "%q", busca)
		require.Equal(t, len(want), p.Total)
		for _, f := range []store.ClienteFiltro{{Cidade: busca}, {Empresa: busca}, {Nivel: busca}, {Busca: busca, Empresa: busca}, {Busca: busca, Ordem: "nome"}} {
			if _, err := h.Clientes.List(ctx, f); err != nil {
				require.ErrorAs(t, err, &bad)
			}
		}
	})
}

// coluna is one that another program may write.
type coluna struct{ tabela, nome string }

// colunasAlheias are all but the keys.
func colunasAlheias(t testing.TB, db *sql.DB) (list []coluna) {
	t.Helper()
	for _, tabela := range []string{
		"clientes", "dispositivos", "conexoes", "mensagens_chat", "sessoes", "logs_auditoria", "monitor_trilha", "monitor_faixas", "monitor_selos", "monitor_chaves",
	} {
		var names string
		require.NoError(t, db.QueryRow("SELECT group_concat(name) FROM pragma_table_info(?)", tabela).Scan(&names))
		for nome := range strings.SplitSeq(names, ",") {
			if nome != "id" && nome != "faixa" && (nome != "sequencia" || tabela == "monitor_faixas") {
				list = append(list, coluna{tabela, nome})
			}
		}
	}
	return list
}

// valorDe is a value of any of SQLite's types.
func valorDe(tipo uint8, n int64, s string) any {
	switch tipo % 5 {
	case 0:
		return s
	case 1:
		return []byte(s)
	case 2:
		return n
	case 3:
		return float64(n) / 3
	default:
		return nil
	}
}

// FuzzLinhas puts any value into any column, as a program may that goes to the file
// itself: nothing that is read stumbles over it, and the trail's verification says what
// it thinks of it.
func FuzzLinhas(f *testing.F) {
	ctx := context.Background()
	path := filepath.Join(f.TempDir(), "clientes.db")
	s := storetest.Open(f, path)
	pessoaComTudo(f, s, "ana@x.com")
	h := s.As(storetest.Operator)
	_, err := h.Chat.Send(ctx, store.MensagemNova{Mensagem: "olá"})
	require.NoError(f, err)
	_, _, err = h.Chaves.Create(ctx, store.ChaveNova{Nome: "k", Nivel: store.Leitura})
	require.NoError(f, err)
	require.NoError(f, s.Seal(ctx))
	db := storetest.Foreign(f, path)
	db.SetMaxOpenConns(1)
	cols := colunasAlheias(f, db)
	for i := range cols {
		for _, tipo := range []uint8{0, uint8(1 + i%4)} {
			f.Add(uint8(i), tipo, int64(i)-9, []string{"x", "2026-11-24 10:00", "{}", "\xff", "abc"}[tipo])
		}
	}
	firstWait := map[string]string{}
	for _, c := range cols {
		firstWait[c.tabela] = " WHERE id = 1"
	}
	firstWait["monitor_trilha"] = " WHERE faixa = 1 AND sequencia = 1"
	firstWait["monitor_selos"] = " WHERE faixa = 1 AND sequencia = (SELECT min(sequencia) FROM monitor_selos)"
	f.Fuzz(func(t *testing.T, i, tipo uint8, n int64, text string) {
		c := cols[int(i)%len(cols)]
		first := firstWait[c.tabela]
		var was any
		// The sign hides the column's declared type: the driver would make times of texts,
		// which come back in another form.
		require.NoError(t, db.QueryRow("SELECT +"+c.nome+" FROM "+c.tabela+first).Scan(&was))
		put := "UPDATE " + c.tabela + " SET " + c.nome + " = ?" + first
		if _, err := db.Exec(put, valorDe(tipo, n, text)); err != nil {
			return // a rule of the table's own
		}
		defer func() {
			_, err := db.Exec(put, was)
			require.NoError(t, err)
			v, err := h.Logs.Verify(ctx)
			require.NoError(t, err)
			require.True(t, v.Integra, "%s.%s as it was: %v", c.tabela, c.nome, v.Problemas)
		}()
		told := fmt.Sprintf("%s.%s = %#v", c.tabela, c.nome, valorDe(tipo, n, text))
		for nome, ler := range leituras(ctx, h) {
			require.NoError(t, ler(), "%s: %s", nome, told)
		}
		v, err := h.Logs.Verify(ctx)
		require.NoError(t, err, told)
		if v.Veredito == store.VereditoAdulterada {
			require.NotEmpty(t, v.Problemas)
			require.True(t, strings.HasPrefix(c.tabela, "monitor_") || c.tabela == "logs_auditoria", "%s: %v", told, v.Problemas)
		}
	})
}

// leituras is everything that only reads.
func leituras(ctx context.Context, h *store.Handle) map[string]func() error {
	erro := func(_ any, err error) error {
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	}
	return map[string]func() error{
		"clientes":       func() error { return erro(h.Clientes.List(ctx, store.ClienteFiltro{})) },
		"busca":          func() error { return erro(h.Clientes.List(ctx, store.ClienteFiltro{Busca: "ana"})) },
		"clientes nivel": func() error { return erro(h.Clientes.List(ctx, store.ClienteFiltro{Nivel: "admin", Ordem: "empresa"})) },
		"cliente":        func() error { return erro(h.Clientes.Get(ctx, 1)) },
		"dispositivos":   func() error { return erro(h.Dispositivos.List(ctx, store.DispositivoFiltro{Busca: "a"})) },
		"dispositivo":    func() error { return erro(h.Dispositivos.Get(ctx, 1)) },
		"conexoes":       func() error { return erro(h.Conexoes.List(ctx, store.ConexaoFiltro{})) },
		"mensagens":      func() error { return erro(h.Chat.List(ctx, store.MensagemFiltro{})) },
		"mensagem":       func() error { return erro(h.Chat.Get(ctx, 1)) },
		"salas":          func() error { return erro(h.Chat.Salas(ctx)) },
		"sessoes":        func() error { return erro(h.Sessoes.List(ctx, store.SessaoFiltro{})) },
		"chaves":         func() error { return erro(h.Chaves.List(ctx, store.ChaveFiltro{})) },
		"logs":           func() error { return erro(h.Logs.List(ctx, store.LogFiltro{Busca: "a"})) },
		"log":            func() error { return erro(h.Logs.Get(ctx, 1)) },
		"estatisticas":   func() error { return erro(h.Estatisticas(ctx)) },
		"serie":          func() error { return erro(h.Serie(ctx, "24h")) },
		"resumo":         func() error { return erro(h.Resumo(ctx, "")) },
	}
}
