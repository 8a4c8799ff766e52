package tui

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/tui/kit"
)

func TestFormWritesOnlyWhatWasTouched(t *testing.T) {
	b := newBench(t, 80, 24)
	p := people(1)
	p.Items[0].Nome, p.Items[0].Observacoes = "com\x1besc", "linha 1\r\nlinha 2\x00"
	b.rows(p)
	b.keys("e")
	require.Empty(t, formOf(b).form.Changed(), "what a field cannot show is not a change")
	b.keys("tab")
	b.typeText("7")
	require.Equal(t, map[string]string{"telefone": p.Items[0].Telefone + "7"}, formOf(b).form.Changed())
}

func TestFormKeepsLineBreaks(t *testing.T) {
	b := newBench(t, 80, 24)
	b.rows(people(1))
	b.keys("e", "shift+tab", "shift+tab", "shift+tab")
	require.Equal(t, "observacoes", formOf(b).form.Current().Column)
	b.typeText("!")
	require.Equal(t, "primeira linha\nsegunda linha!", formOf(b).form.Changed()["observacoes"])
}

func TestForeignLevelOfAccessIsKept(t *testing.T) {
	b := newBench(t, 80, 24)
	p := people(1)
	p.Items[0].NivelAcesso = "gerente"
	b.rows(p)
	b.keys("e")
	require.Empty(t, formOf(b).form.Changed())
	for formOf(b).form.Current().Column != "nivel_acesso" {
		b.keys("tab")
	}
	b.keys("right")
	require.Equal(t, store.Usuario, formOf(b).form.Changed()["nivel_acesso"])
}

func TestFieldErrorsStandBesideTheirFields(t *testing.T) {
	b := newBench(t, 80, 24)
	inForm(b)
	b.keys("ctrl+s")
	b.saved(
		store.Cliente{},
		&store.InvalidError{Campos: map[string]string{"email": "Informe o e-mail.", "cep": "O CEP tem 8 dígitos.", "x": "Sem campo."}},
	)
	f := &formOf(b).form
	require.Equal(t, "email", f.Current().Column, "the focus goes to the first error")
	require.Contains(t, b.View(), "✗ Informe o e-mail.")
	require.Contains(t, b.View(), "✗ O CEP tem 8 dígitos.")
	require.Contains(t, b.View(), "✗ Sem campo.")
	b.typeText("a")
	require.NotContains(t, b.View(), "Informe o e-mail.", "an error goes when its field is edited")
}

func TestTakenAddressIsAFieldError(t *testing.T) {
	b := newBench(t, 80, 24)
	inForm(b)
	b.keys("ctrl+s")
	b.saved(store.Cliente{}, &store.RuleError{Kind: store.ErrConflict, Codigo: "email_em_uso", Frase: "Este e-mail já está em uso."})
	require.Contains(t, b.View(), "✗ Este e-mail já está em uso.")
	require.Equal(t, "email", formOf(b).form.Current().Column)
}

func TestNothingTypedIsLostWhenTheDatabaseGoes(t *testing.T) {
	b := newBench(t, 80, 24)
	inForm(b)
	b.typeText("João")
	b.keys("ctrl+s")
	b.saved(store.Cliente{}, store.ErrUnavailable)
	require.Contains(t, b.View(), "Nada do que você digitou se perdeu")
	require.Contains(t, b.View(), "João")
	before := formOf(b).onceKey
	b.keys("ctrl+s")
	require.True(t, formOf(b).ask.Busy())
	require.Equal(t, before, formOf(b).onceKey, "trying again must not create twice")
}

func TestSavedFormLeavesAndTheListFollows(t *testing.T) {
	b := newBench(t, 80, 24)
	inForm(b)
	b.keys("ctrl+s")
	cmd := b.saved(store.Cliente{ID: 500, Nome: "Nova"}, nil)
	require.Len(t, b.env.Stack, 1)
	require.Contains(t, b.View(), "✓ Cliente nº 500 criado.")
	for _, m := range messages(cmd) {
		b.send(m)
	}
	p := people(27)
	p.Items = append([]store.Cliente{person(5), {ID: 500, Nome: "Nova"}}, p.Items...)
	b.rows(p)
	sel, _ := b.page().List.Window.Selected()
	require.EqualValues(t, 500, sel.ID)
}

func TestUnsavedChangesAreAskedAbout(t *testing.T) {
	b := newBench(t, 80, 24)
	inForm(b)
	b.keys("esc")
	require.Len(t, b.env.Stack, 1, "nothing typed, nothing asked")
	b.keys("n")
	b.typeText("x")
	b.keys("esc")
	require.Contains(t, b.View(), "Descartar alterações")
	b.keys("enter")
	require.Len(t, b.env.Stack, 2, "cancel has the focus")
	b.keys("esc", "right")
	b.arm()
	b.keys("enter")
	require.Len(t, b.env.Stack, 1)
}

func TestABurstOfKeysCannotConfirm(t *testing.T) {
	for _, burst := range [][]string{
		{"enter"},
		{"right", "enter"},
		{"tab", "enter"},
		{"y", "s", "tab", "enter"},
		{"right", "enter", "right", "enter", "right", "enter"},
		{"right", " ", "enter", "enter"},
	} {
		b := newBench(t, 80, 24)
		listed(b)
		b.keys("d")
		d := b.env.Top().(*kit.Confirm)
		b.keys(burst...)
		require.False(t, d.Ask.Busy(), "%v", burst)
	}
	b := newBench(t, 80, 24)
	listed(b)
	b.keys("d", "right")
	b.send(kit.ArmMsg{Seq: b.env.Top().(*kit.Confirm).Arm - 1})
	b.keys("enter")
	require.False(t, b.env.Top().(*kit.Confirm).Ask.Busy(), "the waiting time of an earlier key")
	require.Contains(t, b.View(), "Muito rápido")
	b.arm()
	b.keys("enter")
	require.True(t, b.env.Top().(*kit.Confirm).Ask.Busy(), "a person who looks can confirm")
}

func TestConfirmationNamesTheObjectAndShowsRefusals(t *testing.T) {
	b := newBench(t, 80, 24)
	listed(b)
	b.keys("d", "right")
	require.Contains(t, b.View(), "Desativar “Antônia Conceição de Souza”?")
	b.arm()
	b.keys("enter")
	d := b.env.Top().(*kit.Confirm)
	b.send(kit.Answer[int64]{Seq: d.Ask.Seq, Err: store.ErrForbidden})
	require.Contains(t, b.View(), "✗ Você não tem permissão para isso")
	require.False(t, d.Yes, "cancel has the focus again")
}

func TestConflictShowsBothAndLetsChoose(t *testing.T) {
	b := newBench(t, 100, 40)
	inConflict(b)
	view := b.View()
	require.Contains(t, view, "(•) sua       "+person(1).Telefone+"9")
	require.Contains(t, view, "( ) do banco  (21) 2222-3333")
	require.Contains(t, view, "Cidade: São Paulo → Niterói")
	require.Contains(t, view, "Situação: ativo → inativo")
	require.Contains(t, view, "Empresa")
	c := b.env.Top().(*conflict)
	b.keys(" ")
	require.True(t, c.rows[0].takeTheirs)
	b.keys("tab", "tab", "tab", "enter")
	require.Len(t, b.env.Stack, 2, "back to the form")
	require.Len(t, formOf(b).form.Changed(), 2, "with everything typed")
}

func TestConflictSavesWhatWasChosen(t *testing.T) {
	b := newBench(t, 100, 40)
	inConflict(b)
	b.keys("tab", "tab", "enter")
	require.True(t, formOf(b).ask.Busy())
	again := person(1)
	again.Telefone = "(31) 1111-1111"
	b.saved(again, store.ErrConflict)
	require.Contains(t, b.View(), "(31) 1111-1111", "it changed once more")
	require.Len(t, b.env.Stack, 3)
	b.keys(" ", "tab", " ", "tab", "enter")
	require.Len(t, b.env.Stack, 1)
	require.Contains(t, b.View(), "Ficou a versão do banco")
}

// TestEveryColumnOfAClientHasItsPlace in the form and in the record.
func TestEveryColumnOfAClientHasItsPlace(t *testing.T) {
	b := newBench(t, 200, 60)
	c := store.Cliente{ID: 1}
	inForm := map[string]bool{}
	for _, f := range clienteFields() {
		inForm[f.Column] = true
		require.NotNil(t, f.at, f.Column)
	}
	for _, f := range store.ClienteFields() {
		require.True(t, inForm[f.Column], f.Column)
		*f.Ref(&c) = "valor-" + f.Column
	}
	shown := strings.Join(newClienteDetail(b.env, c).facts(200), "\n")
	for _, f := range store.ClienteFields() {
		require.Contains(t, shown, "valor-"+f.Column)
	}
}
