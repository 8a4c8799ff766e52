package cmd

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
)

// town makes n clients of Niterói, p1@x.com and so on, in a new database.
func town(t *testing.T, n int) {
	t.Helper()
	fresh(t)
	require.Equal(t, exitOK, runMonitor(t, "setup", "--admin-email", "chefe@x.com").code)
	for i := 1; i <= n; i++ {
		r := runMonitor(
			t,
			"clientes",
			"create",
			"--nome",
			fmt.Sprintf("Pessoa %d", i),
			"--email",
			fmt.Sprintf("p%d@x.com", i),
			"--cidade",
			"Niterói",
		)
		require.Equal(t, exitOK, r.code, r.err)
	}
}

// column is a column of a client as -o json shows it.
func column(t *testing.T, ref, name string) any {
	t.Helper()
	r := runMonitor(t, "clientes", "get", ref, "-o", "json")
	require.Equal(t, exitOK, r.code, r.err)
	var c map[string]any
	require.NoError(t, json.Unmarshal([]byte(r.out), &c))
	return c[name]
}

func operationOf(t *testing.T, r result) (op store.Operacao) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(r.out), &op), r.out+r.err)
	return op
}

// TestManyClientes changes several clients by what names them and by a filter, says before what
// would be done, and takes it back.
func TestManyClientes(t *testing.T) {
	town(t, 5)
	r := runMonitor(t, "clientes", "update", "2", "p2@x.com", "p2@x.com", "--cidade", "Maricá", "-o", "json")
	require.Equal(t, exitOK, r.code, r.err)
	op := operationOf(t, r)
	require.Equal(t, []any{2, 2, "concluida"}, []any{op.Total, op.Feitos, op.Estado}, "each once")
	require.Equal(t, "Maricá", column(t, "p2@x.com", "cidade"))

	// Several that are not all there change nothing.
	r = runMonitor(t, "clientes", "desativar", "p3@x.com", "ninguem@x.com", "nada@x.com")
	require.Equal(t, exitNotFound, r.code)
	require.Contains(t, r.err, "não encontrado: ninguem@x.com, nada@x.com; nada foi alterado")
	require.Equal(t, true, column(t, "p3@x.com", "ativo"))

	// A filter and standard input ask to be confirmed.
	for _, args := range [][]string{{"--onde-cidade", "niteroi"}, {"-"}} {
		args = append([]string{"clientes", "update", "--estado", "RJ"}, args...)
		in := term.Streams{In: strings.NewReader("p3@x.com\n5 6\n")}
		r = runWith(t, in, args...)
		require.Equal(t, exitUnconfirmed, r.code, r.err)
		require.Nil(t, column(t, "p3@x.com", "estado"))
		in = term.Streams{In: strings.NewReader("p3@x.com\n5 6\n")}
		r = runWith(t, in, append(args, "--simular", "-o", "json")...)
		require.Equal(t, exitOK, r.code, r.err)
		var plan store.OperacaoPlano
		require.NoError(t, json.Unmarshal([]byte(r.out), &plan))
		require.Equal(t, []int{3, 3}, []int{plan.Total, plan.Mudam})
		require.Nil(t, column(t, "p3@x.com", "estado"))
		in = term.Streams{In: strings.NewReader("p3@x.com\n5 6\n")}
		r = runWith(t, in, append(args, "--sim", "-o", "json")...)
		require.Equal(t, exitOK, r.code, r.err)
		require.Equal(t, "RJ", column(t, "p5@x.com", "estado"))
		number := strconv.FormatInt(operationOf(t, r).ID, 10)
		require.Equal(t, exitUnconfirmed, runMonitor(t, "desfazer", number).code)
		r = runMonitor(t, "desfazer", number, "--sim")
		require.Equal(t, exitOK, r.code, r.err)
		require.Nil(t, column(t, "p5@x.com", "estado"))
	}

	// What is refused is named; the others are done.
	r = runMonitor(t, "clientes", "desativar", "1", "2", "99")
	require.Equal(t, exitConflict, r.code)
	require.Contains(t, r.err, "recusado: clientes 1: Este é o último administrador")
	require.Contains(t, r.err, "recusado: clientes 99: Cliente não encontrado")
	require.Contains(t, r.err, "2 de 3 foram recusados; 1 feito (operação")
	require.Equal(t, false, column(t, "2", "ativo"))
	r = runMonitor(t, "operacoes", "list", "-o", "json")
	var list []store.Operacao
	require.NoError(t, json.Unmarshal([]byte(r.out), &list))
	last := strconv.FormatInt(list[0].ID, 10)
	r = runMonitor(t, "operacoes", "recusados", last)
	require.Equal(t, exitOK, r.code, r.err)
	require.Contains(t, r.out, "99\tCliente não encontrado")
	require.Equal(t, exitOK, runMonitor(t, "operacoes", "get", last).code)
	require.Equal(
		t,
		exitOK,
		runMonitor(t, "operacoes", "continuar", last, "-o", "json").code-exitConflict,
		"it is over, and says what was refused",
	)

	// Somebody changes one meanwhile: it stays, and is named.
	require.Equal(t, exitOK, runMonitor(t, "clientes", "update", "2", "--cargo", "Sócia").code)
	r = runMonitor(t, "desfazer", last, "--simular", "-o", "json")
	require.Equal(t, exitOK, r.code, r.err)
	require.Contains(t, r.out, "alterado depois")
	r = runMonitor(t, "desfazer", last)
	require.Equal(t, exitConflict, r.code)
	require.Contains(t, r.err, "alterado depois")
	require.Equal(t, false, column(t, "2", "ativo"))

	// Nothing to do is said.
	r = runMonitor(t, "clientes", "desativar", "2", "98")
	require.Equal(t, exitConflict, r.code)
	require.Contains(t, r.err, "nada para mudar: 0 a mudar, 1 já assim, 1 de fora")
	r = runMonitor(t, "clientes", "desativar", "--cidade", "lugar nenhum", "--sim")
	require.Equal(t, exitNotFound, r.code)

	// Removing for good asks for more, and cannot be taken back.
	r = runMonitor(t, "clientes", "delete", "p4@x.com", "p5@x.com")
	require.Equal(t, exitUnconfirmed, r.code)
	r = runMonitor(t, "clientes", "delete", "p4@x.com", "p5@x.com", "--sim", "-o", "json")
	require.Equal(t, exitOK, r.code, r.err)
	op = operationOf(t, r)
	require.False(t, op.Reversivel)
	r = runMonitor(t, "desfazer", strconv.FormatInt(op.ID, 10))
	require.Equal(t, exitConflict, r.code)
	require.Contains(t, r.err, "não volta")
}

// TestManyIsAskedClearly refuses what cannot be meant.
func TestManyIsAskedClearly(t *testing.T) {
	town(t, 1)
	for line, says := range map[string]string{
		"clientes update --cidade Natal":                          "falta informar",
		"clientes update 2 --busca pessoa --cidade Natal":         "não os dois",
		"clientes update 2 3 --email a@x.com":                     "e-mail é de um cliente só",
		"clientes update 2 3":                                     "nada para mudar",
		"clientes desativar - 2":                                  "com - não se dizem outros",
		"clientes desativar -":                                    "a entrada padrão não trouxe nada",
		"clientes desativar --ativo --inativo":                    "não as duas",
		"dispositivos update 1 2 --liberar":                       "de um dispositivo só",
		"dispositivos update 1 2":                                 "falta dizer o que mudar",
		"dispositivos update 1 x --tipo servidor":                 "é um número",
		"sessoes revogar um":                                      "é um número",
		"operacoes continuar x":                                   "é um número",
		"desfazer":                                                "falta informar",
		"clientes update 2 3 --nivel-acesso rei":                  "nível de acesso",
		"clientes update 2 3 --dados-extras {":                    "objeto JSON",
		"clientes update 2 3 --cidade " + strings.Repeat("x", 60): "no máximo 50",
	} {
		r := runMonitor(t, strings.Fields(line)...)
		require.NotEqual(t, exitOK, r.code, line)
		require.Contains(t, r.err, says, line)
		require.Equal(t, "Niterói", column(t, "2", "cidade"))
	}
}

// TestHistoryAndUndoOfOne tells what changed in a client and takes one change back by its number.
func TestHistoryAndUndoOfOne(t *testing.T) {
	town(t, 1)
	person := term.Streams{In: strings.NewReader(""), ErrTerminal: true}
	r := runWith(t, person, "clientes", "update", "2", "--cidade", "Natal")
	require.Equal(t, exitOK, r.code, r.err)
	require.Contains(t, r.err, "Para desfazer: monitor desfazer ")
	_, number, _ := strings.Cut(strings.TrimSpace(r.err), "monitor desfazer ")
	r = runMonitor(t, "historico", "p1@x.com", "-o", "json")
	require.Equal(t, exitOK, r.code, r.err)
	var versions []store.ClienteVersao
	require.NoError(t, json.Unmarshal([]byte(r.out), &versions))
	require.Len(t, versions, 2)
	require.Equal(t, number, strconv.FormatInt(versions[0].ID, 10))
	require.JSONEq(t, `"Natal"`, string(versions[0].Campos[0].Depois))
	r = runMonitor(t, "historico", "2")
	require.Contains(t, r.out, `cidade: "Niterói" → "Natal"`)

	r = runMonitor(t, "desfazer", number, "-o", "json")
	require.Equal(t, exitOK, r.code, r.err)
	require.Equal(t, "Niterói", column(t, "2", "cidade"))
	back := strconv.FormatInt(operationOf(t, r).ID, 10)
	r = runMonitor(t, "desfazer", number)
	require.Equal(t, exitConflict, r.code)
	require.Contains(t, r.err, "alterado depois")
	require.Equal(t, exitOK, runMonitor(t, "desfazer", back).code)
	require.Equal(t, "Natal", column(t, "2", "cidade"))
	require.Equal(t, exitNotFound, runMonitor(t, "desfazer", "99999").code)
	require.Equal(t, exitNotFound, runMonitor(t, "historico", "ninguem@x.com").code)
}

// TestSeveralAreShownAndForgotten: what takes one takes several, and names those that are not there.
func TestSeveralAreShownAndForgotten(t *testing.T) {
	town(t, 2)
	r := runMonitor(t, "clientes", "get", "2", "p2@x.com", "-o", "ids")
	require.Equal(t, exitOK, r.code, r.err)
	require.Equal(t, "2\n3\n", r.out)
	r = runWith(t, term.Streams{In: strings.NewReader("\ufeff2\r\n99\r\n")}, "clientes", "get", "-", "-o", "ids")
	require.Equal(t, exitNotFound, r.code)
	require.Equal(t, "2\n", r.out)
	require.Contains(t, r.err, "recusado: 99: cliente 99 não encontrado")
	require.Contains(t, r.err, "1 de 2 foi recusado; 1 feito")
	r = runMonitor(t, "dispositivos", "get", "1", "2")
	require.Equal(t, exitNotFound, r.code)
	require.Contains(t, r.err, "2 de 2 foram recusados\n")
	r = runMonitor(t, "bloqueios", "liberar", "a@x.com", "b@x.com")
	require.Equal(t, exitNotFound, r.code)
	for range 3 {
		require.Equal(t, exitOK, runMonitor(t, "mensagens", "enviar", "oi").code)
	}
	require.Equal(t, exitUnconfirmed, runMonitor(t, "mensagens", "delete", "1", "2").code)
	r = runMonitor(t, "mensagens", "delete", "1", "2", "9", "--sim", "-o", "ids")
	require.Equal(t, exitNotFound, r.code)
	require.Equal(t, "1\n2\n", r.out)
	require.Contains(t, r.err, "recusado: 9: mensagem 9 não encontrada")
	for _, args := range [][]string{{"clientes", "get"}, {"clientes", "get", "-", "2"}, {"mensagens", "delete", "x"}, {"clientes", "desativar", "2", "--simular", "-o", "ids"}} {
		require.Equal(t, exitUsage, runMonitor(t, args...).code, args)
	}
}

// TestAFilterOfManyIsWhole: each thing that the store narrows a list by has its flag, in lists
// and in commands about many.
func TestAFilterOfManyIsWhole(t *testing.T) {
	t.Parallel()
	window := []string{"Pagina", "PorPagina", "Cursor", "Ultima", "SemTotal", "Ordem"}
	whole := func(filter any) {
		for f, value := range reflect.ValueOf(filter).Fields() {
			require.NotEqual(t, slices.Contains(window, f.Name), !value.IsZero(), f.Name)
		}
	}
	set := func(cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if slices.Contains([]string{"inativo", "offline"}, f.Name) {
				return // of a pair
			}
			value := "x"
			switch {
			case f.Value.Type() == "bool":
				value = "true"
			case f.Name == "nivel":
				value = store.Admin
			}
			require.NoError(t, f.Value.Set(value), f.Name)
		})
	}
	var clientes clienteQuery
	cmd := &cobra.Command{}
	clientes.add(cmd, "")
	set(cmd)
	whole(clientes.filter())

	var devices dispositivoQuery
	cmd = &cobra.Command{}
	devices.add(&app{}, cmd, "")
	set(cmd)
	devices.cliente.id = 7 // looked up by what was typed
	whole(devices.filter())
}
