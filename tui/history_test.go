package tui

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/operation"
	"example.com/monitor/store/storetest"
	"example.com/monitor/tui/kit"
)

func (b *bench) versions() *kit.Section[store.ClienteVersao] { return &topOf[*history](b).List }

// versionNo is a change as its row in the trail tells it.
func versionNo(i int) store.ClienteVersao {
	l := logNo(0)
	l.ID = int64(900 - i)
	l.DataHora = store.Hora{Time: testNow.Add(-time.Duration(i*i) * time.Hour)}
	switch i % 5 {
	case 1:
		l.Acao, l.Dados = "senha_alterada", store.Objeto(`{"ator":"pessoa:3 Maria","canal":"web","depois":{"senha":"••••"}}`)
	case 2:
		l.Dados = store.Objeto(
			`{"ator":"local: a@b","canal":"cli","antes":{"nivel_acesso":"usuario"},"depois":{"nivel_acesso":"admin"},"operacao":12,"desfaz":890}`,
		)
	case 3:
		l.Acao, l.Dados = "email_alterado", store.Objeto(
			`{"ator":"pessoa:3 x\u001b[2J","antes":{"email":"a@b.com.br"},"depois":{"email":"c@d.com.br"}}`,
		)
	case 4:
		l.Acao, l.Dados = "cliente_criado", store.Objeto(`{"ator":"sistema","depois":{"nome":"Antônia","email":"a@b.com.br"}}`)
	}
	return operation.VersionOf(&l, false)
}

func inHistory(b *bench) {
	listed(b)
	b.keys("H")
	var rows []store.ClienteVersao
	for i := range 7 {
		rows = append(rows, versionNo(i))
	}
	give(b, b.versions(), rows...)
	b.send(kit.TickMsg{})
}

func inRestoration(b *bench, now store.Cliente) {
	inHistory(b)
	b.keys("down", "down", "v")
	b.send(kit.Answer[store.Cliente]{Seq: topOf[*kit.Wait[store.Cliente]](b).Ask.Seq, Value: now})
}

func historyScenes() []scene {
	return []scene{
		{"historico", inHistory},
		{"historico-vazio", func(b *bench) { listed(b); b.keys("H"); give(b, b.versions()) }},
		{"historico-alteracao", func(b *bench) { inHistory(b); b.keys("enter") }},
		{"historico-senha", func(b *bench) { inHistory(b); b.keys("down", "enter") }},
		{"historico-valores", func(b *bench) { inHistory(b); b.keys("v", "down") }},
		{"historico-lendo", func(b *bench) { inHistory(b); b.keys("down", "down", "v") }},
		{"historico-voltar", func(b *bench) { c := person(5); c.NivelAcesso = store.Admin; inRestoration(b, c) }},
		{"historico-ja-assim", func(b *bench) { inRestoration(b, person(5)) }},
		{"historico-desfazer", func(b *bench) { inHistory(b); b.keys("u"); b.foreseen(oneBack(), nil) }},
	}
}

func TestHistoryTellsWhatCanBeTakenBack(t *testing.T) {
	b := newBench(t, 120, 30)
	inHistory(b)
	require.Contains(t, b.View(), "Nível de acesso: usuário → administrador")
	require.Contains(t, b.View(), "Senha alterada")
	b.keys("down", "u")
	require.Contains(t, b.View(), "✗ Trocas de senha não se desfazem")
	b.keys("v")
	require.Contains(t, b.View(), "✗ Esta alteração não tem valor anterior")
	b.keys("enter", "u")
	require.Contains(t, b.View(), "✗ Trocas de senha não se desfazem")
	b.keys("esc", "down", "enter")
	require.Contains(t, b.View(), "operação nº 12")
	require.Contains(t, b.View(), "alteração nº 890")
	b.keys("u")
	require.True(t, topOf[*kit.Wait[planned]](b).Ask.Busy())
	b.foreseen(planned{refused: "Foi alterado depois desta operação"}, nil)
	require.Contains(t, b.View(), "✗ Foi alterado depois desta operação")
	ro := newBench(t, 120, 30, readOnly)
	inHistory(ro)
	ro.keys("u", "v")
	require.Contains(t, ro.View(), "✗ O console foi aberto somente para leitura")
}

func TestWhatCanBeRestoredIsWhatAnEditCanWrite(t *testing.T) {
	columns := func(i int) (out []string) {
		v := versionNo(i)
		for _, x := range restorable(&v) {
			out = append(out, x.column)
		}
		return out
	}
	require.Equal(
		t,
		[]string{"ativo", "dados_extras", "observacoes", "telefone"},
		columns(0),
		"a column that is not a client's is left out",
	)
	require.Empty(t, columns(1), "a password")
	require.Equal(t, []string{"nivel_acesso"}, columns(2))
	require.Empty(t, columns(3), "an address has its own way")
	require.Empty(t, columns(4), "there was nothing before")
}

func TestFlowHistoryUndoesAChangeAndRestoresAValue(t *testing.T) {
	st := storetest.New(t)
	h := st.As(testOperator)
	c, err := h.Clientes.Create(t.Context(), store.ClienteNovo{Nome: "Bruno", Email: "b@x.com.br", Cidade: "Niterói", Cargo: "Sócio"})
	require.NoError(t, err)
	edit := func(fn func(*store.Cliente)) {
		_, err := h.Clientes.Change(t.Context(), c.ID, "", fn)
		require.NoError(t, err)
	}
	edit(func(c *store.Cliente) { c.Cidade, c.Cargo = "Natal", "Diretor" })
	edit(func(c *store.Cliente) { c.Empresa = "Lojas" })
	f := newFlow(t, st, func(c *Config) { c.Zone = time.UTC })
	f.sees("Bruno")
	f.keys("enter")
	f.sees("Nenhum dispositivo")
	f.keys("H")
	f.sees("Histórico de Bruno · 3", "Empresa: (vazio) → Lojas", "Cargo: Sócio → Diretor; Cidade", "Cliente criado", "teste@maqu")
	f.keys("down", "v")
	f.sees("Voltar um valor", "Cargo", "Cidade")
	f.keys("down", "enter")
	f.sees("Voltar Cidade de “Bruno” para o que era?", "- Natal", "+ Niterói")
	f.confirm("Voltar o valor")
	f.sees("Cidade voltou ao que era.", "u desfaz", "Histórico de Bruno · 4")
	got := only(t, st)
	require.Equal(t, []string{"Niterói", "Diretor", "Lojas"}, []string{got.Cidade, got.Cargo, got.Empresa})

	f.keys("home", "u")
	f.sees("Cidade: Niterói → Natal")
	f.confirm("Desfazer")
	f.sees("Desfeito", "Histórico de Bruno · 5")
	require.Equal(t, "Natal", only(t, st).Cidade)
	f.keys("end", "up", "u")
	f.sees("Não dá para desfazer", "Foi alterado depois desta operação")
	f.quit()
}

// What somebody saved meanwhile is not overwritten by an old value.
func TestRestoringMindsWhatWasSavedMeanwhile(t *testing.T) {
	st := storetest.New(t)
	h := st.As(testOperator)
	c, err := h.Clientes.Create(t.Context(), store.ClienteNovo{Nome: "Bruno", Email: "b@x.com.br", Cidade: "Niterói"})
	require.NoError(t, err)
	b := newBench(t, 80, 24, func(c *Config) { c.Handle = h })
	d := newRestoration(b.env, c, pastValue{"cidade", json.RawMessage(`"Natal"`)})
	_, err = h.Clientes.Change(t.Context(), c.ID, "", func(c *store.Cliente) { c.Cidade = "Recife" })
	require.NoError(t, err)
	_, err = d.Run(t.Context())
	require.ErrorIs(t, err, store.ErrConflict)
	got, err := h.Clientes.Get(t.Context(), c.ID)
	require.NoError(t, err)
	require.Equal(t, "Recife", got.Cidade)
}
