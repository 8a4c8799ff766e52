package store_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/record"
	"example.com/monitor/store/storetest"
)

// planOf reads a CSV file.
func planOf(t *testing.T, h *store.Handle, o store.ImportOptions, lines ...string) *store.ImportPlan {
	t.Helper()
	text := strings.Join(lines, "\r\n") + "\r\n"
	table, err := store.OpenSheet(strings.NewReader(text), int64(len(text)), "clientes.csv", store.SheetOptions{})
	require.NoError(t, err)
	defer table.Close()
	o.Name = "clientes.csv"
	p, err := h.Clientes.PlanImport(t.Context(), table, o, nil)
	require.NoError(t, err)
	return p
}

func counts(p *store.ImportPlan) [5]int {
	return [5]int{p.Novos, p.Mudam, p.Iguais, p.Conflitos, p.Recusados}
}

func importOf(t *testing.T, h *store.Handle, p *store.ImportPlan) store.Operacao {
	t.Helper()
	op, err := h.Clientes.Import(t.Context(), p, nil)
	require.NoError(t, err)
	require.Equal(t, store.OperacaoConcluida, op.Estado)
	return op
}

// A file comes in, a second run changes nothing, and it goes back as one operation.
func TestAFileComesInAndBack(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		st := e.Open(t, e.Fresh(t))
		h := st.As(storetest.Operator)
		there, err := h.Clientes.Create(t.Context(), store.ClienteNovo{Nome: "Ana Prado", Email: "ana@x.com.br", Telefone: "(21) 99876-5432", CPFCNPJ: "529.982.247-25", Cidade: "Niterói"})
		require.NoError(t, err)
		file := []string{
			"Nome completo;E-mail;Fone;CNPJ / CPF;Município;UF;Código interno",
			"Ana Prado;ANA@x.com.br;21998765432;52998224725;Natal;RN;7",
			"Bruno Reis;bruno@x.com.br;(84) 3333-4444;;Natal;RN;8",
			"Carla Dias;carla@x.com.br;;4252011000110;Natal;RN;9",
			"Sem Endereço;;;;Natal;RN;10",
			"Dora;dora@x.com.br;123;;Natal;RN;11",
			"Outra Ana;outra@x.com.br;;529.982.247-25;Natal;RN;12",
			"Bruno de novo;bruno@x.com.br;;;Natal;RN;13",
		}
		p := planOf(t, h, store.ImportOptions{}, file...)
		require.Equal(t, [5]int{2, 1, 0, 0, 4}, counts(p), "%+v", p.Linhas)
		require.Equal(t, "não há campo com este nome", p.Colunas[6].Motivo)
		require.Equal(t, map[string]any{"cidade": record.Text("Natal"), "estado": record.Text("RN")}, p.Linhas[2].Depois, "the mask of a number is no change")
		op := importOf(t, h, p)
		require.Equal(t, []int{3, 3, 0, 0}, []int{op.Total, op.Feitos, op.Iguais, op.Recusados})
		require.True(t, op.PodeDesfazer)
		carla, err := h.Clientes.Find(t.Context(), "carla@x.com.br")
		require.NoError(t, err)
		require.Equal(t, "04252011000110", carla.CPFCNPJ, "its zero came back")

		var rejects bytes.Buffer
		require.NoError(t, p.WriteRejects(&rejects))
		for _, want := range []string{"Motivo", "Falta o e-mail", "informe o DDD", "Este CPF já é de Ana Prado", "A linha 3 tem o mesmo e-mail"} {
			require.Contains(t, rejects.String(), want)
		}

		again := planOf(t, h, store.ImportOptions{}, file...)
		require.Equal(t, [5]int{0, 0, 3, 0, 4}, counts(again), "%+v", again.Linhas)

		undo, err := h.Operacoes.Undo(t.Context(), op.ID)
		require.NoError(t, err)
		undo, err = h.Operacoes.Continue(t.Context(), undo.ID, 0, nil)
		require.NoError(t, err)
		require.Equal(t, 3, undo.Feitos)
		ana, err := h.Clientes.Get(t.Context(), there.ID)
		require.NoError(t, err)
		require.Equal(t, "Niterói", ana.Cidade)
		carla, err = h.Clientes.Get(t.Context(), carla.ID)
		require.NoError(t, err)
		require.False(t, *carla.Ativo)

		// The mended file brings back what the undo left inactive.
		mended := planOf(t, h, store.ImportOptions{}, file...)
		require.Equal(t, [5]int{0, 3, 0, 0, 4}, counts(mended), "%+v", mended.Linhas)
		importOf(t, h, mended)
		carla, err = h.Clientes.Get(t.Context(), carla.ID)
		require.NoError(t, err)
		require.True(t, *carla.Ativo)
	})
}

// What a person changed after the last import is not overwritten in silence.
func TestWhatWasChangedByHandIsAConflict(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		st := e.Open(t, e.Fresh(t))
		h := st.As(storetest.Operator)
		head := "nome;email;cidade;cargo"
		importOf(t, h, planOf(t, h, store.ImportOptions{}, head, "Ana;ana@x.com.br;Niterói;Gerente", "Bia;bia@x.com.br;Niterói;Gerente"))
		ana, err := h.Clientes.Find(t.Context(), "ana@x.com.br")
		require.NoError(t, err)
		_, err = h.Clientes.Change(t.Context(), ana.ID, "", func(c *store.Cliente) { c.Cidade = "Natal" })
		require.NoError(t, err)

		file := []string{head, "Ana;ana@x.com.br;Recife;Gerente", "Bia;bia@x.com.br;Recife;Gerente"}
		p := planOf(t, h, store.ImportOptions{}, file...)
		require.Equal(t, [5]int{0, 1, 0, 1, 0}, counts(p), "%+v", p.Linhas)
		require.Contains(t, string(p.Linhas[1].Motivo), "Cidade (agora “Natal”)")
		require.Equal(t, 1, importOf(t, h, p).Feitos)
		ana, err = h.Clientes.Get(t.Context(), ana.ID)
		require.NoError(t, err)
		require.Equal(t, "Natal", ana.Cidade)
		require.Equal(t, 1, p.Rejects())

		// Another column than the one that was changed is no conflict.
		other := planOf(t, h, store.ImportOptions{}, head, "Ana;ana@x.com.br;Natal;Diretora")
		require.Equal(t, [5]int{0, 1, 0, 0, 0}, counts(other))
		importOf(t, h, planOf(t, h, store.ImportOptions{Overwrite: true}, file...))
		ana, err = h.Clientes.Get(t.Context(), ana.ID)
		require.NoError(t, err)
		require.Equal(t, "Recife", ana.Cidade)
	})
}

// A client that changes between the preview and the import is left out and named.
func TestWhatChangesMeanwhileIsLeftOut(t *testing.T) {
	t.Parallel()
	st := storetest.New(t)
	h := st.As(storetest.Operator)
	ana, err := h.Clientes.Create(t.Context(), store.ClienteNovo{Nome: "Ana", Email: "ana@x.com.br"})
	require.NoError(t, err)
	p := planOf(t, h, store.ImportOptions{}, "email;cidade;nome", "ana@x.com.br;Natal;Ana", "bia@x.com.br;Natal;Bia", "caio@x.com.br;Natal;Caio")
	_, err = h.Clientes.Change(t.Context(), ana.ID, "", func(c *store.Cliente) { c.Cargo = "Diretora" })
	require.NoError(t, err)
	_, err = h.Clientes.Create(t.Context(), store.ClienteNovo{Nome: "Bia", Email: "BIA@x.com.br"})
	require.NoError(t, err)
	op := importOf(t, h, p)
	require.Equal(t, []int{1, 2}, []int{op.Feitos, op.Recusados})
	items, err := h.Operacoes.Items(t.Context(), op.ID, store.ItemRecusado, store.OperacaoFiltro{})
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"linha 2", "linha 3"}, []string{string(items.Itens[0].Nome), string(items.Itens[1].Nome)})
	require.Equal(t, 2, p.Rejects())
	var rejects bytes.Buffer
	require.NoError(t, p.WriteRejects(&rejects))
	require.Contains(t, rejects.String(), "Email já cadastrado")
	require.Contains(t, rejects.String(), "O cliente foi alterado")
}

// Whom a row is about is never guessed.
func TestWhomARowIsAbout(t *testing.T) {
	t.Parallel()
	st := storetest.New(t)
	h := st.As(storetest.Operator)
	for i, c := range []store.ClienteNovo{
		{Nome: "Ana", Email: "ana@x.com.br", CPFCNPJ: "529.982.247-25"},
		{Nome: "Loja Um", Email: "um@loja.com.br", CPFCNPJ: "04.252.011/0001-10"},
		{Nome: "Loja Dois", Email: "dois@loja.com.br", CPFCNPJ: "04.252.011/0001-10"},
		{Nome: "Só", Email: "so@x.com.br", CPFCNPJ: "11.222.333/0001-81"},
	} {
		made, err := h.Clientes.Create(t.Context(), c)
		require.NoError(t, err)
		require.EqualValues(t, i+1, made.ID)
	}
	head := "id;nome;email;cpf/cnpj;cargo;telefone"
	for _, c := range []struct{ row, want string }{
		{"1;Ana;;;Chefe;", "muda 1"},
		{"1;;;;Chefe;", "muda 1"},
		{"1;Outro Nome;outro@x.com.br;;Chefe;", "recusado O cliente nº 1 é Ana, e nada desta linha confere"},
		{"1;Ana;nova@x.com.br;;Chefe;", "recusado O id é de Ana, cujo e-mail é ana@x.com.br"},
		{"99;Ana;ana@x.com.br;;Chefe;", "recusado Não há cliente nº 99"},
		{"ABC-7;Ana;ana@x.com.br;;Chefe;", "recusado O id é um número inteiro"},
		{";;;529.982.247-25;Chefe;", "muda 1"},
		{";;;04252011000110;Chefe;", "recusado Vários clientes têm este CPF/CNPJ"},
		{";;;11222333000181;Chefe;", "muda 4"},
		{";Contato;contato@x.com.br;11222333000181;Chefe;", "novo"},
		{";Ana Dois;anadois@x.com.br;52998224725;Chefe;", "recusado Este CPF já é de Ana (nº 1, ana@x.com.br)"},
		{";Ninguém;;39053344705;Chefe;", "recusado Ninguém tem este CPF/CNPJ"},
		{";Ana;;;Chefe;(21) 99876-5432", "recusado Falta o e-mail"},
		{";Rita;rita@x.com.br;;Chefe;;demais", "recusado há mais células do que colunas"},
		{";Rita;rita@x.com.br;4,25201E+12;Chefe;", "recusado A planilha arredondou"},
		{";Rita;rita@x.com.br;529982247;Chefe;", "recusado CPF ou CNPJ inválido"},
		{";Maria da Silva;maria@padariaestrela.com.br;;Gerente;", "recusado É a linha de exemplo"},
	} {
		p := planOf(t, h, store.ImportOptions{}, head, c.row)
		require.Len(t, p.Linhas, 1)
		l := p.Linhas[0]
		got := l.Situacao
		if l.Motivo != "" {
			got += " " + string(l.Motivo)
		} else if l.ID != 0 {
			got += fmt.Sprintf(" %d", l.ID)
		}
		require.Contains(t, got, c.want, c.row)
	}
}

// An import that was cut off is not gone on with, but can be given up or taken back.
func TestAnImportThatWasCutOff(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		h := e.Open(t, e.Fresh(t)).As(storetest.Operator)
		rows := []string{"nome;email"}
		for i := range 900 {
			rows = append(rows, fmt.Sprintf("Pessoa %d;p%d@x.com.br", i, i))
		}
		p := planOf(t, h, store.ImportOptions{}, rows...)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		op, err := h.Clientes.Import(ctx, p, func(op store.Operacao) {
			if op.Feitos > 0 {
				cancel()
			}
		})
		require.Error(t, err, "the first row that is done cuts it off")
		op, err = h.Operacoes.Get(t.Context(), op.ID)
		require.NoError(t, err)
		require.Equal(t, store.OperacaoInterrompida, op.Estado)
		require.Less(t, op.Feitos, 900)
		require.Equal(t, []bool{false, true, true}, []bool{op.PodeContinuar, op.PodeEncerrar, op.PodeDesfazer})
		_, err = h.Operacoes.Continue(t.Context(), op.ID, 0, nil)
		require.ErrorContains(t, err, "importe-o de novo")

		again := planOf(t, h, store.ImportOptions{}, rows...)
		require.Equal(t, [5]int{900 - op.Feitos, 0, op.Feitos, 0, 0}, counts(again))
		importOf(t, h, again)
		undo, err := h.Operacoes.Undo(t.Context(), op.ID)
		require.NoError(t, err)
		undo, err = h.Operacoes.Continue(t.Context(), undo.ID, 0, nil)
		require.NoError(t, err)
		require.Equal(t, op.Feitos, undo.Feitos)
	})
}
